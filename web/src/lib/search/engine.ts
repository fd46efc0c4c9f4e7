/**
 * Search over the static index, in the browser. Loaded lazily: only the palette and the search page import it.
 *
 * Ranking: MiniSearch scores names over aliases over summaries, with prefixes and small typing errors; on top of it a
 * name that equals the query, or begins with it, comes first, and kinds that stand for more come before others.
 */
import MiniSearch, { type SearchResult as Hit } from 'minisearch';
import type { SearchDoc, SearchResult } from './types';

const FUZZY_FROM_LENGTH = 4;
const FUZZY_SHARE = 0.22;
/** Multiplies the score of a whole name, or of a name's beginning. */
const EXACT_NAME = 6;
const NAME_BEGINS = 2.2;
const KIND_WEIGHT: Record<string, number> = {
  pattern: 1.25,
  concept: 1.15,
  episode: 1.05,
  kpi: 0.7,
  rule: 0.7,
};

export interface Answer {
  results: SearchResult[];
  /** Terms to mark in what is shown. */
  terms: string[];
  /** A spelling that finds more, when the query's own words are not in the index. */
  suggestion: string | null;
}

export interface Engine {
  search(query: string): Answer;
}

export function createEngine(docs: readonly SearchDoc[]): Engine {
  const index = new MiniSearch<SearchDoc>({
    idField: 'url',
    fields: ['name', 'aliases', 'summary'],
    storeFields: ['url', 'kind', 'name', 'summary', 'aliases'],
    searchOptions: {
      boost: { name: 5, aliases: 4 },
      prefix: true,
      fuzzy: (term) => (term.length >= FUZZY_FROM_LENGTH ? FUZZY_SHARE : false),
      combineWith: 'AND',
    },
  });
  index.addAll(docs);

  return {
    search(query) {
      const wanted = normalise(query);
      if (!wanted) return { results: [], terms: [], suggestion: null };
      let hits = index.search(wanted);
      if (hits.length === 0) hits = index.search(wanted, { combineWith: 'OR' });
      const suggestion = hits[0] ? respelled(wanted, hits[0]) : null;
      const results = hits
        .map((hit) => ({ ...toResult(hit), score: hit.score * weight(hit, suggestion ?? wanted) }))
        .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name, 'en'));
      return {
        results,
        terms: hits.length > 0 ? [...wanted.split(' '), ...(suggestion?.split(' ') ?? [])] : [],
        suggestion,
      };
    },
  };
}

function normalise(query: string): string {
  return query.trim().toLowerCase().replace(/\s+/g, ' ');
}

function toResult(hit: Hit): Omit<SearchResult, 'score'> {
  return {
    url: String(hit.url),
    kind: String(hit.kind),
    name: String(hit.name),
    summary: String(hit.summary),
  };
}

function weight(hit: Hit, wanted: string): number {
  const name = String(hit.name).toLowerCase();
  const aliases = String(hit.aliases ?? '')
    .toLowerCase()
    .split(', ');
  const byName =
    name === wanted || aliases.includes(wanted) ? EXACT_NAME : name.startsWith(wanted) ? NAME_BEGINS : 1;
  return byName * (KIND_WEIGHT[String(hit.kind)] ?? 1);
}

/** The query with each word that matched only approximately replaced by what it matched; null when none was. */
function respelled(wanted: string, hit: Hit): string | null {
  let isChanged = false;
  const words = wanted.split(' ').map((word) => {
    if (hit.terms.some((term) => term.startsWith(word))) return word;
    const closest = hit.terms
      .filter((term) => !wanted.includes(term))
      .sort((a, b) => Math.abs(a.length - word.length) - Math.abs(b.length - word.length))[0];
    if (!closest) return word;
    isChanged = true;
    return closest;
  });
  return isChanged ? words.join(' ') : null;
}

let loading: Promise<Engine> | undefined;

/** The engine over `/search-index.json`, fetched once; a failed fetch can be tried again. */
export function loadEngine(): Promise<Engine> {
  loading ??= fetch('/search-index.json')
    .then(async (response) => {
      if (!response.ok) throw new Error(`search index answered ${response.status}`);
      return createEngine((await response.json()) as SearchDoc[]);
    })
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}
