/**
 * What the search page filters by: the state of its address as a question to the API, and the API's counts as facets.
 * The API takes one value a facet, a span of years, and cannot be asked for entries without a value.
 */
import { humanise, statusLabel } from '$lib/catalogue/labels';
import type { FacetValue, FacetView } from '$lib/facets/facet_filter.svelte';
import type { Names } from '$lib/facets/row';
import type { ListState, StateSchema } from '$lib/facets/url_state';

/** Results by facet and value. */
export type Counts = Record<string, Record<string, number>>;

/** How the API names the lack of a value. */
const NONE = 'none';
/** "none" is also a record: told by the series, without a public source. */
const KINDS_WITH_RECORD = ['incident', 'success'];

const TITLES: Record<string, string> = {
  kind: 'Kind',
  category: 'Category',
  level: 'Level',
  tier: 'Tier',
  status: 'Status',
  year: 'Year',
};
export const FACETS = Object.keys(TITLES);

/** Years are `from` and `to` in the address, as in every list. */
export const SEARCH_SCHEMA: StateSchema = { facets: FACETS.filter((id) => id !== 'year'), sorts: [] };

/** The value a facet is set to; for the years, a year or a span such as `2010-2020`, `2010-` or `-2020`. */
export function chosen(state: ListState, facet: string): string | null {
  if (facet !== 'year') return state.selected[facet]?.[0] ?? null;
  const { from, to } = state;
  if (from === null && to === null) return null;
  return from === to ? String(from) : `${from ?? ''}-${to ?? ''}`;
}

export function without(state: ListState, facet: string): ListState {
  if (facet === 'year') return { ...state, from: null, to: null };
  return { ...state, selected: { ...state.selected, [facet]: [] } };
}

/** Sets the facet to the value, or frees it when that was its value. */
export function toggled(state: ListState, facet: string, value: string): ListState {
  if (chosen(state, facet) === value) return without(state, facet);
  if (facet === 'year') return { ...state, from: Number(value), to: Number(value) };
  return { ...state, selected: { ...state.selected, [facet]: [value] } };
}

export function apiParams(state: ListState): URLSearchParams {
  const params = new URLSearchParams({ q: state.query });
  for (const facet of SEARCH_SCHEMA.facets) {
    const value = chosen(state, facet);
    if (value !== null) params.set(facet, value);
  }
  if (state.from !== null) params.set('year_from', String(state.from));
  if (state.to !== null) params.set('year_to', String(state.to));
  return params;
}

/** The facets with something to choose between, and those that are set, so that they can be freed. */
export function facetViews(counts: Counts, state: ListState, names: Names): FacetView[] {
  return FACETS.filter((id) => counts[id])
    .map((id) => ({ id, title: TITLES[id] ?? id, values: facetValues(id, counts[id] ?? {}, state, names) }))
    .filter(({ values }) => values.length > 1 || values.some(({ isSelected }) => isSelected));
}

function facetValues(id: string, counts: Record<string, number>, state: ListState, names: Names) {
  const selected = chosen(state, id);
  const all: Record<string, number> = { ...(selected === null ? {} : { [selected]: 0 }), ...counts };
  const isNoValue = (value: string) => value === NONE && !(id === 'status' && noneIsRecord(state));
  const place = (value: string) => (isNoValue(value) ? Infinity : orderOf(id, value, names));
  return Object.entries(all)
    .map(([value, count]): FacetValue => {
      const isSelected = value === selected;
      if (!isNoValue(value)) return { value, label: labelOf(id, value, state, names), count, isSelected };
      return { value, label: noValueLabel(id, state), count, isSelected: false, isOnlyCounted: true };
    })
    .sort((a, b) => place(a.value) - place(b.value) || b.count - a.count || a.label.localeCompare(b.label));
}

function noneIsRecord(state: ListState): boolean {
  return KINDS_WITH_RECORD.includes(chosen(state, 'kind') ?? '') || chosen(state, 'status') === NONE;
}

function noValueLabel(id: string, state: ListState): string {
  return id === 'status' && chosen(state, 'kind') === null ? 'None, or no public record' : 'Not stated';
}

function labelOf(id: string, value: string, state: ListState, names: Names): string {
  if (id === 'kind') return names.kinds[value]?.title ?? humanise(value);
  if (id === 'category') return names.categories[value] ?? value;
  if (id === 'level') return names.levels[value] ?? value;
  if (id === 'tier') return names.tiers[value] ?? value;
  if (id === 'status')
    return statusLabel(value, value === NONE ? 'incident' : (chosen(state, 'kind') ?? undefined));
  const [from, to] = value.split('-');
  if (to === undefined) return value;
  if (!from) return `up to ${to}`;
  return to ? `${from} to ${to}` : `from ${from}`;
}

/** Levels and tiers as the taxonomy has them, years from the newest, everything else by count. */
function orderOf(id: string, value: string, names: Names): number {
  if (id === 'level') return Object.keys(names.levels).indexOf(value);
  if (id === 'tier') return Object.keys(names.tiers).indexOf(value);
  if (id !== 'year') return 0;
  return value.includes('-') ? -Infinity : -Number(value);
}
