/** Numbers and dates as the pages write them. English, independent of the visitor's locale: pages are prerendered. */

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** 45 → "45 min", 90 → "1 h 30 min", 5760 → "4 days". */
export function formatDuration(minutes: number): string {
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 60) return `${trim(minutes)} min`;
  if (minutes < 48 * 60) {
    const hours = Math.floor(minutes / 60);
    const rest = Math.round(minutes % 60);
    return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  }
  return `${trim(minutes / 1440)} days`;
}

export function formatHours(hours: number): string {
  return `${trim(hours)} h`;
}

function trim(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "2012-08-01" → "1 Aug 2012", "2020-12" → "Dec 2020", "2012" → "2012"; other text as it is. */
export function formatDate(date: string): string {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(date);
  if (!parts) return date;
  const [, year, month, day] = parts;
  const name = month ? MONTHS[Number(month) - 1] : undefined;
  return [day ? Number(day) : undefined, name, year].filter((part) => part !== undefined).join(' ');
}

/** A date as a decimal year, for a time axis: "2012-07" → 2012.5. */
export function decimalYear(date: string): number | null {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(date);
  if (!parts) return null;
  const month = parts[2] ? Number(parts[2]) - 1 : 0;
  const day = parts[3] ? Number(parts[3]) - 1 : 0;
  return Number(parts[1]) + month / 12 + day / 365;
}
