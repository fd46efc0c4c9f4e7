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

/** "7.5 s ± 0.2 s"; without an interval the value alone. */
export function figureText({ value, half_width }: Figure, show: (value: number | null) => string): string {
  return half_width === null || value === null ? show(value) : `${show(value)} ± ${show(half_width)}`;
}
