import { humanise, RELATIONS, statusWord } from '$lib/catalogue/labels';
import { NONE } from '$lib/facets/facet_filter.svelte';
import type { Counts } from '$lib/catalogue/types';
import { catalogue, type Catalogue } from '$lib/server/catalogue';
import { episodeCode } from '$lib/server/views/teaching';

export interface CountRow {
  name: string;
  count: number;
  url?: string;
}

const byCount = (a: CountRow, b: CountRow) => b.count - a.count;

function rows(counts: Counts, name: (id: string) => string, url?: (id: string) => string): CountRow[] {
  return Object.entries(counts).map(([id, count]) => ({ name: name(id), count, url: url?.(id) }));
}

function tables(all: Catalogue) {
  const { stats, taxonomy } = all;
  const category = (kind: string) => (id: string) => all.categoryName(kind, id) ?? id;
  const level = (id: string) =>
    `${id} ${taxonomy.levels.find((known) => known.id === id)?.name ?? ''}`.trim();
  const isLevel = ([id]: [string, number]) => /^L\d$/.test(id);
  const levelRows = (counts: Counts, key: string) =>
    rows(Object.fromEntries(Object.entries(counts).filter(isLevel).sort()), level, (id) => `${key}${id}`);
  const tier = (id: string) => taxonomy.tiers.find((known) => known.id === id)?.name ?? humanise(id);
  return [
    {
      title: 'Concepts by category',
      rows: rows(stats.concepts.by_category, category('concept'), (id) => `/concepts?category=${id}`).sort(
        byCount,
      ),
    },
    {
      title: 'Concepts by level they are placed at',
      rows: levelRows(stats.concepts.by_level, '/concepts?level='),
    },
    {
      title: 'Concepts taught at each level',
      rows: levelRows(stats.concepts.by_taught_level, '/depth?level='),
    },
    {
      title: 'Patterns by category',
      rows: rows(stats.patterns.by_category, category('pattern'), (id) => `/patterns?category=${id}`).sort(
        byCount,
      ),
    },
    {
      title: 'Patterns by tier',
      rows: rows(
        stats.patterns.by_tier,
        (id) => (isNone(id) ? 'No tier' : tier(id)),
        (id) => `/patterns?tier=${isNone(id) ? NONE : id}`,
      ).sort(byCount),
    },
    {
      title: 'Formulas by standing of the claim',
      rows: rows(
        stats.formulas.by_claim_status,
        (id) => (isNone(id) ? 'Not from the series' : statusWord('formula', id).label),
        (id) => `/formulas?status=${isNone(id) ? NONE : id}`,
      ).sort(byCount),
    },
    {
      title: 'Incidents by public record',
      rows: rows(
        stats.incidents.by_record,
        (id) => statusWord('incident', id).label,
        (id) => `/incidents?record=${id}`,
      ).sort(byCount),
    },
    {
      title: 'Incidents by doubt about the telling',
      rows: rows(stats.incidents.by_doubt_level, humanise).sort(byCount),
    },
    {
      title: 'Combinations by relation',
      rows: rows(
        stats.combinations.by_relation,
        (id) => RELATIONS[id as keyof typeof RELATIONS]?.label ?? id,
        (id) => `/combinations?category=${id}`,
      ).sort(byCount),
    },
    {
      title: 'Cross-references by relation',
      rows: rows(stats.references.by_relation, humanise).sort(byCount),
    },
  ].filter((table) => table.rows.length > 0);
}

/** How the exporter names what has no value. */
const isNone = (id: string) => /^(none|null|)$/i.test(id);

export function load() {
  const all = catalogue();
  const { stats, taxonomy } = all;
  return {
    totals: {
      entries: stats.entries.total,
      references: stats.references.total,
      sources: stats.sources,
      hours: stats.episodes.hours,
      numbered: stats.episodes.numbered,
      extra: stats.episodes.extra,
      scripted: stats.episodes.scripted,
      planned: stats.episodes.planned,
    },
    kinds: Object.entries(taxonomy.kinds)
      .map(([kind, { title, plural }]): CountRow => ({
        name: title,
        count: all.countOf(kind),
        url: `/${plural}`,
      }))
      .filter(({ count }) => count > 0),
    tables: tables(all),
    episodes: stats.per_episode.map(({ ref, ...counts }) => ({
      ...all.link(ref),
      code: episodeCode(ref, all),
      ...counts,
    })),
    gaps: Object.entries(stats.gaps).map(([id, refs]) => ({
      title: humanise(id),
      links: refs.filter((ref) => all.find(ref)).map(all.link),
    })),
  };
}
