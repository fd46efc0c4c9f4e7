// The hold model side by side: our event queue from 100 to 10^7 pending, ns-3, SimGrid and SimPy at three sizes.
//   node bench/hold.mjs SIM_BENCH NS3_HOLD SIMGRID_HOLD RESULT.json
// A peer that is not installed is left out and named. bench/plot.mjs draws the result.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { here } from './svg.mjs';

const [simBench, ns3, simgrid, resultPath] = process.argv.slice(2);
const peerSizes = [1_000, 10_000, 100_000];
const shownSizes = [1_000, 100_000];

function output(command, arguments_) {
  const { stdout, status, error } = spawnSync(command, arguments_, { maxBuffer: 1 << 26 });
  if (error || status !== 0) throw error ?? new Error(`${command} ${arguments_.join(' ')} ended with ${status}`);
  return String(stdout);
}

function ours() {
  const options = ['--benchmark_filter=^hold/', '--benchmark_min_time=1', '--benchmark_format=json'];
  return JSON.parse(output(simBench, options)).benchmarks.map((run) => ({
    pending: Number(run.name.split('/')[1]),
    events_per_s: run.items_per_second,
    bytes_per_event: run.bytes_per_event,
  }));
}

/** Each peer prints its events a second for so many pending and so many to do. */
const peers = [
  { name: 'ns-3', installed: () => existsSync(ns3), events: 3_000_000, run: (size, events) => output(ns3, [size, events]) },
  {
    name: 'SimGrid',
    installed: () => existsSync(simgrid),
    events: 400_000,
    run: (size, events) => output(simgrid, [size, events]),
  },
  {
    name: 'SimPy',
    installed: () => spawnSync('/usr/bin/python3', ['-c', 'import simpy']).status === 0,
    events: 300_000,
    run: (size, events) => output('/usr/bin/python3', ['bench/hold/simpy_hold.py', size, events]),
  },
];

const simulators = [{ name: 'DStudio', points: ours() }];
for (const { name, installed, events, run } of peers) {
  if (!installed()) {
    console.log(`${name} is not installed: scripts/bootstrap bench`);
    continue;
  }
  const points = [];
  for (const pending of peerSizes)
    try {
      points.push({ pending, events_per_s: Number(run(String(pending), String(events))) });
    } catch (error) {
      console.log(`${name} fails with ${pending} pending: ${error.message}`);
    }
  simulators.push({ name, points });
}
const result = {
  ...here(),
  model: 'hold: the earliest of so many pending events is taken and scheduled again, an exponential time later',
  simulators,
};
writeFileSync(resultPath, JSON.stringify(result, null, 2) + '\n');

const at = ({ points }, pending) => points.find((point) => point.pending === pending)?.events_per_s;
const cell = (text) => String(text).padStart(14);
console.log('pending'.padEnd(10) + simulators.map(({ name }) => cell(name)).join(''));
for (const pending of shownSizes) {
  console.log(
    String(pending).padEnd(10) +
      simulators
        .map((one) => at(one, pending))
        .map((rate) => cell(rate === undefined ? '-' : `${Math.round(rate).toLocaleString('en')}/s`))
        .join(''),
  );
  const [own, ...all] = simulators;
  const others = all.filter((one) => at(one, pending) !== undefined);
  if (others.length > 0)
    console.log(
      '           times as fast as ' +
        others.map((one) => `${one.name}: ${(at(own, pending) / at(one, pending)).toFixed(1)}`).join(', '),
    );
}
for (const { pending, events_per_s, bytes_per_event } of simulators[0].points)
  console.log(
    `${String(pending).padStart(10)} pending: ${(1e9 / events_per_s).toFixed(1)} ns and ${bytes_per_event.toFixed(0)} bytes an event`,
  );
