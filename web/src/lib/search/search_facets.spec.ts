import { describe, expect, it } from 'vitest';
import type { Names } from '$lib/facets/row';
import { decodeState, encodeState } from '$lib/facets/url_state';
import { SEARCH_SCHEMA, apiParams, facetViews, toggled } from './search_facets';

const names: Names = {
  kinds: { pattern: { title: 'Patterns', plural: 'patterns' } },
  categories: { resilience: 'Resilience' },
  tiers: { gold: 'Gold', silver: 'Silver' },
  levels: { L1: 'L1 basic', L2: 'L2 applied' },
};
const stateOf = (search: string) => decodeState(`?${search}`, SEARCH_SCHEMA);
const view = (counts: Parameters<typeof facetViews>[0], search = 'q=x') =>
  facetViews(counts, stateOf(search), names).map(({ id, values }) => ({
    id,
    values: values.map(({ label, count }) => `${label} ${count}`),
  }));

describe('search in the address', () => {
  it.each([
    'q=retry+storm',
    'q=x&kind=pattern&category=resilience&level=L3&tier=gold&status=series',
    'q=x&from=2005&to=2010',
  ])('reads %s and writes it back', (search) => {
    expect(encodeState(stateOf(search), SEARCH_SCHEMA)).toBe(search);
  });

  it('asks the API by its own names, one value a facet', () => {
    expect(
      apiParams(stateOf('q=x&level=L3,L4&status=planned+deep-dive&from=2005&sort=name')).toString(),
    ).toBe('q=x&level=L3&status=planned+deep-dive&year_from=2005');
  });

  it.each([
    ['q=x', 'tier', 'gold', 'q=x&tier=gold'],
    ['q=x&tier=gold', 'tier', 'silver', 'q=x&tier=silver'],
    ['q=x&tier=gold', 'tier', 'gold', 'q=x'],
    ['q=x', 'year', '2007', 'q=x&from=2007&to=2007'],
    ['q=x&from=2007&to=2007', 'year', '2007', 'q=x'],
    ['q=x&from=2000&to=2010', 'year', '2000-2010', 'q=x'],
    ['q=x&from=2000', 'year', '2000-', 'q=x'],
  ])('%s with %s %s pressed is %s', (search, facet, value, then) => {
    expect(encodeState(toggled(stateOf(search), facet, value), SEARCH_SCHEMA)).toBe(then);
  });
});

describe('facets of the search', () => {
  it('are those with a choice, named by the taxonomy, in its order, or plainly', () => {
    const counts = {
      kind: { pattern: 3 },
      category: { resilience: 1, 'new-one': 2 },
      level: { L2: 1, L1: 1, none: 1 },
      tier: { none: 3 },
      year: { '1999': 1, '2007': 1, none: 1 },
    };
    expect(view(counts)).toEqual([
      { id: 'category', values: ['new-one 2', 'Resilience 1'] },
      { id: 'level', values: ['L1 basic 1', 'L2 applied 1', 'Not stated 1'] },
      { id: 'year', values: ['2007 1', '1999 1', 'Not stated 1'] },
    ]);
  });

  it('stay while they are set, also when nothing is found', () => {
    expect(view({ tier: { gold: 2 }, year: {} }, 'q=x&tier=gold&from=2000')).toEqual([
      { id: 'tier', values: ['Gold 2'] },
      { id: 'year', values: ['from 2000 0'] },
    ]);
  });

  it('offer "none" only as the record of an incident', () => {
    const status = { documented: 2, none: 3 };
    expect(view({ status })).toEqual([
      { id: 'status', values: ['Documented 2', 'None, or no public record 3'] },
    ]);
    expect(view({ status }, 'q=x&kind=incident')).toEqual([
      { id: 'status', values: ['No public record 3', 'Documented 2'] },
    ]);
    const offered = (search: string) =>
      facetViews({ status }, stateOf(search), names)[0]?.values.filter((value) => !value.isOnlyCounted)
        .length;
    expect([offered('q=x'), offered('q=x&kind=incident'), offered('q=x&kind=pattern')]).toEqual([1, 2, 1]);
  });
});
