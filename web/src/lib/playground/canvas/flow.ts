/** The graph as the canvas library takes it. What did not change keeps its object, so that it is not measured again. */
import { MarkerType, Position, type Edge, type Node } from '@xyflow/svelte';
import type { Graph, GraphEdge, GraphNode, GraphNote, GraphSection } from '../graph';
import { NODE, type Direction, type Positions } from '../placing';
import { genericName } from '../vendors';

export type FlowNode = Node<{ node?: GraphNode; note?: GraphNote; section?: GraphSection }>;
export type FlowEdge = Edge<{ edge: GraphEdge }>;

/** Calls leave a node on the side towards which the graph runs. */
const SIDES: Record<Direction, Pick<FlowNode, 'sourcePosition' | 'targetPosition'>> = {
  right: { sourcePosition: Position.Right, targetPosition: Position.Left },
  down: { sourcePosition: Position.Bottom, targetPosition: Position.Top },
};

export function flowNodes(
  graph: Graph,
  positions: Positions,
  selection: readonly string[],
  before: readonly FlowNode[],
  direction: Direction = 'right',
): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const keep = (next: FlowNode): FlowNode => {
    const old = known.get(next.id);
    if (!old) return next;
    const isSame =
      old.position.x === next.position.x &&
      old.position.y === next.position.y &&
      old.width === next.width &&
      old.height === next.height &&
      old.sourcePosition === next.sourcePosition &&
      old.selected === next.selected &&
      JSON.stringify(old.data) === JSON.stringify(next.data);
    return isSame ? old : { ...old, ...next };
  };
  const sections = graph.sections.map((section, i) =>
    keep({
      id: `section:${i}`,
      type: 'section',
      position: { x: section.at[0], y: section.at[1] },
      width: section.size[0],
      height: section.size[1],
      zIndex: -1,
      selected: selection.includes(`section:${i}`),
      ariaLabel: `Section ${section.title}`,
      data: { section },
    }),
  );
  const notes = graph.notes.map((note, i) =>
    keep({
      id: `note:${i}`,
      type: 'note',
      position: { x: note.at[0], y: note.at[1] },
      selected: selection.includes(`note:${i}`),
      ariaLabel: `Note: ${note.text}`,
      data: { note },
    }),
  );
  const nodes = graph.nodes.map((node) => {
    const [x, y] = positions[node.key] ?? [0, 0];
    return keep({
      id: node.key,
      type: node.kind,
      position: { x, y },
      ...NODE,
      ...SIDES[direction],
      selected: selection.includes(node.key),
      ariaLabel: `${node.id}, ${node.kind === 'workload' ? 'workload' : genericName(node.type)}, ${node.size}`,
      data: { node },
    });
  });
  return [...sections, ...nodes, ...notes];
}

export function flowEdges(graph: Graph, selection: readonly string[]): FlowEdge[] {
  return graph.edges.map((edge) => ({
    id: edge.key,
    type: 'call',
    source: edge.from,
    target: edge.to,
    markerEnd: { type: MarkerType.ArrowClosed },
    selected: selection.includes(edge.key),
    ariaLabel: `${edge.fromId} ${edge.send ? 'sends to' : 'calls'} ${edge.toId}${edge.label ? `: ${edge.label}` : ''}`,
    data: { edge },
  }));
}
