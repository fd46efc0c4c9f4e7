/** JSON pointers (RFC 6901), and where in a YAML text a pointer points. */
import { isMap, isNode, isPair, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml';

export type Path = readonly (string | number)[];

export function pathOf(pointer: string): (string | number)[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(0|[1-9]\d*)$/.test(part) ? Number(part) : part));
}

export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether `pointer` is at or inside `parent`. */
export function isWithin(pointer: string, parent: string): boolean {
  return pointer === parent || pointer.startsWith(`${parent}/`);
}

/** The characters of the text that a pointer means: a key with its value's first line; else what holds it. */
export function rangeOf(document: Document, text: string, pointer: string): { from: number; to: number } {
  let node: Node | Pair | null = isNode(document.contents) ? document.contents : null;
  let range = { from: 0, to: Math.min(text.length, firstLine(text, 0)) };
  for (const part of pathOf(pointer)) {
    const value: unknown = isPair(node) ? node.value : node;
    const next: Node | Pair | null = childOf(value, part);
    if (!next) break;
    node = next;
    range = extentOf(node, text) ?? range;
  }
  return range;
}

function childOf(node: unknown, part: string | number): Node | Pair | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
    return (pair as Pair | undefined) ?? null;
  }
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part];
    return isNode(item) || isPair(item) ? item : null;
  }
  return null;
}

function extentOf(node: Node | Pair, text: string): { from: number; to: number } | null {
  const start = isPair(node) ? (node.key as Node | null)?.range : node.range;
  if (!start) return null;
  const value = isPair(node) ? (node.value as Node | null)?.range : node.range;
  const end = value?.[1] ?? start[1];
  return { from: start[0], to: Math.max(start[0], Math.min(end, firstLine(text, start[0]))) };
}

function firstLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
