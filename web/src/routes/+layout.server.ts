import type { NavKind } from '$lib/navigation';
import { catalogue } from '$lib/server/catalogue';

export const prerender = true;
export const trailingSlash = 'never';

/** On every page, so small: what header, footer and palette name. */
export function load() {
  const { taxonomy, stats, content_hash, countOf } = catalogue();
  const kinds: NavKind[] = Object.entries(taxonomy.kinds)
    .map(([kind, { plural, title }]) => ({ kind, plural, title, count: countOf(kind) }))
    .filter(({ count }) => count > 0);
  return { kinds, total: stats.entries.total, hash: content_hash };
}
