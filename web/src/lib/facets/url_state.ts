/**
 * A list's state as an address: `?q=retry&level=L3,L4&from=2005&sort=year`. Only what differs from the default is
 * written, in a fixed order, so the same state gives the same link; unknown keys and values are dropped on reading.
 */
export interface ListState {
  query: string;
  selected: Record<string, string[]>;
  from: number | null;
  to: number | null;
  sort: string;
  descending: boolean;
}

export interface StateSchema {
  facets: readonly string[];
  sorts: readonly string[];
}

export function emptyState(schema: StateSchema): ListState {
  return { query: '', selected: {}, from: null, to: null, sort: schema.sorts[0] ?? '', descending: false };
}

export function encodeState(state: ListState, schema: StateSchema): string {
  const params = new URLSearchParams();
  if (state.query.trim()) params.set('q', state.query.trim());
  for (const facet of schema.facets) {
    const values = state.selected[facet] ?? [];
    if (values.length > 0) params.set(facet, [...values].sort().join(','));
  }
  if (state.from !== null) params.set('from', String(state.from));
  if (state.to !== null) params.set('to', String(state.to));
  // An empty sort stands for the first one.
  const isDefaultSort = state.sort === '' || state.sort === schema.sorts[0];
  if (!isDefaultSort || state.descending)
    params.set('sort', `${state.descending ? '-' : ''}${state.sort || schema.sorts[0]}`);
  // Commas are legal in a query and read better than %2C.
  return params.toString().replaceAll('%2C', ',');
}

export function decodeState(search: string, schema: StateSchema): ListState {
  const params = new URLSearchParams(search);
  const state = emptyState(schema);
  state.query = params.get('q') ?? '';
  for (const facet of schema.facets) {
    const values = (params.get(facet) ?? '').split(',').filter(Boolean);
    if (values.length > 0) state.selected[facet] = [...new Set(values)];
  }
  state.from = year(params.get('from'));
  state.to = year(params.get('to'));
  const sort = params.get('sort') ?? '';
  const id = sort.replace(/^-/, '');
  if (schema.sorts.includes(id)) {
    state.sort = id;
    state.descending = sort.startsWith('-');
  }
  return state;
}

function year(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}
