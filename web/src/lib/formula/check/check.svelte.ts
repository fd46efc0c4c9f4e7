/** A check in the reader's hand: whether one can be made of the inputs, its runs, and what they measured so far. */
import type { SimulationEngine } from '$lib/playground/engine';
import { Replications, type StopRule } from '$lib/playground/replications.svelte';
import type { ScenarioDocument } from '$lib/playground/protocol';
import type { Figure, ScenarioReport } from '$lib/scenario/types';
import type { Engine } from '../engine';
import type { EvalAnswer } from '../types';
import {
  agreement,
  conditionsSource,
  expressionsOf,
  holds,
  instantiated,
  measuredIn,
  measuredUnit,
  valueAt,
  valuesSource,
  type Agreement,
  type CheckFigure,
  type CheckSpec,
} from './template';

export interface ComparedFigure extends CheckFigure {
  /** In the unit of what is measured. */
  expected: number | null;
}
export interface Comparison extends ComparedFigure {
  found: Figure | null;
  agreement: Agreement;
}

const RULE: StopRule = { precision: 0.01, runsMin: 10, runsMax: 40 };
/** Each check takes seeds of its own, so that it says something new, and so that nobody has chosen them. */
const randomSeed = () => 1 + Math.floor(Math.random() * 1_000_000);

export class Check {
  /** Why there is none; empty while nothing speaks against one. */
  obstacle = $state('');
  scenario = $state.raw<ScenarioDocument | null>(null);
  figures = $state.raw<readonly ComparedFigure[]>([]);
  private isPreparing = $state(false);
  /** The inputs that the figures are of. */
  inputsKey = $state('');
  readonly replications: Replications;

  readonly comparisons = $derived.by((): Comparison[] =>
    this.figures.map((figure) => {
      const { report } = this.replications;
      const found = report && measuredIn(report, figure.measured);
      return { ...figure, found, agreement: found ? agreement(figure.expected, found) : 'open' };
    }),
  );

  private turn = 0;

  constructor(
    readonly spec: CheckSpec,
    readonly name: string,
    private readonly engine: Engine,
    simulation: SimulationEngine,
    private readonly rule: StopRule = RULE,
    private readonly firstSeed: () => number = randomSeed,
  ) {
    this.replications = new Replications(simulation, (report) => this.widest(report));
  }

  get isRunning(): boolean {
    return this.isPreparing || this.replications.isRunning;
  }

  /** Runs the scenario of these inputs until its figures are precise enough, or enough runs were made. */
  async start(answer: EvalAnswer): Promise<void> {
    this.stop();
    this.clear();
    const { turn } = this;
    this.inputsKey = keyOf(answer);
    this.isPreparing = true;
    const made = await this.prepare(answer);
    if (turn !== this.turn) return;
    this.isPreparing = false;
    if (typeof made === 'string') {
      this.obstacle = made;
      return;
    }
    this.figures = made.figures;
    this.scenario = made.scenario;
    await this.replications.start(made.scenario, this.firstSeed(), this.rule);
  }

  stop(): void {
    this.turn++;
    this.isPreparing = false;
    if (this.replications.isRunning) this.replications.stop();
  }

  private clear(): void {
    this.obstacle = '';
    this.scenario = null;
    this.figures = [];
    this.replications.report = null;
  }

  /** Whether the figures are of other inputs than these. */
  isOld(answer: EvalAnswer | null): boolean {
    return answer !== null && this.inputsKey !== '' && this.inputsKey !== keyOf(answer);
  }

  /** A sentence where no check is possible. */
  private async prepare(
    answer: EvalAnswer,
  ): Promise<string | { scenario: ScenarioDocument; figures: ComparedFigure[] }> {
    const spread = Object.entries(answer.inputs).find(([, { distribution }]) => distribution !== undefined);
    if (spread)
      return `An input (${spread[0]}) is a distribution. A simulated system has one value of each input: give numbers for a check.`;
    const { requires, figures, scenario } = this.spec;
    const conditions = [
      ...requires.map(({ condition }) => condition),
      ...figures.map(({ when }) => when ?? '1 == 1'),
    ];
    const judged = await this.ask(conditionsSource(answer, conditions));
    if (typeof judged === 'string') return judged;
    const broken = requires.find((_, i) => !holds(judged, i));
    if (broken) return `No check is possible here: ${broken.otherwise}.`;
    const shown = figures.filter((_, i) => holds(judged, requires.length + i));

    const expressions = expressionsOf(scenario);
    const computed = await this.ask(
      valuesSource(answer, [
        ...expressions.map((expression) => ({ expression })),
        ...shown.map(({ theory, measured }) => ({ expression: theory, unit: measuredUnit(measured) })),
      ]),
    );
    if (typeof computed === 'string') return computed;
    const values = new Map(
      expressions.flatMap((expression, i) => {
        const value = valueAt(computed, i);
        return value ? [[expression, value] as const] : [];
      }),
    );
    try {
      return {
        scenario: {
          name: `${this.name}, simulated`,
          about: this.spec.about,
          ...instantiated(scenario, values),
        },
        figures: shown.map((figure, i) => {
          const value = valueAt(computed, expressions.length + i)?.value;
          return { ...figure, expected: typeof value === 'number' ? value : null };
        }),
      };
    } catch (error) {
      return `No check is possible here: ${error instanceof Error ? error.message : String(error)}.`;
    }
  }

  private async ask(source: string): Promise<EvalAnswer | string> {
    const outcome = await this.engine.answer('eval', { source }, {});
    if (outcome.answer) return outcome.answer;
    const reason = outcome.error?.message ?? outcome.diagnostics?.[0]?.message ?? 'the core gave no answer';
    return `No check is possible here: ${reason}.`;
  }

  /** Of the compared figures, as a share of their values; null for a single run. */
  private widest(report: ScenarioReport): number | null {
    const shares = this.figures
      .map(({ measured }) => measuredIn(report, measured))
      .map((figure) =>
        figure?.value && figure.half_width !== null ? figure.half_width / Math.abs(figure.value) : null,
      )
      .filter((share) => share !== null);
    return shares.length > 0 ? Math.max(...shares) : null;
  }
}

function keyOf({ inputs }: EvalAnswer): string {
  return JSON.stringify(
    Object.entries(inputs).map(([name, { value, distribution }]) => [name, value, distribution]),
  );
}
