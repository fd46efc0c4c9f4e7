/** Runs the browser cases with node's test runner, one file after the other (two cores), and ends with a summary. */
import { spec } from 'node:test/reporters';
import { run } from 'node:test';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./e2e/', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter(
    (name) =>
      name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
  )
  .sort()
  .map((name) => folder + name);

let passed = 0;
let failed = 0;
run({ files, concurrency: false })
  .on('test:pass', ({ details }) => (passed += details.type === 'suite' ? 0 : 1))
  .on('test:fail', ({ details }) => (failed += details.type === 'suite' ? 0 : 1))
  .on('end', () => {
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  })
  .compose(new spec())
  .pipe(process.stdout);
