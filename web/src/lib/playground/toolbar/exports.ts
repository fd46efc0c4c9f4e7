/** What can be taken along: the scenario, its picture, its report, its series, the command that gives the same. */
import { csv, download, textFile } from '$lib/formula/export';
import { shellQuote } from '$lib/formula/command_line';
import { numberShort } from '$lib/scenario/figures';
import type { Playground } from '../playground.svelte';

/** "Retry storm" → "retry-storm". */
export function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'scenario'
  );
}

export function simulationCommand(name: string, seed: number): string {
  return `dstudio sim run ${shellQuote(`${fileName(name)}.yaml`)} --seed ${seed} --json`;
}

export type ExportKind = 'yaml' | 'json' | 'png' | 'svg' | 'report' | 'series';

export const EXPORTS: readonly { kind: ExportKind; name: string; needsRun: boolean }[] = [
  { kind: 'yaml', name: 'Scenario, YAML', needsRun: false },
  { kind: 'json', name: 'Scenario, JSON', needsRun: false },
  { kind: 'png', name: 'Picture, PNG', needsRun: false },
  { kind: 'svg', name: 'Picture, SVG', needsRun: false },
  { kind: 'report', name: 'Report, JSON', needsRun: true },
  { kind: 'series', name: 'Series, CSV', needsRun: true },
];

export async function exportAs(kind: ExportKind, { design, run }: Playground): Promise<void> {
  const name = fileName(design.name);
  if (kind === 'yaml') return download(`${name}.yaml`, textFile(design.text, 'application/yaml'));
  if (kind === 'json')
    return download(
      `${name}.json`,
      textFile(`${JSON.stringify(design.value, null, 2)}\n`, 'application/json'),
    );
  if (kind === 'png' || kind === 'svg') return exportPicture(kind, name, { design, run });
  await run.refresh();
  if (kind === 'report')
    return download(`${name}-report.json`, textFile(`${JSON.stringify(run.report)}\n`, 'application/json'));
  const { names, rows } = run.series.table();
  download(`${name}-series.csv`, textFile(csv([names, ...rows]), 'text/csv'));
}

async function exportPicture(
  kind: 'png' | 'svg',
  name: string,
  { design, run }: Pick<Playground, 'design' | 'run'>,
): Promise<void> {
  const root = document.querySelector<HTMLElement>('[data-playground-canvas] .svelte-flow');
  if (!root) return;
  const { pictureOf, toPng, toSvg } = await import('../canvas/picture');
  const when = run.frame
    ? `at ${numberShort(run.frame.now_s)} s of the run with seed ${run.seed}`
    : 'DStudio';
  const picture = pictureOf(root, design.name, when);
  if (kind === 'svg') return download(`${name}.svg`, textFile(toSvg(picture), 'image/svg+xml'));
  download(`${name}.png`, await toPng(picture));
}
