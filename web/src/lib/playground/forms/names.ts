/** The names of a document that a field may take: ids of components and workloads, and zones. */
import { isObject, listOf } from '../graph';
import type { Path } from '../pointer';
import type { ScenarioDocument } from '../protocol';

/** `refers` as the schema's x-refers has it: "components", "workloads", "callers", "domains". */
export function namesFor(refers: string, document: ScenarioDocument): string[] {
  if (refers === 'domains') return domainsOf(document);
  const lists = refers === 'callers' ? ['workloads', 'components'] : [refers];
  return lists.flatMap((list) => listOf(document[list]).map(idOf)).filter((id) => id !== null);
}

/** Shared domains, zones, and what contains these: "eu-west" of "eu-west/a". */
function domainsOf({ components }: ScenarioDocument): string[] {
  const found = new Set<string>();
  for (const item of listOf(components)) {
    if (!isObject(item)) continue;
    for (const domain of listOf(item.domains)) if (typeof domain === 'string') found.add(domain);
    for (const zone of listOf(item.zones)) {
      if (typeof zone !== 'string') continue;
      const parts = zone.split('/');
      for (let depth = 1; depth <= parts.length; depth++) found.add(parts.slice(0, depth).join('/'));
    }
  }
  return [...found];
}

/** The component that a path lies in; null outside of components. */
export function componentAt(path: Path, document: ScenarioDocument): string | null {
  return path[0] === 'components' ? idOf(listOf(document.components)[Number(path[1])]) : null;
}

function idOf(item: unknown): string | null {
  return isObject(item) && typeof item.id === 'string' && item.id !== '' ? item.id : null;
}
