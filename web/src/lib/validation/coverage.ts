/** How often intervals covered the exact value over many sets of seeds: what bench/coverage.mjs measured. */
export interface Coverage {
  /** Of the intervals: 0.95 */
  level: number;
  sets: number;
  /** ISO 8601 */
  date: string;
  covers: number;
  of: number;
  cases: { case: string; quantity: string; covers: number; of: number }[];
}

/** Of one case; null where it was not measured. */
export function coverageOf(
  { cases }: Coverage,
  name: string,
  quantity: string,
): { covers: number; of: number } | null {
  return cases.find((row) => row.case === name && row.quantity === quantity) ?? null;
}
