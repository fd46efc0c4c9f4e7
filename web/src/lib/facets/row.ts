/** One line of a list. Short keys: a thousand of these travel with the browse page. */
import { humanise, statusBadge, statusIsCategory, statusWord } from '$lib/catalogue/labels';
import type { Level, Taxonomy } from '$lib/catalogue/types';
import type { BadgeView } from '$lib/entries/view';
import type { ListSpec } from './facet_filter.svelte';

export interface Row {
  url: string;
  name: string;
  kind: string;
  summary?: string;
  alias?: string;
  category?: string;
  level?: Level;
  tier?: string;
  year?: number;
  status?: string;
  disputed?: true;
  /** Episode code, E01: shown before the name. */
  code?: string;
}

/** The names that a list needs of the taxonomy. */
export interface Names {
  kinds: Record<string, { title: string; plural: string }>;
  categories: Record<string, string>;
  tiers: Record<string, string>;
  levels: Record<string, string>;
}

export function namesOf(taxonomy: Taxonomy, kinds: readonly string[]): Names {
  const categories: Record<string, string> = {};
  for (const kind of kinds)
    for (const { id, name } of taxonomy.kinds[kind]?.categories ?? []) categories[id] = name;
  return {
    kinds: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        { title: taxonomy.kinds[kind]?.title ?? kind, plural: taxonomy.kinds[kind]?.plural ?? kind },
      ]),
    ),
    categories,
    tiers: Object.fromEntries(taxonomy.tiers.map(({ id, name }) => [id, name])),
    levels: Object.fromEntries(taxonomy.levels.map(({ id, name }) => [id, `${id} ${name}`])),
  };
}

const maybe = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
const byName = (a: Row, b: Row) => a.name.localeCompare(b.name, 'en');

/** Facets for a list of one kind, or of all. */
export function entryListSpec(rows: readonly Row[], names: Names): ListSpec<Row> {
  const kinds = new Set(rows.map(({ kind }) => kind));
  const single = kinds.size === 1 ? [...kinds][0] : undefined;
  const has = (test: (row: Row) => unknown) => rows.some((row) => test(row));
  const statusLabel = (value: string) => {
    const owner = single ?? rows.find(({ status }) => status === value)?.kind ?? '';
    return statusWord(owner, value).label;
  };

  const facets: ListSpec<Row>['facets'] = [
    {
      id: 'kind',
      title: 'Kind',
      valuesOf: (row: Row) => [row.kind],
      labelOf: (value: string) => names.kinds[value]?.title ?? value,
      order: Object.keys(names.kinds),
      when: () => !single,
    },
    {
      id: 'category',
      title: single === 'combination' ? 'Relation' : single === 'episode' ? 'Series' : 'Category',
      valuesOf: (row: Row) => maybe(row.category),
      labelOf: (value: string) => names.categories[value] ?? humanise(value),
      when: (state) =>
        has(({ category }) => category) && (Boolean(single) || state.selected.kind?.length === 1),
    },
    {
      id: 'level',
      title: 'Level',
      valuesOf: (row: Row) => maybe(row.level),
      labelOf: (value: string) => names.levels[value] ?? value,
      order: Object.keys(names.levels),
      when: () => has(({ level }) => level),
    },
    {
      id: 'tier',
      title: 'Tier',
      valuesOf: (row: Row) => maybe(row.tier),
      labelOf: (value: string) => names.tiers[value] ?? value,
      order: Object.keys(names.tiers),
      when: () => has(({ tier }) => tier),
    },
    {
      id: 'status',
      title: single === 'formula' ? 'Series claim' : 'Status',
      valuesOf: (row: Row) => maybe(row.status),
      labelOf: statusLabel,
      when: () => has(({ status }) => status) && !(single && statusIsCategory(single)),
    },
    {
      id: 'disputed',
      title: 'Disputed',
      valuesOf: (row: Row) => [row.disputed ? 'yes' : 'no'],
      labelOf: (value: string) => (value === 'yes' ? 'Disputed' : 'Not disputed'),
      order: ['yes', 'no'],
      when: () => has(({ disputed }) => disputed),
    },
  ];
  const kindOrder = Object.keys(names.kinds);
  const sorts = [
    { id: 'name', label: 'Name', compare: byName },
    {
      id: 'year',
      label: 'Year',
      compare: (a: Row, b: Row) => (a.year ?? 9999) - (b.year ?? 9999) || byName(a, b),
    },
    {
      id: 'level',
      label: 'Level',
      compare: (a: Row, b: Row) => (a.level ?? 'L9').localeCompare(b.level ?? 'L9') || byName(a, b),
    },
  ].filter(({ id }) => id === 'name' || has((row) => (id === 'year' ? row.year : row.level)));
  if (!single)
    sorts.push({
      id: 'kind',
      label: 'Kind',
      compare: (a, b) => kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) || byName(a, b),
    });
  if (single === 'episode')
    sorts.unshift({
      id: 'code',
      label: 'Order',
      compare: (a, b) => episodeOrder(a).localeCompare(episodeOrder(b)),
    });

  return {
    facets,
    sorts,
    textOf: (row) => [row.code, row.name, row.alias, row.summary].filter(Boolean).join(' '),
    yearOf: has(({ year }) => year) ? (row) => row.year ?? null : undefined,
  };
}

function episodeOrder({ code = '' }: Row): string {
  return `${code.length}${code}`;
}

export function rowBadges(row: Row, names: Names): BadgeView[] {
  const badges: BadgeView[] = [];
  if (row.level) badges.push({ label: row.level, tone: 'neutral', title: names.levels[row.level] });
  if (row.tier) badges.push({ label: names.tiers[row.tier] ?? row.tier, tone: 'neutral', title: 'Tier' });
  if (row.status && !statusIsCategory(row.kind) && row.kind !== 'pattern') {
    badges.push(statusBadge(row.kind, row.status));
  }
  if (row.disputed) badges.push({ label: 'Disputed', tone: 'bad' });
  return badges;
}
