/** The stretches of a run in which something differs: warm-up, faults, and workloads that send at another rate. */
import type { ScenarioFault, ScenarioModel, ScenarioWorkload } from './types';

export interface Interval {
  kind: 'warmup' | 'fault' | 'load';
  from: number;
  to: number;
  text: string;
}

const SECONDS: Record<string, number> = {
  ...{ ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1 },
  ...{ min: 60, h: 3600, d: 86_400 },
};

/** A plain duration, "60 s", in seconds; null for what only the core can compute, as "2*30 s". */
export function seconds(text: string | undefined): number | null {
  const parts = /^(\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*([a-zµ]+)$/i.exec(text?.trim() ?? '');
  const unit = SECONDS[parts?.[2] ?? ''];
  return parts && unit !== undefined ? Number(parts[1]) * unit : null;
}

/**
 * In the order of time, cut to the run; what is over at once ends where it begins. What cannot be placed is left out.
 * `chaos`: the faults that a run drew.
 */
export function intervalsOf(
  model: ScenarioModel,
  durationS: number,
  warmupS: number,
  chaos: readonly ScenarioFault[] = [],
): Interval[] {
  const found = [...faultIntervals(model.faults ?? []), ...faultIntervals(chaos, 'chaos: ')];
  for (const workload of model.workloads) found.push(...loadIntervals(workload));
  if (warmupS > 0) found.push({ kind: 'warmup', from: 0, to: warmupS, text: 'warm-up, not counted' });
  return found
    .map((interval) => ({ ...interval, to: Math.min(interval.to, durationS) }))
    .filter(({ kind, from, to }) => to > from || (kind === 'fault' && to === from && from < durationS))
    .sort((a, b) => a.from - b.from);
}

function faultIntervals(faults: readonly ScenarioFault[], prefix = ''): Interval[] {
  return faults.flatMap((fault): Interval[] => {
    if (fault.between !== undefined) return []; // when, only the run knows
    const from = seconds(fault.at ?? '0 s');
    const length = lengthOf(fault);
    if (from === null || length === null) return [];
    return [{ kind: 'fault', from, to: from + length, text: prefix + faultText(fault) }];
  });
}

function lengthOf(fault: ScenarioFault): number | null {
  if (fault.flush || fault.reconnect) return 0;
  if (fault.pause !== undefined) return seconds(fault.pause);
  return fault.for === undefined ? Infinity : seconds(fault.for);
}

/** From a change of the rate to the next; a return to the first rate ends the stretch. */
function loadIntervals({ id, rate, changes = [] }: ScenarioWorkload): Interval[] {
  const found: Interval[] = [];
  let before = 0;
  for (const [i, change] of changes.entries()) {
    const at = seconds(change.at);
    if (at === null) return [];
    const next = changes[i + 1];
    const to = next ? seconds(next.at) : Infinity;
    if (to === null) return [];
    if (change.rate !== rate)
      found.push({
        kind: 'load',
        from: change.ramp ? before : at,
        to,
        text: `${id} at ${change.rate}${rate ? ` instead of ${rate}` : ''}`,
      });
    before = at;
  }
  return found;
}

export function faultText(fault: ScenarioFault): string {
  const { component, from } = fault;
  const who = struckText(fault);
  const way = from ? `calls of ${from} to ${component}` : `calls to ${component}`;
  if (fault.crash) return `${who} down`;
  if (fault.slow !== undefined) return `${who} ${fault.slow} times slower`;
  if (fault.errors !== undefined) return `${who}: ${percent(fault.errors)} of answers are errors`;
  if (fault.latency !== undefined) return `${way}: ${fault.latency} more each way`;
  if (fault.loss !== undefined) return `${way}: ${percent(fault.loss)} lost each way`;
  if (fault.duplicate !== undefined) return `${way}: ${percent(fault.duplicate)} arrive twice`;
  if (fault.reorder !== undefined)
    return `${way}: ${percent(fault.reorder)} held back${fault.hold ? ` for ${fault.hold}` : ''}`;
  if (fault.pause !== undefined) return `${who} paused for ${fault.pause}`;
  if (fault.exhaust !== undefined) return `${percent(fault.exhaust)} of the threads of ${who} taken`;
  if (fault.clock !== undefined) return clockText(who, fault.clock);
  if (fault.flush) return `caches of ${who} flushed`;
  if (fault.reconnect) return `all users of ${fault.workload} reconnect`;
  if (fault.partition !== undefined) return `${cutOff(fault)} cut off`;
  return `${who} disturbed`;
}

/** Whom a fault strikes. Replicas count from 1, as in traces; `first` of a document from 0. */
function struckText({ component, domain, replicas, first }: ScenarioFault): string {
  const place = [component, domain].filter(Boolean).join(' in ') || 'everything';
  if (replicas === undefined) return place;
  if (replicas === 1) return first === undefined ? `1 replica of ${place}` : `${place} #${first + 1}`;
  return `${replicas} replicas of ${place}${first ? ` from #${first + 1} on` : ''}`;
}

function clockText(who: string, ahead: string): string {
  const [, behind, amount] = /^\s*([-\u2212]?)\s*(.*)$/.exec(ahead) ?? [];
  return `clocks of ${who} ${amount ?? ahead} ${behind ? 'behind' : 'ahead'}`;
}

function cutOff({ partition, from, domain }: ScenarioFault): string {
  if (!Array.isArray(partition)) return domain ?? 'a domain';
  return `${partition.join(', ')}${Array.isArray(from) ? ` from ${from.join(', ')}` : ''}`;
}

function percent(share: number | string): string {
  return typeof share === 'number' ? `${Number((100 * share).toPrecision(6))}%` : share;
}
