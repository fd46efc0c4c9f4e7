// Monte Carlo of the same models natively, as WebAssembly and in Squiggle, one after the other on this machine:
//   node bench/formula.mjs FORMULA_BENCH MODULE [FOLDER with node_modules/@quri/squiggle-lang]
// A million samples; Squiggle draws as many and gives the same five quantiles.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [native, modulePath, peerFolder] = process.argv.slice(2);
const SAMPLES = 1_000_000;
const CASES = {
  normals: {
    ours: 'a = normal(100, 10)\nb = normal(20, 3)\nc = normal(5, 0.5)\ny = a * b / c',
    squiggle: 'a = normal(100, 10)\nb = normal(20, 3)\nc = normal(5, 0.5)\ny = a * b / c',
  },
  mixed: {
    ours: 'a = lognormal(100, 0.3)\nb = normal(20, 3)\nc = uniform(4, 6)\ny = a * b / c',
    squiggle: 'a = lognormal(4.605170185988092, 0.3)\nb = normal(20, 3)\nc = uniform(4, 6)\ny = a * b / c',
  },
  mm1: {
    ours: 'arrival = normal(80/s, 4/s)\nservice = uniform(9 ms, 11 ms)\nnetwork = exponential(5 ms)\ny = network + service / (1 - arrival * service)',
    squiggle: 'arrival = normal(80, 4)\nservice = uniform(0.009, 0.011)\nnetwork = exponential(200)\ny = network + service / (1 - arrival * service)',
  },
};
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const natively = JSON.parse(execFileSync(native, ['--json']));
const { default: createFormula } = await import(pathToFileURL(resolve(modulePath)));
const module = await createFormula({ wasmBinary: readFileSync(join(dirname(modulePath), 'formula.wasm')) });
const call = (request) => JSON.parse(module.ccall('dstudio_formula', 'string', ['string'], [JSON.stringify(request)]));
const inWasm = (source) => {
  const times = [];
  let answer;
  for (let i = 0; i < 7; i += 1) {
    const begin = performance.now();
    answer = call({ call: 'answer', verb: 'sample', source, request: { samples: SAMPLES } });
    times.push(performance.now() - begin);
  }
  return { ms: median(times), quantiles: answer.answer.outputs.y.quantiles };
};

let squiggle = null;
let version = '';
if (peerFolder) {
  const require = createRequire(join(resolve(peerFolder), 'package.json'));
  const path = require.resolve('@quri/squiggle-lang');
  squiggle = await import(pathToFileURL(path));
  version = JSON.parse(readFileSync(join(resolve(peerFolder), 'node_modules/@quri/squiggle-lang/package.json'))).version;
}
const inSquiggle = async (source) => {
  const times = [];
  let quantiles;
  for (let i = 0; i < 3; i += 1) {
    const begin = performance.now();
    const code = `${source}\n[${QUANTILES.map((p) => `quantile(y, ${p})`).join(', ')}]`;
    const { result } = await squiggle.run(code, { environment: { sampleCount: SAMPLES, xyPointLength: 1000, seed: 'bench' } });
    if (!result.ok) throw new Error(String(result.value));
    times.push(performance.now() - begin);
    quantiles = result.value.result.asJS();
  }
  return { ms: median(times), quantiles };
};

console.log(`${SAMPLES.toLocaleString('en')} samples of three inputs, median ms`);
for (const [name, { ours, squiggle: theirs }] of Object.entries(CASES)) {
  const wasm = inWasm(ours);
  let line = `${name.padEnd(9)} native ${natively[name].toFixed(1).padStart(7)}   WebAssembly ${wasm.ms.toFixed(1).padStart(7)}`;
  if (squiggle) {
    const peer = await inSquiggle(theirs);
    line += `   Squiggle ${version} ${peer.ms.toFixed(1).padStart(8)}   ratio ${(peer.ms / natively[name]).toFixed(1)} native, ${(peer.ms / wasm.ms).toFixed(1)} WebAssembly`;
    const median5 = peer.quantiles.map((x) => Number(x).toPrecision(4)).join(' ');
    line += `\n          quantiles ${QUANTILES.join(' ')}: Squiggle ${median5}; here ${wasm.quantiles
      .filter((q) => QUANTILES.includes(q.p))
      .map((q) => q.value.toPrecision(4))
      .join(' ')}`;
  }
  console.log(line);
}
