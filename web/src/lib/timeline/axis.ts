/**
 * The time axis: one column a year, and one column for all that is older than where the years begin. Pure.
 * Collapsed it begins at MODERN_FROM; unfolded at the first year from OLD_FROM on, what is older still staying together.
 */
export const MODERN_FROM = 2000;
export const OLD_FROM = 1960;

export interface Column {
  key: string;
  label: string;
  from: number;
  to: number;
}

export interface Dated {
  year: number;
}

export function columnsFor(items: readonly Dated[], lastYear: number, isUnfolded: boolean): Column[] {
  const first = items.reduce((least, { year }) => Math.min(least, year), lastYear);
  const begin = isUnfolded ? Math.max(OLD_FROM, Math.min(first, MODERN_FROM)) : MODERN_FROM;
  const columns: Column[] = [];
  if (first < begin) columns.push({ key: 'older', label: `before ${begin}`, from: first, to: begin - 1 });
  for (let year = begin; year <= lastYear; year++) {
    columns.push({ key: String(year), label: String(year), from: year, to: year });
  }
  return columns;
}

export function inColumn<T extends Dated>(items: readonly T[], column: Column): T[] {
  return items.filter(({ year }) => year >= column.from && year <= column.to);
}

/** Columns that a span of years covers, as 1-based grid lines [start, end); null when it covers none. */
export function spanOf(columns: readonly Column[], from: number, to: number): [number, number] | null {
  const start = columns.findIndex(
    (column) => column.key !== 'older' && column.from >= from && column.from < to,
  );
  if (start < 0) return null;
  const end = columns.findLastIndex((column) => column.key !== 'older' && column.from < to);
  return [start + 1, end + 2];
}
