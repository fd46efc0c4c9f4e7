/**
 * What the formula core answers (docs/formats/formula-json.md): the same shapes as on the command line and over HTTP.
 * Field names are the contract's own. A number that is infinite or undefined is null; its word stands in `text`.
 */

export interface Quantity {
  value: number | null | (number | null)[];
  unit: string;
  text: string;
}

export interface InputQuantity extends Quantity {
  /** As given, when uncertain; `value` is then its mean. */
  distribution?: string;
  default?: boolean;
}

export interface Warning {
  code: string;
  message: string;
}

export interface EvalAnswer {
  inputs: Record<string, InputQuantity>;
  outputs: Record<string, Quantity>;
  warnings: Warning[];
}

/** A solution names its input by the input's own name, beside these. */
export interface Solution {
  outputs: Record<string, Quantity>;
  warnings: Warning[];
  [input: string]: Quantity | Record<string, Quantity> | Warning[];
}

export interface SolveAnswer {
  inputs: Record<string, InputQuantity>;
  target: Record<string, Quantity>;
  for: string;
  solutions: Solution[];
  explanation: string;
  searched: { from: number | null; to: number | null; unit: string };
}

export interface InfluenceEnd {
  input: number | null;
  output: number | null;
  text: string;
}

export interface Influence {
  input: string;
  derivative: number | null;
  derivative_unit: string;
  elasticity: number | null;
  low: InfluenceEnd;
  high: InfluenceEnd;
}

export interface SensitivityAnswer {
  inputs: Record<string, InputQuantity>;
  outputs: Record<string, { value: number | null; unit: string; text: string; influences: Influence[] }>;
}

export interface Quantile {
  p: number;
  value: number | null;
  low: number | null;
  high: number | null;
  text: string;
}

export interface OutputSample {
  unit: string;
  mean: number | null;
  text: string;
  deviation: number | null;
  standard_error: number | null;
  min: number | null;
  max: number | null;
  quantiles: Quantile[];
  density: { from: number | null; step: number | null; values: (number | null)[] };
  undefined_share: number;
  influences: { input: string; rank_correlation: number | null }[];
}

export interface SampleAnswer {
  inputs: Record<string, InputQuantity>;
  samples: number;
  seed: number;
  outputs: Record<string, OutputSample>;
  violated: { message: string; share: number }[];
  warnings: Warning[];
}

export interface SweepAxis {
  input: string;
  unit: string;
  scale: Scale;
  values: number[];
}

export interface SweepAnswer {
  inputs: Record<string, InputQuantity>;
  axes: SweepAxis[];
  /** Row-major: the first axis runs slowest. */
  outputs: Record<string, { unit: string; values: (number | null)[] }>;
  /** `at`: the points (by place in `values`) at which the condition does not hold. */
  /** `at`: runs of points, first and last, where the condition does not hold. */
  violated: { message: string; points: number; at: [number, number][] }[];
}

export interface Estimate extends Quantity {
  value: number | null;
  standard_error: number | null;
  low: number | null;
  high: number | null;
  at_bound: boolean;
}

export interface FitAnswer {
  inputs: Record<string, InputQuantity>;
  estimates: Record<string, Estimate>;
  level: number;
  response: string;
  points: number;
  degrees_of_freedom: number;
  residual_deviation: number | null;
  r_squared: number | null;
  fitted: (number | null)[];
  residuals: (number | null)[];
  unit: string;
  outputs: Record<string, Quantity>;
  warnings: Warning[];
}

export interface Answers {
  eval: EvalAnswer;
  solve: SolveAnswer;
  sensitivity: SensitivityAnswer;
  sample: SampleAnswer;
  sweep: SweepAnswer;
  fit: FitAnswer;
}
export type Verb = keyof Answers;

export type Scale = 'linear' | 'log';

export interface Axis {
  input: string;
  from: string | number;
  to: string | number;
  points?: number;
  scale?: Scale;
}

export interface Request {
  inputs?: Record<string, string | number>;
  for?: string;
  samples?: number;
  seed?: number;
  axes?: Axis[];
  data?: string;
}

export interface ModelVariable {
  name: string;
  meaning: string;
  latex: string;
  unit: string;
  dimension: string;
  list?: boolean;
  /** In words: "above 0 s". */
  domain?: string;
  min?: number;
  max?: number;
  integer?: boolean;
  default?: string;
}

export interface ModelJson {
  inputs: ModelVariable[];
  outputs: ModelVariable[];
  equations: { name: string; text: string; latex: string }[];
  requires: { condition: string; latex: string; otherwise: string }[];
}

/** Offsets are bytes of the UTF-8 text; line and column count from 1, columns in characters. */
export interface Diagnostic {
  line: number;
  column: number;
  begin: number;
  end: number;
  message: string;
  hint: string;
}

export interface FunctionInfo {
  name: string;
  summary: string;
  source?: string;
  parameters?: { name: string; unit: string; list: boolean }[];
  unit?: string;
}

export interface Names {
  functions: FunctionInfo[];
  distributions: { name: string; parameters: string; summary: string }[];
  units: string[];
}

export interface CallError {
  code: string;
  message: string;
  hint: string;
}

/** One of the catalogue by its id ("mm1-response", "calculator:pool-size"), or a text in the language. */
export type Target = { formula: string } | { source: string };

/** What a call came to. Exactly one field is there; `replaced` when a newer call took its place. */
export type Outcome<T> =
  | { answer: T; error?: undefined; diagnostics?: undefined; replaced?: undefined }
  | { error: CallError; answer?: undefined; diagnostics?: undefined; replaced?: undefined }
  | { diagnostics: Diagnostic[]; answer?: undefined; error?: undefined; replaced?: undefined }
  | { replaced: true; answer?: undefined; error?: undefined; diagnostics?: undefined };

/** What the core is loaded with: per id, the fields it computes from. */
export type FormulaModels = Record<string, unknown>;
