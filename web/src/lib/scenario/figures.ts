/** Figures of a report as the pages write them: three digits, a space before the unit, none where there is no number. */
import { formatCount } from '$lib/catalogue/format';

export const NO_FIGURE = 'none';
const SPACE = '\u00a0';
const DIGITS = 3;

/** 70.35625 → "70.4", 33782.95 → "33,783". */
export function numberShort(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NO_FIGURE;
  if (Math.abs(value) >= 10 ** DIGITS - 0.5) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(DIGITS)));
}

/** 63.388 and 1.325 → "63.4 ± 1.3": two digits of the half width, and the value as far as that. */
export function intervalText(value: number, halfWidth: number | null): string {
  if (halfWidth === null || !Number.isFinite(halfWidth) || halfWidth <= 0) return numberShort(value);
  const decimals = Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))));
  const text = (number: number) =>
    decimals === 0 ? formatCount(Math.round(number)) : number.toFixed(decimals);
  return `${text(value)} ± ${text(halfWidth)}`;
}

/** 0.2528 → "25.3 %". What is not all is never written as 100 %. */
export function shareText(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NO_FIGURE;
  const percent = 100 * share;
  for (let digits = DIGITS; digits <= 8; digits++) {
    const rounded = Number(percent.toPrecision(digits));
    if (rounded < 100 || share >= 1 - 1e-12) return `${numberShort100(rounded)}${SPACE}%`;
  }
  return `100${SPACE}%`;
}

function numberShort100(percent: number): string {
  return percent >= 1000 ? formatCount(Math.round(percent)) : String(percent);
}

/** 22.085 → "22.1 ms", 33941 → "33.9 s", 189515 → "3.16 min". */
export function timeText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NO_FIGURE;
  if (ms < 999.5) return `${numberShort(ms)}${SPACE}ms`;
  return ms < 119_950 ? `${numberShort(ms / 1000)}${SPACE}s` : `${numberShort(ms / 60_000)}${SPACE}min`;
}

/** "180" → "3 min", 95 → "95 s". */
export function secondsText(seconds: number): string {
  return seconds >= 120 && seconds % 60 === 0
    ? `${seconds / 60}${SPACE}min`
    : `${numberShort(seconds)}${SPACE}s`;
}
