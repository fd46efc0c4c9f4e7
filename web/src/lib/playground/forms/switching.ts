/** What an object becomes when it is made another of the things that it can be. */
import { isObject, listOf, type Json } from '../graph';
import type { ScenarioDocument } from '../protocol';
import { fieldsOf, type Field, type Variant } from './schema';
import { startItem } from './summary';

/**
 * Keeps what the other variant has too, and takes from its example what it cannot do without: a call that becomes a
 * send, or work that becomes a wait, keeps what it says; calls side by side that become participants get timeouts.
 */
export function switched(
  value: Json,
  from: Variant,
  to: Variant,
  document: ScenarioDocument,
  avoid: readonly (string | null)[] = [],
): Json {
  const fields = fieldsOf(to.schema);
  const example = startItem(listOf(to.schema.examples)[0] ?? {}, document, avoid);
  const start = isObject(example) ? example : {};
  const has = (key: string) => fields.some((field) => field.key === key) && value[key] !== undefined;
  const kept = fields.filter(({ key, needs }) => has(key) && Object.keys(needs).every(has));
  const next: Json = Object.fromEntries(kept.map(({ key }) => [key, value[key]]));
  const before = fieldsOf(from.schema).find(({ key }) => key === from.key);
  const after = fields.find(({ key }) => key === to.key);
  next[to.key] ??= likeBefore(value[from.key], before, after) ?? start[to.key] ?? '';
  for (const { key, isRequired } of fields) if (isRequired) next[key] ??= start[key];
  return isOneGiven(next, to.schema) ? next : { ...start, ...next };
}

function likeBefore(value: unknown, before: Field | undefined, after: Field | undefined): unknown {
  if (!before || !after || before.kind !== after.kind || before.refers !== after.refers) return undefined;
  return after.kind === 'list' ? listOf(value).map((item) => fitted(item, after)) : value;
}

function fitted(item: unknown, { schema, example }: Field): unknown {
  if (!isObject(item)) return item;
  const fields = fieldsOf(schema);
  const start = isObject(example) ? example : {};
  return Object.fromEntries(
    fields
      .map(({ key, isRequired }) => [key, item[key] ?? (isRequired ? start[key] : undefined)] as const)
      .filter(([, given]) => given !== undefined),
  );
}

/** Of keys of which an object needs one (anyOf), as availability or a latency. */
function isOneGiven(value: Json, { anyOf }: Json): boolean {
  const ways = listOf(anyOf).filter(isObject);
  const isGiven = (key: unknown) => value[String(key)] !== undefined;
  return ways.length === 0 || ways.some(({ required }) => listOf(required).every(isGiven));
}
