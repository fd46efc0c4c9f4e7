/**
 * Where a document names components and workloads, as the schema says it (x-refers): every kind of call that there is
 * or will be. The half-written is passed over.
 */
import { isObject, type Json } from '../graph';
import type { Path } from '../pointer';
import { documentSchema, fieldsOf, variantOf, variantsOf, type Field } from './schema';

export interface Reference {
  /** What is named: "components", "workloads", "callers", "domains". */
  refers: string;
  id: string;
  path: Path;
  /** The object that holds the key. */
  holder: { path: Path; value: Json; schema: Json };
  key: string;
  /** The holder cannot do without it. */
  isRequired: boolean;
}

export function references(document: Json): Reference[] {
  const found: Reference[] = [];
  walk(documentSchema, document, [], found);
  return found;
}

function walk(schema: Json, value: Json, path: Path, found: Reference[]): void {
  const shape = variantOf(variantsOf(schema), value)?.schema ?? schema;
  for (const field of fieldsOf(shape)) {
    const inner = value[field.key];
    if (inner === undefined || field.key === 'layout') continue;
    const at = [...path, field.key];
    const add = (id: unknown, where: Path) => {
      if (typeof id === 'string' && id !== '')
        found.push(referenceTo(field, id, where, { path, value, schema }));
    };
    if (field.kind === 'list' && Array.isArray(inner))
      inner.forEach((item: unknown, i) => {
        if (isObject(item)) walk(field.schema, item, [...at, i], found);
      });
    else if (field.kind === 'object' && isObject(inner)) walk(field.schema, inner, at, found);
    else if (field.refers && Array.isArray(inner)) inner.forEach((id, i) => add(id, [...at, i]));
    else if (field.refers) add(inner, at);
  }
}

function referenceTo(field: Field, id: string, path: Path, holder: Reference['holder']): Reference {
  return { refers: field.refers ?? '', id, path, holder, key: field.key, isRequired: field.isRequired };
}
