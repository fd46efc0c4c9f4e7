/**
 * The state of the search palette: query, answer in groups, the row in hand, what was opened lately.
 * Rows are numbered through all groups, so up and down walk the list as it is seen; both ends wrap.
 */
import type { SmallStorage } from '$lib/storage';
import type { Answer, Engine } from './engine';
import type { SearchResult } from './types';

export const SHOWN_PER_GROUP = 5;
export const SHOWN_IN_ALL = 24;
export const RECENT_MAX = 6;
const RECENT_KEY = 'dstudio.recent';

export interface Recent {
  url: string;
  kind: string;
  name: string;
}

export interface PaletteRow extends Recent {
  index: number;
  summary?: string;
}

export interface PaletteGroup {
  title: string;
  rows: PaletteRow[];
}

const NO_ANSWER: Answer = { results: [], terms: [], suggestion: null };

export class PaletteState {
  query = $state('');
  engine = $state.raw<Engine>();
  active = $state(0);
  recent = $state<Recent[]>([]);

  answer = $derived.by(() => (this.engine ? this.engine.search(this.query) : NO_ANSWER));
  groups = $derived.by(() => (this.query.trim() ? this.resultGroups() : this.recentGroup()));
  rows = $derived.by(() => this.groups.flatMap(({ rows }) => rows));

  constructor(
    private readonly titleOf: (kind: string) => string,
    private readonly storage: SmallStorage,
  ) {
    this.recent = this.readRecent();
  }

  get isEmpty(): boolean {
    return this.engine !== undefined && this.query.trim() !== '' && this.rows.length === 0;
  }

  get activeRow(): PaletteRow | undefined {
    return this.rows[this.active];
  }

  type(query: string): void {
    this.query = query;
    this.active = 0;
  }

  move(step: 1 | -1): void {
    const count = this.rows.length;
    if (count > 0) this.active = (this.active + step + count) % count;
  }

  /** Remembers what was opened, newest first, each once. */
  remember({ url, kind, name }: Recent): void {
    this.recent = [{ url, kind, name }, ...this.recent.filter((other) => other.url !== url)].slice(
      0,
      RECENT_MAX,
    );
    this.storage.setItem(RECENT_KEY, JSON.stringify(this.recent));
  }

  /** Groups in the order of their best result; the best results of all kinds, a few of each. */
  private resultGroups(): PaletteGroup[] {
    const byKind = new Map<string, SearchResult[]>();
    for (const result of this.answer.results) {
      const list = byKind.get(result.kind) ?? [];
      if (list.length < SHOWN_PER_GROUP) list.push(result);
      byKind.set(result.kind, list);
    }
    let index = 0;
    const groups: PaletteGroup[] = [];
    for (const [kind, results] of byKind) {
      const rows = results
        .slice(0, Math.max(0, SHOWN_IN_ALL - index))
        .map((result) => ({ ...result, index: index++ }));
      if (rows.length > 0) groups.push({ title: this.titleOf(kind), rows });
    }
    return groups;
  }

  private recentGroup(): PaletteGroup[] {
    if (this.recent.length === 0) return [];
    return [{ title: 'Opened lately', rows: this.recent.map((row, index) => ({ ...row, index })) }];
  }

  private readRecent(): Recent[] {
    try {
      const value: unknown = JSON.parse(this.storage.getItem(RECENT_KEY) ?? '[]');
      return Array.isArray(value) ? value.filter(isRecent).slice(0, RECENT_MAX) : [];
    } catch {
      return [];
    }
  }
}

/** Stored by this site, but anyone with the browser can change it: only own addresses are taken. */
function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false;
  const { url, kind, name } = value as Partial<Recent>;
  return (
    typeof url === 'string' && /^\/(?!\/)/.test(url) && typeof kind === 'string' && typeof name === 'string'
  );
}
