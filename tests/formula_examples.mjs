// Works every example of the catalogue's formulas and calculators natively (the command line) and as WebAssembly (the module of the pages), prints
// both values beside the expected one, and fails where either differs from it by more than the example's tolerance, or one from the other.
//   node tests/formula_examples.mjs DSTUDIO PACK MODULE
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dstudio, pack, modulePath] = process.argv.slice(2);
const EXACT = 1e-9; // relative; of examples that state no tolerance, and between the two builds

const folder = mkdtempSync(join(tmpdir(), 'formula-examples-'));
execFileSync(dstudio, ['content', 'export', '--pack', pack, '--out', folder]);
const { entries } = JSON.parse(readFileSync(join(folder, 'catalogue.json'), 'utf8'));
rmSync(folder, { recursive: true });

const { default: createFormula } = await import(pathToFileURL(resolve(modulePath)));
const wasmBinary = readFileSync(join(dirname(modulePath), 'formula.wasm'));
const module = await createFormula({ wasmBinary });
const call = (request) => JSON.parse(module.ccall('dstudio_formula', 'string', ['string'], [JSON.stringify(request)]));

const computable = entries.filter(
  (entry) => (entry.kind === 'formula' && entry.fields.equations) || entry.kind === 'calculator',
);
const idOf = (entry) => (entry.kind === 'calculator' ? entry.ref : entry.id);
// One by one: a call's text goes over the module's stack.
for (const entry of computable) call({ call: 'load', formulas: { [idOf(entry)]: entry.fields } });

const listOf = (quantity) => (Array.isArray(quantity.value) ? quantity.value : [quantity.value]);
const near = (a, b, tolerance) => a === b || (a !== null && b !== null && Math.abs(a - b) <= tolerance * Math.abs(b));
let worked = 0;
let failed = 0;
for (const entry of computable) {
  for (const example of entry.fields.examples ?? []) {
    worked += 1;
    const id = idOf(entry);
    const inputs = Object.entries(example.inputs).map(([name, value]) => `${name}=${value}`);
    const native = JSON.parse(execFileSync(dstudio, ['formula', 'eval', id, ...inputs, '--pack', pack, '--json']));
    const answer = call({ call: 'answer', verb: 'eval', formula: id, request: { inputs: example.inputs } });
    for (const [name, text] of Object.entries(example.outputs)) {
      const unit = native.outputs[name].unit;
      // The expected value, read in the unit of the result by the module itself: a model of one line.
      const isList = Array.isArray(native.outputs[name].value);
      const read = call({ call: 'answer', verb: 'eval', source: `it = ${text} -> ${unit}\nsame = it -> ${unit}`, request: {} });
      const expected = read.answer ? listOf(read.answer.outputs.same) : [undefined];
      const here = listOf(native.outputs[name]);
      const there = answer.answer ? listOf(answer.answer.outputs[name]) : [undefined];
      const tolerance = example.tolerance ?? EXACT;
      const isRight =
        here.length === expected.length &&
        here.every((x, i) => near(x, expected[i], tolerance) && near(there[i], x, EXACT));
      if (!isRight) failed += 1;
      console.log(
        `${isRight ? 'ok  ' : 'FAIL'} ${id}.${name}${isList ? '[]' : ''} expected ${expected.join(' ')} native ${here.join(' ')} wasm ${there.join(' ')} ${unit}`,
      );
    }
  }
}
console.log(`${worked} examples of ${computable.length} models, ${failed} results differ`);
process.exit(failed > 0 || worked < computable.length ? 1 : 0);
