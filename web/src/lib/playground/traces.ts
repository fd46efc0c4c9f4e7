/** Sampled requests (docs/formats/simulation-json.md). */
export interface RequestTrace {
  [key: string]: unknown;
}
