/** Drawings that may wait a moment: one in each frame of the screen, so that several do not make one frame late. */
const waiting = new Map<object, () => void>();
let handle: number | null = null;

/** Draws soon, in the order of asking; of several drawings for the same `owner` only the last. */
export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  handle ??= requestAnimationFrame(next);
}

export function forgetDrawing(owner: object): void {
  waiting.delete(owner);
}

function next(): void {
  handle = null;
  const [first] = waiting;
  if (!first) return;
  const [owner, draw] = first;
  waiting.delete(owner);
  if (waiting.size > 0) handle = requestAnimationFrame(next);
  draw();
}
