import { namesOf } from '$lib/facets/row';
import { catalogue } from '$lib/server/catalogue';
import { rowOf } from '$lib/server/rows';

export function load() {
  const all = catalogue();
  const rows = all.entries.map((entry) => rowOf(entry, { withSummary: false }));
  return {
    names: namesOf(all.taxonomy, Object.keys(all.taxonomy.kinds)),
    rows: rows.sort((a, b) => a.name.localeCompare(b.name, 'en')),
  };
}
