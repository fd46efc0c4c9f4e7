/** What a run showed over time: columns of one value a bin, filled from the parts that the core hands over. */
import type { Values } from '$lib/scenario/types';
import type { SeriesPart } from './protocol';

type Kind = 'workloads' | 'components';

export class SeriesStore {
  binS = 0;
  private readonly columns = new Map<string, (number | null)[]>();

  get length(): number {
    let longest = 0;
    for (const { length } of this.columns.values()) longest = Math.max(longest, length);
    return longest;
  }

  /** The bin to ask from: those before it are over. The last two may still change. */
  get next(): number {
    return Math.max(0, this.length - 2);
  }

  /** `part` begins with bin `from`. */
  merge(part: SeriesPart, from: number): void {
    this.binS = part.bin_s;
    for (const kind of ['workloads', 'components'] as const) {
      for (const [id, columns] of Object.entries(part[kind])) {
        for (const [name, values] of Object.entries(columns)) {
          const key = `${kind}/${id}/${name}`;
          let column = this.columns.get(key);
          if (!column) this.columns.set(key, (column = []));
          column.length = Math.min(column.length, from);
          while (column.length < from) column.push(null);
          column.push(...values);
        }
      }
    }
  }

  column(kind: Kind, id: string, name: string): Values {
    return this.columns.get(`${kind}/${id}/${name}`) ?? [];
  }

  names(kind: Kind, id: string): string[] {
    const start = `${kind}/${id}/`;
    return [...this.columns.keys()]
      .filter((key) => key.startsWith(start))
      .map((key) => key.slice(start.length));
  }

  /** Forgets what came after a time that the run went back to. */
  truncate(nowS: number): void {
    const bins = this.binS > 0 ? Math.floor(nowS / this.binS) : 0;
    for (const column of this.columns.values()) column.length = Math.min(column.length, bins);
  }

  clear(): void {
    this.columns.clear();
  }

  /** A value stands in the middle of its bin. */
  times(): number[] {
    return Array.from({ length: this.length }, (_, i) => (i + 0.5) * this.binS);
  }

  /** A copy that no longer changes, for comparison. */
  copy(): SeriesStore {
    const other = new SeriesStore();
    other.binS = this.binS;
    for (const [key, values] of this.columns) other.columns.set(key, [...values]);
    return other;
  }

  /** All columns with their names, for a spreadsheet. */
  table(): { names: string[]; rows: (number | null)[][] } {
    const keys = [...this.columns.keys()];
    const rows = this.times().map((time, i) => [
      Number(time.toPrecision(9)),
      ...keys.map((key) => this.columns.get(key)?.[i] ?? null),
    ]);
    return {
      names: ['time_s', ...keys.map((key) => key.replace(/^(workload|component)s\//, '').replace('/', ' '))],
      rows,
    };
  }
}
