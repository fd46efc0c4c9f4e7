/** What differs between two reports, largest changes first within each part. */
import type { ScenarioReport } from '$lib/scenario/types';
import { CALL_METRICS, COMPONENT_METRICS, WORKLOAD_METRICS, type Metric } from './metrics';

export interface Difference {
  of: string;
  name: string;
  a: string;
  b: string;
  change: string;
}

/** Smaller relative changes are left out. */
const LEAST = 0.001;

export function differences(a: ScenarioReport, b: ScenarioReport): Difference[] {
  return [
    ...changes(a.workloads, b.workloads, ({ id }) => id, WORKLOAD_METRICS),
    ...changes(a.components, b.components, ({ id }) => id, COMPONENT_METRICS),
    ...changes(a.calls, b.calls, ({ name }) => name, CALL_METRICS),
  ];
}

function changes<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
  metrics: readonly Metric<T>[],
): Difference[] {
  const found: Difference[] = [];
  const names = [...new Set([...before, ...after].map(nameOf))];
  for (const name of names) {
    const [a, b] = [before, after].map((list) => list.find((item) => nameOf(item) === name));
    if (!a || !b) {
      found.push({ of: name, name: 'is there', a: a ? 'yes' : 'no', b: b ? 'yes' : 'no', change: '' });
      continue;
    }
    for (const { name: metric, figure, show } of metrics) {
      const [from, to] = [figure(a).value, figure(b).value];
      if (from === to) continue;
      const relative = from !== null && to !== null && from !== 0 ? (to - from) / Math.abs(from) : null;
      if (relative !== null && Math.abs(relative) < LEAST) continue;
      found.push({ of: name, name: metric, a: show(from), b: show(to), change: relativeText(relative) });
    }
  }
  return found;
}

/** "+12 %", "−40 %", "× 8.3"; nothing where there is no number to compare with. */
export function relativeText(relative: number | null): string {
  if (relative === null || !Number.isFinite(relative)) return '';
  if (relative >= 2) return `× ${Number((1 + relative).toPrecision(3))}`;
  const percent = Number((100 * Math.abs(relative)).toPrecision(2));
  return `${relative < 0 ? '−' : '+'}${percent}\u00a0%`;
}
