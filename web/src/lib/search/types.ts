/** One shape for what the server's search and the static index answer. */
export interface SearchDoc {
  /** Address; also the document's id. */
  url: string;
  kind: string;
  name: string;
  aliases?: string;
  summary: string;
}

export interface SearchResult {
  ref?: string;
  kind: string;
  url: string;
  name: string;
  summary: string;
  /** From the server: text with <mark> only. */
  snippet_html?: string | null;
  score: number;
}

/** The answer of `/api/v1/search`. */
export interface SearchResponse {
  query: string;
  total: number;
  suggestion: string | null;
  facets: Record<string, Record<string, number>>;
  results: SearchResult[];
  next_cursor: string | null;
}
