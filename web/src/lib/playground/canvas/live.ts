/** Live figures of the canvas, written straight into the page: a frame must not cost a rendering of the whole graph. */
import type { GraphEdge, GraphNode } from '../graph';
import type { EdgeFrame, Summary } from '../protocol';

/** The component's or workload's place in the lists of a frame; -1 where this run does not have it. */
export function placeOf(summary: Summary | null, { kind, id }: Pick<GraphNode, 'kind' | 'id'>): number {
  const list = kind === 'component' ? summary?.components : summary?.workloads;
  return list?.findIndex((item) => item.id === id) ?? -1;
}

/** The edges of a frame that one line of the canvas stands for. */
export function placesOf(summary: Summary | null, edge: GraphEdge): number[] {
  const places: number[] = [];
  summary?.edges.forEach((other, i) => {
    if (other.from === edge.fromId && other.to === edge.toId) places.push(i);
  });
  return places;
}

/** Attempts that came to nothing: errors, and those whose caller gave up. */
export function failuresOf({ failed, timeouts }: EdgeFrame): number {
  return Math.max(failed, timeouts);
}

export function setText(element: HTMLElement | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

export function setShare(element: HTMLElement | undefined, share: number): void {
  if (!element) return;
  const value = `scaleX(${Math.min(1, Math.max(0, share)).toFixed(3)})`;
  if (element.style.transform !== value) element.style.transform = value;
}

const QUEUE_FULL = 10_000;

/** Queues differ by powers of ten: a bar of their logarithm, full at ten thousand. */
export function queueShare(waiting: number): number {
  return waiting <= 0 ? 0 : Math.log10(1 + waiting) / Math.log10(1 + QUEUE_FULL);
}

/**
 * Frames of a run that plays between two writings of bars, and of text: each makes the browser paint the graph anew, and
 * text lays it out as well. In the frames between only the dots move.
 */
export const BARS_EVERY = 2;
export const TEXT_EVERY = 6;
