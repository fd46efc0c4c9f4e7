/** Concepts by the levels they are taught at. */
import { LEVELS, type Level } from '$lib/catalogue/types';
import type { ListSpec } from '$lib/facets/facet_filter.svelte';

export interface DepthRow {
  id: string;
  name: string;
  category: string;
  /** Where the series places it. */
  placed: Level | null;
  /** Levels with a statement, as digits: "135". */
  taught: string;
}

export function isTaught(row: DepthRow, level: Level): boolean {
  return row.taught.includes(level.slice(1));
}

export function depthListSpec(names: {
  levels: Record<string, string>;
  categories: Record<string, string>;
}): ListSpec<DepthRow> {
  const order = Object.keys(names.categories);
  const byCategory = (a: DepthRow, b: DepthRow) => order.indexOf(a.category) - order.indexOf(b.category);
  const byName = (a: DepthRow, b: DepthRow) => a.name.localeCompare(b.name, 'en');
  return {
    facets: [
      {
        id: 'level',
        title: 'Taught at',
        valuesOf: (row) => LEVELS.filter((level) => isTaught(row, level)),
        labelOf: (value) => names.levels[value] ?? value,
        order: LEVELS,
      },
      {
        id: 'placed',
        title: 'Placed at',
        valuesOf: (row) => (row.placed ? [row.placed] : []),
        labelOf: (value) => names.levels[value] ?? value,
        order: LEVELS,
      },
      {
        id: 'category',
        title: 'Category',
        valuesOf: (row) => [row.category],
        labelOf: (value) => names.categories[value] ?? value,
        order,
      },
    ],
    sorts: [
      { id: 'category', label: 'Category', compare: (a, b) => byCategory(a, b) || byName(a, b) },
      {
        id: 'depth',
        label: 'Most levels',
        compare: (a, b) => byCategory(a, b) || b.taught.length - a.taught.length || byName(a, b),
      },
    ],
    textOf: (row) => row.name,
  };
}
