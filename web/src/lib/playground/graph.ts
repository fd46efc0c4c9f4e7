/**
 * A scenario document as a graph: workloads and components are nodes, calls are edges. It reads whatever the text holds
 * at the moment, also what the core would refuse, so that a half-written document can be seen.
 */
import type { Path } from './pointer';
import type { ScenarioDocument } from './protocol';

export type NodeKind = 'component' | 'workload';

export interface GraphNode {
  /** "component:shop": components and workloads may share a name. */
  key: string;
  kind: NodeKind;
  id: string;
  path: Path;
  /** What it is drawn as; "workload" for a workload. */
  type: string;
  /** The line below the name: "2 × 4 threads", "280/s". */
  size: string;
  position: [x: number, y: number] | null;
}

export interface GraphEdge {
  /** "component:shop>component:orders"; with "~" for a send. */
  key: string;
  from: string;
  to: string;
  /** Ids, as the core's summary names them. */
  fromId: string;
  toId: string;
  send: boolean;
  /** Where the calls stand in the document; several if a caller calls in several places. */
  paths: Path[];
  /** Policies in words, as "retry × 4 · 250 ms". */
  label: string;
  hasBreaker: boolean;
}

export interface GraphNote {
  at: [number, number];
  text: string;
}

export interface GraphSection {
  at: [number, number];
  size: [number, number];
  title: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  notes: GraphNote[];
  sections: GraphSection[];
}

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function nodeKey(kind: NodeKind, id: string): string {
  return `${kind}:${id}`;
}

export function graphOf(document: ScenarioDocument): Graph {
  const layout = isObject(document.layout) ? document.layout : {};
  const positions = isObject(layout.positions) ? layout.positions : {};
  const nodes: GraphNode[] = [];
  const taken = new Set<string>();
  const addNode = (kind: NodeKind, item: Json, path: Path, size: string) => {
    const id = textOf(item.id);
    const key = nodeKey(kind, id);
    if (id === '' || taken.has(key)) return;
    taken.add(key);
    const type = kind === 'workload' ? 'workload' : textOf(item.type) || 'service';
    nodes.push({ key, kind, id, path, type, size, position: pairOf(positions[id]) });
  };
  listOf(document.workloads).forEach((item, i) => {
    if (isObject(item)) addNode('workload', item, ['workloads', i], workloadSize(item));
  });
  listOf(document.components).forEach((item, i) => {
    if (isObject(item)) addNode('component', item, ['components', i], componentSize(item));
  });
  return {
    nodes,
    edges: edgesOf(document, taken),
    notes: listOf(layout.notes).flatMap((note) => {
      const at = isObject(note) ? pairOf(note.at) : null;
      return at && isObject(note) ? [{ at, text: textOf(note.text) }] : [];
    }),
    sections: listOf(layout.sections).flatMap((section) => {
      if (!isObject(section)) return [];
      const [at, size] = [pairOf(section.at), pairOf(section.size)];
      return at && size ? [{ at, size, title: textOf(section.title) }] : [];
    }),
  };
}

function pairOf(value: unknown): [number, number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [x, y] = value as unknown[];
  return typeof x === 'number' && typeof y === 'number' && Number.isFinite(x + y) ? [x, y] : null;
}

export interface CallSite {
  from: string;
  fromId: string;
  toId: string;
  send: boolean;
  path: Path;
  policies: Json;
}

/** Every place of the document that calls a component, in the order of the text. */
export function callSites(document: ScenarioDocument): CallSite[] {
  const sites: CallSite[] = [];
  const add = (
    kind: NodeKind,
    fromId: string,
    target: unknown,
    send: boolean,
    path: Path,
    policies: Json,
  ) => {
    const toId = textOf(target);
    if (toId !== '') sites.push({ from: nodeKey(kind, fromId), fromId, toId, send, path, policies });
  };
  listOf(document.workloads).forEach((item, i) => {
    if (isObject(item)) add('workload', textOf(item.id), item.call, false, ['workloads', i], item);
  });
  listOf(document.components).forEach((item, i) => {
    if (!isObject(item)) return;
    listOf(item.steps).forEach((step, s) => {
      if (!isObject(step)) return;
      const path = ['components', i, 'steps', s];
      const id = textOf(item.id);
      add('component', id, step.call, false, path, step);
      add('component', id, step.send, true, path, step);
      listOf(step.all).forEach((inner, k) => {
        if (isObject(inner)) add('component', id, inner.call, false, [...path, 'all', k], inner);
      });
    });
  });
  return sites;
}

function edgesOf(document: ScenarioDocument, known: ReadonlySet<string>): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const { from, fromId, toId, send, path, policies } of callSites(document)) {
    const to = nodeKey('component', toId);
    if (!known.has(from) || !known.has(to)) continue;
    const key = `${from}${send ? '~' : '>'}${to}`;
    const edge = edges.get(key);
    if (edge) {
      edge.paths.push(path);
      edge.hasBreaker ||= policies.breaker !== undefined;
    } else {
      const label = policyLabel(policies);
      edges.set(key, {
        ...{ key, from, to, fromId, toId, send, paths: [path], label },
        hasBreaker: policies.breaker !== undefined,
      });
    }
  }
  return [...edges.values()];
}

function workloadSize(item: Json): string {
  if (item.users !== undefined) return `${textOf(item.users)} users`;
  return textOf(item.rate);
}

function componentSize(item: Json): string {
  const replicas = textOf(item.replicas) || '1';
  const isShared = item.sharing === 'processor';
  const places = isShared ? textOf(item.cores) || '1' : textOf(item.threads) || '1';
  const unit = isShared ? 'core' : 'thread';
  return `${replicas} × ${places} ${places === '1' ? unit : `${unit}s`}`;
}

export function policyLabel(policies: Json): string {
  const words: string[] = [];
  if (policies.times !== undefined) words.push(`× ${textOf(policies.times)}`);
  if (policies.timeout !== undefined) words.push(textOf(policies.timeout));
  if (isObject(policies.retry)) words.push(`${textOf(policies.retry.attempts) || '3'} attempts`);
  if (policies.breaker !== undefined) words.push('breaker');
  if (policies.limit !== undefined) words.push('limit');
  if (policies.concurrency !== undefined) words.push('bulkhead');
  if (policies.hedge !== undefined) words.push('hedge');
  return words.join(' · ');
}
