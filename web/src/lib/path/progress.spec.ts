import { describe, expect, it } from 'vitest';
import { paceOf, weeksAt } from './pace';
import { PathProgress } from './progress.svelte';

function memory() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}
const steps = ['episode:e01', 'episode:e04', 'episode:e06'];

describe('path progress', () => {
  it('is remembered for its own path only', () => {
    const storage = memory();
    new PathProgress('path:a', steps, storage).set('episode:e04', true);
    expect(new PathProgress('path:a', steps, storage).done).toEqual(['episode:e04']);
    expect(new PathProgress('path:b', steps, storage).done).toEqual([]);
  });

  it('ticks and unticks, and counts each step once', () => {
    const progress = new PathProgress('path:a', steps, memory());
    progress.set('episode:e01', true);
    progress.set('episode:e01', true);
    expect(progress.share).toBeCloseTo(1 / 3);
    progress.set('episode:e01', false);
    expect(progress.share).toBe(0);
  });

  it('leaves nothing behind when cleared', () => {
    const storage = memory();
    const progress = new PathProgress('path:a', steps, storage);
    progress.set('episode:e01', true);
    progress.clear();
    expect(storage.map.size).toBe(0);
  });

  it('forgets steps that the path no longer has, and survives broken storage', () => {
    const storage = memory();
    storage.setItem('dstudio.path.path:a', '["episode:e99","episode:e06"]');
    expect(new PathProgress('path:a', steps, storage).done).toEqual(['episode:e06']);
    storage.setItem('dstudio.path.path:a', 'not json');
    expect(new PathProgress('path:a', steps, storage).done).toEqual([]);
  });

  it('has no share without steps', () => {
    expect(new PathProgress('path:a', [], memory()).share).toBe(0);
  });
});

describe('pace', () => {
  it('counts a started week as a week', () => {
    expect(weeksAt(36, 3)).toBe(12);
    expect(weeksAt(36, 5)).toBe(8);
    expect(weeksAt(36, 0)).toBe(36);
  });
  it('starts at the pace a path states, within bounds', () => {
    expect(paceOf(36, 12)).toBe(3);
    expect(paceOf(90, 2)).toBe(20);
    expect(paceOf(36, null)).toBe(3);
  });
});
