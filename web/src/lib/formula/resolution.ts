/**
 * How finely a plot is drawn: as finely as looks good, but within a time. What a point costs is measured with every
 * sweep, so a model that is slow to compute gets coarser plots while something moves, and fine ones when it rests.
 */
export interface Resolution {
  x: number;
  /** 1 for a line. */
  y: number;
}

export const LINE: Resolution = { x: 121, y: 1 };
export const MAP: Resolution = { x: 41, y: 33 };
const LEAST_LINE = 25;
const LEAST_MAP = 9;

/** While something moves: most of a frame, as the pictures' thread has nothing else to do. */
export const MOVING_BUDGET_MS = 10;
/** At rest: what one waits for without noticing much. */
export const RESTING_BUDGET_MS = 500;
/** Before anything was measured. */
export const FIRST_COST_MS = 0.02;

export function resolutionWithin(full: Resolution, costMs: number, budgetMs: number): Resolution {
  const affordable = Math.max(1, budgetMs / Math.max(costMs, 1e-6));
  const wanted = full.x * full.y;
  if (affordable >= wanted) return full;
  if (full.y === 1) return { x: Math.max(LEAST_LINE, Math.floor(affordable)), y: 1 };
  const shrink = Math.sqrt(affordable / wanted);
  return {
    x: Math.max(LEAST_MAP, Math.floor(full.x * shrink)),
    y: Math.max(LEAST_MAP, Math.floor(full.y * shrink)),
  };
}
