/**
 * Changes of a scenario's YAML text that keep its comments, its order and its way of writing: the text is parsed to
 * a tree with comments, the tree is changed, and written again. All functions are pure; `Edit` works on the tree.
 */
import { Document, isCollection, isMap, isScalar, isSeq, parseDocument, type ToStringOptions } from 'yaml';
import type { Path } from './pointer';

/**
 * Bounds what a link or a file can make the page read. The language's values are short but for tables of arrivals;
 * at this length an edit, which reads and writes the whole text, takes about half a second.
 */
export const TEXT_MAX = 2 * 1024 * 1024; // characters

export type Edit = (document: Document) => void;

export function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false });
}

/** The text after the change. A text with mistakes of syntax stays as it is. */
export function edited(text: string, change: Edit): string {
  const document = parse(text);
  if (document.errors.length > 0) return text;
  if (document.contents === null) document.contents = document.createNode({}) as never;
  change(document);
  return document.toString(styleOf(text));
}

/** As the text is written already, so that an edit changes only its own lines. */
export function styleOf(text: string): ToStringOptions {
  const list = /^( *)[\w-]+:[ \t]*(?:#.*)?\n(?:[ \t]*#.*\n)*( *)- /m.exec(text);
  return {
    lineWidth: 0,
    indentSeq: list ? (list[2]?.length ?? 0) > (list[1]?.length ?? 0) : false,
    flowCollectionPadding: /\{ \S/.test(text),
  };
}

/** Sets a value, or takes it away where it is undefined; what holds nothing any more goes too. */
export function setAt(document: Document, path: Path, value: unknown): void {
  if (value === undefined) return removeAt(document, path);
  const existing = document.getIn(path, true);
  if (hasLines(value)) unfold(document, path);
  if (isScalar(existing) && (value === null || typeof value !== 'object')) {
    existing.value = value;
    if (hasLines(value)) existing.type = 'BLOCK_LITERAL';
    return;
  }
  makeParents(document, path);
  document.setIn(path, createNode(document, value));
}

export function removeAt(document: Document, path: Path): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  if (parent.length === 0) return;
  const left = document.getIn(parent, true);
  // The lists that a scenario must have stay, so that their absence is told at their place.
  const isRequired = parent.length === 1 && (parent[0] === 'components' || parent[0] === 'workloads');
  if (isCollection(left) && left.items.length === 0 && !isRequired) removeAt(document, parent);
}

/** Adds to the end of a list, which is made where there is none. Returns its place. */
export function append(document: Document, path: Path, value: unknown): number {
  const list = document.getIn(path, true);
  if (isSeq(list)) {
    list.items.push(createNode(document, value));
    if (list.items.length === 1) list.flow = false;
    return list.items.length - 1;
  }
  makeParents(document, path);
  document.setIn(path, document.createNode([createNode(document, value)]));
  return 0;
}

export function move(document: Document, path: Path, from: number, to: number): void {
  const list = document.getIn(path, true);
  if (!isSeq(list) || to < 0 || to >= list.items.length) return;
  const [item] = list.items.splice(from, 1);
  list.items.splice(to, 0, item);
}

/** Small objects of plain values are written on one line, as in {at: 60 s, slow: 4}. */
function createNode(document: Document, value: unknown): unknown {
  const node = document.createNode(value);
  flatten(node, true);
  return node;
}

const FLAT_MAX = 6;

function flatten(node: unknown, isOuter: boolean): void {
  if (!isCollection(node)) return;
  const values = node.items.map((item) =>
    isScalar(item) || isCollection(item) ? item : (item as { value: unknown }).value,
  );
  const isShort = (item: unknown) => isScalar(item) && !hasLines(item.value);
  const isFlat = values.length > 0 && values.length <= FLAT_MAX && values.every(isShort);
  const hasId = isMap(node) && node.has('id');
  const isStep = isMap(node) && ['work', 'wait', 'call', 'send', 'all'].some((key) => node.has(key));
  if (isFlat && !hasId && !isStep && !(isOuter && values.length === 0)) node.flow = true;
  else for (const value of values) flatten(value, false);
}

const hasLines = (value: unknown): boolean => typeof value === 'string' && value.includes('\n');

/** What holds a text of several lines is not written on one line. */
function unfold(document: Document, path: Path): void {
  for (let depth = 1; depth < path.length; depth++) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isCollection(node)) node.flow = false;
  }
}

function makeParents(document: Document, path: Path): void {
  for (let depth = 1; depth < path.length; depth++) {
    const parent = path.slice(0, depth);
    const node = document.getIn(parent, true);
    if (isCollection(node)) continue;
    document.setIn(parent, document.createNode(typeof path[depth] === 'number' ? [] : {}));
  }
}
