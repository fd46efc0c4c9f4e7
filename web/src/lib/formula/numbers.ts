/** Numbers as text: what a slider writes into a field, what an axis shows. Figures come from the core as text. */

/** Rounded to significant digits, without trailing zeros: 0.1 + 0.2 → 0.3. */
export function roundTo(value: number, digits: number): number {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(digits));
}

/** As the language reads it, at most `digits` significant digits: "0.00012", "1.5e-9", "250". */
export function numberText(value: number, digits = 6): string {
  return String(roundTo(value, digits));
}

/** A number with its unit, as one types it: "250 ms", "8/s", "99.9%", "10". The language reads it back. */
export function quantityText(value: number, unit: string, digits = 6): string {
  const number = numberText(value, digits);
  if (unit === '1' || unit === '') return number;
  if (unit === '%') return `${number}%`;
  // "USD/(GB h)" is a unit; in an expression its product is written out.
  const typed = unit.replace(/([\p{L}\p{N})$°]) +(?=[\p{L}($°])/gu, '$1*');
  return typed.startsWith('1/') ? number + typed.slice(1) : `${number} ${typed}`;
}

/** As short as an axis wants it: 12000 → "12k", 0.00001 → "10⁻⁵" is left to "1e-5". */
export function tickText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e12 || (magnitude > 0 && magnitude < 1e-4))
    return value.toExponential().replace('e+', 'e');
  for (const [size, suffix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (magnitude >= size * (size === 1e3 ? 10 : 1)) return `${roundTo(value / size, 6)}${suffix}`;
  }
  return String(roundTo(value, 10));
}

/** A figure apart from its unit, to set them differently: "1.5 ms" → ["1.5", "ms"], "8/s" → ["8", "/s"]. */
export function splitFigure(text: string): [number: string, unit: string] {
  const parts = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(.*)$/i.exec(text);
  return parts ? [parts[1] ?? '', parts[2] ?? ''] : [text, ''];
}

/** The unit for the head of a column or the end of an axis; nothing for plain numbers. */
export function unitLabel(unit: string): string {
  return unit === '1' ? '' : unit;
}

/** The one number of a quantity; null where it is a list, infinite or undefined. */
export function numberOf(value: number | null | (number | null)[] | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
