import { describe, expect, it } from 'vitest';
import { GraphWalk } from './graph_navigation';

//  a ─┬─ c ── e
//  b ─┴─ d
const walk = new GraphWalk({
  layers: [['a', 'b'], ['c', 'd'], ['e']],
  edges: [
    { from: 'a', to: 'c' },
    { from: 'b', to: 'c' },
    { from: 'b', to: 'd' },
    { from: 'c', to: 'e' },
  ],
});

describe('graph walk', () => {
  it('finds all prerequisites and everything unlocked, not only the direct ones', () => {
    expect(walk.around('e').before).toEqual(['a', 'b', 'c']);
    expect(walk.around('b').after).toEqual(['c', 'd', 'e']);
    expect(walk.around('e').directBefore).toEqual(['c']);
  });

  it('walks right to what is unlocked and left to the prerequisite drawn nearest', () => {
    expect(walk.move('b', 'ArrowRight')).toBe('d');
    expect(walk.move('c', 'ArrowLeft')).toBe('a');
  });

  it('walks up and down within a layer and stops at its ends', () => {
    expect(walk.move('a', 'ArrowDown')).toBe('b');
    expect(walk.move('b', 'ArrowDown')).toBeNull();
    expect(walk.move('a', 'ArrowUp')).toBeNull();
  });

  it('stays where there is nothing before or after, and for other keys', () => {
    expect(walk.move('a', 'ArrowLeft')).toBeNull();
    expect(walk.move('e', 'ArrowRight')).toBeNull();
    expect(walk.move('a', 'x')).toBeNull();
    expect(walk.move('unknown', 'ArrowDown')).toBeNull();
  });

  it('ends on a graph with a cycle', () => {
    const loop = new GraphWalk({
      layers: [['a'], ['b']],
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
      ],
    });
    expect(loop.around('a').before).toEqual(['b']);
  });
});
