/** What a slider runs over: a range in the input's unit, linear or logarithmic, in steps one can hit. */
import { roundTo } from './numbers';
import type { ModelVariable, Scale } from './types';

export interface SliderRange {
  from: number;
  to: number;
  scale: Scale;
  /** Null: three significant digits. */
  step: number | null;
}

/** Positions of the native control: 0 to this. */
export const POSITIONS = 1000;

/** Bounds that the content gives, read by the core; null where it gives none. */
export interface GivenBounds {
  from: number | null;
  to: number | null;
  step: number | null;
  scale: Scale | null;
}

/** Null where a slider makes no sense: a list, or nothing known of the value. */
export function sliderRange(
  variable: ModelVariable,
  given: GivenBounds,
  value: number | null,
): SliderRange | null {
  if (variable.list || /^(latitude|longitude)(_|$)/.test(variable.name)) return null;
  const step = given.step ?? (variable.integer ? 1 : null);
  const [from, to] = bounds(variable, given, value);
  if (!(to > from)) return null;
  const isWide = from > 0 && to / from > 50;
  const scale = given.scale ?? (isWide && given.from === null ? 'log' : 'linear');
  return { from, to, step, scale: scale === 'log' && from <= 0 ? 'linear' : scale };
}

function bounds(variable: ModelVariable, given: GivenBounds, value: number | null): [number, number] {
  const { min = -Infinity, max = Infinity, integer = false } = variable;
  const centre = value ?? (Number.isFinite(min) && Number.isFinite(max) ? (min + max) / 2 : 1);
  const around = (): [number, number] => {
    if (Number.isFinite(min) && Number.isFinite(max)) return [min, max];
    if (centre === 0) return [Math.max(min, 0), Math.min(max, 10)];
    if (integer) return [Math.max(min, 1), Math.min(max, Math.max(10, roundTo(centre * 5, 1)))];
    if (centre > 0) return [Math.max(min, roundTo(centre / 10, 1)), Math.min(max, roundTo(centre * 10, 1))];
    return [Math.max(min, centre * 2), Math.min(max, -centre)];
  };
  const [low, high] = around();
  return [given.from ?? low, given.to ?? high];
}

export function toPosition({ from, to, scale }: SliderRange, value: number): number {
  const share =
    scale === 'log'
      ? Math.log(Math.max(value, Number.MIN_VALUE) / from) / Math.log(to / from)
      : (value - from) / (to - from);
  return Math.round(Math.min(1, Math.max(0, share)) * POSITIONS);
}

export function fromPosition({ from, to, scale, step }: SliderRange, position: number): number {
  const share = position / POSITIONS;
  if (share <= 0) return from;
  if (share >= 1) return to;
  const raw = scale === 'log' ? from * (to / from) ** share : from + share * (to - from);
  if (step) {
    const base = Number.isInteger(from / step) ? 0 : from;
    return Math.min(to, Math.max(from, roundTo(base + Math.round((raw - base) / step) * step, 12)));
  }
  // Near the far end of a probability the digits that count are those of its distance to it.
  if (scale === 'linear') {
    const grain = 10 ** Math.floor(Math.log10((to - from) / POSITIONS));
    return roundTo(Math.round(raw / grain) * grain, 12);
  }
  return roundTo(raw, 3);
}

/** How far an arrow key moves: one step of a stepped slider, one hundredth of the way else. */
export function keyStep(range: SliderRange): number {
  if (!range.step || range.scale === 'log') return POSITIONS / 100;
  return Math.max(1, Math.round((range.step / (range.to - range.from)) * POSITIONS));
}
