/** Cases that the core simulates in the reader's own browser: each with several seeds, on a few threads at once. */
import type { SimulationEngine } from '$lib/playground/engine';
import type { Outcome } from '$lib/playground/protocol';

export interface CaseState<T> {
  outcomes: T[];
  isRunning: boolean;
}

const THREADS_MAX = 4;
const threadsHere = () =>
  Math.max(1, Math.min(THREADS_MAX, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1));

export class CaseRuns<T> {
  cases = $state<CaseState<T>[]>([]);
  isRunning = $state(false);
  error = $state('');
  private turn = 0;
  private engines: SimulationEngine[] = [];

  /** `seedsEach`: how many seeds one outcome takes, from the one that it is asked with on. */
  constructor(
    private readonly count: number,
    private readonly seedsEach: number,
    private readonly newEngine: () => SimulationEngine,
    private readonly ask: (engine: SimulationEngine, place: number, seed: number) => Promise<Outcome<T>>,
    private readonly threads = threadsHere(),
  ) {
    this.cases = this.fresh();
  }

  get done(): number {
    return this.cases.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  }

  async start(firstSeed: number, rounds = 1): Promise<void> {
    this.stop();
    const turn = ++this.turn;
    this.cases = this.fresh();
    this.error = '';
    this.isRunning = true;
    const waiting: { place: number; seed: number }[] = [];
    for (let round = 0; round < rounds; round++)
      for (let place = 0; place < this.count; place++)
        waiting.push({ place, seed: firstSeed + round * this.seedsEach });
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
      const outcome = await this.ask(engine, next.place, next.seed);
      if (turn !== this.turn) return;
      state.isRunning = false;
      if ('answer' in outcome) state.outcomes.push(outcome.answer);
      else if ('error' in outcome) {
        this.error = outcome.error.message;
        return;
      }
    }
  }

  private fresh(): CaseState<T>[] {
    return Array.from({ length: this.count }, () => ({ outcomes: [], isRunning: false }));
  }
}
