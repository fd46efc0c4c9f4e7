/** Combinations as a matrix of patterns: which pairs occur, in which relations. Pure. */
import { RELATION_IDS } from '$lib/catalogue/labels';
import type { Relation } from '$lib/catalogue/types';

export interface MatrixPattern {
  id: string;
  name: string;
  category: string;
}

export interface MatrixCombination {
  url: string;
  name: string;
  relation: Relation;
  mechanism: string;
  /** Ids of member patterns. */
  patterns: string[];
  /** Names of members that are concepts, not patterns. */
  concepts: string[];
}

export interface Pair {
  combinations: MatrixCombination[];
  /** The relation the cell is drawn in: the gravest, so that a warning is never hidden behind a synergy. */
  relation: Relation;
  isMixed: boolean;
}

export type MatrixSort = 'category' | 'count' | 'name';

export interface Matrix {
  patterns: (MatrixPattern & { count: number })[];
  pair(a: string, b: string): Pair | undefined;
}

const GRAVITY: readonly Relation[] = ['anti-pattern', 'conflict', 'prerequisite', 'synergy'];

function key(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

export function buildMatrix(
  combinations: readonly MatrixCombination[],
  patterns: ReadonlyMap<string, MatrixPattern>,
  sort: MatrixSort,
): Matrix {
  const pairs = new Map<string, MatrixCombination[]>();
  const counts = new Map<string, Set<string>>();
  for (const combination of combinations) {
    const members = [...new Set(combination.patterns)];
    members.forEach((a, i) => {
      for (const b of members.slice(i + 1)) {
        const list = pairs.get(key(a, b));
        if (list) list.push(combination);
        else pairs.set(key(a, b), [combination]);
      }
      if (members.length > 1) counts.set(a, (counts.get(a) ?? new Set()).add(combination.url));
    });
  }

  const listed = [...counts]
    .map(([id, urls]) => ({ ...(patterns.get(id) ?? { id, name: id, category: '' }), count: urls.size }))
    .sort(
      (a, b) =>
        (sort === 'category' ? a.category.localeCompare(b.category) : 0) ||
        (sort === 'name' ? 0 : b.count - a.count) ||
        a.name.localeCompare(b.name, 'en'),
    );

  return {
    patterns: listed,
    pair(a, b) {
      const found = pairs.get(key(a, b));
      if (!found) return undefined;
      const relations = new Set(found.map(({ relation }) => relation));
      const relation = GRAVITY.find((candidate) => relations.has(candidate)) ?? RELATION_IDS[0] ?? 'synergy';
      return { combinations: found, relation, isMixed: relations.size > 1 };
    },
  };
}
