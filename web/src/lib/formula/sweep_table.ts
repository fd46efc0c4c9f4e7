/** A sweep as rows: for the table beside a plot, and for a spreadsheet. */
import { unitLabel } from './numbers';
import type { SweepAnswer } from './types';

export interface SweepTable {
  head: string[];
  rows: (number | null)[][];
}

export function sweepTable(
  sweep: SweepAnswer,
  outputs: readonly string[],
  labelOf: (name: string) => string,
): SweepTable {
  const heading = (name: string, unit: string) => `${labelOf(name)}${unitLabel(unit) ? ` (${unit})` : ''}`;
  const shown = outputs.filter((name) => sweep.outputs[name]);
  const head = [
    ...sweep.axes.map(({ input, unit }) => heading(input, unit)),
    ...shown.map((name) => heading(name, sweep.outputs[name]?.unit ?? '1')),
  ];
  const [first, second] = sweep.axes;
  const inner = second?.values.length ?? 1;
  const total = (first?.values.length ?? 0) * inner;
  const rows = Array.from({ length: total }, (_, i) => [
    first?.values[Math.floor(i / inner)] ?? null,
    ...(second ? [second.values[i % inner] ?? null] : []),
    ...shown.map((name) => sweep.outputs[name]?.values[i] ?? null),
  ]);
  return { head, rows };
}

/** At most `count` rows, evenly taken, the last one among them: a table to read, not to download. */
export function thinned<T>(rows: readonly T[], count: number): T[] {
  if (rows.length <= count) return [...rows];
  return Array.from(
    { length: count },
    (_, i) => rows[Math.round((i * (rows.length - 1)) / (count - 1))] as T,
  );
}
