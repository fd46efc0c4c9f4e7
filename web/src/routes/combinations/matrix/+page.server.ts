import type { MatrixCombination, MatrixPattern } from '$lib/matrix/pairs';
import { catalogue } from '$lib/server/catalogue';
import { plainText } from '$lib/server/inline';

export function load() {
  const all = catalogue();
  const patterns = new Map<string, MatrixPattern>();
  const combinations = all.ofKind('combination').map(({ url, name, fields }): MatrixCombination => {
    const members = fields.members.map((ref) => all.find(ref)).filter((entry) => entry !== undefined);
    for (const { kind, id, name, category } of members) {
      if (kind === 'pattern') patterns.set(id, { id, name, category: category ?? '' });
    }
    return {
      url,
      name,
      relation: fields.relation,
      mechanism: plainText(fields.mechanism),
      patterns: members.filter(({ kind }) => kind === 'pattern').map(({ id }) => id),
      concepts: members.filter(({ kind }) => kind !== 'pattern').map(({ name }) => name),
    };
  });
  return {
    combinations,
    patterns: [...patterns.values()],
    categories: Object.fromEntries(
      (all.taxonomy.kinds.pattern?.categories ?? []).map(({ id, name }) => [id, name]),
    ),
  };
}
