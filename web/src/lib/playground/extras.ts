/** Figures of a report that have no column of their own: whatever newer parts of the engine measure. */
import type { Figure } from '$lib/scenario/types';
import { isObject } from './graph';

export interface ExtraFigure {
  of: string;
  name: string;
  figure: Figure;
}

const HAVE_COLUMNS = new Set([
  ...[
    'id',
    'type',
    'replicas',
    'name',
    'utilisation',
    'in_system',
    'in_system_max',
    'queue',
    'wait_ms',
    'sojourn_ms',
  ],
  ...['arrived_per_s', 'served_per_s', 'rejected_per_s', 'wasted_per_s', 'lost', 'little_law_error'],
  ...['started', 'outcomes', 'unfinished', 'offered_per_s', 'goodput_per_s', 'ok_share', 'latency_ms'],
  ...[
    'calls',
    'attempts',
    'amplification',
    'retries',
    'retries_denied',
    'hedges',
    'timeouts',
    'breaker_opened',
  ],
]);

/** "cache hit share" from {"cache": {"hit_share": {"value": …}}}; of what is not zero in all. */
export function extraFigures(item: object, of: string): ExtraFigure[] {
  const found: ExtraFigure[] = [];
  const collect = (value: unknown, name: string) => {
    if (isFigure(value)) {
      if (value.value !== null && value.value !== 0)
        found.push({ of, name: name.replaceAll('_', ' '), figure: value });
    } else if (typeof value === 'number' && value !== 0) {
      found.push({ of, name: name.replaceAll('_', ' '), figure: { value, half_width: null } });
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) collect(inner, `${name} ${key}`);
    }
  };
  for (const [key, value] of Object.entries(item)) if (!HAVE_COLUMNS.has(key)) collect(value, key);
  return found;
}

function isFigure(value: unknown): value is Figure {
  return isObject(value) && 'value' in value && 'half_width' in value;
}
