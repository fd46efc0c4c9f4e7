/** Facets of the combination matrix; its sorts order the patterns, not the combinations. */
import { RELATION_IDS, RELATIONS } from '$lib/catalogue/labels';
import type { Relation } from '$lib/catalogue/types';
import type { ListSpec } from '$lib/facets/facet_filter.svelte';
import type { MatrixCombination, MatrixPattern } from './pairs';

export function matrixListSpec(
  patterns: ReadonlyMap<string, MatrixPattern>,
  categories: Record<string, string>,
): ListSpec<MatrixCombination> {
  const inOrder = () => 0;
  return {
    facets: [
      {
        id: 'relation',
        title: 'Relation',
        valuesOf: (row) => [row.relation],
        labelOf: (value) => RELATIONS[value as Relation]?.label ?? value,
        order: RELATION_IDS,
      },
      {
        id: 'category',
        title: 'Category of a member',
        valuesOf: (row) =>
          [...new Set(row.patterns.map((id) => patterns.get(id)?.category ?? ''))].filter(Boolean),
        labelOf: (value) => categories[value] ?? value,
        order: Object.keys(categories),
      },
    ],
    sorts: [
      { id: 'category', label: 'Category', compare: inOrder },
      { id: 'count', label: 'Most combined', compare: inOrder },
      { id: 'name', label: 'Name', compare: inOrder },
    ],
    textOf: (row) =>
      [
        row.name,
        row.mechanism,
        ...row.patterns.map((id) => patterns.get(id)?.name ?? id),
        ...row.concepts,
      ].join(' '),
  };
}
