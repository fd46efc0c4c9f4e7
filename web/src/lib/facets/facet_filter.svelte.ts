/**
 * What a filtered list shows, from rows, facets and a state.
 *
 * A facet's counts are taken over the rows that pass everything but that facet. So for a facet with one value a row,
 * the counts add up to exactly those rows: a row without a value is counted under NONE. Within a facet the chosen
 * values are alternatives; between facets all must hold.
 */
import { decodeState, emptyState, encodeState, type ListState, type StateSchema } from './url_state';

/** Stands for "no value" in a facet; no facet may use it as a value ("none" is one of the records). */
export const NONE = 'unstated';

export interface FacetSpec<Row> {
  id: string;
  title: string;
  valuesOf(row: Row): readonly string[];
  labelOf(value: string): string;
  /** Values in the order to list them; others follow by count. */
  order?: readonly string[];
  /** Shown only then (a facet that means nothing across kinds, say). */
  when?(state: ListState): boolean;
}

export interface SortSpec<Row> {
  id: string;
  label: string;
  compare(a: Row, b: Row): number;
}

export interface FacetValue {
  value: string;
  label: string;
  count: number;
  isSelected: boolean;
  /** Shown for the sum, but not to be chosen. */
  isOnlyCounted?: boolean;
}

export interface FacetView {
  id: string;
  title: string;
  values: FacetValue[];
}

/** What the panel and the chips need of a filter: of rows in the browser, or of the server's search. */
export interface FacetChoice {
  readonly facets: FacetView[];
  /** Null where years are no filter. */
  readonly years: { from: number | null; to: number | null } | null;
  readonly isFiltered: boolean;
  toggle(facet: string, value: string): void;
  setYears(from: number | null, to: number | null): void;
  clear(): void;
}

export interface ListSpec<Row> {
  facets: readonly FacetSpec<Row>[];
  sorts: readonly SortSpec<Row>[];
  textOf(row: Row): string;
  yearOf?(row: Row): number | null;
}

export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export class FacetFilter<Row> implements FacetChoice {
  readonly schema: StateSchema;
  state = $state<ListState>({ query: '', selected: {}, from: null, to: null, sort: '', descending: false });
  results = $derived.by(() => this.sorted(this.passing(null)));
  facets = $derived.by(() =>
    this.spec.facets.filter((facet) => facet.when?.(this.state) ?? true).map((facet) => this.view(facet)),
  );

  private readonly texts: Map<Row, string>;

  constructor(
    readonly rows: readonly Row[],
    readonly spec: ListSpec<Row>,
  ) {
    this.schema = { facets: spec.facets.map(({ id }) => id), sorts: spec.sorts.map(({ id }) => id) };
    this.texts = new Map(rows.map((row) => [row, fold(spec.textOf(row))]));
  }

  get isFiltered(): boolean {
    const { query, from, to, selected } = this.state;
    return (
      query.trim() !== '' ||
      from !== null ||
      to !== null ||
      Object.values(selected).some((values) => values.length > 0)
    );
  }

  get years() {
    return this.spec.yearOf ? this.state : null;
  }

  get search(): string {
    return encodeState(this.state, this.schema);
  }

  /** Takes over the state that an address carries. */
  read(search: string): void {
    this.state = decodeState(search, this.schema);
  }

  toggle(facet: string, value: string): void {
    const values = this.state.selected[facet] ?? [];
    this.state.selected[facet] = values.includes(value)
      ? values.filter((other) => other !== value)
      : [...values, value];
  }

  setYears(from: number | null, to: number | null): void {
    this.state.from = from;
    this.state.to = to;
  }

  sortBy(id: string): void {
    this.state.descending = this.state.sort === id ? !this.state.descending : false;
    this.state.sort = id;
  }

  clear(): void {
    const { sort, descending } = this.state;
    this.state = { ...emptyState(this.schema), sort, descending };
  }

  /** Rows that pass the text, the years and every facet but `except`. */
  private passing(except: string | null): Row[] {
    const terms = fold(this.state.query).split(/\s+/).filter(Boolean);
    const chosen = this.spec.facets
      .filter(({ id }) => id !== except)
      .map((facet) => ({ facet, values: this.state.selected[facet.id] ?? [] }))
      .filter(({ values }) => values.length > 0);
    return this.rows.filter(
      (row) =>
        terms.every((term) => this.texts.get(row)?.includes(term)) &&
        this.isInYears(row) &&
        chosen.every(({ facet, values }) => valuesOrNone(facet, row).some((value) => values.includes(value))),
    );
  }

  private isInYears(row: Row): boolean {
    const { from, to } = this.state;
    if ((from === null && to === null) || !this.spec.yearOf) return true;
    const year = this.spec.yearOf(row);
    return year !== null && year >= (from ?? -Infinity) && year <= (to ?? Infinity);
  }

  private view(facet: FacetSpec<Row>): FacetView {
    const counts = new Map<string, number>();
    for (const value of facet.order ?? []) counts.set(value, 0);
    for (const row of this.passing(facet.id)) {
      for (const value of valuesOrNone(facet, row)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const selected = this.state.selected[facet.id] ?? [];
    for (const value of selected) if (!counts.has(value)) counts.set(value, 0);
    const place = (value: string) => {
      if (value === NONE) return Infinity;
      const position = facet.order?.indexOf(value) ?? -1;
      return position < 0 ? 10_000 : position;
    };
    const values = [...counts]
      .map(([value, count]) => ({
        value,
        label: value === NONE ? 'Not stated' : facet.labelOf(value),
        count,
        isSelected: selected.includes(value),
      }))
      .filter(({ count, isSelected }) => count > 0 || isSelected)
      .sort((a, b) => place(a.value) - place(b.value) || b.count - a.count || a.label.localeCompare(b.label));
    return { id: facet.id, title: facet.title, values };
  }

  private sorted(rows: Row[]): Row[] {
    const sort = this.spec.sorts.find(({ id }) => id === this.state.sort) ?? this.spec.sorts[0];
    if (!sort) return rows;
    const direction = this.state.descending ? -1 : 1;
    return rows.sort((a, b) => direction * sort.compare(a, b));
  }
}

function valuesOrNone<Row>(facet: FacetSpec<Row>, row: Row): readonly string[] {
  const values = facet.valuesOf(row);
  return values.length > 0 ? values : [NONE];
}
