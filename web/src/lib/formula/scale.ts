/** Scales of axes: from values to pixels and back, with ticks at round numbers. */
import type { Scale } from './types';

export interface AxisScale {
  readonly kind: Scale;
  readonly from: number;
  readonly to: number;
  of(value: number): number;
  invert(pixel: number): number;
  ticks(count: number): number[];
}

/** From values in [from, to] to pixels in [start, end]. A logarithmic scale that touches zero becomes linear. */
export function axisScale(from: number, to: number, start: number, end: number, wanted: Scale): AxisScale {
  const kind: Scale = wanted === 'log' && from > 0 && to > 0 ? 'log' : 'linear';
  const forth = kind === 'log' ? Math.log : (value: number) => value;
  const back = kind === 'log' ? Math.exp : (value: number) => value;
  const low = forth(from);
  const span = forth(to) - low || 1;
  return {
    kind,
    from,
    to,
    of: (value) => start + ((forth(value) - low) / span) * (end - start),
    invert: (pixel) => back(low + ((pixel - start) / (end - start)) * span),
    ticks: (count) => (kind === 'log' ? logTicks(from, to, count) : linearTicks(from, to, count)),
  };
}

const STEPS = [1, 2, 2.5, 5, 10];

export function linearTicks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const raw = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (STEPS.find((factor) => factor * power >= raw * 0.999) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

export function logTicks(from: number, to: number, count: number): number[] {
  if (!(to > from) || from <= 0) return [from];
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.ceil(Math.log10(to) - 1e-9);
  const decades = last - first;
  const factors = decades <= 1 ? [1, 2, 3, 5, 7] : decades * 3 <= count ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += stride)
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9)) ticks.push(value);
    }
  return ticks.length >= 2 ? ticks : linearTicks(from, to, count);
}

/** The least and the greatest of what is a number; null if nothing is. */
export function extent(...lists: readonly (readonly (number | null)[])[]): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists)
    for (const value of list)
      if (value !== null && Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  return low <= high ? [low, high] : null;
}

/** A curve that shoots up would flatten all else: far beyond the middle of the values it leaves the frame. */
export function capped(
  curves: readonly (readonly (number | null)[])[],
): readonly (readonly (number | null)[])[] {
  const all = curves.flat().filter((value): value is number => value !== null && Number.isFinite(value));
  if (all.length < 8) return curves;
  all.sort((a, b) => a - b);
  const q = (p: number) => all[Math.floor(p * (all.length - 1))] ?? 0;
  const limit = q(0.85) + 6 * Math.max(q(0.85) - q(0.15), Math.abs(q(0.5)) * 0.1);
  if (!((all.at(-1) ?? 0) > limit)) return curves;
  return curves.map((curve) => curve.map((value) => (value === null ? null : Math.min(value, limit))));
}

/** Widened to round numbers; to zero where that is near; never empty. */
export function niceExtent([low, high]: [number, number], kind: Scale, count = 5): [number, number] {
  if (kind === 'log' && low > 0) {
    if (high / low < 1.000001) return [low / 2, high * 2];
    const step = (value: number, round: (x: number) => number) => 10 ** (round(Math.log10(value) * 2) / 2);
    return high / low < 5 ? [low * 0.9, high * 1.1] : [step(low, Math.floor), step(high, Math.ceil)];
  }
  if (low === high)
    return low === 0 ? [0, 1] : [Math.min(low * 0.9, low * 1.1), Math.max(high * 0.9, high * 1.1)];
  const bottom = low > 0 && low < 0.4 * high ? 0 : low;
  const top = high < 0 && high > 0.4 * low ? 0 : high;
  const ticks = linearTicks(bottom, top, count);
  const step = (ticks[1] ?? top) - (ticks[0] ?? bottom);
  return step > 0
    ? [Math.floor(bottom / step + 1e-9) * step, Math.ceil(top / step - 1e-9) * step]
    : [bottom, top];
}

/** Pieces of a line: breaks where a value is missing. Coordinates with one decimal: half as much to parse. */
export function linePath(
  xs: readonly number[],
  ys: readonly (number | null)[],
  x: AxisScale,
  y: AxisScale,
): string {
  let path = '';
  let pen = false;
  for (let i = 0; i < xs.length; i++) {
    const value = ys[i];
    if (value === null || value === undefined || (y.kind === 'log' && value <= 0)) {
      pen = false;
      continue;
    }
    path += `${pen ? 'L' : 'M'}${x.of(xs[i] ?? 0).toFixed(1)} ${y.of(value).toFixed(1)}`;
    pen = true;
  }
  return path;
}
