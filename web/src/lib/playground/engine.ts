/**
 * The simulator for pages: computes in a worker of its own (worker.ts), which starts with the first call. Every call
 * comes to an outcome, never to a rejection; with `key`, a newer call replaces one that still waits.
 */
import { CallQueue } from '$lib/formula/call_queue';
import type { WorkerPort } from '$lib/formula/engine';
import type {
  CallError,
  ComponentType,
  Fault,
  Frame,
  Mistake,
  Opened,
  Outcome,
  PublishedOutcome,
  ScenarioDocument,
  ScenarioReport,
  SeriesPart,
  Summary,
  TheoryEntry,
  ValidationCase,
  ValidationOutcome,
} from './protocol';
import type { RequestTrace } from './traces';

type Reply = Record<string, unknown> & { error?: CallError; mistakes?: Mistake[] };
type Port = WorkerPort & { terminate?(): void };

export class SimulationEngine {
  private queue: CallQueue | null = null;
  private worker: Port | null = null;

  constructor(private readonly startWorker: () => Port) {}

  /** What is wrong with a document; its summary where nothing is. */
  async check(document: ScenarioDocument): Promise<Outcome<{ mistakes: Mistake[]; summary?: Summary }>> {
    const reply = await this.ask({ call: 'check', document }, 'check');
    if (reply === null) return { replaced: true };
    if (reply.error || !reply.mistakes) return { error: reply.error ?? NO_ANSWER };
    return { answer: { mistakes: reply.mistakes, summary: reply.summary as Summary | undefined } };
  }

  open(document: ScenarioDocument, seed: number): Promise<Outcome<Opened>> {
    return this.call({ call: 'open', document, seed }, (reply) =>
      reply.run === undefined ? undefined : (reply as unknown as Opened),
    );
  }

  advance(run: number, to_s: number, events_max: number): Promise<Outcome<Frame>> {
    return this.call({ call: 'advance', run, to_s, events_max }, ({ frame }) => frame as Frame | undefined);
  }

  series(run: number, from: number): Promise<Outcome<SeriesPart>> {
    return this.call({ call: 'series', run, from }, ({ series }) => series as SeriesPart | undefined);
  }

  strike(run: number, fault: Fault): Promise<Outcome<{ fault: ScenarioDocument; frame: Frame }>> {
    return this.call({ call: 'strike', run, fault }, (reply) =>
      reply.fault ? (reply as unknown as { fault: ScenarioDocument; frame: Frame }) : undefined,
    );
  }

  rewind(run: number, to_s: number): Promise<Outcome<Frame>> {
    return this.call({ call: 'rewind', run, to_s }, ({ frame }) => frame as Frame | undefined, 'rewind');
  }

  report(run: number): Promise<Outcome<ScenarioReport>> {
    return this.call(
      { call: 'report', run },
      ({ report }) => report as ScenarioReport | undefined,
      `report ${run}`,
    );
  }

  traces(run: number): Promise<Outcome<RequestTrace[]>> {
    return this.call({ call: 'traces', run }, ({ traces }) => traces as RequestTrace[] | undefined);
  }

  close(run: number): Promise<Outcome<true>> {
    return this.call({ call: 'close', run }, ({ error }) => (error ? undefined : true));
  }

  /** One more run of the document; the report is of all of them. */
  replicate(document: ScenarioDocument, seed: number): Promise<Outcome<ScenarioReport>> {
    return this.call(
      { call: 'replicate', document, seed },
      ({ report }) => report as ScenarioReport | undefined,
    );
  }

  theory(document: ScenarioDocument): Promise<Outcome<TheoryEntry[]>> {
    return this.call({ call: 'theory', document }, ({ theory }) => theory as TheoryEntry[] | undefined);
  }

  types(): Promise<Outcome<ComponentType[]>> {
    return this.call({ call: 'types' }, ({ types }) => types as ComponentType[] | undefined);
  }

  validation(): Promise<Outcome<ValidationCase[]>> {
    return this.call({ call: 'validation' }, ({ cases }) => cases as ValidationCase[] | undefined);
  }

  validate(index: number, seed: number): Promise<Outcome<ValidationOutcome>> {
    return this.call(
      { call: 'validate', case: index, seed },
      ({ outcome }) => outcome as ValidationOutcome | undefined,
    );
  }

  /** A published result again, with the documents of the scenarios that it names. */
  reproduce(
    index: number,
    seed: number,
    documents: ScenarioDocument[],
  ): Promise<Outcome<PublishedOutcome[]>> {
    return this.call(
      { call: 'reproduce', result: index, seed, documents },
      ({ outcomes }) => outcomes as PublishedOutcome[] | undefined,
    );
  }

  /** Stops the thread, whatever it computes; the next call starts another. */
  stop(): void {
    this.worker?.terminate?.();
    this.worker = null;
    const queue = this.queue;
    this.queue = null;
    queue?.settleAll({ error: { code: 'cancelled', message: 'stopped' } });
  }

  private async call<T>(
    message: unknown,
    pick: (reply: Reply) => T | undefined,
    key?: string,
  ): Promise<Outcome<T>> {
    const reply = await this.ask(message, key);
    if (reply === null) return { replaced: true };
    const answer = reply.error ? undefined : pick(reply);
    if (answer !== undefined) return { answer };
    if (reply.mistakes) return { mistakes: reply.mistakes };
    return { error: reply.error ?? NO_ANSWER };
  }

  /** Null where a newer call took its place. */
  private async ask(message: unknown, key?: string): Promise<Reply | null> {
    this.queue ??= this.start();
    const result = await this.queue.call({ key, message });
    return 'replaced' in result ? null : (result.reply as Reply);
  }

  private start(): CallQueue {
    const worker = this.startWorker();
    this.worker = worker;
    const queue = new CallQueue((message) => worker.postMessage(message));
    worker.addEventListener('message', ({ data }) => queue.settle(data));
    worker.addEventListener('error', ({ message }) => {
      const reason = message || 'its script could not be loaded';
      if (this.queue === queue) this.queue = null; // the next call starts a new one
      queue.settleAll({
        error: { code: 'unavailable', message: `the simulator stopped: ${reason}`, hint: 'reload the page' },
      });
    });
    return queue;
  }
}

const NO_ANSWER: CallError = { code: 'internal', message: 'the simulator gave no answer' };

export const newEngine = () =>
  new SimulationEngine(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }) as unknown as Port,
  );
