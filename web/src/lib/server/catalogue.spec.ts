import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CatalogueFile, Entry } from '$lib/catalogue/types';
import { catalogue, index } from './catalogue';

const entry = (ref: string): Entry =>
  ({
    ref,
    kind: ref.split(':')[0],
    id: ref.split(':')[1],
    url: `/x/${ref}`,
    name: ref,
    category: 'a',
    fields: {},
  }) as unknown as Entry;

const file = {
  format: 1,
  taxonomy: { kinds: { pattern: { plural: 'patterns', categories: [{ id: 'a', name: 'A' }] } } },
  stats: { entries: { total: 2, by_kind: { patterns: 2 } } },
  entries: [entry('pattern:one'), entry('pattern:two')],
} as unknown as CatalogueFile;

describe('catalogue', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('says what to do when there is none', () => {
    vi.stubEnv('DSTUDIO_CATALOGUE', '/nowhere/catalogue.json');
    expect(() => catalogue()).toThrow(/no catalogue at \/nowhere\/catalogue\.json: run "make content"/);
  });

  it('finds entries, names categories and counts kinds', () => {
    const all = index(file);
    expect(all.link('pattern:one')).toEqual({ name: 'pattern:one', url: '/x/pattern:one', kind: 'pattern' });
    expect(all.ofAnyKind('pattern')).toHaveLength(2);
    expect(all.ofAnyKind('question')).toEqual([]);
    expect(all.categoryName('pattern', 'a')).toBe('A');
    expect(all.categoryName('pattern', 'b')).toBe('b');
    expect(all.countOf('pattern')).toBe(2);
    expect(all.countOf('question')).toBe(0);
  });

  it('refuses a broken reference by name', () => {
    expect(() => index(file).link('pattern:three')).toThrow('catalogue has no entry pattern:three');
  });
});
