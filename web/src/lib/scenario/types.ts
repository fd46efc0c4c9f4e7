/**
 * A scenario and the report of its simulation as the core writes them: docs/formats/scenario.md and simulation-json.md.
 * Only type information; safe to import anywhere.
 */

/** What the pages read of a scenario. Quantities are texts in the formula language: "60 s", "280/s". */
export interface ScenarioModel {
  name: string;
  duration?: string;
  warmup?: string;
  workloads: ScenarioWorkload[];
  components: { id: string; type?: string; about?: string; replicas?: number }[];
  faults?: ScenarioFault[];
}

export interface ScenarioWorkload {
  id: string;
  about?: string;
  rate?: string;
  changes?: { at: string; rate: string; ramp?: boolean }[];
  users?: number;
}

export interface ScenarioFault {
  at?: string;
  /** Without it the fault lasts. */
  for?: string;
  /** Of the component; without it whatever stands in the domain. */
  component?: string;
  domain?: string;
  workload?: string;
  /** Only so many replicas are struck. */
  replicas?: number;
  /** Only the calls of this caller are struck; of a partition, who is on the near side. */
  from?: string | string[];
  /** It comes back at random. */
  between?: string;
  partition?: string[] | boolean;
  pause?: string;
  exhaust?: number | string;
  clock?: string;
  flush?: boolean;
  reconnect?: boolean;
  push?: { waves?: (number | string)[] };
  crash?: boolean;
  slow?: number | string;
  errors?: number | string;
  latency?: string;
  loss?: number | string;
  duplicate?: number | string;
  reorder?: number | string;
  /** How much later what is held back arrives. */
  hold?: string;
  /** From this replica on. */
  first?: number;
}

/** Mean over the runs and half the width of its interval; null for a single run, or where nothing was measured. */
export interface Figure {
  value: number | null;
  half_width: number | null;
}

export interface AvailabilityResult {
  workload: string;
  kind: 'availability';
  wanted: number;
  measured: number | null;
  met: boolean;
  budget_used: number | null;
}

export interface LatencyResult {
  workload: string;
  kind: 'latency';
  quantile: number;
  wanted_ms: number;
  /** Null where a smaller share than the quantile was answered at all. */
  measured_ms: number | null;
  met: boolean;
}

/** How old messages are when they are delivered. */
export interface AgeResult {
  component: string;
  kind: 'age';
  quantile: number;
  wanted_ms: number;
  measured_ms: number | null;
  met: boolean;
}

/** For how long what is read had been out of date. */
export interface StalenessResult {
  component: string;
  kind: 'staleness';
  quantile: number;
  wanted_ms: number;
  measured_ms: number | null;
  met: boolean;
}

/** Of the acknowledged writes. */
export interface DurabilityResult {
  component: string;
  kind: 'durability';
  wanted: number;
  measured: number | null;
  met: boolean;
}

/** Of a million answers. */
export interface CostResult {
  workload: string;
  kind: 'cost';
  wanted_usd: number;
  measured_usd: number | null;
  met: boolean;
}

export type ObjectiveResult =
  AvailabilityResult | LatencyResult | AgeResult | StalenessResult | DurabilityResult | CostResult;

export interface WorkloadReport {
  id: string;
  started: number;
  outcomes: Record<string, number>;
  unfinished: number;
  offered_per_s: Figure;
  goodput_per_s: Figure;
  ok_share: Figure;
  latency_ms: Record<'mean' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', Figure>;
}

export interface ComponentReport {
  id: string;
  type: string;
  replicas: number;
  utilisation: Figure;
  in_system: Figure;
  in_system_max: Figure;
  queue: Figure;
  wait_ms: Figure;
  sojourn_ms: Figure;
  arrived_per_s: Figure;
  served_per_s: Figure;
  rejected_per_s: Figure;
  wasted_per_s: Figure;
  lost: Figure;
  little_law_error: Figure;
}

export interface CallReport {
  name: string;
  calls: Figure;
  attempts: Figure;
  amplification: Figure;
  retries: Figure;
  retries_denied: Figure;
  hedges: Figure;
  timeouts: Figure;
  breaker_opened: Figure;
}

export type Values = readonly (number | null)[];

export interface ScenarioReport {
  scenario: string;
  seed: number;
  runs: number;
  duration_s: number;
  warmup_s: number;
  events: number;
  level: number;
  stopped_early?: string | null;
  objectives: ObjectiveResult[];
  diagnosis: string[];
  /** What chaos drew in the first run, as a document's faults. */
  chaos?: ScenarioFault[];
  workloads: WorkloadReport[];
  components: ComponentReport[];
  calls: CallReport[];
  /** One value for each bin of `bin_s` seconds from the start, warm-up included. */
  series: {
    bin_s: number;
    workloads: Record<string, { ok_per_s: Values; failed_per_s: Values; latency_ms: Values }>;
    components: Record<string, { queue: Values; busy: Values }>;
  };
}
