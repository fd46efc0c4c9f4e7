/**
 * What the simulator is held against: from the WebAssembly module that the site ships, none where it is not built. Our
 * side of published results is what `dstudio sim validate --published` made of it when the site was built (make web).
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PublishedResult, ScenarioDocument, ValidationCase } from '$lib/playground/protocol';
import type { Coverage } from '$lib/validation/coverage';
import { catalogue } from './catalogue';

const FOLDER = resolve('static/simulation');
const COVERAGE = resolve('../docs/measurements/validation-coverage.json'); // bench/coverage.mjs

export async function validationCases(): Promise<ValidationCase[]> {
  return (await ask<{ cases: ValidationCase[] }>('validation'))?.cases ?? [];
}

export function validationCoverage(): Coverage {
  return JSON.parse(readFileSync(COVERAGE, 'utf8')) as Coverage;
}

export async function publishedResults(): Promise<PublishedResult[]> {
  const results = (await ask<{ results: PublishedResult[] }>('published'))?.results ?? [];
  const data = dirname(resolve(process.env.DSTUDIO_CATALOGUE ?? '.data/catalogue.json'));
  const path = resolve(data, 'published-results.json');
  if (!existsSync(path)) {
    console.warn(`no ${path}: published results are shown without ours`);
    return results;
  }
  const measured = (JSON.parse(readFileSync(path, 'utf8')) as { results: PublishedResult[] }).results;
  return results.map((result) => measured.find(({ name }) => name === result.name) ?? result);
}

/** The scenarios that published results run, by id. */
export function scenariosOf(results: PublishedResult[]): Record<string, ScenarioDocument> {
  const wanted = new Set(results.flatMap(({ scenarios }) => scenarios));
  return Object.fromEntries(
    catalogue()
      .ofKind('scenario')
      .filter(({ id }) => wanted.has(id))
      .map(({ id, fields }) => [id, fields.model as unknown as ScenarioDocument]),
  );
}

async function ask<T>(call: string): Promise<T | undefined> {
  const script = resolve(FOLDER, 'simulation.mjs');
  if (!existsSync(script)) return undefined;
  const { default: create } = await import(/* @vite-ignore */ pathToFileURL(script).href);
  const module = await create({
    wasmBinary: readFileSync(resolve(FOLDER, 'simulation.wasm')),
    locateFile: (name: string) => name,
  });
  return JSON.parse(
    module.ccall('dstudio_simulation', 'string', ['string'], [JSON.stringify({ call })]),
  ) as T;
}
