/** What a page tells a calculator: prepared while prerendering, for calculators and for formulas alike. */
import type { CheckSpec } from './check/template';
import type { Scale } from './types';

export interface InputSpec {
  name: string;
  label: string;
  /** The symbol, typeset; null where there is none. */
  symbolHtml: string | null;
  help: string | null;
  /** In the language; empty where the model has none. */
  default: string;
  from: string | null;
  to: string | null;
  step: string | null;
  scale: Scale | null;
}

export interface OutputSpec {
  name: string;
  label: string;
  symbolHtml: string | null;
  isMain: boolean;
}

export interface PlotSpec {
  title: string;
  x: string;
  y: string[];
  by: string | null;
  from: string | null;
  to: string | null;
  scale: Scale | null;
  yScale: Scale | null;
}

export interface ExampleSpec {
  title: string;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
  basis: 'literature' | 'independent';
  source: string;
}

export interface FitSpec {
  /** The formula's id. */
  formula: string;
  data: string;
  /** Estimate to input. */
  assign: Record<string, string>;
}

export interface CalculatorSpec {
  /** As the core knows it: "mm1-response", "calculator:pool-size". */
  id: string;
  inputs: InputSpec[];
  outputs: OutputSpec[];
  /** Empty: the reader chooses what to plot. */
  plots: PlotSpec[];
  examples: ExampleSpec[];
  widget: 'fit' | 'regions' | null;
  fit: FitSpec | null;
  /** How a simulation checks it; null where none does. */
  check: CheckSpec | null;
}
