/** What the canvas does to the document, as edits of its tree (edit.ts). */
import { isMap, isScalar, isSeq, visit, type Document } from 'yaml';
import { append, removeAt, setAt, type Edit } from './edit';
import { callSites, graphOf, listOf, isObject, type GraphEdge, type GraphNode, type NodeKind } from './graph';
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

/** A component that does something at once: it works 10 ms. */
export function addComponent(id: string, type: string, at: readonly [number, number]): Edit {
  return (document) => {
    append(document, ['components'], { id, type, threads: 4, steps: [{ work: 'exponential(10 ms)' }] });
    setAt(document, ['layout', 'positions', id], [...at]);
  };
}

export function addWorkload(id: string, target: string, at: readonly [number, number]): Edit {
  return (document) => {
    append(document, ['workloads'], { id, rate: '50/s', call: target });
    setAt(document, ['layout', 'positions', id], [...at]);
  };
}

/** A caller's new step is its last but comes before nothing that it sends; a workload calls one component. */
export function connect(from: GraphNode, toId: string): Edit {
  return (document) => {
    if (from.kind === 'workload') setAt(document, [...from.path, 'call'], toId);
    else append(document, [...from.path, 'steps'], { call: toId });
  };
}

export function disconnect(edge: GraphEdge): Edit {
  return (document) => {
    for (const path of inReverse(edge.paths)) {
      if (path[0] === 'workloads') removeAt(document, [...path, 'call']);
      else removeAt(document, path);
    }
  };
}

/** Takes nodes away with everything that names them, so that what is left is still a scenario. */
export function removeNodes(nodes: readonly { kind: NodeKind; id: string }[]): Edit {
  return (document) => {
    for (const { kind, id } of nodes) {
      const value = valueOf(document);
      if (kind === 'component') {
        const paths = callSites(value)
          .filter(({ toId }) => toId === id)
          .map(({ path }) => (path[0] === 'workloads' ? [...path, 'call'] : path));
        for (const path of inReverse(paths)) removeAt(document, path);
        removeWhere(document, 'faults', (item) => item.component === id || item.from === id);
      } else {
        removeWhere(document, 'objectives', (item) => item.workload === id);
        removeWhere(document, 'faults', (item) => item.from === id);
      }
      removeWhere(document, LIST[kind], (item) => item.id === id);
      removeAt(document, ['layout', 'positions', id]);
    }
  };
}

function removeWhere(
  document: Document,
  list: string,
  test: (item: Record<string, unknown>) => boolean,
): void {
  const items = listOf(valueOf(document)[list]);
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    if (isObject(item) && test(item)) removeAt(document, [list, i]);
  }
}

/** Later members of a list go first, so that the places of the others stay right. */
function inReverse(paths: readonly Path[]): Path[] {
  return [...paths].reverse();
}

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
          if (key.value !== 'call' && key.value !== 'send') return;
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
    const set = (path: Path) => setAt(document, path, to);
    listOf(value[LIST[kind]]).forEach((item, i) => {
      if (isObject(item) && item.id === from) set([LIST[kind], i, 'id']);
    });
    if (kind === 'component')
      for (const { toId, path, send } of callSites(value))
        if (toId === from) set([...path, send ? 'send' : 'call']);
    listOf(value.faults).forEach((fault, i) => {
      if (!isObject(fault)) return;
      if (kind === 'component' && fault.component === from) set(['faults', i, 'component']);
      if (fault.from === from) set(['faults', i, 'from']);
    });
    if (kind === 'workload')
      listOf(value.objectives).forEach((objective, i) => {
        if (isObject(objective) && objective.workload === from) set(['objectives', i, 'workload']);
      });
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

export function graphIn(document: Document) {
  return graphOf(valueOf(document));
}
