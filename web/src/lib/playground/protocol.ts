/** What the simulator's door says (apps/wasm/simulation_door.hpp). Lists of a frame stand in the order of its summary. */
import type { ScenarioFault, ScenarioReport, Values } from '$lib/scenario/types';

/** A scenario document as JSON; only the core judges it, so parts are read with care. */
export type ScenarioDocument = Record<string, unknown>;

/** `pointer` is a JSON pointer into the document. */
export interface Mistake {
  pointer: string;
  message: string;
  hint: string;
}

export interface SummaryComponent {
  id: string;
  type: string;
  replicas: number;
  /** Threads or cores of all replicas; null without limit. */
  places: number | null;
}

export interface SummaryEdge {
  name: string;
  from: string;
  to: string;
  send: boolean;
}

export interface Summary {
  duration_s: number;
  warmup_s: number;
  bin_s: number;
  components: SummaryComponent[];
  workloads: { id: string; closed: boolean }[];
  edges: SummaryEdge[];
  /** All that a run with chaos draws, also what is still to come. */
  chaos?: ScenarioFault[];
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Counts are those since the start of the run. */
export interface EdgeFrame {
  in_progress: number;
  calls: number;
  attempts: number;
  retries: number;
  hedges: number;
  timeouts: number;
  ok: number;
  failed: number;
  breaker: BreakerState | null;
}

export interface Frame {
  now_s: number;
  finished: boolean;
  stopped_early?: string | null;
  events: number;
  components: { up: number; busy: number; waiting: number; messages?: number }[];
  edges: EdgeFrame[];
  workloads: { started: number; ok: number; failed: number; in_flight: number }[];
}

/** One value for each bin, from the bin that was asked for. Which columns a workload has, the core decides. */
export interface SeriesPart {
  bin_s: number;
  workloads: Record<string, Record<string, Values>>;
  components: Record<string, Record<string, Values>>;
}

/** `start` is a component without id and type; TARGET stands in it for the id of another. */
export interface ComponentType {
  name: string;
  title: string;
  group: string;
  summary: string;
  start: Record<string, unknown>;
}

export type Fault = Omit<ScenarioFault, 'at'>;

export interface TheoryEntry {
  component: string;
  model: string;
  source?: string;
  stable?: boolean;
  figures: Record<string, number | null>;
}

export interface ValidationCase {
  name: string;
  quantity: string;
  unit: string;
  theory: number;
  source: string;
}

export interface ValidationOutcome {
  mean: number;
  half_width: number;
  covers: boolean;
}

/** What a paper says, and what agrees with it: see docs/formats/simulation-json.md. */
export interface PublishedFigure {
  place: string;
  quantity: string;
  unit: string;
  published: string;
  low: number | null;
  high: number | null;
  exact: number | null;
  calculated: boolean;
  differs: boolean;
  note: string;
  /** Of the command line, where it has run. */
  ours?: PublishedOutcome;
}

export interface PublishedOutcome {
  mean: number | null;
  half_width: number | null;
  agrees: boolean;
}

export interface PublishedResult {
  name: string;
  source: string;
  url: string;
  setup: string;
  /** Of the catalogue, which it runs. */
  scenarios: string[];
  runs: number;
  figures: PublishedFigure[];
}

export interface CallError {
  code: string;
  message: string;
  hint?: string;
}

export type Failure = { mistakes: Mistake[] } | { error: CallError };
export type Outcome<T> = { answer: T } | Failure | { replaced: true };

export interface Opened {
  run: number;
  summary: Summary;
  frame: Frame;
}

export type { ScenarioReport };
