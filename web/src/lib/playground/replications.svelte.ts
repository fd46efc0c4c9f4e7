/** Further runs in the background, each with the next seed, until the interval is narrow enough or enough were made. */
import type { SimulationEngine } from './engine';
import type { ScenarioDocument, ScenarioReport } from './protocol';

/** The half width of every watched figure is to be at most this share of its value. */
export interface StopRule {
  precision: number;
  runsMax: number;
  /** Before which none stops: of few runs some are alike by chance. */
  runsMin?: number;
}

const RUNS_MIN = 3;

export class Replications {
  report = $state.raw<ScenarioReport | null>(null);
  isRunning = $state(false);
  error = $state('');
  isPrecise = $state(false);
  /** Relative half width of what is watched after each number of runs, from the second on. */
  widths = $state.raw<readonly number[]>([]);
  private turn = 0;

  constructor(
    private readonly engine: SimulationEngine,
    /** The widest half width that matters, as a share of its value; null while there is none. */
    private readonly widthOf: (report: ScenarioReport) => number | null = widestShare,
  ) {}

  async start(document: ScenarioDocument, firstSeed: number, rule: StopRule): Promise<void> {
    const turn = ++this.turn;
    this.report = null;
    this.error = '';
    this.isPrecise = false;
    this.widths = [];
    this.isRunning = true;
    for (let i = 0; i < rule.runsMax; i++) {
      const outcome = await this.engine.replicate(document, firstSeed + i);
      if (turn !== this.turn) return;
      if (!('answer' in outcome)) {
        if ('mistakes' in outcome) this.error = 'The scenario has mistakes.';
        else if ('error' in outcome) this.error = outcome.error.message;
        break;
      }
      this.report = outcome.answer;
      const width = this.widthOf(outcome.answer);
      if (width !== null) this.widths = [...this.widths, width];
      this.isPrecise = i + 1 >= (rule.runsMin ?? RUNS_MIN) && width !== null && width <= rule.precision;
      if (this.isPrecise) break;
    }
    this.isRunning = false;
  }

  stop(): void {
    this.turn++;
    this.isRunning = false;
    this.engine.stop();
  }
}

/** The widest half width of goodput and mean latency, as a share of the value; null for a single run. */
export function widestShare({ workloads }: ScenarioReport): number | null {
  const shares = workloads
    .flatMap(({ goodput_per_s, latency_ms }) => [goodput_per_s, latency_ms.mean])
    .map(({ value, half_width }) => (value && half_width !== null ? half_width / Math.abs(value) : null))
    .filter((share) => share !== null);
  return shares.length > 0 ? Math.max(...shares) : null;
}
