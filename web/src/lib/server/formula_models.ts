/**
 * What the formula core knows of each model, written by `dstudio content export` beside the catalogue: inputs with
 * their units, equations with their LaTeX. Pages read well without the file: equations are then shown as text.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ModelJson } from '$lib/formula/types';

let cached: Record<string, ModelJson> | undefined;

/** By the core's id: "mm1-response", "calculator:pool-size". */
export function formulaModel(id: string): ModelJson | undefined {
  cached ??= read();
  return cached[id];
}

function read(): Record<string, ModelJson> {
  const catalogue = resolve(process.env.DSTUDIO_CATALOGUE ?? '.data/catalogue.json');
  const path = resolve(dirname(catalogue), 'formula-models.json');
  if (!existsSync(path)) {
    console.warn(`no ${path}: equations are shown as text`);
    return {};
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, ModelJson>;
}
