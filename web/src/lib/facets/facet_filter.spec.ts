import { describe, expect, it } from 'vitest';
import { FacetFilter, NONE, type ListSpec } from './facet_filter.svelte';

interface Item {
  name: string;
  kind: string;
  level?: string;
  tags: string[];
  year?: number;
}

const items: Item[] = [
  { name: 'Circuit Breaker', kind: 'pattern', level: 'L3', tags: ['calls'], year: 2007 },
  { name: 'Retry', kind: 'pattern', level: 'L2', tags: ['calls', 'time'], year: 1990 },
  { name: 'Café', kind: 'concept', tags: [] },
  { name: 'Retry storm', kind: 'concept', level: 'L3', tags: ['calls'] },
  { name: 'Clock', kind: 'concept', level: 'L2', tags: ['time'], year: 2007 },
];
const spec: ListSpec<Item> = {
  facets: [
    { id: 'kind', title: 'Kind', valuesOf: ({ kind }) => [kind], labelOf: (value) => value },
    {
      id: 'level',
      title: 'Level',
      valuesOf: ({ level }) => (level ? [level] : []),
      labelOf: (value) => value,
      order: ['L2', 'L3'],
    },
    { id: 'tag', title: 'Tag', valuesOf: ({ tags }) => tags, labelOf: (value) => value },
  ],
  sorts: [
    { id: 'name', label: 'Name', compare: (a, b) => a.name.localeCompare(b.name) },
    { id: 'year', label: 'Year', compare: (a, b) => (a.year ?? 9999) - (b.year ?? 9999) },
  ],
  textOf: ({ name }) => name,
  yearOf: ({ year }) => year ?? null,
};
const make = () => new FacetFilter(items, spec);
const names = (filter: FacetFilter<Item>) => filter.results.map(({ name }) => name);
const counts = (filter: FacetFilter<Item>, facet: string) =>
  Object.fromEntries(
    filter.facets.find(({ id }) => id === facet)?.values.map(({ value, count }) => [value, count]) ?? [],
  );
const sum = (values: Record<string, number>) => Object.values(values).reduce((a, b) => a + b, 0);

describe('facet filter', () => {
  it('shows everything at first, with counts that add up', () => {
    const filter = make();
    expect(filter.results).toHaveLength(items.length);
    expect(counts(filter, 'kind')).toEqual({ concept: 3, pattern: 2 });
    expect(counts(filter, 'level')).toEqual({ L2: 2, L3: 2, [NONE]: 1 });
    expect(filter.isFiltered).toBe(false);
  });

  it('keeps the counts of single-valued facets adding up under every filter', () => {
    const filter = make();
    for (const search of [
      '',
      '?kind=concept',
      '?q=retry',
      '?level=L2&kind=concept',
      '?from=2000',
      '?tag=time',
      '?level=unstated',
    ]) {
      filter.read(search);
      for (const facet of ['kind', 'level']) {
        const others = make();
        others.read(search);
        others.state.selected[facet] = [];
        expect(sum(counts(filter, facet)), `${facet} under ${search}`).toBe(others.results.length);
      }
    }
  });

  it('takes values of one facet as alternatives and facets together', () => {
    const filter = make();
    filter.toggle('level', 'L2');
    filter.toggle('level', 'L3');
    expect(filter.results).toHaveLength(4);
    filter.toggle('kind', 'pattern');
    expect(names(filter)).toEqual(['Circuit Breaker', 'Retry']);
    filter.toggle('kind', 'pattern');
    expect(filter.results).toHaveLength(4);
  });

  it('finds all words in any order, without case or accents', () => {
    const filter = make();
    filter.state.query = 'STORM re';
    expect(names(filter)).toEqual(['Retry storm']);
    filter.state.query = 'cafe';
    expect(names(filter)).toEqual(['Café']);
  });

  it('leaves out what has no year when years are asked for', () => {
    const filter = make();
    filter.state.to = 2000;
    expect(names(filter)).toEqual(['Retry']);
  });

  it('sorts, and turns around when asked again', () => {
    const filter = make();
    filter.sortBy('year');
    expect(names(filter)[0]).toBe('Retry');
    filter.sortBy('year');
    expect(names(filter).at(-1)).toBe('Retry');
    expect(filter.search).toBe('sort=-year');
  });

  it('keeps a chosen value in sight when nothing is left of it', () => {
    const filter = make();
    filter.read('?kind=pattern&q=clock');
    expect(counts(filter, 'kind')).toEqual({ concept: 1, pattern: 0 });
    expect(filter.results).toEqual([]);
  });

  it('clears the filters and keeps the order', () => {
    const filter = make();
    filter.read('?kind=pattern&q=x&sort=-year');
    filter.clear();
    expect(filter.search).toBe('sort=-year');
  });

  it('does not change the rows it was given', () => {
    const filter = make();
    filter.sortBy('year');
    void filter.results;
    expect(filter.rows[0]?.name).toBe('Circuit Breaker');
  });
});
