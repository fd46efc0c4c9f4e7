import { describe, expect, it } from 'vitest';
import { buildMatrix, type MatrixCombination, type MatrixPattern } from './pairs';

const patterns = new Map<string, MatrixPattern>(
  ['retry', 'breaker', 'timeout', 'cache'].map((id) => [
    id,
    { id, name: id, category: id === 'cache' ? 'data' : 'resilience' },
  ]),
);
const make = (
  name: string,
  relation: MatrixCombination['relation'],
  members: string[],
): MatrixCombination => ({
  url: `/combinations/${name}`,
  name,
  relation,
  mechanism: '',
  patterns: members,
  concepts: [],
});

describe('combination matrix', () => {
  const matrix = buildMatrix(
    [
      make('trinity', 'synergy', ['retry', 'breaker', 'timeout']),
      make('fight', 'conflict', ['breaker', 'retry']),
    ],
    patterns,
    'count',
  );

  it('takes every pair of members, in both directions', () => {
    expect(matrix.pair('retry', 'timeout')?.combinations).toHaveLength(1);
    expect(matrix.pair('timeout', 'retry')?.relation).toBe('synergy');
  });

  it('draws a pair with several relations in the gravest one and says so', () => {
    expect(matrix.pair('retry', 'breaker')).toMatchObject({ relation: 'conflict', isMixed: true });
  });

  it('leaves out patterns without a partner', () => {
    expect(matrix.patterns.map(({ id }) => id)).toEqual(['breaker', 'retry', 'timeout']);
    expect(buildMatrix([make('alone', 'anti-pattern', ['cache'])], patterns, 'name').patterns).toEqual([]);
  });

  it('counts a combination once per pattern, however many partners it has', () => {
    expect(matrix.patterns.find(({ id }) => id === 'breaker')?.count).toBe(2);
  });
});
