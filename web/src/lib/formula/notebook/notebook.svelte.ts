/**
 * A notebook: a text in the formula language, and what its lines come to. Lines with mistakes are left out and the
 * rest is computed, so one mistake does not empty the page; what is wrong only because such a line is missing is not
 * told. Newer text replaces older that still waits.
 */
import type { Engine } from '../engine';
import { numberOf } from '../numbers';
import type {
  CallError,
  Diagnostic,
  EvalAnswer,
  OutputSample,
  Outcome,
  Quantity,
  SampleAnswer,
} from '../types';
import { isComputed, lineOf, namedLines, withoutLines } from './lines';

export interface LineResult {
  name: string;
  line: number;
  text: string;
  /** An input that is a distribution, or a result that depends on one. */
  sample: OutputSample | null;
  isInput: boolean;
}

const ROUNDS_MAX = 12;
export const SAMPLES = 20_000;

export class Notebook {
  text = $state('');
  results = $state.raw<LineResult[]>([]);
  diagnostics = $state.raw<Diagnostic[]>([]);
  warnings = $state.raw<string[]>([]);
  failure = $state.raw<CallError | null>(null);
  isUncertain = $state(false);
  hasComputed = $state(false);
  seed = $state(1);

  private run = 0;

  constructor(private readonly engine: Engine) {}

  set(text: string): void {
    if (text === this.text && this.hasComputed) return;
    this.text = text;
    void this.compute();
  }

  async compute(): Promise<void> {
    const run = ++this.run;
    const { text } = this;
    if (text.replace(/#.*$/gm, '').trim() === '') {
      this.show(text, null, null, []);
      return;
    }
    const gone = new Set<number>();
    let told: Diagnostic[] | null = null;
    let source = text;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const outcome: Outcome<EvalAnswer> = await this.engine.answer(
        'eval',
        { source },
        {},
        { key: 'notebook' },
      );
      if (run !== this.run || outcome.replaced) return;
      if (outcome.answer) {
        const sampled = await this.sample(source, outcome.answer);
        if (run === this.run) this.show(text, outcome.answer, sampled, told ?? []);
        return;
      }
      if (outcome.error) {
        this.failure = outcome.error;
        this.hasComputed = true;
        return;
      }
      told ??= outcome.diagnostics;
      for (const { line } of outcome.diagnostics) gone.add(line);
      source = withoutLines(text, gone);
      if (source.replace(/#.*$/gm, '').trim() === '') break;
    }
    this.show(text, null, null, told ?? []);
  }

  private async sample(source: string, answer: EvalAnswer): Promise<SampleAnswer | null> {
    const isUncertain = Object.values(answer.inputs).some(({ distribution }) => distribution !== undefined);
    if (!isUncertain) return null;
    const request = { samples: SAMPLES, seed: this.seed };
    const outcome = await this.engine.answer('sample', { source }, request, { key: 'notebook-sample' });
    return outcome.answer ?? null;
  }

  private show(
    text: string,
    answer: EvalAnswer | null,
    sampled: SampleAnswer | null,
    diagnostics: Diagnostic[],
  ): void {
    const lines = namedLines(text);
    const results: LineResult[] = [];
    const add = (name: string, result: Omit<LineResult, 'name' | 'line'>) => {
      const line = lineOf(name, lines);
      if (line !== undefined) results.push({ name, line, ...result });
    };
    const rows = text.split('\n');
    for (const [name, quantity] of Object.entries(answer?.inputs ?? {})) {
      const row = rows[(lineOf(name, lines) ?? 0) - 1] ?? '';
      if (quantity.distribution !== undefined)
        add(name, { text: `mean ${quantity.text}`, sample: null, isInput: true });
      else if (isComputed(row)) add(name, { text: valueText(quantity), sample: null, isInput: false });
    }
    for (const [name, quantity] of Object.entries(answer?.outputs ?? {})) {
      const sample = sampled?.outputs[name];
      const varies = sample !== undefined && (sample.deviation ?? 0) > 0;
      add(name, {
        text: varies ? spreadText(sample) : valueText(quantity),
        sample: varies ? sample : null,
        isInput: false,
      });
    }
    this.results = results.sort((a, b) => a.line - b.line);
    this.diagnostics = diagnostics;
    this.warnings = (answer?.warnings ?? [])
      .filter(({ code }) => code !== 'uncertain-input')
      .map(({ message }) => message);
    for (const { message, share } of sampled?.violated ?? [])
      this.warnings = [...this.warnings, `in ${(100 * share).toPrecision(2)} % of samples: ${message}`];
    this.isUncertain = sampled !== null;
    this.failure = null;
    this.hasComputed = true;
  }
}

function valueText(quantity: Quantity): string {
  return quantity.text.length > 60 ? `${quantity.text.slice(0, 58)}…` : quantity.text;
}

/** "12.1 ms (8.2 ms to 19 ms)": the median, and what 90 % lies between. */
export function spreadText(sample: OutputSample): string {
  const text = (p: number) => sample.quantiles.find((q) => Math.abs(q.p - p) < 1e-9)?.text ?? '';
  return `${text(0.5)} (${text(0.05)} to ${text(0.95)})`;
}

/** The density as a line of twenty points from 0 to 1: enough for a picture beside a line of text. */
export function sparkline(sample: OutputSample, points = 24): number[] {
  const values = sample.density.values.map((value) => numberOf(value) ?? 0);
  if (values.length < 2) return [];
  const picked = Array.from(
    { length: points },
    (_, i) => values[Math.round((i * (values.length - 1)) / (points - 1))] ?? 0,
  );
  const top = Math.max(...picked) || 1;
  return picked.map((value) => value / top);
}
