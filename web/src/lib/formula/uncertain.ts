/** A value made uncertain: nine times in ten within a quarter of it. A starting point that the reader edits. */
import { quantityText, roundTo } from './numbers';
import type { ModelVariable } from './types';

const SPREAD = 1.25;

/** Null where a spread makes no sense: lists, whole numbers, zero. */
export function spreadAround(value: number | null, variable: ModelVariable | undefined): string | null {
  if (value === null || !variable || variable.list || variable.integer || value === 0) return null;
  const { unit } = variable;
  const top = variable.max ?? (unit === '%' ? 100 : Infinity);
  const between = (low: number, high: number) =>
    `between(${quantityText(roundTo(low, 8), unit, 8)}, ${quantityText(roundTo(high, 8), unit, 8)})`;
  if (value < 0) return `normal(${quantityText(value, unit)}, ${quantityText(-value / 10, unit, 3)})`;
  // Near one, what is uncertain is how far a proportion is from one: 99.9 % is between 99.875 and 99.92.
  if (Number.isFinite(top) && value > top / 2 && value < top) {
    const rest = top - value;
    return between(
      roundTo(top - roundTo(rest * SPREAD, 3), 12),
      roundTo(top - roundTo(rest / SPREAD, 3), 12),
    );
  }
  return value >= top ? null : between(roundTo(value / SPREAD, 3), roundTo(value * SPREAD, 3));
}
