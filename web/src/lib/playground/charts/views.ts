/** What the live charts show: which lines, of which columns, in which unit. */
import { extent } from '$lib/formula/scale';
import type { Values } from '$lib/scenario/types';
import type { Summary } from '../protocol';
import type { SeriesStore } from '../series';

export type LineStyle = 'ok' | 'failed' | 0 | 1 | 2 | 3 | 4 | 5;

export interface ChartLine {
  label: string;
  style: LineStyle;
  values: Values;
  /** Of the pinned run: drawn thin beside the other. */
  isPinned?: boolean;
}

export interface LiveChartView {
  id: string;
  title: string;
  unit: string;
  times: number[];
  lines: ChartLine[];
}

const MOST_LINES = 6;
const LATENCIES: readonly [column: string, label: string][] = [
  ['p50_ms', 'p50'],
  ['p99_ms', 'p99'],
];

/** Charts of one workload and of the components, from what the series offer. */
export function liveCharts(
  series: SeriesStore,
  summary: Summary,
  workload: string,
  nowS: number,
  pinned?: SeriesStore,
): LiveChartView[] {
  // A bin that is not over shows less than it will.
  const bins = series.length - (nowS < summary.duration_s && series.length * series.binS > nowS ? 1 : 0);
  const times = series.times().slice(0, bins);
  const both = (make: (of: SeriesStore) => ChartLine[]): ChartLine[] => [
    ...make(series).map((line) => ({ ...line, values: line.values.slice(0, bins) })),
    ...(pinned ? make(pinned).map((line) => ({ ...line, label: `A: ${line.label}`, isPinned: true })) : []),
  ];
  const ids = summary.components.map(({ id }) => id);
  const top = (column: string, scale: (id: string) => number | null) => {
    const peaks = ids.map((id) => {
      const by = scale(id);
      return {
        id,
        peak: by === null ? -1 : (extent(series.column('components', id, column))?.[1] ?? 0) * by,
      };
    });
    return peaks
      .filter(({ peak }) => peak > 0)
      .sort((a, b) => b.peak - a.peak)
      .slice(0, MOST_LINES)
      .map(({ id }) => id)
      .sort((a, b) => ids.indexOf(a) - ids.indexOf(b));
  };
  const places = (id: string) => summary.components.find((component) => component.id === id)?.places ?? null;
  const busy = (id: string) => {
    const all = places(id);
    return all ? 1 / all : null;
  };
  const queues = top('queue', () => 1);
  const used = top('busy', busy);
  return [
    {
      id: 'rate',
      title: `Requests of ${workload}`,
      unit: '/s',
      times,
      lines: both((of) => [
        { label: 'answered', style: 'ok', values: of.column('workloads', workload, 'ok_per_s') },
        { label: 'failed', style: 'failed', values: of.column('workloads', workload, 'failed_per_s') },
      ]),
    },
    {
      id: 'latency',
      title: `Latency of ${workload}`,
      unit: 'ms',
      times,
      lines: both((of) => latencyLines(of, workload)),
    },
    {
      id: 'queue',
      title: 'Queue lengths',
      unit: 'requests',
      times,
      lines: both((of) =>
        queues.map((id, i) => ({
          label: id,
          style: i as LineStyle,
          values: of.column('components', id, 'queue'),
        })),
      ),
    },
    {
      id: 'busy',
      title: 'Utilisation',
      unit: '%',
      times,
      lines: both((of) =>
        used.map((id, i) => ({
          label: id,
          style: i as LineStyle,
          values: scaled(of.column('components', id, 'busy'), 100 * (busy(id) ?? 0)),
        })),
      ),
    },
  ];
}

function latencyLines(series: SeriesStore, workload: string): ChartLine[] {
  const offered = series.names('workloads', workload);
  const known = LATENCIES.filter(([column]) => offered.includes(column));
  const columns = known.length > 0 ? known : ([['latency_ms', 'mean']] as const);
  return columns.map(([column, label], i) => ({
    label,
    style: i as LineStyle,
    values: series.column('workloads', workload, column),
  }));
}

function scaled(values: Values, factor: number): Values {
  return values.map((value) => (value === null ? null : value * factor));
}

/** The token of each style, and its dashes: lines can be told apart without colour. */
export const STYLES: Record<LineStyle, { token: string; dash: number[] }> = {
  ok: { token: '--accent', dash: [] },
  failed: { token: '--tone-bad', dash: [6, 3] },
  0: { token: '--accent', dash: [] },
  1: { token: '--tone-warn', dash: [7, 4] },
  2: { token: '--tone-info', dash: [2, 3] },
  3: { token: '--tone-bad', dash: [10, 3, 2, 3] },
  4: { token: '--tone-good', dash: [4, 2] },
  5: { token: '--tone-neutral', dash: [1, 3] },
};
