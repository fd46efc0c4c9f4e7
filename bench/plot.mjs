// The hold model's cost against the number of pending events, as an SVG: ours, the logarithm that fits it, peers.
//   node bench/plot.mjs build/bench/hold.json docs/measurements/event-queue.svg
import { readFileSync } from 'node:fs';
import { line, text, writePicture } from './svg.mjs';

const [from, to] = process.argv.slice(2);
const { machine, date, simulators } = JSON.parse(readFileSync(from, 'utf8'));
const curves = simulators.map(({ name, points }) => ({
  name,
  points: points.map(({ pending, events_per_s }) => ({ pending, ns: 1e9 / events_per_s })),
}));

/** a + b log2(pending) through our points, by least squares of the relative errors: what O(log n) would cost. */
function logarithm(points) {
  let [w, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const { pending, ns } of points) {
    const weight = 1 / ns ** 2;
    const log = Math.log2(pending);
    w += weight;
    x += weight * log;
    y += weight * ns;
    xx += weight * log * log;
    xy += weight * log * ns;
  }
  const b = (w * xy - x * y) / (w * xx - x * x);
  return { a: (y - b * x) / w, b };
}

const width = 760;
const height = 460;
const box = { left: 74, right: 620, top: 64, bottom: 396 };
const all = curves.flatMap(({ points }) => points);
const decades = (values) => [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
const [x0, x1] = decades(all.map(({ pending }) => pending));
const [y0, y1] = decades(all.map(({ ns }) => ns));
const atX = (pending) => box.left + ((Math.log10(pending) - x0) / (x1 - x0)) * (box.right - box.left);
const atY = (ns) => box.bottom - ((Math.log10(ns) - y0) / (y1 - y0)) * (box.bottom - box.top);

const path = (points, more) =>
  `<path d="${points.map(({ pending, ns }, i) => `${i === 0 ? 'M' : 'L'}${atX(pending).toFixed(1)} ${atY(ns).toFixed(1)}`).join(' ')}" fill="none" ${more}/>`;
const superscript = (n) => [...String(n)].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]).join('');
const nanoseconds = (exponent) => (exponent < 3 ? `${10 ** exponent} ns` : exponent < 6 ? `${10 ** (exponent - 3)} µs` : `${10 ** (exponent - 6)} ms`);

const parts = [];
for (let e = x0; e <= x1; ++e) {
  parts.push(line(atX(10 ** e), box.top, atX(10 ** e), box.bottom, 'class="grid"'));
  parts.push(text(atX(10 ** e), box.bottom + 18, `10${superscript(e)}`, 'text-anchor="middle"'));
}
for (let e = y0; e <= y1; ++e) {
  parts.push(line(box.left, atY(10 ** e), box.right, atY(10 ** e), 'class="grid"'));
  parts.push(text(box.left - 8, atY(10 ** e) + 4, nanoseconds(e), 'text-anchor="end"'));
}
parts.push(text((box.left + box.right) / 2, box.bottom + 40, 'pending events', 'text-anchor="middle"'));
parts.push(text(box.left, box.top - 10, 'time of one event (take the earliest, schedule it again)'));

const [own, ...others] = curves;
const { a, b } = logarithm(own.points);
const fitted = [];
for (let e = x0; e <= Math.log10(own.points.at(-1).pending) + 1e-9; e += 0.1) {
  const ns = a + b * Math.log2(10 ** e);
  if (ns > 10 ** y0) fitted.push({ pending: 10 ** e, ns });
}
parts.push(path(fitted, 'class="fit"'));
const styles = ['own', 'peer-1', 'peer-2', 'peer-3'];
const LABEL_HEIGHT = 15;
const labels = []; // where names stand
[own, ...others].forEach(({ name, points }, i) => {
  parts.push(path(points, `class="curve ${styles[i]}"`));
  for (const { pending, ns } of points)
    parts.push(`<circle cx="${atX(pending).toFixed(1)}" cy="${atY(ns).toFixed(1)}" r="3.5" class="${styles[i]}"/>`);
  const last = points.at(-1);
  let y = atY(last.ns) + 4;
  while (labels.some((other) => Math.abs(other - y) < LABEL_HEIGHT)) y += 1;
  labels.push(y);
  parts.push(text(atX(last.pending) + 9, y, name, `class="label ${styles[i]}"`));
});
const law = `dashed: ${a.toFixed(0)} ns ${b < 0 ? '-' : '+'} ${Math.abs(b).toFixed(1)} ns · log₂ n`;
parts.push(text(box.left + 10, box.bottom - 10, law));

const title = 'Cost of an event against the number that are pending (hold model)';
const described = curves
  .map(({ name, points }) => `${name}: ${points.map(({ pending, ns }) => `${ns.toFixed(0)} ns at ${pending.toLocaleString('en')}`).join(', ')}`)
  .join('. ');
writePicture(to, {
  width,
  height,
  left: box.left,
  title,
  described,
  style: `.curve { stroke-width: 2 }
.fit { stroke: #222; stroke-dasharray: 5 4 }
path.own { stroke: #0b5fb0 } circle.own, text.own { fill: #0b5fb0 } text.own { font-weight: 600 }
path.peer-1 { stroke: #a8480f } circle.peer-1, text.peer-1 { fill: #a8480f }
path.peer-2 { stroke: #1f7a3d } circle.peer-2, text.peer-2 { fill: #1f7a3d }
path.peer-3 { stroke: #7a3d8f } circle.peer-3, text.peer-3 { fill: #7a3d8f }`,
  parts,
  machine,
  date,
});
console.log(`${to}: ${law}`);
