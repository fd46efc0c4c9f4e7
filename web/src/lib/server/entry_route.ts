/** Entry routes in two lines each: the ids to prerender, and the load that presents one entry. */
import { error } from '@sveltejs/kit';
import type { Entry, EntryOf, KnownKind } from '$lib/catalogue/types';
import type { EntryPageView } from '$lib/entries/view';
import { catalogue, type Catalogue } from './catalogue';
import { presentGeneric } from './views/building';
import { entryPage, type Presented } from './views/shared';

export function idsOf(kind: KnownKind) {
  return () =>
    catalogue()
      .ofAnyKind(kind)
      .map(({ id }) => ({ id }));
}

export function entryLoad<K extends KnownKind, V>(
  kind: K,
  present: (entry: EntryOf<K>, catalogue: Catalogue) => Presented<V>,
) {
  return ({ params }: { params: { id: string } }): { page: EntryPageView; view: V } => {
    const all = catalogue();
    const entry = all.find(`${kind}:${params.id}`) as EntryOf<K> | undefined;
    if (!entry) error(404, `no ${kind} ${params.id}`);
    const presented = present(entry, all);
    return { page: entryPage(entry as unknown as Entry, all, presented), view: presented.view };
  };
}

/** Kinds that have a layout, and with it a route, of their own. */
const LAID_OUT: readonly string[] = [
  ...['concept', 'pattern', 'combination', 'stack', 'formula', 'calculator', 'incident', 'success'],
  ...['company', 'episode', 'path', 'scenario', 'certificate', 'kpi', 'rule', 'price'],
];

/** Entries of kinds that came into the catalogue after this front end was written. */
export function genericEntries() {
  const all = catalogue();
  return all.entries
    .filter(({ kind }) => !LAID_OUT.includes(kind))
    .map(({ kind, id }) => ({ kind: all.taxonomy.kinds[kind]?.plural ?? kind, id }));
}

export function genericLoad({ params }: { params: { kind: string; id: string } }) {
  const all = catalogue();
  const kind = Object.entries(all.taxonomy.kinds).find(([, { plural }]) => plural === params.kind)?.[0];
  const entry = kind ? all.find(`${kind}:${params.id}`) : undefined;
  if (!entry) error(404, `no entry ${params.kind}/${params.id}`);
  const presented = presentGeneric(entry);
  return { page: entryPage(entry, all, presented), view: presented.view };
}
