/**
 * Where nodes stand that nobody has placed: in columns by their distance from the workloads, in each column in the
 * order that the column before suggests. Quick and the same each time; the thorough layout is elk's, on request.
 */
import type { Graph } from './graph';

export const NODE = { width: 176, height: 84 };
export const GRID = 16;
const COLUMN = NODE.width + 112;
const ROW = NODE.height + 44;

export type Positions = Record<string, [number, number]>;

/** By node key; nodes that the document places keep their place. */
export function placed(graph: Graph): Positions {
  const free = layered(graph);
  const positions: Positions = {};
  for (const { key, position } of graph.nodes) positions[key] = position ?? free[key] ?? [0, 0];
  return clear(graph, positions);
}

export function layered({ nodes, edges }: Graph): Positions {
  const rank = ranks(
    nodes.map(({ key }) => key),
    edges.map(({ from, to }) => [from, to] as const),
  );
  const columns: string[][] = [];
  for (const { key } of nodes) (columns[rank.get(key) ?? 0] ??= []).push(key);
  const order = new Map<string, number>();
  for (const column of columns) {
    column?.forEach((key, i) => order.set(key, i));
  }
  for (const column of columns) {
    if (!column) continue;
    const wish = new Map(
      column.map((key) => {
        const before = edges.filter(({ to }) => to === key).map(({ from }) => order.get(from) ?? 0);
        const mean = before.reduce((sum, y) => sum + y, 0) / before.length;
        return [key, before.length > 0 ? mean : (order.get(key) ?? 0)];
      }),
    );
    column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
    column.forEach((key, i) => order.set(key, i));
  }
  const tallest = Math.max(1, ...columns.map((column) => column?.length ?? 0));
  const positions: Positions = {};
  columns.forEach((column, x) => {
    const top = ((tallest - (column?.length ?? 0)) * ROW) / 2;
    column?.forEach((key, y) => (positions[key] = snapped([x * COLUMN, top + y * ROW])));
  });
  return positions;
}

/** Longest way from a source; a circle is cut where it closes. */
function ranks(keys: readonly string[], edges: readonly (readonly [string, string])[]): Map<string, number> {
  const rank = new Map<string, number>(keys.map((key) => [key, 0]));
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const onWay = new Set<string>();
  const visit = (key: string, depth: number) => {
    if (onWay.has(key) || depth < (rank.get(key) ?? 0) || depth > keys.length) return;
    rank.set(key, depth);
    onWay.add(key);
    for (const to of next.get(key) ?? []) visit(to, depth + 1);
    onWay.delete(key);
  };
  const targets = new Set(edges.map(([, to]) => to));
  for (const key of keys) if (!targets.has(key)) visit(key, 0);
  return rank;
}

/** A new node must not lie on one that was placed by hand. */
function clear({ nodes }: Graph, positions: Positions): Positions {
  const fixed = nodes.filter(({ position }) => position !== null).map(({ key }) => key);
  if (fixed.length === 0 || fixed.length === nodes.length) return positions;
  const taken: [number, number][] = fixed.map((key) => positions[key] ?? [0, 0]);
  for (const { key, position } of nodes) {
    if (position) continue;
    const [x, top] = positions[key] ?? [0, 0];
    let y = top;
    while (taken.some(([a, b]) => Math.abs(a - x) < NODE.width && Math.abs(b - y) < NODE.height)) y += ROW;
    positions[key] = snapped([x, y]);
    taken.push([x, y]);
  }
  return positions;
}

export function snapped([x, y]: readonly [number, number]): [number, number] {
  return [Math.round(x / GRID) * GRID, Math.round(y / GRID) * GRID];
}
