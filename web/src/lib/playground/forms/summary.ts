/** Members of lists in a line, and what a new one begins with. */
import { isObject, policyLabel, type Json } from '../graph';
import type { ScenarioDocument } from '../protocol';
import { namesFor } from './names';

/** Keys that tell the kinds of objectives. */
const OBJECTIVES = new Set(['workload', 'age', 'staleness', 'durability']);

/** "work exponential(20 ms)", "call orders · 250 ms · 4 attempts", "60 s: orders slow 4". */
export function summaryOf(item: unknown, variantKey: string | undefined): string {
  if (!isObject(item)) return String(item);
  if (variantKey && OBJECTIVES.has(variantKey)) {
    const parts = [plain(item.workload ?? item.component)];
    if (item.availability !== undefined) parts.push(`${plain(item.availability)} answered`);
    if (item.latency !== undefined) parts.push(`${plain(item.quantile)} within ${plain(item.latency)}`);
    if (item.age !== undefined) parts.push(`${plain(item.quantile)} not older than ${plain(item.age)}`);
    if (item.staleness !== undefined)
      parts.push(`${plain(item.quantile)} of reads at most ${plain(item.staleness)} out of date`);
    if (item.durability !== undefined) parts.push(`${plain(item.durability)} of acknowledged writes kept`);
    if (item.cost !== undefined) parts.push(`at most ${plain(item.cost)}`);
    return parts.join(' · ');
  }
  const struck = item.component ?? item.domain ?? item.workload;
  if (variantKey && (item.at !== undefined || struck !== undefined))
    return `${plain(item.at) || '0 s'}: ${plain(struck)} ${variantKey}${item[variantKey] === true ? '' : ` ${plain(item[variantKey])}`}`;
  if (variantKey) {
    const value = item[variantKey];
    const what = Array.isArray(value)
      ? value.map((call) => plain(isObject(call) ? call.call : call)).join(', ')
      : plain(value);
    return [`${variantKey} ${what}`, policyLabel(item), chance(item)].filter(Boolean).join(' · ');
  }
  if (item.call !== undefined)
    return [`call ${plain(item.call)}`, policyLabel(item)].filter(Boolean).join(' · ');
  return Object.entries(item)
    .slice(0, 3)
    .map(([key, value]) => `${key} ${plain(value)}`)
    .join(' · ');
}

const plain = (value: unknown): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);
const chance = ({ probability }: Json): string =>
  probability === undefined ? '' : `p ${plain(probability)}`;

/** Whose names keys take, and keys whose lists hold such names. */
const REFERS: Record<string, string> = {
  ...{ component: 'components', call: 'components', send: 'components', cached: 'components' },
  ...{ workload: 'workloads', domain: 'domains', zone: 'domains' },
};
const LISTS: Record<string, string> = { components: 'component', domains: 'domain' };

/**
 * The schema's example with names of this document: an example speaks of components that may not be here. The newest
 * component is named that is not to be avoided, if there is one: a call to oneself, or to who is called already.
 */
export function startItem(
  example: unknown,
  document: ScenarioDocument,
  avoid: readonly (string | null)[] = [],
): unknown {
  const named = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const items: unknown[] = value.map((inner) => named(inner, LISTS[key] ?? ''));
      return key in LISTS ? [...new Set(items)] : items;
    }
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, named(inner, name)]));
    const names = namesFor(REFERS[key] ?? '', document);
    return names.findLast((name) => !avoid.includes(name)) ?? names.at(-1) ?? value;
  };
  return named(example, '');
}
