import { describe, expect, it } from 'vitest';
import type { Engine } from './engine';
import { PaletteState, RECENT_MAX, SHOWN_PER_GROUP } from './palette.svelte';

function memory(initial: Record<string, string> = {}) {
  const map = new Map(Object.entries(initial));
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

const engine: Engine = {
  search: (query) => ({
    terms: [query],
    suggestion: null,
    results:
      query === 'nothing'
        ? []
        : ['pattern', 'concept'].flatMap((kind) =>
            Array.from({ length: 7 }, (_, i) => ({
              url: `/${kind}s/${i}`,
              kind,
              name: `${kind} ${i}`,
              summary: '',
              score: 10 - i,
            })),
          ),
  }),
};

function palette(storage = memory()) {
  const state = new PaletteState((kind) => `${kind}s`, storage);
  state.engine = engine;
  return state;
}

describe('palette', () => {
  it('groups by kind, a few of each, numbered as seen', () => {
    const state = palette();
    state.type('a');
    expect(state.groups.map(({ title, rows }) => [title, rows.length])).toEqual([
      ['patterns', SHOWN_PER_GROUP],
      ['concepts', SHOWN_PER_GROUP],
    ]);
    expect(state.rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('wraps at both ends and starts over with each letter', () => {
    const state = palette();
    state.type('a');
    state.move(-1);
    expect(state.activeRow?.name).toBe('concept 4');
    state.move(1);
    expect(state.active).toBe(0);
    state.move(1);
    state.type('ab');
    expect(state.active).toBe(0);
  });

  it('is empty only when there was something to find', () => {
    const state = palette();
    expect(state.isEmpty).toBe(false);
    state.type('nothing');
    expect(state.isEmpty).toBe(true);
    state.move(1);
    expect(state.activeRow).toBeUndefined();
  });

  it('remembers what was opened, newest first, each once, and not without end', () => {
    const storage = memory();
    const state = palette(storage);
    for (let i = 0; i < RECENT_MAX + 2; i++)
      state.remember({ url: `/patterns/${i}`, kind: 'pattern', name: `${i}` });
    state.remember({ url: '/patterns/5', kind: 'pattern', name: '5' });
    expect(state.recent.map(({ name }) => name)).toEqual(['5', '7', '6', '4', '3', '2']);
    expect(palette(storage).rows[0]?.name).toBe('5');
  });

  it('does not trust what it stored', () => {
    const bad = [
      { url: 'https://evil.example', kind: 'x', name: 'x' },
      { url: '//evil.example', kind: 'x', name: 'x' },
      3,
    ];
    expect(palette(memory({ 'dstudio.recent': JSON.stringify(bad) })).recent).toEqual([]);
    expect(palette(memory({ 'dstudio.recent': '{' })).recent).toEqual([]);
  });
});
