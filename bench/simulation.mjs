// Events a second of `dstudio sim run` (start and report included) and of the pages' module under node, a long run's
// memory, and how well a sweep uses two threads.
//   node bench/simulation.mjs DSTUDIO SIMULATION_MJS RETRY_STORM_YAML
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dstudio, module, storm] = process.argv.slice(2).map((path) => resolve(path));
const yaml = createRequire(resolve('web/package.json'))('yaml');
const folder = mkdtempSync(join(tmpdir(), 'simulation-bench-'));
const seconds = (began) => (performance.now() - began) / 1000;

function native(arguments_) {
  const began = performance.now();
  const { stdout, status, stderr } = spawnSync(dstudio, ['sim', ...arguments_], { maxBuffer: 1 << 28 });
  if (status > 1) throw new Error(String(stderr)); // 1: an objective is missed
  return { took: seconds(began), text: String(stdout) };
}
const station = (duration, rate, more, work) =>
  `duration: ${duration}\nworkloads: [{id: w, rate: ${rate}, call: s}]\ncomponents: [{id: s, ${more}steps: [{work: exponential(${work})}]}]\n`;
function runs(name, text, options = []) {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  const best = [1, 2, 3].map(() => native(['run', file, '--json', ...options])).sort((a, b) => a.took - b.took)[0];
  const { events } = JSON.parse(best.text);
  console.log(`${name}: ${events} events in ${best.took.toFixed(2)} s, ${(events / best.took / 1e6).toFixed(1)} M/s`);
  return events / best.took;
}

runs('M/M/infinity, 1,000 pending', station('500 s', '10000/s', 'threads: 100000, ', '100 ms'));
runs('M/M/1, 80 % busy', station('200000 s', '80/s', '', '10 ms'));
const text = readFileSync(storm, 'utf8');
const speed = runs('retry storm, 8 runs', text, ['--runs', '8', '--threads', '1']);

const { default: create } = await import(pathToFileURL(module).href);
const core = await create({ wasmBinary: readFileSync(module.replace(/mjs$/, 'wasm')) });
const call = (message) =>
  JSON.parse(core.ccall('dstudio_simulation', 'string', ['string'], [JSON.stringify(message)]));
let before = 0;
let fastest = 0;
for (let seed = 1; seed <= 8; ++seed) {
  const began = performance.now();
  const { report } = call({ call: 'replicate', document: yaml.parse(text), seed });
  fastest = Math.max(fastest, (report.events - before) / seconds(began));
  before = report.events;
}
console.log(
  `retry storm as WebAssembly: ${(fastest / 1e6).toFixed(1)} M/s, ${(fastest / speed).toFixed(2)} of native`,
);

const sweep = ['sweep', storm, '--vary', 'workloads/users/rate=200/s..300/s:12', '--runs', '4', '--threads'];
const [one, two] = ['1', '2'].map((threads) => native([...sweep, threads]).took);
console.log(
  `sweep of 12 points: ${one.toFixed(2)} s on one thread, ${two.toFixed(2)} s on two, efficiency ${(one / two / 2).toFixed(2)}`,
);

const file = join(folder, 'long.yaml');
writeFileSync(file, station('3200000 s', '80/s', '', '10 ms'));
const began = performance.now();
const long = spawnSync('bash', ['-c', '"$0" sim run "$1" --json > "$2" & pid=$!; peak=0; while kill -0 $pid 2> /dev/null; do now=$(awk \'/VmHWM/ {print $2}\' /proc/$pid/status 2> /dev/null); peak=${now:-$peak}; sleep 0.2; done; echo $peak', dstudio, file, join(folder, 'long.json')]);
const { events } = JSON.parse(readFileSync(join(folder, 'long.json'), 'utf8'));
console.log(`${events} events in ${seconds(began).toFixed(1)} s, at most ${String(long.stdout).trim()} kB resident`);
rmSync(folder, { recursive: true });
