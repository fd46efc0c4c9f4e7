/**
 * Calls to something that answers one at a time, in order. At most one call is under way; of the waiting ones, a newer
 * call with the same key takes the place of the older, which is then answered with `replaced`. So however fast a
 * slider moves, at most one computation per key waits, and it is the newest.
 */
export interface Call {
  /** Calls with the same key replace each other; without a key, none is replaced. */
  key?: string;
  message: unknown;
}

interface Waiting extends Call {
  settle(result: CallResult): void;
}

export type CallResult = { reply: unknown } | { replaced: true };

export class CallQueue {
  private readonly waiting: Waiting[] = [];
  private current: Waiting | null = null;

  constructor(private readonly send: (message: unknown) => void) {}

  get isIdle(): boolean {
    return this.current === null;
  }

  call(call: Call): Promise<CallResult> {
    return new Promise((settle) => {
      const item: Waiting = { ...call, settle };
      const place = call.key === undefined ? -1 : this.waiting.findIndex(({ key }) => key === call.key);
      if (place >= 0) {
        this.waiting[place]?.settle({ replaced: true });
        this.waiting[place] = item;
      } else {
        this.waiting.push(item);
      }
      this.next();
    });
  }

  /** The answer to the call under way. */
  settle(reply: unknown): void {
    const done = this.current;
    this.current = null;
    done?.settle({ reply });
    this.next();
  }

  /** Answers everything, also what waits, with the same reply: the other side is gone. */
  settleAll(reply: unknown): void {
    const all = [...(this.current ? [this.current] : []), ...this.waiting.splice(0)];
    this.current = null;
    for (const item of all) item.settle({ reply });
  }

  private next(): void {
    if (this.current) return;
    const item = this.waiting.shift();
    if (!item) return;
    this.current = item;
    this.send(item.message);
  }
}
