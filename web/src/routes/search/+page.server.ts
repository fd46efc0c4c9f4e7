import { namesOf } from '$lib/facets/row';
import { catalogue } from '$lib/server/catalogue';

export function load() {
  const { taxonomy } = catalogue();
  return { names: namesOf(taxonomy, Object.keys(taxonomy.kinds)) };
}
