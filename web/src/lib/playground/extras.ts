/** Figures of a report that have no column of their own: whatever newer parts of the engine measure. */
import type { Figure } from '$lib/scenario/types';
import { numberShort } from '$lib/scenario/figures';
import { isObject } from './graph';
import { partMetric } from './metrics';

export interface ExtraFigure {
  of: string;
  name: string;
  figure: Figure;
  /** Empty where the glossary does not have it. */
  meaning: string;
  show: (value: number | null) => string;
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

/** "Hit ratio" from {"cache": {"hit_ratio": {"value": …}}}, by the glossary; of what is not zero in all. */
export function extraFigures(item: object, of: string): ExtraFigure[] {
  const found: ExtraFigure[] = [];
  const add = (path: string, figure: Figure) => {
    const metric = partMetric(path);
    const { name = path.replaceAll('_', ' '), meaning = '', show = numberShort } = metric ?? {};
    found.push({ of, name, figure, meaning, show });
  };
  const collect = (value: unknown, name: string) => {
    if (isFigure(value)) {
      if (value.value !== null && value.value !== 0) add(name, value);
    } else if (typeof value === 'number' && value !== 0) {
      add(name, { value, half_width: null });
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
