import { json } from '@sveltejs/kit';
import type { SearchDoc } from '$lib/search/types';
import { catalogue } from '$lib/server/catalogue';
import { plainText } from '$lib/server/inline';
import { shorten } from '$lib/server/rows';

export const prerender = true;

const SUMMARY_MAX = 200;

/** What the browser searches when no server answers: names, aliases and the beginning of summaries. */
export function GET() {
  const docs = catalogue().entries.map(({ url, kind, name, aliases, summary, fields }): SearchDoc => {
    const code = typeof fields.code === 'string' ? [fields.code] : [];
    const doc: SearchDoc = { url, kind, name, summary: shorten(plainText(summary), SUMMARY_MAX) };
    if (aliases.length + code.length > 0) doc.aliases = [...code, ...aliases].join(', ');
    return doc;
  });
  return json(docs);
}
