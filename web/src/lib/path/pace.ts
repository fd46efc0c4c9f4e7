/** How long a path takes at a pace; weeks are whole, because a started week is a week. */
export const HOURS_A_WEEK_MIN = 1;
export const HOURS_A_WEEK_MAX = 20;
export const HOURS_A_WEEK_USUAL = 3;

export function weeksAt(hours: number, hoursAWeek: number): number {
  return Math.ceil(hours / Math.max(hoursAWeek, HOURS_A_WEEK_MIN));
}

/** The pace that a path states by its own weeks, within the control's range. */
export function paceOf(hours: number | null, weeks: number | null): number {
  if (!hours || !weeks) return HOURS_A_WEEK_USUAL;
  return Math.min(HOURS_A_WEEK_MAX, Math.max(HOURS_A_WEEK_MIN, Math.round(hours / weeks)));
}
