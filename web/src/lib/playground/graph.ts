/**
 * A scenario document as a graph: workloads and components are nodes, calls are edges. It reads whatever the text holds
 * at the moment, also what the core would refuse, so that a half-written document can be seen.
 */
import { references, type Reference } from './forms/references';
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
  /** "component:shop>component:orders". */
  key: string;
  from: string;
  to: string;
  /** Ids, as the core's summary names them. */
  fromId: string;
  toId: string;
  /** All calls of this line are sent without waiting for an answer. */
  send: boolean;
  /** Several if a caller calls in several places. */
  sites: CallSite[];
  /** Policies in words, as "250 ms · 4 attempts". */
  label: string;
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
  /** The key that names the callee: call, send, cached, … */
  key: string;
  /** Where the id of the callee stands. */
  path: Path;
  /** The step, or whatever object makes the call, with its policies. */
  holder: Reference['holder'];
  isRequired: boolean;
}

/** Every place of the document that calls a component, in the order of the text. */
export function callSites(document: ScenarioDocument): CallSite[] {
  return references(document).flatMap(({ refers, id, path, holder, key, isRequired }) => {
    const [list, place] = path;
    if (refers !== 'components' || (list !== 'workloads' && list !== 'components')) return [];
    const caller = listOf(document[list])[Number(place)];
    const fromId = isObject(caller) ? textOf(caller.id) : '';
    const from = nodeKey(list === 'workloads' ? 'workload' : 'component', fromId);
    return [{ from, fromId, toId: id, key, path, holder, isRequired }];
  });
}

/** Without waiting for an answer. */
const isSent = ({ key, holder }: CallSite): boolean =>
  key === 'send' || key === 'dead_letters' || holder.path.at(-1) === 'deliver';

function edgesOf(document: ScenarioDocument, known: ReadonlySet<string>): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const site of callSites(document)) {
    const { from, fromId, toId } = site;
    const to = nodeKey('component', toId);
    if (!known.has(from) || !known.has(to)) continue;
    const key = `${from}>${to}`;
    const edge = edges.get(key);
    if (edge) {
      edge.sites.push(site);
      edge.send &&= isSent(site);
    } else {
      const label = policyLabel(site.holder.value);
      edges.set(key, { key, from, to, fromId, toId, send: isSent(site), sites: [site], label });
    }
  }
  return [...edges.values()];
}

function workloadSize(item: Json): string {
  if (item.users !== undefined) return `${textOf(item.users)} users`;
  if (item.trace !== undefined) return 'trace';
  if (isObject(item.diurnal)) return `up to ${textOf(item.diurnal.high)}`;
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
  if (policies.cache !== undefined) words.push('cache');
  if (policies.breaker !== undefined) words.push('breaker');
  if (policies.limit !== undefined) words.push('limit');
  if (policies.concurrency !== undefined) words.push('bulkhead');
  if (policies.hedge !== undefined) words.push('hedge');
  return words.join(' · ');
}
