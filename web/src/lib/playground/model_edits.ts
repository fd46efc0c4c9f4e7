/** What the canvas does to the document, as edits of its tree (edit.ts). */
import { isMap, isScalar, isSeq, visit, type Document } from 'yaml';
import { append, removeAt, setAt, type Edit } from './edit';
import { references } from './forms/references';
import {
  callSites,
  isObject,
  listOf,
  type CallSite,
  type GraphEdge,
  type GraphNode,
  type Json,
  type NodeKind,
} from './graph';
import type { Path } from './pointer';
import type { ScenarioDocument } from './protocol';

const LIST: Record<NodeKind, string> = { component: 'components', workload: 'workloads' };

export function valueOf(document: Document): ScenarioDocument {
  const value: unknown = document.toJS();
  return isObject(value) ? value : {};
}

/** "service", or "service-2" where that is taken by a component or workload. */
export function freeId(value: ScenarioDocument, wish: string): string {
  const taken = new Set(
    [...listOf(value.components), ...listOf(value.workloads)].map((item) => isObject(item) && item.id),
  );
  const stem = wish.replace(/-\d+$/, '');
  if (!taken.has(wish)) return wish;
  for (let i = 2; ; i++) if (!taken.has(`${stem}-${i}`)) return `${stem}-${i}`;
}

/** What a new component begins with: of the core's types where they are known, else ten milliseconds of work. */
export type Start = Json | undefined;
const PLAIN: Json = { threads: 4, steps: [{ work: 'exponential(10 ms)' }] };
const TARGET = 'TARGET';
const names = (value: unknown): boolean => JSON.stringify(value ?? null).includes(`"${TARGET}"`);
const aimed = (value: unknown, at: string): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(`"${TARGET}"`, JSON.stringify(at)));

/** Calls come with the first connection: it is not known yet whom it calls. */
export function addComponent(id: string, type: string, at: readonly [number, number], start: Start): Edit {
  return (document) => {
    const { steps, ...rest } = start ?? PLAIN;
    const fields = Object.entries(rest).filter(([, value]) => !names(value));
    const own = listOf(steps).filter((step) => !names(step));
    append(document, ['components'], {
      id,
      type,
      ...Object.fromEntries(fields),
      ...(own.length > 0 && { steps: own }),
    });
    setAt(document, ['layout', 'positions', id], [...at]);
  };
}

export function addWorkload(id: string, target: string, at: readonly [number, number]): Edit {
  return (document) => {
    append(document, ['workloads'], { id, rate: '50/s', call: target });
    setAt(document, ['layout', 'positions', id], [...at]);
  };
}

/** A workload calls one component. A component's first call is made as its type makes it, others are plain. */
export function connect(from: GraphNode, toId: string, start: Start): Edit {
  return (document) => {
    if (from.kind === 'workload') return setAt(document, [...from.path, 'call'], toId);
    const isFirst = !callSites(valueOf(document)).some((site) => site.from === from.key);
    const step = listOf(start?.steps).find(names);
    const other = Object.entries(start ?? {}).find(([key, value]) => key !== 'steps' && names(value));
    if (isFirst && other) setAt(document, [...from.path, other[0]], aimed(other[1], toId));
    else append(document, [...from.path, 'steps'], isFirst && step ? aimed(step, toId) : { call: toId });
  };
}

export function disconnect(edges: readonly GraphEdge[]): Edit {
  return (document) => {
    for (const path of inReverse(edges.flatMap(({ sites }) => sites.map(pathToRemove))))
      removeAt(document, path);
  };
}

/** A step without its callee is none, nor is a delivery; a workload without one is to be connected again. */
function pathToRemove({ path, holder, isRequired }: CallSite): Path {
  const isWorkload = holder.path[0] === 'workloads' && holder.path.length === 2;
  return isRequired && !isWorkload ? holder.path : path;
}

/** Takes nodes away with everything that names them, so that what is left is still a scenario. */
export function removeNodes(nodes: readonly { kind: NodeKind; id: string }[]): Edit {
  return (document) => {
    for (const { kind, id } of nodes) {
      const value = valueOf(document);
      if (kind === 'component') {
        const sites = callSites(value).filter(({ toId }) => toId === id);
        for (const path of inReverse(sites.map(pathToRemove))) removeAt(document, path);
      }
      const lists = kind === 'component' ? ['components', 'callers'] : ['workloads', 'callers'];
      const mentions = references(value).filter((ref) => ref.id === id && lists.includes(ref.refers));
      const members = mentions.flatMap(({ path: [list, place] }) =>
        list === 'faults' || list === 'objectives' ? [[list, Number(place)]] : [],
      );
      const isOwn = (item: unknown) => isObject(item) && item.id === id;
      const own = listOf(value[LIST[kind]]).findIndex(isOwn);
      const steps = kind === 'workload' ? mentions.filter(({ path }) => path[0] === 'components') : [];
      for (const path of inReverse([...steps.map(({ path }) => path), ...members])) removeAt(document, path);
      if (own >= 0) removeAt(document, [LIST[kind], own]);
      removeAt(document, ['layout', 'positions', id]);
    }
  };
}

/** Later members of a list go first, so that the places of the others stay right. */
function inReverse(paths: readonly Path[]): Path[] {
  const unique = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...unique.values()].sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const [left, right] = [a[i], b[i]];
      if (left === right) continue;
      if (typeof left === 'number' && typeof right === 'number') return right - left;
      return String(right).localeCompare(String(left));
    }
    return b.length - a.length;
  });
}

/** Keys that name a callee. */
const CALLS = new Set(['call', 'send', 'cached', 'dead_letters']);

/** Copies with new names; calls among the copied lead to the copies. Returns the new ids by the old. */
export function duplicate(nodes: readonly GraphNode[], ids: ReadonlyMap<string, string>): Edit {
  return (document) => {
    const shift = 48;
    for (const node of nodes) {
      const id = ids.get(node.key);
      const item = document.getIn(node.path, true);
      if (!id || !isMap(item)) continue;
      const copy = item.clone() as typeof item;
      visit(copy, {
        Pair(_, { key, value }) {
          if (!isScalar(key) || !isScalar(value)) return;
          if (!CALLS.has(String(key.value))) return;
          value.value = ids.get(`component:${String(value.value)}`) ?? value.value;
        },
      });
      copy.set('id', id);
      const list = document.get(LIST[node.kind], true);
      if (isSeq(list)) list.items.push(copy);
      const position = node.position ?? [0, 0];
      setAt(document, ['layout', 'positions', id], [position[0] + shift, position[1] + shift]);
    }
  };
}

/** A new name everywhere it is said: calls, faults, objectives, the place on the canvas. */
export function rename(kind: NodeKind, from: string, to: string): Edit {
  return (document) => {
    const value = valueOf(document);
    const lists = kind === 'component' ? ['components', 'callers'] : ['workloads', 'callers'];
    listOf(value[LIST[kind]]).forEach((item, i) => {
      if (isObject(item) && item.id === from) setAt(document, [LIST[kind], i, 'id'], to);
    });
    for (const { refers, id, path } of references(value))
      if (id === from && lists.includes(refers)) setAt(document, path, to);
    const place = document.getIn(['layout', 'positions', from], true);
    if (place !== undefined) {
      document.setIn(['layout', 'positions', to], place);
      document.deleteIn(['layout', 'positions', from]);
    }
  };
}

export function place(positions: Readonly<Record<string, readonly [number, number]>>): Edit {
  return (document) => {
    for (const [id, [x, y]] of Object.entries(positions))
      setAt(document, ['layout', 'positions', id], [Math.round(x), Math.round(y)]);
  };
}
