/**
 * The catalogue, parsed once per build. Server only: pages get small views of it, never the whole.
 * Reads web/.data/catalogue.json or the file named by DSTUDIO_CATALOGUE, and stops the build when it cannot.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CatalogueFile, Entry, EntryOf, KnownKind, Ref } from '$lib/catalogue/types';

export const CATALOGUE_FORMAT = 1;

/** What a page shows of another entry: enough for a link. */
export interface LinkView {
  name: string;
  url: string;
  kind: string;
}

export interface Catalogue extends Omit<CatalogueFile, 'entries'> {
  entries: readonly Entry[];
  find(ref: Ref): Entry | undefined;
  /** All entries of a kind in the catalogue's order. */
  ofKind<K extends KnownKind>(kind: K): readonly EntryOf<K>[];
  ofAnyKind(kind: string): readonly Entry[];
  /** Throws when the reference is broken: the content check should have refused it. */
  link(ref: Ref): LinkView;
  links(refs: readonly Ref[] | null | undefined): LinkView[];
  categoryName(kind: string, category: string | null): string | null;
  countOf(kind: string): number;
}

let cached: Catalogue | undefined;

export function catalogue(): Catalogue {
  cached ??= index(read());
  return cached;
}

function read(): CatalogueFile {
  const path = resolve(process.env.DSTUDIO_CATALOGUE ?? '.data/catalogue.json');
  if (!existsSync(path)) {
    throw new Error(
      `no catalogue at ${path}: run "make content" (or dstudio content export --out web/.data), ` +
        'or set DSTUDIO_CATALOGUE to a catalogue.json',
    );
  }
  const file = JSON.parse(readFileSync(path, 'utf8')) as CatalogueFile;
  if (file.format !== CATALOGUE_FORMAT) {
    throw new Error(`catalogue ${path} has format ${file.format}; this front end reads ${CATALOGUE_FORMAT}`);
  }
  return file;
}

export function index(file: CatalogueFile): Catalogue {
  // The exporter leaves out what is empty.
  for (const entry of file.entries) entry.analysis ??= {};
  const byRef = new Map(file.entries.map((entry) => [entry.ref, entry]));
  const byKind = new Map<string, Entry[]>();
  for (const entry of file.entries) {
    const list = byKind.get(entry.kind);
    if (list) list.push(entry);
    else byKind.set(entry.kind, [entry]);
  }

  const ofAnyKind = (kind: string): readonly Entry[] => byKind.get(kind) ?? [];
  const link = (ref: Ref): LinkView => {
    const entry = byRef.get(ref);
    if (!entry) throw new Error(`catalogue has no entry ${ref}`);
    return { name: entry.name, url: entry.url, kind: entry.kind };
  };

  return {
    ...file,
    find: (ref) => byRef.get(ref),
    ofKind: <K extends KnownKind>(kind: K) => ofAnyKind(kind) as unknown as readonly EntryOf<K>[],
    ofAnyKind,
    link,
    links: (refs) => (refs ?? []).map(link),
    categoryName(kind, category) {
      if (category === null) return null;
      const known = file.taxonomy.kinds[kind]?.categories.find(({ id }) => id === category);
      return known?.name ?? category;
    },
    countOf(kind) {
      // The exporter counts under the plural name, the contract's sketch under the kind.
      const { by_kind } = file.stats.entries;
      return by_kind[kind] ?? by_kind[file.taxonomy.kinds[kind]?.plural ?? ''] ?? 0;
    },
  };
}
