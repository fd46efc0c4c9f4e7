/**
 * One run of each scenario with seed 1, simulated by `dstudio` when the catalogue is exported and written beside it.
 * Pages read well without the file: they then show the scenario, but not what a run of it comes to.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ScenarioReport } from '$lib/scenario/types';

let cached: Record<string, ScenarioReport> | undefined;

/** By the scenario's id: "retry-storm". */
export function scenarioReport(id: string): ScenarioReport | undefined {
  cached ??= read();
  return cached[id];
}

function read(): Record<string, ScenarioReport> {
  const catalogue = resolve(process.env.DSTUDIO_CATALOGUE ?? '.data/catalogue.json');
  const path = resolve(dirname(catalogue), 'scenario-reports.json');
  if (!existsSync(path)) {
    console.warn(`no ${path}: scenarios are shown without a run`);
    return {};
  }
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, ScenarioReport>;
}
