/**
 * The published schema of scenario documents (docs/formats/scenario.schema.json) as forms need it: groups of fields,
 * and where an object is one of several things, its variants. A field that comes into the schema is in the forms.
 */
import published from '../../../../../docs/formats/scenario.schema.json';
import { isObject, type Json } from '../graph';

export interface Field {
  key: string;
  title: string;
  description: string;
  group: string;
  /** x-kind: what kind of value it is; "list" (of objects) and "object" have forms of their own, "values" is a plain list. */
  kind: string;
  choices: { value: string; label: string }[];
  /** As text, for the placeholder; empty where there is none. */
  default: string;
  examples: string[];
  isRequired: boolean;
  /** Text of several lines. */
  isLong: boolean;
  /** The object that may stand instead of a plain value, as a table instead of a list of times. */
  object: Json | null;
  /** The list whose ids it names. */
  refers: string | null;
  /** Keys beside it that it needs, each with the values of which one will do; none listed: any. */
  needs: Record<string, unknown[]>;
  /** Keys that may not stand beside it. */
  excludes: string[];
  /** Of a list's members, or of the object itself. */
  schema: Json;
  /** The smallest member, or object, to begin with. */
  example: unknown;
}

export interface Variant {
  /** The key that only this variant has. */
  key: string;
  title: string;
  description: string;
  schema: Json;
}

const root = published as unknown as Json;

/** Follows $ref; what stands beside it takes precedence. */
export function resolve(schema: Json): Json {
  const { $ref, ...rest } = schema;
  if (typeof $ref !== 'string') return schema;
  const isPlain = Object.keys(rest).length === 0;
  const known = isPlain ? resolved.get($ref) : undefined;
  if (known) return known;
  let target: unknown = root;
  for (const part of $ref.replace(/^#\/?/, '').split('/').filter(Boolean))
    target = isObject(target) ? target[part] : undefined;
  const found = isObject(target) ? (isPlain ? resolve(target) : { ...resolve(target), ...rest }) : rest;
  if (isPlain) resolved.set($ref, found);
  return found;
}

// The schema does not change: what was read of it once is kept.
const resolved = new Map<string, Json>();
const fieldsKnown = new WeakMap<Json, Field[]>();
const variantsKnown = new WeakMap<Json, Variant[]>();

export function definition(name: string): Json {
  return resolve({ $ref: `#/$defs/${name}` });
}
export const documentSchema: Json = root;

/** Empty where the object is of one kind. */
export function variantsOf(schema: Json): Variant[] {
  const known = variantsKnown.get(schema);
  if (known) return known;
  const all = (Array.isArray(schema.oneOf) ? schema.oneOf : []).filter(isObject).map(resolve);
  const shapes = all.filter((variant) => isObject(variant.properties));
  const variants = shapes.map((variant) => {
    const others = shapes.filter((other) => other !== variant).flatMap(({ required }) => list(required));
    const needed = list(variant.required);
    const key = String(needed.find((name) => !others.includes(name)) ?? needed[0] ?? '');
    return {
      key,
      title: text(variant.title) || key,
      description: text(variant.description),
      schema: variant,
    };
  });
  variantsKnown.set(schema, variants);
  return variants;
}

/** The variant that a value is of, or may become; the first where it is none yet. */
export function variantOf(variants: readonly Variant[], value: unknown): Variant | undefined {
  const has = (key: unknown) => isObject(value) && String(key) in value;
  return (
    variants.find(({ key }) => has(key)) ??
    variants.find(({ schema }) => list(schema.required).some(has)) ??
    variants[0]
  );
}

/** The fields of an object, those of its parts (allOf) after its own. */
export function fieldsOf(schema: Json): Field[] {
  const known = fieldsKnown.get(schema);
  if (known) return known;
  const found: Field[] = [];
  const collect = (part: Json, required: readonly unknown[]) => {
    const names = [...required, ...list(part.required)];
    if (isObject(part.properties))
      for (const [key, property] of Object.entries(part.properties))
        if (isObject(property)) found.push(fieldOf(key, resolve(property), names.includes(key)));
    for (const inner of list(part.allOf)) if (isObject(inner)) collect(resolve(inner), names);
  };
  collect(schema, []);
  fieldsKnown.set(schema, found);
  return found;
}

export function groupsOf(fields: readonly Field[]): { name: string; fields: Field[] }[] {
  const groups = new Map<string, Field[]>();
  for (const field of fields) groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  return [...groups].map(([name, members]) => ({ name, fields: members }));
}

function fieldOf(key: string, property: Json, isRequired: boolean): Field {
  const labels = isObject(property['x-labels']) ? property['x-labels'] : {};
  const isList = list(property.type).includes('array') || property.type === 'array';
  const isInner = property.type === 'object' && isObject(property.properties);
  const examples = list(property.examples);
  const items = isObject(property.items) ? resolve(property.items) : {};
  const needs = isObject(property['x-needs']) ? property['x-needs'] : {};
  return {
    key,
    title: text(property.title) || key,
    description: text(property.description),
    group: text(property['x-group']) || 'General',
    kind: isList
      ? isObject(items.properties) || items.oneOf
        ? 'list'
        : 'values'
      : isInner
        ? 'object'
        : text(property['x-kind']) || kindOfType(property),
    choices: list(property.enum).map((value) => ({
      value: String(value),
      label: text(labels[String(value)]) || String(value),
    })),
    default: property.default === undefined ? '' : String(property.default),
    examples: examples.filter((example) => !isObject(example)).map(String),
    isRequired,
    isLong: property['x-kind'] === 'text' && examples.some((example) => text(example).includes('\n')),
    object: isInner ? null : objectAmong(property),
    refers: text(property['x-refers']) || text(items['x-refers']) || null,
    needs: Object.fromEntries(Object.entries(needs).map(([name, values]) => [name, list(values)])),
    excludes: list(property['x-excludes']).map(String),
    schema: isList ? items : property,
    example: isList ? list(items.examples)[0] : examples[0],
  };
}

/** Of what a value may be, that which is an object. */
function objectAmong({ anyOf }: Json): Json | null {
  const ways = list(anyOf).filter(isObject).map(resolve);
  return ways.find(({ type, properties }) => type === 'object' && isObject(properties)) ?? null;
}

function kindOfType({ type, enum: choices }: Json): string {
  if (Array.isArray(choices)) return 'choice';
  return type === 'boolean' ? 'flag' : type === 'number' || type === 'integer' ? 'number' : 'text';
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Types of components in the order of the schema. */
export function componentTypes(): string[] {
  return typeField()?.choices.map(({ value }) => value) ?? ['service'];
}

/** "API gateway"; a type that the schema does not have by its own name. */
export function typeLabel(type: string): string {
  return typeField()?.choices.find(({ value }) => value === type)?.label ?? type.replaceAll('-', ' ');
}

let knownTypeField: Field | null | undefined;
function typeField(): Field | null {
  knownTypeField ??= fieldsOf(definition('component')).find(({ key }) => key === 'type') ?? null;
  return knownTypeField;
}

/** What a field shows of a value. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return isObject(value) ? JSON.stringify(value) : String(value);
}

function objectOf(typed: string): Json | null {
  try {
    const value: unknown = JSON.parse(typed);
    return isObject(value) ? value : null;
  } catch {
    return null; // not complete yet
  }
}

/**
 * What was typed as the document has it: numbers where the field takes numbers, lists where it takes several, objects
 * that were written as JSON.
 */
export function typedValue(field: Pick<Field, 'kind' | 'schema'>, typed: string): unknown {
  const trimmed = typed.trim();
  if (trimmed === '') return undefined;
  if (trimmed.startsWith('{')) return objectOf(trimmed) ?? trimmed;
  if (field.kind === 'values')
    return trimmed
      .split(/\s*,\s*/)
      .filter(Boolean)
      .map((part) => (takesNumbers(field.schema) && NUMBER.test(part) ? Number(part) : part));
  if (takesNumbers(field.schema) && NUMBER.test(trimmed)) return Number(trimmed);
  return field.kind === 'text' ? typed : trimmed;
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
function takesNumbers({ type }: Json): boolean {
  const types = Array.isArray(type) ? type : [type];
  return types.includes('number') || types.includes('integer');
}
