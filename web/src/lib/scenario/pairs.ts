/**
 * A failure and its repair are scenarios of the same name: their ids begin with the same two words, as in retry-storm
 * and retry-storm-repaired. They are shown next to each other.
 */
const WORDS = 2;

export function familyOf(id: string): string {
  return id.split('-').slice(0, WORDS).join('-');
}

/** Families in the order of their first member; within one, what misses most objectives comes first. */
export function families<T extends { id: string }>(items: readonly T[], missed: (item: T) => number): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const family = familyOf(item.id);
    const members = found.get(family);
    if (members) members.push(item);
    else found.set(family, [item]);
  }
  return [...found.values()].map((members) => members.sort((a, b) => missed(b) - missed(a)));
}
