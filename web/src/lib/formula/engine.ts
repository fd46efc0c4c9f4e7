/**
 * The formula core for pages: computes in a worker of its own (worker.ts), which starts with the first call and then
 * stays for the visit. Every call comes to an outcome, never to a rejection. With `key`, a newer call replaces one
 * that still waits (call_queue.ts); with `only`, the worker keeps the other outputs to itself.
 */
import { CallQueue } from './call_queue';
import type {
  Answers,
  CallError,
  Diagnostic,
  FormulaModels,
  ModelJson,
  Names,
  Outcome,
  Request,
  Target,
  Verb,
} from './types';

interface Reply {
  answer?: unknown;
  model?: unknown;
  computable?: unknown;
  functions?: unknown;
  error?: CallError;
  diagnostics?: Diagnostic[];
}

/** The part of Worker that is used; tests put another in its place. */
export interface WorkerPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'error', listener: (event: MessageEvent & ErrorEvent) => void): void;
}

export class Engine {
  private queue: CallQueue | null = null;
  private knownNames: Promise<Outcome<Names>> | null = null;

  constructor(private readonly startWorker: () => WorkerPort) {}

  /** Adds formulas to those of the catalogue, which are there from the start. */
  load(formulas: FormulaModels): Promise<Outcome<string[]>> {
    return this.call({ call: 'load', formulas }, (reply) => reply.computable as string[] | undefined);
  }

  model(target: Target, options: { key?: string } = {}): Promise<Outcome<ModelJson>> {
    return this.call(
      { call: 'model', ...target },
      (reply) => reply.model as ModelJson | undefined,
      options.key,
    );
  }

  answer<V extends Verb>(
    verb: V,
    target: Target,
    request: Request,
    options: { key?: string; only?: readonly string[] } = {},
  ): Promise<Outcome<Answers[V]>> {
    return this.call(
      { call: 'answer', verb, ...target, request, ...(options.only && { only: options.only }) },
      (reply) => reply.answer as Answers[V] | undefined,
      options.key,
    );
  }

  /** What the language knows: functions, distributions, units. Asked once. */
  names(): Promise<Outcome<Names>> {
    this.knownNames ??= this.call({ call: 'names' }, (reply) =>
      reply.functions ? (reply as unknown as Names) : undefined,
    );
    return this.knownNames;
  }

  private async call<T>(
    message: unknown,
    pick: (reply: Reply) => T | undefined,
    key?: string,
  ): Promise<Outcome<T>> {
    this.queue ??= this.start();
    const result = await this.queue.call({ key, message });
    if ('replaced' in result) return { replaced: true };
    const reply = result.reply as Reply;
    const answer = pick(reply);
    if (answer !== undefined) return { answer };
    if (reply.diagnostics) return { diagnostics: reply.diagnostics };
    return { error: reply.error ?? { code: 'internal', message: 'the core gave no answer', hint: '' } };
  }

  private start(): CallQueue {
    const worker = this.startWorker();
    const queue = new CallQueue((message) => worker.postMessage(message));
    worker.addEventListener('message', ({ data }) => queue.settle(data));
    worker.addEventListener('error', ({ message }) => {
      const reason = message || 'its script could not be loaded';
      this.queue = null; // the next call starts a new one
      this.knownNames = null;
      queue.settleAll({
        error: { code: 'unavailable', message: `the calculator stopped: ${reason}`, hint: 'reload the page' },
      });
    });
    return queue;
  }
}

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

export const engine = new Engine(startWorker);

/** A second thread for plots and samples, so that figures never wait for them. */
export const pictureEngine = new Engine(startWorker);
