/** Incidents and successes as table rows, and the facets and sorts of their tables. */
import { humanise, RECORD_STATUS, statusWord } from '$lib/catalogue/labels';
import type { ListSpec } from '$lib/facets/facet_filter.svelte';

export interface EventRow {
  url: string;
  name: string;
  kind: string;
  type: string;
  /** ISO date as far as it is known: 2012, 2012-08 or 2012-08-01. */
  date: string | null;
  minutes: number | null;
  company: string | null;
  companyUrl: string | null;
  record: string;
  disputed: boolean;
  /** Patterns that were missing (incidents) or at work (successes). */
  patterns: [name: string, url: string][];
}

export function yearOf({ date }: EventRow): number | null {
  return date && /^\d{4}/.test(date) ? Number(date.slice(0, 4)) : null;
}

const byDate = (a: EventRow, b: EventRow) =>
  (a.date ?? '9').localeCompare(b.date ?? '9') || a.name.localeCompare(b.name, 'en');
const RECORD_ORDER = Object.keys(RECORD_STATUS);

export function eventListSpec(rows: readonly EventRow[], patternTitle: string): ListSpec<EventRow> {
  const maybe = (value: string | null) => (value === null ? [] : [value]);
  const kind = rows[0]?.kind ?? 'incident';
  return {
    facets: [
      {
        id: 'record',
        title: 'Public record',
        valuesOf: (row) => [row.record],
        labelOf: (value) => statusWord(kind, value).label,
        order: RECORD_ORDER,
      },
      {
        id: 'category',
        title: 'Type',
        valuesOf: (row) => [row.type],
        labelOf: humanise,
        when: () => new Set(rows.map(({ type }) => type)).size > 1,
      },
      {
        id: 'pattern',
        title: patternTitle,
        valuesOf: (row) => row.patterns.map(([, url]) => url.slice(url.lastIndexOf('/') + 1)),
        labelOf: patternNames(rows),
      },
      { id: 'company', title: 'Company', valuesOf: (row) => maybe(row.company), labelOf: (value) => value },
      {
        id: 'disputed',
        title: 'Disputed',
        valuesOf: (row) => [row.disputed ? 'yes' : 'no'],
        labelOf: (value) => (value === 'yes' ? 'Disputed' : 'Not disputed'),
        order: ['yes', 'no'],
        when: () => rows.some(({ disputed }) => disputed),
      },
    ],
    sorts: [
      { id: 'date', label: 'Date', compare: byDate },
      { id: 'name', label: 'Name', compare: (a, b) => a.name.localeCompare(b.name, 'en') },
      {
        id: 'company',
        label: 'Company',
        compare: (a, b) => (a.company ?? '~').localeCompare(b.company ?? '~', 'en') || byDate(a, b),
      },
      {
        id: 'duration',
        label: 'Duration',
        compare: (a, b) => (a.minutes ?? Infinity) - (b.minutes ?? Infinity) || byDate(a, b),
      },
      {
        id: 'record',
        label: 'Record',
        compare: (a, b) => RECORD_ORDER.indexOf(a.record) - RECORD_ORDER.indexOf(b.record) || byDate(a, b),
      },
      {
        id: 'pattern',
        label: patternTitle,
        compare: (a, b) => b.patterns.length - a.patterns.length || byDate(a, b),
      },
    ],
    textOf: (row) =>
      [row.name, row.company, row.date, ...row.patterns.map(([name]) => name)].filter(Boolean).join(' '),
    yearOf,
  };
}

function patternNames(rows: readonly EventRow[]): (id: string) => string {
  const names = new Map(
    rows.flatMap(({ patterns }) =>
      patterns.map(([name, url]) => [url.slice(url.lastIndexOf('/') + 1), name]),
    ),
  );
  return (id) => names.get(id) ?? humanise(id);
}
