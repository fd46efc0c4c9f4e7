import type { DepthRow } from '$lib/depth/depth_row';
import { namesOf } from '$lib/facets/row';
import { catalogue } from '$lib/server/catalogue';

export function load() {
  const all = catalogue();
  const { levels, categories } = namesOf(all.taxonomy, ['concept']);
  const rows = all.ofKind('concept').map(({ id, name, category, level, fields }): DepthRow => ({
    id,
    name,
    category: category ?? '',
    placed: level,
    taught: Object.keys(fields.depth)
      .map((taught) => taught.slice(1))
      .sort()
      .join(''),
  }));
  const order = Object.keys(categories);
  return {
    names: { levels, categories },
    rows: rows.sort(
      (a, b) => order.indexOf(a.category) - order.indexOf(b.category) || a.name.localeCompare(b.name, 'en'),
    ),
  };
}
