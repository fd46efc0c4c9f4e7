import { error } from '@sveltejs/kit';
import { namesOf } from '$lib/facets/row';
import { catalogue } from '$lib/server/catalogue';
import { rowOf } from '$lib/server/rows';

/** Incidents and successes have tables of their own, calculators a page of questions, scenarios one of runs. */
const OWN_PAGE = ['incidents', 'successes', 'calculators', 'scenarios'];

export function entries() {
  return Object.values(catalogue().taxonomy.kinds)
    .map(({ plural }) => ({ kind: plural }))
    .filter(({ kind }) => !OWN_PAGE.includes(kind));
}

export function load({ params }) {
  const all = catalogue();
  const found = Object.entries(all.taxonomy.kinds).find(([, { plural }]) => plural === params.kind);
  if (!found) error(404, `no kind ${params.kind}`);
  const [kind, info] = found;
  const rows = all.ofAnyKind(kind).map((entry) => rowOf(entry, { withSummary: true }));
  return {
    kind,
    title: info.title,
    description: info.description,
    path: `/${info.plural}`,
    names: namesOf(all.taxonomy, [kind]),
    rows: rows.sort((a, b) => (a.code ? 0 : a.name.localeCompare(b.name, 'en'))),
  };
}
