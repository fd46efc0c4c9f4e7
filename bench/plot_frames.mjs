// Every frame of the playground's measurement as an SVG: when it came and how long after the one before.
//   node bench/plot_frames.mjs build/bench/playground.json docs/measurements/playground-frames.svg
import { readFileSync } from 'node:fs';
import { line, text, writePicture } from './svg.mjs';

const [from, to] = process.argv.slice(2);
const { machine, date, scenario, runs } = JSON.parse(readFileSync(from, 'utf8'));

const width = 760;
const left = 74;
const right = 730;
const first = 78;
const panel = 120;
const gap = 60;
const longest = Math.max(50, ...runs.flatMap(({ frames }) => frames));
const seconds = Math.max(...runs.map(({ frames }) => frames.reduce((sum, frame) => sum + frame, 0))) / 1000;

const parts = [];
const described = [];
runs.forEach(({ width: pixels, summary, frames }, i) => {
  const top = first + i * (panel + gap);
  const bottom = top + panel;
  const atX = (ms) => left + (ms / 1000 / seconds) * (right - left);
  const atY = (ms) => bottom - (ms / longest) * panel;
  parts.push(text(left, top - 10, summary));
  described.push(summary);
  for (const ms of [0, 1000 / 60, 2000 / 60]) {
    parts.push(line(left, atY(ms), right, atY(ms), 'class="grid"'));
    parts.push(text(left - 8, atY(ms) + 4, `${ms.toFixed(1)} ms`, 'text-anchor="end"'));
  }
  for (let s = 0; s <= seconds; s += 2) parts.push(text(left + (s / seconds) * (right - left), bottom + 18, `${s} s`, 'text-anchor="middle"'));
  let at = 0;
  const points = frames.map((frame) => `M${atX((at += frame)).toFixed(1)} ${bottom}V${atY(frame).toFixed(1)}`);
  parts.push(`<path d="${points.join('')}" class="frame"/>`);
});
writePicture(to, {
  width,
  height: first + runs.length * (panel + gap) + 10,
  left,
  title: `Time between frames of the playground: ${scenario}`,
  described: described.join('. '),
  style: '.frame { stroke: #0b5fb0; stroke-width: 0.8 }',
  parts,
  machine,
  date,
});
console.log(`${to}: ${described.join('; ')}`);
