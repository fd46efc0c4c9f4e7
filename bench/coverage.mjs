// How often the intervals of `dstudio sim validate` cover the exact value, case by case, over many sets of seeds. Takes
// half a minute of one core for a set; goes on where it was interrupted.
//   node bench/coverage.mjs DSTUDIO [SETS] [FOLDER] [RESULT.json]
//   (default 200, build/bench/coverage, docs/measurements/validation-coverage.json)
// FOLDER keeps the answers for two sets at a time: empty it when the engine or the cases have changed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

const [program, sets = '200', folder = 'build/bench/coverage', result = 'docs/measurements/validation-coverage.json'] =
  process.argv.slice(2);
const REPLICATIONS = 10; // of a set (core/system/validation.hpp); sets share no seed
const AT_ONCE = 2; // sets that one call does

/** The answer for sets `first` (from 0) and the next one. */
function measure(first, path) {
  const seed = 1 + first * REPLICATIONS;
  const options = ['sim', 'validate', '--seed', String(seed), '--seeds', String(AT_ONCE), '--threads', '1', '--json'];
  return new Promise((done, failed) => {
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.on('error', failed);
    child.on('close', (code) => {
      if (code !== 0) return failed(new Error(`${program} ${options.join(' ')} ended with ${code}`));
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
      done();
    });
  });
}

mkdirSync(folder, { recursive: true });
const paths = [];
const missing = [];
for (let first = 0; first < Number(sets); first += AT_ONCE) {
  const path = join(folder, `${first + 1}.json`);
  paths.push(path);
  if (!existsSync(path)) missing.push([first, path]);
}
let left = missing.length;
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = missing.shift(); next; next = missing.shift()) {
      await measure(...next);
      process.stderr.write(`\r${--left * AT_ONCE} sets left   `);
    }
  }),
);
process.stderr.write('\n');

const cases = new Map();
for (const path of paths)
  for (const { case: name, quantity, covers, of } of JSON.parse(readFileSync(path, 'utf8')).cases) {
    const row = cases.get(`${name}|${quantity}`) ?? { case: name, quantity, covers: 0, of: 0 };
    row.covers += covers;
    row.of += of;
    cases.set(`${name}|${quantity}`, row);
  }
const rows = [...cases.values()];
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const share = (row) => ((100 * row.covers) / row.of).toFixed(1);
const total = { covers: sum('covers'), of: sum('of') };
mkdirSync(dirname(result), { recursive: true });
const head = JSON.stringify({ level: 0.95, sets: paths.length * AT_ONCE, date: new Date().toISOString().slice(0, 10), ...total });
writeFileSync(result, `${head.slice(0, -1)},"cases":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`);
rows.sort((a, b) => a.covers / a.of - b.covers / b.of);
for (const row of rows) console.log(`${share(row).padStart(6)} %  ${row.case}, ${row.quantity}`);
console.log(`${total.covers} of ${total.of} intervals at 95 % cover the exact value: ${share(total)} %`);
