/** Members of lists in a line, and what a new one begins with. */
import { isObject, listOf, policyLabel, type Json } from '../graph';
import type { ScenarioDocument } from '../protocol';

/** "work exponential(20 ms)", "call orders · 250 ms · 4 attempts", "60 s: orders slow 4". */
export function summaryOf(item: unknown, variantKey: string | undefined): string {
  if (!isObject(item)) return String(item);
  if (variantKey === 'workload' || variantKey === 'component') {
    const parts = [plain(item[variantKey])];
    if (item.availability !== undefined) parts.push(`${plain(item.availability)} answered`);
    if (item.latency !== undefined) parts.push(`${plain(item.quantile)} within ${plain(item.latency)}`);
    if (item.age !== undefined) parts.push(`${plain(item.quantile)} not older than ${plain(item.age)}`);
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

/** The schema's example with names of this document: an example speaks of components that may not be here. */
export function startItem(example: unknown, document: ScenarioDocument): unknown {
  const component = idIn(document.components);
  const workload = idIn(document.workloads);
  const named = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((inner) => named(inner, ''));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, named(inner, name)]));
    if (key === 'workload') return workload ?? value;
    if (key === 'component' || key === 'call' || key === 'send') return component ?? value;
    return value;
  };
  return named(example, '');
}

function idIn(list: unknown): string | null {
  const last = listOf(list).at(-1);
  return isObject(last) && typeof last.id === 'string' ? last.id : null;
}
