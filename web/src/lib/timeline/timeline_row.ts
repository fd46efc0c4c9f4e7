/** What the timeline shows, and its facets. */
import { humanise } from '$lib/catalogue/labels';
import type { ListSpec } from '$lib/facets/facet_filter.svelte';

export interface TimelineRow {
  url: string;
  name: string;
  kind: 'pattern' | 'incident' | 'success';
  year: number;
  /** As far as it is known. */
  date: string;
  category: string;
  summary: string;
}

export const KIND_NAMES = { pattern: 'Patterns', incident: 'Incidents', success: 'Successes' };

export function timelineListSpec(categories: Record<string, string>): ListSpec<TimelineRow> {
  return {
    facets: [
      {
        id: 'kind',
        title: 'Show',
        valuesOf: (row) => [row.kind],
        labelOf: (value) => KIND_NAMES[value as TimelineRow['kind']] ?? value,
        order: Object.keys(KIND_NAMES),
      },
      {
        id: 'category',
        title: 'Category or type',
        valuesOf: (row) => [row.category],
        labelOf: (value) => categories[value] ?? humanise(value),
      },
    ],
    sorts: [
      {
        id: 'date',
        label: 'Date',
        compare: (a, b) => a.date.localeCompare(b.date) || a.name.localeCompare(b.name, 'en'),
      },
    ],
    textOf: (row) => `${row.name} ${row.summary}`,
    yearOf: (row) => row.year,
  };
}
