/**
 * A calculator in the reader's hand: what stands in its fields, and what the core makes of it.
 *
 * Two loops run over the newest inputs: one computes the figures, the other what is drawn from them. While a loop
 * runs, changes only mark that there is something newer. So a drag never queues up work, nothing starves, and figures
 * do not wait for plots. A field that cannot be read is told at the field and stands at its last good value, so that
 * one mistake does not empty the page.
 */
import { commandLine } from './command_line';
import type { Engine } from './engine';
import { fieldErrors, type FieldError } from './field_error';
import { numberOf, quantityText } from './numbers';
import { decodeQuery, defaultValues, encodeQuery, FIRST_THAT_HOLDS, SAMPLES, SEED, type Pin } from './query';
import {
  FIRST_COST_MS,
  LINE,
  MAP,
  MOVING_BUDGET_MS,
  RESTING_BUDGET_MS,
  resolutionWithin,
} from './resolution';
import { sliderRange, type GivenBounds, type SliderRange } from './slider';
import type { CalculatorSpec, PlotSpec } from './spec';
import type {
  Axis,
  CallError,
  EvalAnswer,
  ModelJson,
  ModelVariable,
  Outcome,
  SampleAnswer,
  Scale,
  SensitivityAnswer,
  Solution,
  SolveAnswer,
  SweepAnswer,
  Warning,
} from './types';

/** Samples while something moves; all of them once it rests. */
const SAMPLES_MOVING = 2_000;
const REST_MS = 200;

export class Calculator {
  values = $state<Record<string, string>>({});
  pin = $state.raw<Pin | null>(null);
  seed = $state(SEED);
  samples = $state(SAMPLES);
  /** What the reader chose to plot where the page prescribes nothing. */
  ownPlot = $state.raw<PlotSpec | null>(null);

  model = $state.raw<ModelJson | null>(null);
  ranges = $state.raw<Record<string, SliderRange | null>>({});
  result = $state.raw<EvalAnswer | null>(null);
  solved = $state.raw<SolveAnswer | null>(null);
  sampled = $state.raw<SampleAnswer | null>(null);
  sensitivity = $state.raw<SensitivityAnswer | null>(null);
  sweeps = $state.raw<(SweepAnswer | string | null)[]>([]);
  errors = $state.raw<FieldError[]>([]);
  /** What is wrong but belongs to no field. */
  failure = $state.raw<CallError | null>(null);
  /** From the last change to the figures on the page, in milliseconds. */
  latencyMs = $state(0);
  isReady = $derived(this.model !== null);

  plots = $derived.by(() => (this.ownPlot ? [...this.spec.plots, this.ownPlot] : this.spec.plots));
  isUncertain = $derived(
    Object.values(this.result?.inputs ?? {}).some(({ distribution }) => distribution !== undefined),
  );
  query = $derived.by(() => encodeQuery(this.spec, this));
  command = $derived.by(() =>
    commandLine(
      {
        id: this.spec.id,
        inputs: (this.model?.inputs ?? this.spec.inputs).map((input) => ({
          name: input.name,
          default: this.model ? (input.default ?? '') : '',
        })),
        isUncertain: this.isUncertain,
      },
      this,
    ),
  );

  private lastGood: Record<string, string> = {};
  private bounds: Record<string, GivenBounds> = {};
  private isComputing = false;
  private isDrawing = false;
  /** Of each plot: what it was drawn for, how finely, and what a point costs. */
  private drawn: { of: string; points: number; costMs: number }[] = [];
  private wanted: { inputs: Record<string, string>; isFull: boolean } | null = null;
  private isChanged = false;
  private isFull = true;
  private changedAt = 0;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly target: { formula: string };

  constructor(
    readonly spec: CalculatorSpec,
    private readonly engine: Engine,
    search = '',
    /** For what takes longer than a figure; may be the same one. */
    private readonly pictureEngine: Engine = engine,
  ) {
    this.target = { formula: spec.id };
    Object.assign(this, decodeQuery(spec, search));
  }

  /** Asks for the model and computes once. */
  async start(): Promise<void> {
    const outcome = await this.engine.model(this.target);
    if (!outcome.answer) {
      this.failure = failureOf(outcome);
      return;
    }
    this.bounds = await this.readBounds(outcome.answer);
    this.model = outcome.answer;
    this.change({ isMoving: false });
  }

  set(name: string, value: string, options: { isMoving?: boolean } = {}): void {
    this.values[name] = value;
    this.change(options);
  }

  setMany(values: Record<string, string>): void {
    for (const { name } of this.spec.inputs) {
      const value = values[name];
      if (value !== undefined) this.values[name] = value;
    }
    this.change({});
  }

  reset(): void {
    Object.assign(this, defaultValues(this.spec));
    this.change({});
  }

  /** Takes an example's inputs; inputs it does not name go back to their defaults. */
  take(inputs: Record<string, string>): void {
    Object.assign(this, defaultValues(this.spec));
    this.setMany(inputs);
  }

  /** Makes an output a target, at the value it has now; solves for the first input that is one number. */
  pinOutput(output: string): void {
    const quantity = this.result?.outputs[output];
    const value = numberOf(quantity?.value);
    if (!quantity || value === null) return;
    const certain = this.solvable.filter(({ name }) => !this.result?.inputs[name]?.distribution);
    const candidates = certain.length > 0 ? certain : this.solvable;
    const moved = this.influential(output).find((name) => candidates.some((input) => input.name === name));
    const solveFor = moved ?? candidates[0]?.name;
    if (!solveFor) return;
    this.pin = {
      output,
      value: quantityText(value, quantity.unit, 4),
      solveFor,
      choice: FIRST_THAT_HOLDS,
    };
    this.change({});
  }

  updatePin(change: Partial<Pin>): void {
    if (!this.pin) return;
    this.pin = { ...this.pin, choice: FIRST_THAT_HOLDS, ...change };
    this.change({});
  }

  /** The solution stays as the input's value. */
  unpin(): void {
    const name = this.pin?.solveFor;
    const solved = this.solution;
    if (name && solved) this.values[name] = solved.text;
    this.pin = null;
    this.solved = null;
    this.change({});
  }

  /** Inputs that can be solved for. */
  get solvable(): ModelVariable[] {
    return this.model?.inputs.filter(({ list }) => !list) ?? [];
  }

  /** The solution in force, as a value for its input. */
  get solution(): { text: string; shown: string } | null {
    const { pin, solved } = this;
    if (!pin || !solved || solved.for !== pin.solveFor) return null;
    const solution = solved.solutions[this.solutionIndex];
    return solution ? solutionValue(solution, solved.for) : null;
  }

  /** The one chosen, else the first at which the model's conditions hold, else the first. */
  get solutionIndex(): number {
    const solutions = this.solved?.solutions ?? [];
    const choice = this.pin?.choice ?? FIRST_THAT_HOLDS;
    if (choice >= 0 && choice < solutions.length) return choice;
    return Math.max(
      0,
      solutions.findIndex(({ warnings }) => !isOutside(warnings)),
    );
  }

  variable(name: string): ModelVariable | undefined {
    return this.model?.inputs.find((input) => input.name === name);
  }

  error(name: string): FieldError | undefined {
    return this.errors.find((error) => error.name === name);
  }

  /** Something changed: computes now, and everything in full once nothing moves any more. */
  change({ isMoving = false }: { isMoving?: boolean }): void {
    this.changedAt = performance.now();
    this.isFull = !isMoving;
    clearTimeout(this.restTimer);
    if (isMoving)
      this.restTimer = setTimeout(() => {
        this.isFull = true;
        this.run();
      }, REST_MS);
    this.run();
  }

  private run(): void {
    if (!this.model) return;
    this.isChanged = true;
    if (!this.isComputing) void this.figures();
  }

  /** Figures of the newest inputs, again as long as those change. */
  private async figures(): Promise<void> {
    this.isComputing = true;
    try {
      while (this.isChanged) {
        this.isChanged = false;
        const startedAt = this.changedAt;
        const errors: FieldError[] = [];
        const inputs = this.given();
        if (this.pin) await this.solve(inputs, errors);
        const result = await this.evaluate(inputs, errors);
        this.errors = errors;
        if (!result) continue;
        this.result = result;
        this.latencyMs = performance.now() - startedAt;
        this.updateRanges();
        this.wanted = { inputs, isFull: this.isFull };
        if (!this.isDrawing) void this.pictures();
      }
    } finally {
      this.isComputing = false;
    }
  }

  /** Distributions, plots and influences of the newest figures: one set after the other, so that none lags behind. */
  private async pictures(): Promise<void> {
    this.isDrawing = true;
    try {
      while (this.wanted) {
        const { inputs, isFull } = this.wanted;
        this.wanted = null;
        if (this.isUncertain) await this.sample(inputs, isFull);
        else this.sampled = null;
        await this.sweepAll(inputs, isFull);
        if (this.wanted) continue;
        // A table at the foot of the page can wait until nothing moves.
        if (isFull || !this.sensitivity) await this.influences(inputs);
      }
    } finally {
      this.isDrawing = false;
    }
  }

  /** What stands in the fields, without what is empty. */
  private given(): Record<string, string> {
    const inputs: Record<string, string> = {};
    for (const { name } of this.spec.inputs) {
      const value = this.values[name]?.trim();
      if (value) inputs[name] = value;
    }
    return inputs;
  }

  /** Puts the solution into `inputs`. */
  private async solve(inputs: Record<string, string>, errors: FieldError[]): Promise<void> {
    const pin = this.pin;
    if (!pin) return;
    const names = [...this.spec.inputs, ...this.spec.outputs].map(({ name }) => name);
    const asked = { ...inputs, [pin.output]: pin.value };
    delete asked[pin.solveFor];
    for (let tries = 0; tries <= names.length; tries++) {
      const outcome = await this.engine.answer('solve', this.target, { inputs: asked, for: pin.solveFor });
      if (this.pin !== pin) return;
      if (outcome.answer) {
        this.solved = outcome.answer;
        const solution = this.solution;
        if (solution) inputs[pin.solveFor] = solution.text;
        return;
      }
      this.solved = null;
      const found = fieldErrors(failureOf(outcome), names).filter(({ name }) => name in asked);
      errors.push(...found);
      // A wrong target ends it; a wrong input stands at its last good value.
      if (found.length === 0 || found.some(({ name }) => name === pin.output)) {
        if (found.length === 0) errors.push({ name: pin.output, ...failureOf(outcome) });
        return;
      }
      for (const { name } of found) this.fallBack(asked, name);
    }
  }

  private async evaluate(inputs: Record<string, string>, errors: FieldError[]): Promise<EvalAnswer | null> {
    const names = this.spec.inputs.map(({ name }) => name);
    for (let tries = 0; tries <= names.length; tries++) {
      const outcome = await this.engine.answer('eval', this.target, { inputs }, { key: this.key('eval') });
      if (outcome.answer) {
        this.failure = null;
        const wrong = new Set(errors.map(({ name }) => name));
        for (const [name, value] of Object.entries(inputs)) if (!wrong.has(name)) this.lastGood[name] = value;
        return outcome.answer;
      }
      if (outcome.replaced) return null;
      const error = failureOf(outcome);
      const found = fieldErrors(error, names).filter(
        ({ name }) => !errors.some((other) => other.name === name),
      );
      if (found.length === 0) {
        this.failure = error;
        return null;
      }
      errors.push(...found);
      for (const { name } of found) this.fallBack(inputs, name);
    }
    return null;
  }

  private fallBack(inputs: Record<string, string>, name: string): void {
    const good = this.lastGood[name] ?? this.spec.inputs.find((input) => input.name === name)?.default;
    if (good && good !== inputs[name]) inputs[name] = good;
    else delete inputs[name];
  }

  private async sample(inputs: Record<string, string>, isFull: boolean): Promise<void> {
    const samples = isFull ? this.samples : Math.min(this.samples, SAMPLES_MOVING);
    const request = { inputs, samples, seed: this.seed };
    const outcome = await this.pictureEngine.answer('sample', this.target, request, {
      key: this.key('sample'),
    });
    if (outcome.answer) this.sampled = outcome.answer;
    else if (!outcome.replaced) {
      this.sampled = null;
      const found = fieldErrors(failureOf(outcome), Object.keys(inputs));
      if (found.length > 0) this.errors = [...this.errors, ...found];
      else this.failure = failureOf(outcome);
    }
  }

  private async influences(inputs: Record<string, string>): Promise<void> {
    const outcome = await this.pictureEngine.answer(
      'sensitivity',
      this.target,
      { inputs },
      { key: this.key('influence') },
    );
    if (!outcome.replaced) this.sensitivity = outcome.answer ?? null;
  }

  /** Each plot as it comes; newer inputs end it, their own set follows. */
  private async sweepAll(inputs: Record<string, string>, isFull: boolean): Promise<void> {
    for (const [i, plot] of this.plots.entries()) {
      const sweep = await this.sweep(plot, inputs, i, isFull);
      if (this.sweeps[i] !== sweep) this.sweeps = Object.assign([...this.sweeps], { [i]: sweep });
      if (this.wanted) return;
    }
  }

  /** A sentence where there is nothing to plot. The inputs on its axes do not change a plot, they move its mark. */
  private async sweep(
    plot: PlotSpec,
    inputs: Record<string, string>,
    place: number,
    isFull: boolean,
  ): Promise<SweepAnswer | string | null> {
    const drawn = this.drawn[place];
    const costMs = drawn?.costMs ?? FIRST_COST_MS;
    const budgetMs = isFull ? RESTING_BUDGET_MS : MOVING_BUDGET_MS;
    const { x, y } = resolutionWithin(plot.by ? MAP : LINE, costMs, budgetMs);
    const own = this.bounds[plotKey(place)];
    const axes = [this.axis(plot.x, own, x, plot.scale)];
    if (plot.by) axes.push(this.axis(plot.by, undefined, y, null));
    const others = Object.entries(inputs).filter(([name]) => name !== plot.x && name !== plot.by);
    const of = JSON.stringify([plot.x, plot.y, plot.by, others]);
    const points = axes.reduce((product, axis) => product * (axis.points ?? 1), 1);
    if (drawn?.of === of && drawn.points >= points) return this.sweeps[place] ?? null;

    const startedAt = performance.now();
    const outcome = await this.pictureEngine.answer(
      'sweep',
      this.target,
      { inputs, axes },
      { key: this.key(`plot${place}`), only: plot.y },
    );
    if (outcome.replaced) return this.sweeps[place] ?? null;
    this.drawn[place] = { of, points, costMs: (performance.now() - startedAt) / points };
    return outcome.answer ?? failureOf(outcome).message;
  }

  /** From the plot's own bounds or the slider's. What goes in whole steps is swept in whole steps. */
  private axis(input: string, own: GivenBounds | undefined, points: number, wanted: Scale | null): Axis {
    const range = this.ranges[input];
    const unit = this.variable(input)?.unit ?? '1';
    const from = own?.from ?? range?.from ?? 0;
    let to = own?.to ?? range?.to ?? 1;
    let scale = wanted ?? range?.scale ?? 'linear';
    let count = points;
    if (range?.step && to > from) {
      const stride = Math.max(1, Math.ceil((to - from) / range.step / (points - 1)));
      count = Math.max(2, Math.floor((to - from) / (stride * range.step)) + 1);
      to = from + (count - 1) * stride * range.step;
      scale = 'linear';
    }
    return {
      input,
      from: quantityText(from, unit, 15),
      to: quantityText(to, unit, 15),
      points: count,
      scale,
    };
  }

  private key(of: string): string {
    return `${this.spec.id}/${of}`;
  }

  /** Inputs by how much they move an output. */
  private influential(output: string): string[] {
    return (this.sensitivity?.outputs[output]?.influences ?? []).map(({ input }) => input);
  }

  /** The bounds of sliders as numbers in each input's unit: the core reads them, as it reads all values. */
  private async readBounds(model: ModelJson): Promise<Record<string, GivenBounds>> {
    const bounds: Record<string, GivenBounds> = {};
    const lines: string[] = [];
    for (const { name, from, to, step, scale } of this.spec.inputs) {
      const unit = model.inputs.find((input) => input.name === name)?.unit;
      bounds[name] = { from: null, to: null, step: null, scale };
      if (unit === undefined) continue;
      for (const [key, value] of Object.entries({ from, to, step }))
        if (value !== null) lines.push(`${name}__${key} : ${unit} = ${value}`);
    }
    this.spec.plots.forEach(({ x, from, to }, i) => {
      const unit = model.inputs.find((input) => input.name === x)?.unit;
      bounds[plotKey(i)] = { from: null, to: null, step: null, scale: null };
      if (unit === undefined) return;
      for (const [key, value] of Object.entries({ from, to }))
        if (value !== null) lines.push(`${plotKey(i)}__${key} : ${unit} = ${value}`);
    });
    const answer = await this.readable(lines);
    for (const [name, found] of Object.entries(bounds))
      for (const key of ['from', 'to', 'step'] as const)
        found[key] = numberOf(answer?.inputs[`${name}__${key}`]?.value);
    return bounds;
  }

  /** Evaluates the lines that can be read. */
  private async readable(lines: string[]): Promise<EvalAnswer | undefined> {
    let left = lines;
    while (left.length > 0) {
      const outcome = await this.engine.answer('eval', { source: left.join('\n') }, {});
      if (!outcome.diagnostics) return outcome.answer;
      const wrong = new Set(outcome.diagnostics.map(({ line }) => line));
      const rest = left.filter((_, i) => !wrong.has(i + 1));
      if (rest.length === left.length) return undefined;
      left = rest;
    }
    return undefined;
  }

  /** Given bounds stay; where there are none, the first value decides, so that a slider does not run away. */
  private updateRanges(): void {
    if (Object.keys(this.ranges).length > 0 || !this.model || !this.result) return;
    const ranges: Record<string, SliderRange | null> = {};
    for (const variable of this.model.inputs) {
      const given = this.bounds[variable.name] ?? { from: null, to: null, step: null, scale: null };
      ranges[variable.name] = sliderRange(
        variable,
        given,
        numberOf(this.result.inputs[variable.name]?.value),
      );
    }
    this.ranges = ranges;
  }
}

/** Whether the model says that it does not hold there; that an input is uncertain is no such thing. */
export function isOutside(warnings: readonly Warning[]): boolean {
  return warnings.some(({ code }) => code !== 'uncertain-input');
}

/** Where a plot's own bounds are kept beside the inputs'. */
function plotKey(place: number): string {
  return `plot_${place}`;
}

function solutionValue(solution: Solution, name: string): { text: string; shown: string } | null {
  const quantity = solution[name];
  if (!quantity || !('text' in quantity) || typeof quantity.text !== 'string') return null;
  const value = numberOf((quantity as { value: number | null }).value);
  if (value === null) return null;
  return { text: quantityText(value, String(quantity.unit), 17), shown: quantity.text };
}

function failureOf(outcome: Outcome<unknown>): CallError {
  if (outcome.error) return outcome.error;
  const first = outcome.diagnostics?.[0];
  return { code: 'diagnostics', message: first?.message ?? 'there is no answer', hint: first?.hint ?? '' };
}
