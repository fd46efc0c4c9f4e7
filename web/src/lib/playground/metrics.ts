/** The figures of a report: how they are written, and what each means in plain words. */
import { numberShort, shareText, timeText } from '$lib/scenario/figures';
import type { CallReport, ComponentReport, Figure, WorkloadReport } from '$lib/scenario/types';

export interface Metric<T> {
  id: string;
  name: string;
  meaning: string;
  figure: (of: T) => Figure;
  show: (value: number | null) => string;
}

const perSecond = (value: number | null) => (value === null ? numberShort(null) : `${numberShort(value)}/s`);

export const WORKLOAD_METRICS: readonly Metric<WorkloadReport>[] = [
  {
    ...{ id: 'offered', name: 'Offered', show: perSecond, figure: (w) => w.offered_per_s },
    meaning: 'Requests that began a second, whatever became of them.',
  },
  {
    ...{ id: 'goodput', name: 'Goodput', show: perSecond, figure: (w) => w.goodput_per_s },
    meaning: 'Requests answered in time and without an error, a second.',
  },
  {
    ...{ id: 'ok', name: 'Answered', show: shareText, figure: (w) => w.ok_share },
    meaning: 'Share of the requests that ended which were answered: the availability that its people see.',
  },
  {
    ...{ id: 'mean', name: 'Mean', show: timeText, figure: (w) => w.latency_ms.mean },
    meaning: 'Mean time from request to answer, of those answered.',
  },
  {
    ...{ id: 'p50', name: 'p50', show: timeText, figure: (w) => w.latency_ms.p50 },
    meaning: 'Half of the answers took at most this.',
  },
  {
    ...{ id: 'p90', name: 'p90', show: timeText, figure: (w) => w.latency_ms.p90 },
    meaning: '90 of 100 answers took at most this.',
  },
  {
    ...{ id: 'p99', name: 'p99', show: timeText, figure: (w) => w.latency_ms.p99 },
    meaning: '99 of 100 answers took at most this.',
  },
  {
    ...{ id: 'p999', name: 'p99.9', show: timeText, figure: (w) => w.latency_ms.p999 },
    meaning: '999 of 1,000 answers took at most this.',
  },
];

export const COMPONENT_METRICS: readonly Metric<ComponentReport>[] = [
  {
    ...{ id: 'utilisation', name: 'Utilisation', show: shareText, figure: (c) => c.utilisation },
    meaning:
      'Share of its threads or cores in use, on average over time. Near 100 % queues grow without end.',
  },
  {
    ...{ id: 'queue', name: 'Queue', show: numberShort, figure: (c) => c.queue },
    meaning: 'Requests waiting for a thread, on average over time.',
  },
  {
    ...{ id: 'wait', name: 'Wait', show: timeText, figure: (c) => c.wait_ms },
    meaning: 'Mean time that a request waits for a thread.',
  },
  {
    ...{ id: 'sojourn', name: 'In it', show: timeText, figure: (c) => c.sojourn_ms },
    meaning: 'Mean time in the component: waiting, working, and waiting for others.',
  },
  {
    ...{ id: 'arrived', name: 'Arrived', show: perSecond, figure: (c) => c.arrived_per_s },
    meaning: 'Requests that came in a second, repeats included.',
  },
  {
    ...{ id: 'served', name: 'Served', show: perSecond, figure: (c) => c.served_per_s },
    meaning: 'Requests that it finished a second, whether or not anyone still waited.',
  },
  {
    ...{ id: 'rejected', name: 'Rejected', show: perSecond, figure: (c) => c.rejected_per_s },
    meaning: 'Requests that found its queue full.',
  },
  {
    ...{ id: 'wasted', name: 'Wasted', show: perSecond, figure: (c) => c.wasted_per_s },
    meaning: 'Requests that it served for callers that had given up.',
  },
];

export const CALL_METRICS: readonly Metric<CallReport>[] = [
  {
    ...{ id: 'calls', name: 'Calls', show: numberShort, figure: (c) => c.calls },
    meaning: 'Calls that the caller made, each counted once however often it was repeated.',
  },
  {
    ...{ id: 'amplification', name: 'Amplification', show: numberShort, figure: (c) => c.amplification },
    meaning: 'Attempts for each call: 1 without repeats. It multiplies the load on the callee.',
  },
  {
    ...{ id: 'retries', name: 'Retries', show: numberShort, figure: (c) => c.retries },
    meaning: 'Attempts after a failure or a timeout.',
  },
  {
    ...{ id: 'hedges', name: 'Hedges', show: numberShort, figure: (c) => c.hedges },
    meaning: 'Second attempts while the first was still under way.',
  },
  {
    ...{ id: 'timeouts', name: 'Timeouts', show: numberShort, figure: (c) => c.timeouts },
    meaning: 'Attempts that had no answer in time.',
  },
  {
    ...{ id: 'breaker', name: 'Breaker opened', show: numberShort, figure: (c) => c.breaker_opened },
    meaning: 'How often the circuit breaker of this call opened.',
  },
];

const seconds = (value: number | null) => timeText(value === null ? null : 1000 * value);

/** 1234567 → "1.23 MB". */
function bytes(value: number | null): string {
  if (value === null) return numberShort(null);
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const place = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${numberShort(value / 1000 ** place)}\u00a0${units[place] ?? ''}`;
}

/** What is measured only where a component or call has the part: by its place in the report. */
export interface PartMetric {
  path: string;
  name: string;
  meaning: string;
  show: (value: number | null) => string;
}

export const PART_METRICS: readonly PartMetric[] = [
  {
    ...{ path: 'replicas_mean', name: 'Replicas', show: numberShort },
    meaning: 'Replicas that there were, on average over time.',
  },
  {
    ...{ path: 'scalings', name: 'Scalings', show: numberShort },
    meaning: 'How often the number of replicas was changed.',
  },
  {
    ...{ path: 'link_utilisation', name: 'Link utilisation', show: shareText },
    meaning: 'Share of its bandwidth that answers took.',
  },
  {
    ...{ path: 'cache hit_ratio', name: 'Hit ratio', show: shareText },
    meaning: 'Share of the look-ups that the cache answered.',
  },
  {
    ...{ path: 'cache hits', name: 'Cache hits', show: numberShort },
    meaning: 'Look-ups that the cache answered.',
  },
  {
    ...{ path: 'cache misses', name: 'Cache misses', show: numberShort },
    meaning: 'Look-ups that the cache could not answer.',
  },
  {
    ...{ path: 'cache coalesced', name: 'Coalesced', show: numberShort },
    meaning:
      'Misses that waited for the answer to an earlier one of the same key instead of calling themselves.',
  },
  {
    ...{ path: 'backpressure stopped_share', name: 'Stopped', show: shareText },
    meaning:
      'Share of the time in which callers were held, because too many requests waited here or were on their way.',
  },
  {
    ...{ path: 'backpressure held', name: 'Held callers', show: numberShort },
    meaning:
      'Calls held at their callers by backpressure, on average over time. Each keeps its thread, so the pressure goes on to who calls them.',
  },
  {
    ...{ path: 'gc pauses', name: 'Collections', show: numberShort },
    meaning: 'Pauses of garbage collection, of all replicas together.',
  },
  {
    ...{ path: 'gc pause_s', name: 'Paused', show: seconds },
    meaning: 'Time that replicas stood still for garbage collection, of all replicas together.',
  },
  {
    ...{ path: 'stored_bytes mean', name: 'Stored', show: bytes },
    meaning: 'Bytes stored in all copies, on average over time.',
  },
  {
    ...{ path: 'stored_bytes max', name: 'Stored at most', show: bytes },
    meaning: 'The most bytes that were stored at a time, in all copies.',
  },
  {
    ...{ path: 'cold_starts', name: 'Cold starts', show: numberShort },
    meaning: 'Requests that waited until a new instance had started.',
  },
  {
    ...{ path: 'ejections', name: 'Ejections', show: numberShort },
    meaning: 'How often a replica was taken out of the rotation for its failures.',
  },
  {
    ...{ path: 'failovers', name: 'Failovers', show: numberShort },
    meaning: 'How often a follower took the place of a leader.',
  },
  {
    ...{ path: 'copies reads', name: 'Reads', show: numberShort },
    meaning: 'Reads of keys, each answered by one copy.',
  },
  {
    ...{ path: 'copies stale_share', name: 'Stale reads', show: shareText },
    meaning:
      'Share of the reads that returned something older than what had been acknowledged when they were sent.',
  },
  {
    ...{ path: 'copies staleness_ms p50', name: 'Staleness, p50', show: timeText },
    meaning:
      'For how long what was read had been out of date, from the first write that its copy had missed; 0 for fresh reads. Half of the reads at most this.',
  },
  {
    ...{ path: 'copies staleness_ms p99', name: 'Staleness, p99', show: timeText },
    meaning: '99 of 100 reads had been out of date for at most this.',
  },
  {
    ...{ path: 'copies staleness_ms max', name: 'Staleness at most', show: timeText },
    meaning: 'The longest that anything read had been out of date.',
  },
  {
    ...{ path: 'copies writes', name: 'Writes', show: numberShort },
    meaning: 'Writes that were acknowledged: whoever wrote was told that it is done.',
  },
  {
    ...{ path: 'copies lost_writes', name: 'Lost writes', show: numberShort },
    meaning:
      'Acknowledged writes that are gone: taken by a leader that the others had replaced, or stamped by a clock with an earlier time than an older write has.',
  },
  {
    ...{ path: 'transactions commits', name: 'Commits', show: numberShort },
    meaning: 'Two-phase commits that all participants agreed to.',
  },
  {
    ...{ path: 'transactions aborts', name: 'Aborts', show: numberShort },
    meaning: 'Two-phase commits taken back, because a participant failed or answered too late.',
  },
  {
    ...{ path: 'locks waits', name: 'Waits for locks', show: numberShort },
    meaning: 'Requests that waited because a transaction held their key.',
  },
  {
    ...{ path: 'locks wait_ms', name: 'Wait for a lock', show: timeText },
    meaning: 'Mean time of such a wait, of those that waited.',
  },
  {
    ...{ path: 'locks in_doubt', name: 'In doubt', show: numberShort },
    meaning:
      'Transactions that had agreed to commit and did not know the decision yet, on average over time. Their keys stay locked.',
  },
  {
    ...{ path: 'locks in_doubt_longest_ms', name: 'In doubt at most', show: timeText },
    meaning: 'The longest that a participant was in doubt, those that still are included.',
  },
  {
    ...{ path: 'messages kept', name: 'Messages kept', show: numberShort },
    meaning: 'Messages that are kept here until their delivery succeeds, on average over time.',
  },
  {
    ...{ path: 'messages kept_max', name: 'Messages kept at most', show: numberShort },
    meaning: 'The most that were kept at a time.',
  },
  {
    ...{ path: 'messages delivered', name: 'Delivered', show: numberShort },
    meaning: 'Messages whose delivery succeeded.',
  },
  {
    ...{ path: 'messages redelivered', name: 'Redelivered', show: numberShort },
    meaning: 'Deliveries of a message after its first.',
  },
  {
    ...{ path: 'messages dead_letters', name: 'Dead letters', show: numberShort },
    meaning: 'Messages given up after too many deliveries.',
  },
  {
    ...{ path: 'messages age_ms p50', name: 'Age, p50', show: timeText },
    meaning: 'Half of the messages were kept for at most this until the delivery that succeeded.',
  },
  {
    ...{ path: 'messages age_ms p99', name: 'Age, p99', show: timeText },
    meaning: '99 of 100 messages were kept for at most this until the delivery that succeeded.',
  },
  {
    ...{ path: 'messages age_ms max', name: 'Age at most', show: timeText },
    meaning: 'The longest that a message was kept until the delivery that succeeded.',
  },
  {
    ...{ path: 'messages lost', name: 'Lost messages', show: numberShort },
    meaning:
      'Requests and answers that the network lost, in partitions too. The caller hears nothing, and waits for its timeout.',
  },
  {
    ...{ path: 'messages duplicates', name: 'Duplicates', show: numberShort },
    meaning: 'Second copies of requests and answers that the network made.',
  },
  {
    ...{ path: 'messages held_back', name: 'Held back', show: numberShort },
    meaning: 'Requests and answers that the network delivered late, so that later ones could overtake them.',
  },
  {
    ...{ path: 'messages overtaken', name: 'Overtaken', show: numberShort },
    meaning: 'Requests that arrived after one that was sent later.',
  },
  {
    ...{ path: 'held', name: 'Held calls', show: numberShort },
    meaning: 'Calls that backpressure of the callee held, those that gave up while they were held included.',
  },
  {
    ...{ path: 'held_ms', name: 'Held for', show: timeText },
    meaning: 'Mean time that such a call was held, of those that were.',
  },
  {
    ...{ path: 'fallbacks', name: 'Fallbacks', show: numberShort },
    meaning: 'Calls whose answer came from the fallback.',
  },
  {
    ...{ path: 'limit', name: 'Adaptive limit', show: numberShort },
    meaning: 'The limit of calls in progress that the caller found out, on average over time.',
  },
  {
    ...{ path: 'waited', name: 'Waited for a place', show: numberShort },
    meaning: 'Calls that had to wait for a place among those in progress.',
  },
  {
    ...{ path: 'waited_ms', name: 'Wait for a place', show: timeText },
    meaning: 'Mean time of such a wait, of those that waited.',
  },
  {
    ...{ path: 'cost_usd_per_hour', name: 'USD an hour', show: numberShort },
    meaning: 'What it costs, by its prices.',
  },
];

const byPath = new Map(PART_METRICS.map((metric) => [metric.path, metric]));
export const partMetric = (path: string): PartMetric | undefined => byPath.get(path);

/** "7.5 s ± 0.2 s"; without an interval the value alone. */
export function figureText({ value, half_width }: Figure, show: (value: number | null) => string): string {
  return half_width === null || value === null ? show(value) : `${show(value)} ± ${show(half_width)}`;
}
