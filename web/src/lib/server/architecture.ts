/**
 * A scenario's system as drawings that need no script: workloads and components, who calls whom and under which
 * policies, and what the faults strike. Nodes and calls lie as in the playground.
 */
import { getBezierPath, Position } from '@xyflow/svelte';
import type { ArchitectureView, DrawingView } from '$lib/entries/view';
import { graphOf, type Graph, type GraphEdge } from '$lib/playground/graph';
import { iconPath } from '$lib/playground/icons';
import {
  directionOf,
  NODE,
  placed,
  scaleWithin,
  stacked,
  type Direction,
  type Positions,
} from '$lib/playground/placing';
import type { ScenarioDocument } from '$lib/playground/protocol';
import { typeName } from '$lib/playground/vendors';

const PAGE_WIDTH = 900; // of the column of text
const READABLE = 0.8; // drawn smaller, names are too small
const ABREAST = 4; // nodes beside one another that the column shows
const MARGIN = 2; // for the lines
const NAME_MAX = 19; // characters that a box holds
const LABEL_MAX = 14; // characters of a line of a label, so that something is left of the edge

export function architectureOf(document: ScenarioDocument): ArchitectureView {
  const graph = graphOf(document);
  const struck = struckIn(document);
  const along = placed(graph);
  const fits = scaleWithin(along, PAGE_WIDTH, Infinity) >= READABLE;
  return {
    wide: drawing(graph, fits ? along : stacked(graph, ABREAST), struck),
    narrow: drawing(graph, stacked(graph), struck),
    text: inWords(graph),
    isStruck: struck.size > 0,
  };
}

/** Keys of the nodes that a fault names. */
function struckIn({ faults }: ScenarioDocument): Set<string> {
  const keys = new Set<string>();
  for (const fault of Array.isArray(faults) ? (faults as Record<string, unknown>[]) : []) {
    if (typeof fault.component === 'string') keys.add(`component:${fault.component}`);
    if (typeof fault.workload === 'string') keys.add(`workload:${fault.workload}`);
  }
  return keys;
}

function drawing(graph: Graph, positions: Positions, struck: ReadonlySet<string>): DrawingView {
  const all = graph.nodes.map(({ key }): [number, number] => positions[key] ?? [0, 0]);
  const left = Math.min(...all.map(([x]) => x)) - MARGIN;
  const right = Math.max(...all.map(([x]) => x + NODE.width)) + MARGIN;
  const top = Math.min(...all.map(([, y]) => y)) - MARGIN;
  const bottom = Math.max(...all.map(([, y]) => y + NODE.height)) + MARGIN;
  const direction = directionOf(graph, positions);
  return {
    box: [left, top, right - left, bottom - top],
    nodes: graph.nodes.map(({ key, kind, id, type, size }) => {
      const [x, y] = positions[key] ?? [0, 0];
      return {
        x,
        y,
        ...NODE,
        name: id.length > NAME_MAX ? `${id.slice(0, NAME_MAX - 1)}…` : id,
        what: kind === 'workload' ? 'Workload' : typeName(type, 'generic'),
        size,
        icon: iconPath(type),
        isWorkload: kind === 'workload',
        isStruck: struck.has(key),
      };
    }),
    edges: graph.edges.map((edge) => line(edge, positions, direction)),
  };
}

function line({ from, to, send, label }: GraphEdge, positions: Positions, direction: Direction) {
  const [ax, ay] = positions[from] ?? [0, 0];
  const [bx, by] = positions[to] ?? [0, 0];
  const isDown = direction === 'down';
  const [d, x, y] = getBezierPath({
    sourceX: isDown ? ax + NODE.width / 2 : ax + NODE.width,
    sourceY: isDown ? ay + NODE.height : ay + NODE.height / 2,
    sourcePosition: isDown ? Position.Bottom : Position.Right,
    targetX: isDown ? bx + NODE.width / 2 : bx,
    targetY: isDown ? by : by + NODE.height / 2,
    targetPosition: isDown ? Position.Top : Position.Left,
  });
  return { d, x, y, isSent: send, label: wrapped(label) };
}

/** Policies on lines that fit between two nodes. */
function wrapped(label: string): string[] {
  const lines: string[] = [];
  for (const word of label.split(' · ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 3 <= LABEL_MAX)
      lines[lines.length - 1] = `${last} · ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** For those who do not see it: "users calls shop (2 s); shop calls orders (250 ms, 4 attempts)". */
function inWords({ edges }: Graph): string {
  return edges
    .map(({ fromId, toId, send, label }) => {
      const policies = label ? ` (${label.replaceAll(' · ', ', ')})` : '';
      return `${fromId} ${send ? 'sends to' : 'calls'} ${toId}${policies}`;
    })
    .join('; ');
}
