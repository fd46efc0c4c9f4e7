/** The cases of the simulator's validation, from the WebAssembly module that the site ships; none where it is not built. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ValidationCase } from '$lib/playground/protocol';

const FOLDER = resolve('static/simulation');

export async function validationCases(): Promise<ValidationCase[]> {
  const script = resolve(FOLDER, 'simulation.mjs');
  if (!existsSync(script)) return [];
  const { default: create } = await import(/* @vite-ignore */ pathToFileURL(script).href);
  const module = await create({
    wasmBinary: readFileSync(resolve(FOLDER, 'simulation.wasm')),
    locateFile: (name: string) => name,
  });
  const answer = module.ccall('dstudio_simulation', 'string', ['string'], ['{"call":"validation"}']);
  return (JSON.parse(answer) as { cases: ValidationCase[] }).cases;
}
