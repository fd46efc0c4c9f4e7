/** Rows of lists: what a line shows of an entry, and nothing that is empty. */
import type { Entry } from '$lib/catalogue/types';
import type { Row } from '$lib/facets/row';
import { plainText } from './inline';

export function rowOf(entry: Entry, options: { withSummary: boolean }): Row {
  const row: Row = { url: entry.url, name: entry.name, kind: entry.kind };
  if (options.withSummary && entry.summary) row.summary = shorten(plainText(entry.summary));
  if (entry.aliases.length > 0) row.alias = entry.aliases.join(', ');
  if (entry.category) row.category = entry.category;
  if (entry.level) row.level = entry.level;
  if (entry.tier) row.tier = entry.tier;
  if (entry.year) row.year = entry.year;
  if (entry.status) row.status = entry.status;
  if (entry.disputed) row.disputed = true;
  if (typeof entry.fields.code === 'string') row.code = entry.fields.code;
  return row;
}

const SUMMARY_MAX = 150;

export function shorten(text: string, max = SUMMARY_MAX): string {
  if (text.length <= max) return text;
  const cut = text.lastIndexOf(' ', max - 1);
  return `${text.slice(0, cut > max / 2 ? cut : max - 1).replace(/[,;:.]$/, '')}…`;
}
