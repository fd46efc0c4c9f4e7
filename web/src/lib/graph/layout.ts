/**
 * A layered drawing of a prerequisite graph, left to right (after Sugiyama, Tagawa and Toda, 1981):
 *
 * 1. layers are given: the longest chain of prerequisites above a node;
 * 2. an edge over several layers gets a bend in each layer between, so that it is routed around the nodes there;
 * 3. the order within a layer is improved by sweeps of barycentres, and the order with the fewest crossings is kept;
 * 4. heights are relaxed towards the mean of the neighbours; the nearest heights that keep order and distance are the
 *    isotonic regression of the wanted ones (pool adjacent violators), so a layer does not drift.
 *
 * Pure and deterministic: the same graph gives the same drawing. Runs when pages are prerendered.
 */
export interface LayoutNode {
  id: string;
  layer: number;
}

export interface LayoutEdge {
  from: string;
  to: string;
}

export interface LayoutSizes {
  nodeWidth: number;
  nodeHeight: number;
  columnGap: number;
  rowGap: number;
  /** Height that a bend takes in its layer. */
  bendHeight: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  /** Top left corner by id. */
  nodes: Map<string, Point>;
  edges: { from: string; to: string; path: string }[];
}

interface Item {
  id: string;
  layer: number;
  isBend: boolean;
  before: Item[];
  after: Item[];
  y: number;
}

const SWEEPS = 24;
const RELAXATIONS = 60;

export function layoutLayers(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  sizes: LayoutSizes,
): Layout {
  const items = new Map<string, Item>(
    nodes.map(({ id, layer }) => [id, { id, layer, isBend: false, before: [], after: [], y: 0 }]),
  );
  const chains = edges.map((edge) => chain(edge, items)).filter((found) => found !== null);
  const layers = toLayers([...items.values(), ...chains.flatMap(({ items: all }) => all.slice(1, -1))]);
  reduceCrossings(layers);
  placeHeights(layers, sizes);

  const all = layers.flat();
  const top = Math.min(...all.map(({ y }) => y), Infinity);
  const step = sizes.nodeWidth + sizes.columnGap;
  const heightOf = (item: Item) => (item.isBend ? sizes.bendHeight : sizes.nodeHeight);
  for (const item of all) item.y -= top;
  return {
    width: layers.length * step - sizes.columnGap,
    height: Math.max(0, ...all.map((item) => item.y + heightOf(item))),
    nodes: new Map([...items.values()].map((item) => [item.id, { x: item.layer * step, y: round(item.y) }])),
    edges: chains.map(({ edge, items: route }) => ({ ...edge, path: curve(route, sizes, heightOf) })),
  };
}

/** The items an edge runs through, with a bend for each layer between its ends. */
function chain(edge: LayoutEdge, items: Map<string, Item>): { edge: LayoutEdge; items: Item[] } | null {
  const from = items.get(edge.from);
  const to = items.get(edge.to);
  if (!from || !to || from.layer >= to.layer) return null;
  const route: Item[] = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    route.push({ id: `${edge.from}>${edge.to}@${layer}`, layer, isBend: true, before: [], after: [], y: 0 });
  }
  route.push(to);
  route.slice(1).forEach((item, i) => {
    const previous = route[i];
    if (!previous) return;
    previous.after.push(item);
    item.before.push(previous);
  });
  return { edge, items: route };
}

function toLayers(items: readonly Item[]): Item[][] {
  const layers: Item[][] = [];
  for (const item of items) (layers[item.layer] ??= []).push(item);
  return Array.from(layers, (layer) => layer ?? []);
}

function reduceCrossings(layers: Item[][]): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    const order = forward ? layers : [...layers].reverse();
    const place = new Map(layers.flatMap((layer) => layer.map((item, i) => [item, i] as const)));
    for (const layer of order) {
      const centre = (item: Item) => {
        const neighbours = forward ? item.before : item.after;
        if (neighbours.length === 0) return place.get(item) ?? 0;
        return neighbours.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / neighbours.length;
      };
      const centres = new Map(layer.map((item) => [item, centre(item)]));
      layer.sort((a, b) => (centres.get(a) ?? 0) - (centres.get(b) ?? 0));
      layer.forEach((item, i) => place.set(item, i));
    }
    const count = crossings(layers);
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => [...layer]);
    }
  }
  layers.forEach((layer, i) => layer.splice(0, layer.length, ...(best[i] ?? [])));
}

function crossings(layers: readonly Item[][]): number {
  let count = 0;
  layers.forEach((layer, i) => {
    const next = new Map(layers[i + 1]?.map((item, place) => [item, place]));
    const ends = layer.map((item) => item.after.map((other) => next.get(other) ?? 0));
    ends.forEach((own, a) => {
      for (const others of ends.slice(a + 1))
        for (const x of own) for (const y of others) if (x > y) count += 1;
    });
  });
  return count;
}

function placeHeights(layers: readonly Item[][], sizes: LayoutSizes): void {
  const heightOf = (item: Item) => (item.isBend ? sizes.bendHeight : sizes.nodeHeight);
  for (const layer of layers) {
    let y = 0;
    for (const item of layer) {
      item.y = y;
      y += heightOf(item) + sizes.rowGap;
    }
    const shift = y / 2;
    for (const item of layer) item.y -= shift;
  }
  const centre = (item: Item) => item.y + heightOf(item) / 2;
  for (let round = 0; round < RELAXATIONS; round++) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const wanted = layer.map((item) => {
        const neighbours = [...item.before, ...item.after];
        if (neighbours.length === 0) return item.y;
        return (
          neighbours.reduce((sum, other) => sum + centre(other), 0) / neighbours.length - heightOf(item) / 2
        );
      });
      const offsets: number[] = [0];
      layer
        .slice(0, -1)
        .forEach((item, i) => offsets.push((offsets[i] ?? 0) + heightOf(item) + sizes.rowGap));
      const free = nearestIncreasing(wanted.map((y, i) => y - (offsets[i] ?? 0)));
      layer.forEach((item, i) => (item.y = (free[i] ?? 0) + (offsets[i] ?? 0)));
    }
  }
}

/** The nearest non-decreasing sequence (least squares), by pooling adjacent violators. */
function nearestIncreasing(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count > pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}

function curve(route: readonly Item[], sizes: LayoutSizes, heightOf: (item: Item) => number): string {
  const step = sizes.nodeWidth + sizes.columnGap;
  const points: Point[] = [];
  route.forEach((item, i) => {
    const left = item.layer * step;
    const y = item.y + heightOf(item) / 2;
    if (i > 0) points.push({ x: left, y });
    if (i < route.length - 1) points.push({ x: left + sizes.nodeWidth, y });
  });
  const [start, ...rest] = points;
  if (!start) return '';
  let path = `M${start.x} ${round(start.y)}`;
  let last = start;
  for (const point of rest) {
    const middle = round((last.x + point.x) / 2);
    path +=
      last.y === point.y
        ? `H${point.x}`
        : `C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${point.x} ${round(point.y)}`;
    last = point;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
