/**
 * Scenarios that belong together: a failure and its repairs, or the sides of a trade-off. Each names in its front matter
 * whose counterpart it is; the one that is named has none itself.
 */
interface Related {
  id: string;
  fields: { counterpart_of?: string };
}

/** The id of the scenario that a family is named after. */
export function familyOf({ id, fields }: Related): string {
  return fields.counterpart_of?.slice('scenario:'.length) ?? id;
}

/** Families in the order of their first member; within one, what misses most objectives comes first. */
export function families<T extends Related>(items: readonly T[], missed: (item: T) => number): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const family = familyOf(item);
    const members = found.get(family);
    if (members) members.push(item);
    else found.set(family, [item]);
  }
  return [...found.values()].map((members) => members.sort((a, b) => missed(b) - missed(a)));
}
