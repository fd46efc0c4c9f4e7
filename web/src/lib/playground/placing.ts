/**
 * Where nodes stand that nobody has placed: in ranks by their distance from the workloads, in each rank in the order
 * that the rank before suggests. Quick and the same each time; the thorough layout is elk's, on request. Ranks are
 * columns of a graph that runs to the right; on a narrow screen it runs down, with a few nodes beside one another.
 */
import type { Graph } from './graph';

export const NODE = { width: 176, height: 84 };
export const GRID = 16;
const COLUMN = NODE.width + 112;
const ROW = NODE.height + 44;
/** Of a graph that runs down: what is between two nodes of a rank, two lines of one rank, two ranks. */
const DOWN = { beside: 16, line: 24, rank: 76 };
/** Nodes beside one another that a phone shows with readable names. */
export const ABREAST_ON_PHONE = 2;

export type Positions = Record<string, [number, number]>;
export type Direction = 'right' | 'down';

/** By node key; nodes that the document places keep their place. */
export function placed(graph: Graph): Positions {
  const free = layered(graph);
  const positions: Positions = {};
  for (const { key, position } of graph.nodes) positions[key] = position ?? free[key] ?? [0, 0];
  return clear(graph, positions);
}

export function layered(graph: Graph): Positions {
  const columns = ordered(graph);
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const positions: Positions = {};
  columns.forEach((column, x) => {
    const top = ((tallest - column.length) * ROW) / 2;
    column.forEach((key, y) => (positions[key] = snapped([x * COLUMN, top + y * ROW])));
  });
  return positions;
}

/** From the top to the bottom, at most so many nodes beside one another: a wide rank takes several lines. */
export function stacked(graph: Graph, abreast: number = ABREAST_ON_PHONE): Positions {
  const ranks = ordered(graph).filter((rank) => rank.length > 0);
  const step = NODE.width + DOWN.beside;
  const positions: Positions = {};
  let top = 0;
  for (const rank of ranks) {
    for (let first = 0; first < rank.length; first += abreast) {
      const line = rank.slice(first, first + abreast);
      const left = -(line.length * step) / 2;
      line.forEach((key, i) => (positions[key] = snapped([left + i * step, top])));
      top += NODE.height + DOWN.line;
    }
    top += DOWN.rank - DOWN.line;
  }
  return positions;
}

/** Which way most calls go: their ends at the nodes are drawn on those sides. */
export function directionOf({ edges }: Graph, positions: Positions): Direction {
  let across = 0;
  let along = 0;
  for (const { from, to } of edges) {
    const [a, b] = [positions[from], positions[to]];
    if (!a || !b) continue;
    across += Math.abs(b[0] - a[0]);
    along += Math.abs(b[1] - a[1]);
  }
  return along > 1.5 * across ? 'down' : 'right';
}

/** How large a graph can be drawn so that all of it fits. */
export function scaleWithin(positions: Positions, width: number, height: number): number {
  const all = Object.values(positions);
  const extent = (axis: 0 | 1) =>
    Math.max(...all.map((at) => at[axis])) - Math.min(...all.map((at) => at[axis]));
  if (all.length === 0) return 1;
  return Math.min(width / (extent(0) + NODE.width), height / (extent(1) + NODE.height));
}

/** Keys by rank, each rank in the order that has the fewest crossings with the one before, as a rule. */
function ordered({ nodes, edges }: Graph): string[][] {
  const rank = ranks(
    nodes.map(({ key }) => key),
    edges.map(({ from, to }) => [from, to] as const),
  );
  const lists: string[][] = [];
  for (const { key } of nodes) (lists[rank.get(key) ?? 0] ??= []).push(key);
  const columns = Array.from(lists, (list) => list ?? []);
  const order = new Map<string, number>();
  for (const column of columns) column.forEach((key, i) => order.set(key, i));
  for (const column of columns) {
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
  return columns;
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
