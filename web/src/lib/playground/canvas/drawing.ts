/** Dots on their way: where edges run, and how a pool of dots is drawn. */
import { pointOn, type ParticlePool, type Polyline } from '../particles';

const POINTS = 28; // of a curve
const RADIUS = 2.6;
const ARM = 3; // of a cross

/** The edge's curve as the canvas library drew it; null where it is not drawn yet. */
export function sampled(root: Element, key: string): Polyline | null {
  const path = root.querySelector<SVGPathElement>(
    `.svelte-flow__edge[data-id="${CSS.escape(key)}"] path.svelte-flow__edge-path`,
  );
  if (!path) return null;
  const length = path.getTotalLength();
  const line = new Float32Array(2 * POINTS);
  for (let i = 0; i < POINTS; i++) {
    const { x, y } = path.getPointAtLength((length * i) / (POINTS - 1));
    line[2 * i] = x;
    line[2 * i + 1] = y;
  }
  return line;
}

/** Round dots for what may succeed, crosses for what fails: told apart without colour. */
export function drawParticles(
  context: CanvasRenderingContext2D,
  pool: ParticlePool,
  lines: readonly (Polyline | null)[],
  colours: { ok: string; failed: string },
): void {
  const spot = { x: 0, y: 0 };
  for (const failed of [0, 1] as const) {
    context.beginPath();
    for (let i = 0; i < pool.count; i++) {
      const line = lines[pool.edge[i] ?? 0];
      if (!line || pool.failed[i] !== failed) continue;
      pointOn(line, pool.at[i] ?? 0, spot);
      const { x, y } = spot;
      if (failed) {
        context.moveTo(x - ARM, y - ARM);
        context.lineTo(x + ARM, y + ARM);
        context.moveTo(x + ARM, y - ARM);
        context.lineTo(x - ARM, y + ARM);
      } else {
        context.moveTo(x + RADIUS, y);
        context.arc(x, y, RADIUS, 0, 2 * Math.PI);
      }
    }
    if (failed) {
      context.strokeStyle = colours.failed;
      context.lineWidth = 1.8;
      context.stroke();
    } else {
      context.fillStyle = colours.ok;
      context.fill();
    }
  }
}
