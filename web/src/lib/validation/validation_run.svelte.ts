/** The validation in the reader's own browser: every case with several sets of seeds, on a few threads at once. */
import type { SimulationEngine } from '$lib/playground/engine';
import type { ValidationOutcome } from '$lib/playground/protocol';

/** Each outcome is of ten replications, with seeds seed, seed + 1, … (core/system/validation.hpp). */
export const REPLICATIONS = 10;

export interface CaseState {
  outcomes: ValidationOutcome[];
  isRunning: boolean;
}

export class ValidationRun {
  cases = $state<CaseState[]>([]);
  isRunning = $state(false);
  error = $state('');
  private turn = 0;
  private engines: SimulationEngine[] = [];

  constructor(
    private readonly count: number,
    private readonly newEngine: () => SimulationEngine,
    private readonly threads: number,
  ) {
    this.cases = this.fresh();
  }

  get done(): number {
    return this.cases.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  }
  get covered(): number {
    return this.cases.reduce((sum, { outcomes }) => sum + outcomes.filter(({ covers }) => covers).length, 0);
  }

  async start(firstSeed: number, rounds: number): Promise<void> {
    this.stop();
    const turn = ++this.turn;
    this.cases = this.fresh();
    this.error = '';
    this.isRunning = true;
    const waiting: { place: number; seed: number }[] = [];
    for (let round = 0; round < rounds; round++)
      for (let place = 0; place < this.count; place++)
        waiting.push({ place, seed: firstSeed + round * REPLICATIONS });
    this.engines = Array.from({ length: this.threads }, this.newEngine);
    await Promise.all(this.engines.map((engine) => this.work(engine, waiting, turn)));
    if (turn === this.turn) this.stop();
  }

  stop(): void {
    this.turn++;
    for (const engine of this.engines) engine.stop();
    this.engines = [];
    this.isRunning = false;
    for (const state of this.cases) state.isRunning = false;
  }

  private async work(
    engine: SimulationEngine,
    waiting: { place: number; seed: number }[],
    turn: number,
  ): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const state = this.cases[next.place];
      if (!state) continue;
      state.isRunning = true;
      const outcome = await engine.validate(next.place, next.seed);
      if (turn !== this.turn) return;
      state.isRunning = false;
      if ('answer' in outcome) state.outcomes.push(outcome.answer);
      else if ('error' in outcome) {
        this.error = outcome.error.message;
        return;
      }
    }
  }

  private fresh(): CaseState[] {
    return Array.from({ length: this.count }, () => ({ outcomes: [], isRunning: false }));
  }
}
