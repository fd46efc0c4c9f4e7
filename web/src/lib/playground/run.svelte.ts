/**
 * The run that is watched. It asks the engine for a little more simulated time each frame and hands each state to
 * those who draw it, without Svelte: only what changes a few times a second is reactive.
 */
import type { SimulationEngine } from './engine';
import type {
  Failure,
  Fault,
  Frame,
  Mistake,
  Opened,
  Outcome,
  ScenarioDocument,
  ScenarioReport,
  Summary,
} from './protocol';
import { SeriesStore } from './series';

export type RunStatus = 'empty' | 'opening' | 'playing' | 'paused' | 'finished';
/** A clock that ticks with the screen; tests put another in its place. */
export interface Ticker {
  request(callback: (timeMs: number) => void): number;
  cancel(handle: number): void;
}
export type FrameListener = (frame: Frame | null, before: Frame | null) => void;

const SLICE_MS = 10; // of the worker's time for one advance, so that it answers within a frame
const EVENTS_START = 20_000;
const EVENTS_MIN = 2_000;
const EVENTS_MAX = 4_000_000;
const STEP_MS_MAX = 100; // a frame that came late does not jump
const SHOWN_EVERY_MS = 100;
const SERIES_EVERY_MS = 250;
const REPORT_EVERY_MS = 500;
/** Events of a call that a person waits for, as rewinding or going to a time. */
const LONG_SLICE = 400_000;

export const SPEEDS = [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, Infinity];
/** What a person watches to the end. */
const WATCHED_S = 30;

function fittingSpeed(durationS: number): number {
  const fitting = SPEEDS.filter((speed) => speed * WATCHED_S <= durationS);
  return fitting.at(-1) ?? SPEEDS[0] ?? 1;
}

export class Run {
  status = $state<RunStatus>('empty');
  /** As of a moment ago; `frame.now_s` is exact. */
  nowS = $state(0);
  summary = $state.raw<Summary | null>(null);
  private speedNow = $state(1);
  private isSpeedChosen = false;
  seed = $state(1);
  report = $state.raw<ScenarioReport | null>(null);
  /** Counts up when the series have changed. */
  seriesVersion = $state(0);
  error = $state('');
  mistakes = $state.raw<readonly Mistake[]>([]);
  /** The document of this run, with what struck on the way; "" before the first. */
  modelJson = $state('');
  struck = $state.raw<readonly { atS: number; fault: ScenarioDocument }[]>([]);

  frame: Frame | null = null;
  readonly series = new SeriesStore();

  private id: number | null = null;
  private generation = 0;
  private goalS = 0;
  private isSeeking = false;
  private isBusy = false;
  private handle: number | null = null;
  private lastTick = 0;
  private lastShown = 0;
  private lastSeries = 0;
  private lastReport = 0;
  private seriesOf = -1;
  private reportOf = -1;
  private eventsMax = EVENTS_START;
  private readonly listeners = new Set<FrameListener>();

  /** Simulated seconds in one of the watcher's; Infinity: as fast as possible. Fits the run until somebody chooses. */
  get speed(): number {
    return this.speedNow;
  }
  set speed(speed: number) {
    this.speedNow = speed;
    this.isSpeedChosen = true;
  }

  constructor(
    private readonly engine: SimulationEngine,
    private readonly ticker: Ticker,
    private readonly onfinish: () => void = () => {},
  ) {}

  get durationS(): number {
    return this.summary?.duration_s ?? 0;
  }
  /** What the engine calls this run; null where there is none. */
  get handleOfCore(): number | null {
    return this.id;
  }
  get isOpen(): boolean {
    return this.id !== null;
  }

  onframe(listener: FrameListener): () => void {
    this.listeners.add(listener);
    listener(this.frame, null);
    return () => this.listeners.delete(listener);
  }

  /** Begins a run of the document at its start, paused. False if it has mistakes. */
  async open(document: ScenarioDocument, modelJson: string): Promise<boolean> {
    this.close();
    const generation = this.generation;
    this.status = 'opening';
    const outcome = await this.engine.open(document, this.seed);
    if (generation !== this.generation) {
      if ('answer' in outcome) void this.engine.close(outcome.answer.run);
      return false;
    }
    const opened = this.accept<Opened>(outcome);
    if (!opened) {
      this.status = 'empty';
      return false;
    }
    this.id = opened.run;
    this.summary = opened.summary;
    if (!this.isSpeedChosen) this.speedNow = fittingSpeed(opened.summary.duration_s);
    this.modelJson = modelJson;
    this.status = 'paused';
    this.show(opened.frame);
    await this.refresh();
    return true;
  }

  close(): void {
    if (this.id !== null) void this.engine.close(this.id);
    this.generation++;
    this.id = null;
    this.stopTicking();
    this.isBusy = false;
    this.isSeeking = false;
    this.goalS = 0;
    this.summary = null;
    this.report = null;
    this.struck = [];
    this.error = '';
    this.mistakes = [];
    this.series.clear();
    this.seriesVersion++;
    this.seriesOf = this.reportOf = -1;
    this.status = 'empty';
    this.modelJson = '';
    this.show(null);
  }

  play(): void {
    if (this.id === null || this.status === 'finished') return;
    this.status = 'playing';
    this.isSeeking = false;
    this.goalS = this.frame?.now_s ?? 0;
    this.startTicking();
  }

  pause(): void {
    if (this.status !== 'playing' && !this.isSeeking) return;
    this.status = 'paused';
    this.isSeeking = false;
    this.goalS = this.frame?.now_s ?? 0;
    this.show(this.frame); // while it played, not each frame was written out
    void this.refresh();
  }

  /** To the next edge of the charts' bins, or of a twentieth of them, that is far enough away for a step to be seen. */
  step(size: 'bin' | 'small'): void {
    if (!this.summary) return;
    const { bin_s } = this.summary;
    const now = this.frame?.now_s ?? 0;
    const width = size === 'bin' ? bin_s : bin_s / 20;
    this.seek((Math.round(now / width) + 1) * width);
  }

  /** Back to an earlier time, or on to a later one without showing what lies between. */
  seek(toS: number): void {
    if (this.id === null) return;
    const goal = Math.min(Math.max(0, toS), this.durationS);
    if (this.status === 'playing') this.status = 'paused';
    if (goal < (this.frame?.now_s ?? 0)) void this.rewind(goal);
    else {
      this.goalS = goal;
      this.isSeeking = true;
      this.startTicking();
    }
  }

  private async rewind(toS: number): Promise<void> {
    if (this.id === null) return;
    const generation = ++this.generation;
    this.isBusy = true;
    this.isSeeking = false;
    const outcome = await this.engine.rewind(this.id, toS);
    if (generation !== this.generation) return;
    this.isBusy = false;
    const frame = this.accept<Frame>(outcome);
    if (!frame) return;
    this.goalS = frame.now_s;
    this.series.truncate(frame.now_s);
    this.seriesOf = this.reportOf = -1;
    this.struck = this.struck.filter(({ atS }) => atS <= frame.now_s);
    this.status = frame.finished ? 'finished' : 'paused';
    this.show(frame, true);
    await this.refresh();
  }

  /** The fault begins now. Returns it as the document has it, with its time; null if it is refused. */
  async strike(fault: Fault): Promise<ScenarioDocument | null> {
    if (this.id === null) return null;
    const { generation } = this;
    const struck = this.accept(await this.engine.strike(this.id, fault));
    if (!struck || generation !== this.generation) return null;
    this.struck = [...this.struck, { atS: struck.frame.now_s, fault: struck.fault }];
    this.show(struck.frame);
    return struck.fault;
  }

  /** Series and report as of now, for those who look at a run that stands still. */
  async refresh(): Promise<void> {
    await Promise.all([this.readSeries(), this.readReport()]);
  }

  private startTicking(): void {
    if (this.handle !== null) return;
    this.lastTick = 0;
    this.handle = this.ticker.request((time) => this.tick(time));
  }

  private stopTicking(): void {
    if (this.handle !== null) this.ticker.cancel(this.handle);
    this.handle = null;
  }

  private tick(time: number): void {
    this.handle = null;
    if (this.status !== 'playing' && !this.isSeeking) return;
    const passed = this.lastTick === 0 ? 0 : Math.min(time - this.lastTick, STEP_MS_MAX) / 1000;
    this.lastTick = time;
    const now = this.frame?.now_s ?? 0;
    if (!this.isSeeking) {
      // A simulator that cannot keep up falls behind; it does not owe the time.
      this.goalS =
        this.speed === Infinity
          ? this.durationS
          : Math.min(this.goalS + passed * this.speed, now + 0.25 * this.speed);
      this.goalS = Math.min(this.goalS, this.durationS);
    }
    if (!this.isBusy && this.goalS > now) void this.advance(time);
    if (time - this.lastSeries > SERIES_EVERY_MS) {
      this.lastSeries = time;
      void this.readSeries();
    }
    if (time - this.lastReport > REPORT_EVERY_MS) {
      this.lastReport = time;
      void this.readReport();
    }
    this.handle = this.ticker.request((next) => this.tick(next));
  }

  private async advance(time: number): Promise<void> {
    if (this.id === null) return;
    const { generation } = this;
    this.isBusy = true;
    const isLong = this.isSeeking || this.speed === Infinity;
    const began = performance.now();
    const outcome = await this.engine.advance(this.id, this.goalS, isLong ? LONG_SLICE : this.eventsMax);
    if (generation !== this.generation) return;
    this.isBusy = false;
    const frame = this.accept<Frame>(outcome);
    if (!frame) return this.pause();
    const took = performance.now() - began;
    // Whoever asks for too much waits; whoever asks for too little, too, if the time was not reached.
    if (!isLong && (took > SLICE_MS * 1.5 || frame.now_s < this.goalS))
      this.eventsMax = Math.min(
        EVENTS_MAX,
        Math.max(EVENTS_MIN, this.eventsMax * Math.min(2, Math.max(0.5, SLICE_MS / Math.max(took, 0.5)))),
      );
    this.eventsMax = Math.round(this.eventsMax);
    // The last frame of a seek, and one that was under way when the run was paused, is followed by none that
    // would be written out instead.
    const isLast = this.isSeeking ? frame.now_s >= this.goalS - 1e-9 : this.status !== 'playing';
    this.show(frame, false, isLast ? Infinity : time);
    const isOver = frame.finished || Boolean(frame.stopped_early);
    if (isOver) {
      this.status = 'finished';
      this.isSeeking = false;
      await this.refresh();
      if (generation === this.generation) this.onfinish();
    } else if (this.isSeeking && frame.now_s >= this.goalS - 1e-9) {
      this.isSeeking = false;
      await this.refresh();
    }
  }

  private async readSeries(): Promise<void> {
    const events = this.frame?.events ?? -1;
    if (this.id === null || events === this.seriesOf) return;
    this.seriesOf = events;
    const { generation } = this;
    const from = this.series.next;
    const part = this.accept(await this.engine.series(this.id, from));
    if (!part || generation !== this.generation) return;
    this.series.merge(part, from);
    this.seriesVersion++;
  }

  private async readReport(): Promise<void> {
    const events = this.frame?.events ?? -1;
    if (this.id === null || events === this.reportOf) return;
    this.reportOf = events;
    const { generation } = this;
    const report = this.accept(await this.engine.report(this.id));
    if (report && generation === this.generation) this.report = report;
  }

  private show(frame: Frame | null, isJump = false, time = Infinity): void {
    const before = isJump ? null : this.frame;
    this.frame = frame;
    for (const listener of this.listeners) listener(frame, before);
    if (time - this.lastShown < SHOWN_EVERY_MS && !frame?.finished) return;
    this.lastShown = time === Infinity ? 0 : time;
    this.nowS = frame?.now_s ?? 0;
  }

  /** The answer; null where there is none, with the reason kept for the page. */
  private accept<T>(outcome: Outcome<T>): T | null {
    if ('answer' in outcome) return outcome.answer;
    if ('replaced' in outcome) return null;
    const failure: Failure = outcome;
    if ('mistakes' in failure) this.mistakes = failure.mistakes;
    else if (failure.error.code !== 'cancelled') this.error = failure.error.message;
    return null;
  }
}
