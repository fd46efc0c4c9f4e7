/** Walking a prerequisite graph. Pure; ids in, ids out. An edge runs from the prerequisite to what it unlocks. */
export interface Walkable {
  /** Ids in drawing order within each layer. */
  layers: readonly (readonly string[])[];
  edges: readonly { from: string; to: string }[];
}

export interface Neighbourhood {
  /** Everything to hear before, in layer order. */
  before: string[];
  /** Everything that it opens, however far. */
  after: string[];
  directBefore: string[];
  directAfter: string[];
}

export class GraphWalk {
  private readonly layerOf = new Map<string, number>();
  private readonly parents = new Map<string, string[]>();
  private readonly children = new Map<string, string[]>();
  private readonly rank = new Map<string, number>();

  constructor(private readonly graph: Walkable) {
    graph.layers.forEach((layer, depth) => {
      for (const id of layer) {
        this.layerOf.set(id, depth);
        this.rank.set(id, this.rank.size);
      }
    });
    for (const { from, to } of graph.edges) {
      append(this.parents, to, from);
      append(this.children, from, to);
    }
  }

  has(id: string): boolean {
    return this.layerOf.has(id);
  }

  around(id: string): Neighbourhood {
    return {
      before: this.reach(id, this.parents),
      after: this.reach(id, this.children),
      directBefore: this.parents.get(id) ?? [],
      directAfter: this.children.get(id) ?? [],
    };
  }

  /**
   * Where an arrow key leads: left to the prerequisite and right to what is unlocked, taking the one that is drawn
   * nearest; up and down within the layer. Null at an edge and for other keys.
   */
  move(id: string, key: string): string | null {
    const layer = this.layerOf.get(id);
    if (layer === undefined) return null;
    const siblings = this.graph.layers[layer] ?? [];
    const place = siblings.indexOf(id);
    switch (key) {
      case 'ArrowLeft':
        return this.nearest(place, this.parents.get(id));
      case 'ArrowRight':
        return this.nearest(place, this.children.get(id));
      case 'ArrowUp':
        return siblings[place - 1] ?? null;
      case 'ArrowDown':
        return siblings[place + 1] ?? null;
      default:
        return null;
    }
  }

  private nearest(place: number, ids: readonly string[] | undefined): string | null {
    const distance = (id: string) => {
      const layer = this.graph.layers[this.layerOf.get(id) ?? 0] ?? [];
      return Math.abs(layer.indexOf(id) - place);
    };
    return [...(ids ?? [])].sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }

  private reach(id: string, next: ReadonlyMap<string, readonly string[]>): string[] {
    const found = new Set<string>();
    const open = [...(next.get(id) ?? [])];
    for (let other = open.pop(); other !== undefined; other = open.pop()) {
      if (found.has(other) || other === id) continue;
      found.add(other);
      open.push(...(next.get(other) ?? []));
    }
    return [...found].sort((a, b) => (this.rank.get(a) ?? 0) - (this.rank.get(b) ?? 0));
  }
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
