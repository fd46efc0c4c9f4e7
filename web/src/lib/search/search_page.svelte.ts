/**
 * The search page's state. Asks the server; when it cannot be reached, or is only a file server, the static index
 * answers instead and `isOffline` says so. A slow answer to an older question is dropped.
 */
import { loadEngine, type Engine } from './engine';
import { highlight, snippetPieces, type Piece } from './highlight';
import type { SearchResponse, SearchResult } from './types';

export const PAGE_SIZE = 30;

export interface Found {
  kind: string;
  url: string;
  name: Piece[];
  text: Piece[];
}

export interface Question {
  query: string;
  kind: string | null;
}

export class SearchPage {
  question = $state.raw<Question>({ query: '', kind: null });
  found = $state.raw<Found[]>([]);
  total = $state(0);
  suggestion = $state<string | null>(null);
  kinds = $state.raw<[kind: string, count: number][]>([]);
  status = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  isOffline = $state(false);
  next = $state<string | null>(null);

  private asked = 0;

  constructor(
    private readonly ask: typeof fetch,
    private readonly engine: () => Promise<Engine> = loadEngine,
  ) {}

  async search(question: Question): Promise<void> {
    this.question = question;
    const mine = ++this.asked;
    if (!question.query.trim()) {
      this.status = 'idle';
      this.show({ results: [], total: 0, suggestion: null, kinds: [], next: null });
      return;
    }
    this.status = 'asking';
    try {
      const answer = (await this.fromServer(question, null)) ?? (await this.fromIndex(question, 0));
      if (mine !== this.asked) return;
      this.show(answer);
      this.status = 'answered';
    } catch {
      if (mine === this.asked) this.status = 'failed';
    }
  }

  async more(): Promise<void> {
    const cursor = this.next;
    const mine = this.asked;
    if (cursor === null) return;
    const answer = this.isOffline
      ? await this.fromIndex(this.question, Number(cursor))
      : await this.fromServer(this.question, cursor);
    if (mine !== this.asked || !answer) return;
    this.found = [...this.found, ...answer.results];
    this.next = answer.next;
  }

  private show(answer: Shown): void {
    this.found = answer.results;
    this.total = answer.total;
    this.suggestion = answer.suggestion;
    this.kinds = answer.kinds;
    this.next = answer.next;
  }

  /** Null when there is no search server at this address. */
  private async fromServer({ query, kind }: Question, cursor: string | null): Promise<Shown | null> {
    const params = new URLSearchParams({ q: query });
    if (kind) params.set('kind', kind);
    if (cursor) params.set('cursor', cursor);
    try {
      const response = await this.ask(`/api/v1/search?${params}`, {
        headers: { accept: 'application/json' },
      });
      if (!response.ok || !response.headers.get('content-type')?.includes('json')) return null;
      const body = (await response.json()) as SearchResponse;
      this.isOffline = false;
      return {
        results: body.results.map((result) => toFound(result, query.split(/\s+/))),
        total: body.total,
        suggestion: body.suggestion,
        kinds: sortedKinds(Object.entries(body.facets?.kind ?? {})),
        next: body.next_cursor,
      };
    } catch {
      return null;
    }
  }

  private async fromIndex({ query, kind }: Question, from: number): Promise<Shown> {
    const answer = (await this.engine()).search(query);
    this.isOffline = true;
    const counts = new Map<string, number>();
    for (const result of answer.results) counts.set(result.kind, (counts.get(result.kind) ?? 0) + 1);
    const own = answer.results.filter((result) => !kind || result.kind === kind);
    return {
      results: own.slice(from, from + PAGE_SIZE).map((result) => toFound(result, answer.terms)),
      total: own.length,
      suggestion: answer.suggestion,
      kinds: sortedKinds([...counts]),
      next: from + PAGE_SIZE < own.length ? String(from + PAGE_SIZE) : null,
    };
  }
}

interface Shown {
  results: Found[];
  total: number;
  suggestion: string | null;
  kinds: [string, number][];
  next: string | null;
}

function toFound(result: SearchResult, terms: readonly string[]): Found {
  const text = result.snippet_html ? snippetPieces(result.snippet_html) : highlight(result.summary, terms);
  return { kind: result.kind, url: result.url, name: highlight(result.name, terms), text };
}

function sortedKinds(kinds: [string, number][]): [string, number][] {
  return kinds.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
}
