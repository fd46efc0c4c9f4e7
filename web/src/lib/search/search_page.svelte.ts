/**
 * The search page's state, read from its address; a change of filters goes to the address first. Asks the server; when
 * it cannot be reached, or is only a file server, the static index answers instead, knows only kinds, and `isOffline`
 * says so. A slow answer to an older question is dropped.
 */
import type { FacetChoice } from '$lib/facets/facet_filter.svelte';
import type { Names } from '$lib/facets/row';
import { decodeState, emptyState, encodeState, type ListState } from '$lib/facets/url_state';
import { loadEngine, type Engine } from './engine';
import { highlight, snippetPieces, type Piece } from './highlight';
import {
  FACETS,
  SEARCH_SCHEMA,
  apiParams,
  chosen,
  facetViews,
  toggled,
  without,
  type Counts,
} from './search_facets';
import type { SearchResponse, SearchResult } from './types';

export const PAGE_SIZE = 30;

export interface Found {
  kind: string;
  url: string;
  name: Piece[];
  text: Piece[];
}

export interface Surroundings {
  names: Names;
  /** Goes to the search page with this state in the address. */
  go: (search: string) => void;
  ask: typeof fetch;
  engine?: () => Promise<Engine>;
}

export class SearchPage implements FacetChoice {
  state = $state.raw<ListState>(emptyState(SEARCH_SCHEMA));
  found = $state.raw<Found[]>([]);
  total = $state(0);
  suggestion = $state<string | null>(null);
  status = $state<'idle' | 'asking' | 'answered' | 'refused' | 'failed'>('idle');
  /** Why the server refused the question. */
  refusal = $state('');
  isOffline = $state(false);
  next = $state<string | null>(null);
  facets = $derived.by(() => facetViews(this.counts, this.state, this.around.names));

  private counts = $state.raw<Counts>({});
  private asked = 0;

  constructor(private readonly around: Surroundings) {}

  get years() {
    return this.facets.some(({ id }) => id === 'year') ? this.state : null;
  }

  get isFiltered(): boolean {
    return FACETS.some((facet) => chosen(this.state, facet) !== null);
  }

  /** Whether filters are set that the static index does not know. */
  get ignoresFilters(): boolean {
    return this.isOffline && FACETS.some((facet) => facet !== 'kind' && chosen(this.state, facet) !== null);
  }

  /** A new question starts without the filters of the last one. */
  addressOf(query: string): string {
    return encodeState({ ...emptyState(SEARCH_SCHEMA), query }, SEARCH_SCHEMA);
  }

  toggle(facet: string, value: string): void {
    this.go(toggled(this.state, facet, value));
  }

  setYears(from: number | null, to: number | null): void {
    this.go({ ...this.state, from, to });
  }

  clear(): void {
    this.around.go(this.addressOf(this.state.query));
  }

  /** Answers what an address asks. */
  async read(search: string): Promise<void> {
    const state = decodeState(search, SEARCH_SCHEMA);
    this.state = state;
    const mine = ++this.asked;
    if (!state.query.trim()) {
      this.status = 'idle';
      this.show(NOTHING);
      return;
    }
    this.status = 'asking';
    try {
      const answer = (await this.fromServer(state)) ?? (await this.fromIndex(state, 0));
      if (mine !== this.asked) return;
      this.show(answer);
      this.status = 'answered';
    } catch (error) {
      if (mine !== this.asked) return;
      this.show({ ...NOTHING, counts: Object.fromEntries(FACETS.map((facet) => [facet, {}])) });
      this.refusal = error instanceof Refused ? error.message : '';
      this.status = error instanceof Refused ? 'refused' : 'failed';
    }
  }

  async more(): Promise<void> {
    const cursor = this.next;
    const mine = this.asked;
    if (cursor === null) return;
    const answer = this.isOffline
      ? await this.fromIndex(this.state, Number(cursor))
      : await this.page(apiParams(this.state), cursor).catch(() => null);
    if (mine !== this.asked) return;
    if (!answer) {
      this.status = 'failed';
      return;
    }
    this.status = 'answered';
    this.found = [...this.found, ...answer.results];
    this.next = answer.next;
  }

  private go(state: ListState): void {
    this.around.go(encodeState(state, SEARCH_SCHEMA));
  }

  private show(answer: Shown): void {
    this.found = answer.results;
    this.total = answer.total;
    this.suggestion = answer.suggestion;
    this.counts = answer.counts;
    this.next = answer.next;
    this.isOffline = answer.isOffline;
  }

  /**
   * Null when there is no search server at this address. The API counts what passes all filters; a facet that is set
   * is asked for once more without its value, so that its other values stay in sight.
   */
  private async fromServer(state: ListState): Promise<Shown | null> {
    const answer = await this.page(apiParams(state), null);
    if (!answer) return null;
    const set = FACETS.filter((facet) => chosen(state, facet) !== null);
    const wider = await Promise.all(
      set.map(async (facet) => {
        const params = apiParams(without(state, facet));
        params.set('limit', '1');
        return [facet, (await this.page(params, null).catch(() => null))?.counts[facet]] as const;
      }),
    );
    const counts = { ...answer.counts };
    for (const [facet, values] of wider) {
      const own = chosen(state, facet) ?? '';
      counts[facet] = { ...(values ?? counts[facet]), [own]: answer.total };
    }
    return { ...answer, counts };
  }

  private async page(params: URLSearchParams, cursor: string | null): Promise<Shown | null> {
    if (cursor !== null) params.set('cursor', cursor);
    let response: Response;
    let body: SearchResponse | Problem;
    try {
      response = await this.around.ask(`/api/v1/search?${params}`, {
        headers: { accept: 'application/json' },
      });
      if (!response.headers.get('content-type')?.includes('json')) return null;
      body = (await response.json()) as SearchResponse | Problem;
    } catch {
      return null;
    }
    if ('detail' in body) {
      if (response.status === 400) throw new Refused(body.detail);
      return null;
    }
    if (!response.ok) return null;
    const terms = (params.get('q') ?? '').split(/\s+/);
    return {
      results: body.results.map((result) => toFound(result, terms)),
      total: body.total,
      suggestion: body.suggestion,
      counts: body.facets,
      next: body.next_cursor,
      isOffline: false,
    };
  }

  private async fromIndex(state: ListState, from: number): Promise<Shown> {
    const answer = (await (this.around.engine ?? loadEngine)()).search(state.query);
    const kind = chosen(state, 'kind');
    const kinds: Record<string, number> = {};
    for (const result of answer.results) kinds[result.kind] = (kinds[result.kind] ?? 0) + 1;
    const own = answer.results.filter((result) => !kind || result.kind === kind);
    return {
      results: own.slice(from, from + PAGE_SIZE).map((result) => toFound(result, answer.terms)),
      total: own.length,
      suggestion: answer.suggestion,
      counts: { kind: kinds },
      next: from + PAGE_SIZE < own.length ? String(from + PAGE_SIZE) : null,
      isOffline: true,
    };
  }
}

/** The server understood that this is a search, but not what for. */
class Refused extends Error {}

/** The error body of the API, as far as it is shown. */
interface Problem {
  detail: string;
}

interface Shown {
  results: Found[];
  total: number;
  suggestion: string | null;
  counts: Counts;
  next: string | null;
  isOffline: boolean;
}

const NOTHING: Shown = {
  results: [],
  total: 0,
  suggestion: null,
  counts: {},
  next: null,
  isOffline: false,
};

function toFound(result: SearchResult, terms: readonly string[]): Found {
  const text = result.snippet_html ? snippetPieces(result.snippet_html) : highlight(result.summary, terms);
  return { kind: result.kind, url: result.url, name: highlight(result.name, terms), text };
}
