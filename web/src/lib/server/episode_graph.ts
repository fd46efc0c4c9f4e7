import { breakLines, type Drawing, NODE_HEIGHT, NODE_WIDTH } from '$lib/graph/drawing';
import { layoutLayers } from '$lib/graph/layout';
import type { Catalogue } from './catalogue';
import { episodeCode } from './views/teaching';

const SIZES = { nodeWidth: NODE_WIDTH, nodeHeight: NODE_HEIGHT, columnGap: 38, rowGap: 8, bendHeight: 6 };
const LINE_CHARACTERS = 21;

const idOf = (ref: string) => ref.slice(ref.indexOf(':') + 1);

export function episodeDrawing(all: Catalogue): Drawing {
  const graph = all.graphs.episodes ?? { nodes: [], edges: [] };
  const layout = layoutLayers(
    graph.nodes.map(({ ref, layer }) => ({ id: idOf(ref), layer })),
    graph.edges.map(({ from, to }) => ({ from: idOf(from), to: idOf(to) })),
    SIZES,
  );
  const nodes = graph.nodes.map(({ ref, name, url, group, layer }) => {
    const at = layout.nodes.get(idOf(ref)) ?? { x: 0, y: 0 };
    const code = episodeCode(ref, all) ?? '';
    return {
      id: idOf(ref),
      code,
      name,
      url,
      group,
      layer,
      lines: breakLines(name, LINE_CHARACTERS, 2),
      ...at,
    };
  });
  return { width: layout.width, height: layout.height, nodes, edges: layout.edges };
}
