/**
 * Dots that travel along calls. They stand for requests, not one each: the pool is bounded, so where more attempts are
 * made than it can show, each dot stands for several. Plain arrays, no allocation while it runs.
 */
export const POOL_MAX = 700;
export const TRAVEL_S = 0.9;
/** Dots an edge emits a second at most: more would be a line. */
const EDGE_MAX_PER_S = 60;

export class ParticlePool {
  count = 0;
  readonly edge = new Uint16Array(POOL_MAX);
  /** 0 at the caller, 1 at the callee. */
  readonly at = new Float32Array(POOL_MAX);
  readonly failed = new Uint8Array(POOL_MAX);
  private readonly pace = new Float32Array(POOL_MAX);
  private readonly owed = new Float32Array(POOL_MAX);
  private readonly owedFailed = new Float32Array(POOL_MAX);

  constructor(private readonly random: () => number = Math.random) {}

  /**
   * What was attempted on each edge in `seconds` of the watcher's time. The share of dots that fail is that of the
   * attempts; what is less than a dot is kept for the next time.
   */
  emit(attempts: readonly number[], failures: readonly number[], seconds: number): void {
    if (seconds <= 0) return;
    const most = EDGE_MAX_PER_S * seconds;
    let wanted = 0;
    for (const n of attempts) wanted += Math.min(n, most);
    const budget = (POOL_MAX / TRAVEL_S) * seconds * 0.9;
    const scale = wanted > budget ? budget / wanted : 1;
    for (let e = 0; e < attempts.length && e < POOL_MAX; e++) {
      const n = attempts[e] ?? 0;
      if (n <= 0) continue;
      const dots = Math.min(n, most) * scale;
      const share = Math.min(1, (failures[e] ?? 0) / n);
      this.owed[e] = (this.owed[e] ?? 0) + dots * (1 - share);
      this.owedFailed[e] = (this.owedFailed[e] ?? 0) + dots * share;
      this.pay(e, this.owed, 0, seconds);
      this.pay(e, this.owedFailed, 1, seconds);
    }
  }

  private pay(edge: number, owed: Float32Array, failed: 0 | 1, seconds: number): void {
    for (; (owed[edge] ?? 0) >= 1; owed[edge] = (owed[edge] ?? 0) - 1) {
      if (this.count >= POOL_MAX) {
        owed[edge] = 0;
        return;
      }
      const i = this.count++;
      this.edge[i] = edge;
      this.failed[i] = failed;
      // Spread over the time they were made in, so that they do not come in rows.
      this.at[i] = (this.random() * seconds) / TRAVEL_S;
      this.pace[i] = (0.85 + 0.3 * this.random()) / TRAVEL_S;
    }
  }

  step(seconds: number): void {
    for (let i = 0; i < this.count;) {
      const at = (this.at[i] ?? 0) + (this.pace[i] ?? 0) * seconds;
      this.at[i] = at;
      if (at < 1) {
        i++;
        continue;
      }
      const last = --this.count;
      this.at[i] = this.at[last] ?? 0;
      this.pace[i] = this.pace[last] ?? 0;
      this.edge[i] = this.edge[last] ?? 0;
      this.failed[i] = this.failed[last] ?? 0;
    }
  }

  clear(): void {
    this.count = 0;
    this.owed.fill(0);
    this.owedFailed.fill(0);
  }
}

/** Points along an edge at equal distances: x0, y0, x1, y1, … */
export type Polyline = Float32Array;

export function pointOn(line: Polyline, at: number, out: { x: number; y: number }): void {
  const segments = line.length / 2 - 1;
  const place = Math.min(Math.max(at, 0), 1) * segments;
  const i = Math.min(Math.floor(place), segments - 1);
  const rest = place - i;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [line[2 * i], line[2 * i + 1], line[2 * i + 2], line[2 * i + 3]];
  out.x = x0 + (x1 - x0) * rest;
  out.y = y0 + (y1 - y0) * rest;
}
