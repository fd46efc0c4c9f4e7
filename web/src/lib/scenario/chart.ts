/**
 * Charts over the time of a run, laid out while prerendering: paths in a box of 1000 × 200 that the page stretches to
 * its width, everything else in per cent of it, so that text keeps its size on every screen.
 */
import { tickText } from '$lib/formula/numbers';
import { axisScale, extent, linePath, linearTicks, niceExtent } from '$lib/formula/scale';
import { numberShort } from './figures';
import type { Interval } from './intervals';
import type { ScenarioReport, Values } from './types';

export const BOX = { width: 1000, height: 200 };
/** More lines than this cannot be told apart. */
const MOST_LINES = 5;
/** A queue shorter than this share of the longest would be a line along the axis. */
const LEAST_QUEUE = 0.01;
/** A peak is cut off when it is so many times the value that this share of the bins does not exceed. */
const USUAL = 0.98;
const FAR_ABOVE = 8;
const ROOM = 1.25;
const TABLE_ROWS = 24;
const ROUND_TIMES = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400,
];

export type LineStyle = 'ok' | 'failed' | 0 | 1 | 2 | 3 | 4;

export interface LineView {
  /** Empty where the title says it. */
  label: string;
  style: LineStyle;
  path: string;
}

export interface ChartView {
  title: string;
  unit: string;
  /** A peak that would flatten all else and is cut off; null where all is drawn. */
  cut: string | null;
  /** What the lines say, for those who do not see them. */
  description: string;
  lines: LineView[];
  /** In per cent from the bottom. */
  yTicks: { at: number; text: string }[];
}

export interface ShadeView {
  kind: Interval['kind'];
  /** In per cent of the width. */
  from: number;
  width: number;
  text: string;
}

export interface TimeTable {
  columns: string[];
  rows: { time: string; values: string[] }[];
}

export interface RunCharts {
  charts: ChartView[];
  shades: ShadeView[];
  /** In per cent of the width. */
  xTicks: { at: number; text: string }[];
  table: TimeTable;
  stepS: number;
}

interface Series {
  label: string;
  style: LineStyle;
  values: Values;
}

export function runCharts(report: ScenarioReport, intervals: readonly Interval[]): RunCharts {
  const { series, duration_s: duration } = report;
  const charts: ChartView[] = [];
  for (const [id, { ok_per_s, failed_per_s, latency_ms }] of Object.entries(series.workloads)) {
    const rates: Series[] = [
      { label: 'answered', style: 'ok', values: ok_per_s },
      { label: 'failed', style: 'failed', values: failed_per_s },
    ];
    charts.push(lineChart(`Requests of ${id}`, '/s', rates, series.bin_s, duration));
    const [unit, values] = inGoodUnit(latency_ms);
    const latency: Series[] = [{ label: '', style: 0, values }];
    charts.push(lineChart(`Mean latency of answers to ${id}`, unit, latency, series.bin_s, duration));
  }
  const queues = queueSeries(report);
  if (queues.length > 0) charts.push(lineChart('Queue length', 'requests', queues, series.bin_s, duration));
  const step = ROUND_TIMES.find((s) => duration / s <= TABLE_ROWS) ?? duration;
  return {
    charts,
    shades: intervals.map(({ kind, from, to, text }) => ({
      kind,
      from: percentOf(from, duration),
      width: percentOf(to - from, duration),
      text:
        to > from
          ? `${text}, ${numberShort(from)} to ${numberShort(to)} s`
          : `${text}, at ${numberShort(from)} s`,
    })),
    xTicks: timeTicks(duration).map((at) => ({ at: percentOf(at, duration), text: String(at) })),
    table: timeTable(report, queues, step),
    stepS: step,
  };
}

/** Components whose queue can be seen beside the longest, longest first. */
export function queueSeries({ series }: ScenarioReport): Series[] {
  const all = Object.entries(series.components)
    .map(([label, { queue }]) => ({ label, values: queue, longest: extent(queue)?.[1] ?? 0 }))
    .sort((a, b) => b.longest - a.longest);
  const longest = all[0]?.longest ?? 0;
  return all
    .filter((queue) => queue.longest > 0 && queue.longest >= LEAST_QUEUE * longest)
    .slice(0, MOST_LINES)
    .map(({ label, values }, i) => ({ label, values, style: i as LineStyle }));
}

function lineChart(
  title: string,
  unit: string,
  series: readonly Series[],
  binS: number,
  durationS: number,
): ChartView {
  const peak = Math.max(0, ...series.map(({ values }) => extent(values)?.[1] ?? 0));
  const top = topOf(series);
  const [low, high] = niceExtent([0, top], 'linear', 4);
  const x = axisScale(0, durationS, 0, BOX.width, 'linear');
  const y = axisScale(low, high, BOX.height, 0, 'linear');
  const said = series.map(({ label, values }) => `${label ? `${label}: ` : ''}${spoken(values, unit)}`);
  return {
    title,
    unit,
    cut: high < peak ? numberShort(peak) : null,
    description: `${said.join('; ')}. The values stand in the table below the charts.`,
    lines: series.map(({ label, style, values }) => ({
      label,
      style,
      path: seriesPath(cutAt(values, high), binS, x, y),
    })),
    yTicks: y.ticks(4).map((tick) => ({ at: percentOf(tick - low, high - low), text: tickText(tick) })),
  };
}

/** The highest value, but not that of a few bins which stand far above all others. */
function topOf(series: readonly Series[]): number {
  const sorted = series
    .flatMap(({ values }) => values)
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const peak = sorted.at(-1) ?? 0;
  const usual = sorted[Math.floor(USUAL * (sorted.length - 1))] ?? 0;
  return usual > 0 && peak > FAR_ABOVE * usual ? ROOM * usual : peak;
}

function cutAt(values: Values, top: number): Values {
  return values.map((value) => (value === null ? null : Math.min(value, top)));
}

/** A value stands in the middle of its bin; one with gaps on both sides is drawn as a dot. */
export function seriesPath(
  values: Values,
  binS: number,
  x: ReturnType<typeof axisScale>,
  y: ReturnType<typeof axisScale>,
): string {
  const middles = values.map((_, i) => Math.min((i + 0.5) * binS, x.to));
  return linePath(middles, values, x, y).replace(/M([^ML]+)(?=M|$)/g, 'M$1h0');
}

function spoken(values: Values, unit: string): string {
  const range = extent(values);
  if (!range) return 'no value';
  const first = values.find((value) => value !== null) ?? null;
  const last = values.findLast((value) => value !== null) ?? null;
  return `${numberShort(first)} at the start, ${numberShort(last)} at the end, at most ${numberShort(range[1])} ${unit === '/s' ? 'a second' : unit}`;
}

/** Latencies of many seconds are easier to read in seconds. */
function inGoodUnit(ms: Values): [unit: string, values: Values] {
  const longest = extent(ms)?.[1] ?? 0;
  return longest < 10_000 ? ['ms', ms] : ['s', ms.map((value) => (value === null ? null : value / 1000))];
}

/** Seconds, at most seven marks. */
export function timeTicks(durationS: number): number[] {
  const step = ROUND_TIMES.find((s) => durationS / s <= 6.001);
  if (!step) return linearTicks(0, durationS, 6);
  return Array.from({ length: Math.floor(durationS / step + 1e-9) + 1 }, (_, i) =>
    Number((i * step).toPrecision(12)),
  );
}

/** Means over stretches of `stepS`; a latency counts as often as it was measured. */
export function timeTable(report: ScenarioReport, queues: readonly Series[], stepS: number): TimeTable {
  const { series, duration_s: duration } = report;
  const columns: { title: string; values: Values; weights?: Values }[] = [];
  const isOne = Object.keys(series.workloads).length === 1;
  for (const [id, { ok_per_s, failed_per_s, latency_ms }] of Object.entries(series.workloads)) {
    const of = isOne ? '' : `${id}: `;
    columns.push(
      { title: `${of}answered/s`, values: ok_per_s },
      { title: `${of}failed/s`, values: failed_per_s },
      { title: `${of}latency, ms`, values: latency_ms, weights: ok_per_s },
    );
  }
  for (const { label, values } of queues) columns.push({ title: `queue of ${label}`, values });
  const rows: TimeTable['rows'] = [];
  for (let k = 0; k * stepS < duration - 1e-9; k++) {
    const [from, to] = [k * stepS, Math.min((k + 1) * stepS, duration)];
    const isInside = (i: number) => (i + 0.5) * series.bin_s >= from && (i + 0.5) * series.bin_s < to;
    rows.push({
      time: `${numberShort(from)} to ${numberShort(to)}`,
      values: columns.map(({ values, weights }) => numberShort(mean(values, weights, isInside))),
    });
  }
  return { columns: columns.map(({ title }) => title), rows };
}

function mean(values: Values, weights: Values | undefined, isInside: (i: number) => boolean): number | null {
  let sum = 0;
  let total = 0;
  for (const [i, value] of values.entries()) {
    if (value === null || !isInside(i)) continue;
    const weight = weights ? (weights[i] ?? 0) : 1;
    sum += weight * value;
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

function percentOf(part: number, whole: number): number {
  return whole > 0 ? Number(((100 * part) / whole).toFixed(3)) : 0;
}
