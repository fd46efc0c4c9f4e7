/** A challenge: a design that fails, what may be changed, and how a repair is judged. Data only. */
export interface Challenge {
  id: string;
  title: string;
  /** What happened, and what is asked for; its objectives stand in the start document. */
  story: string;
  /** YAML. */
  start: string;
  /**
   * What may be changed, as paths with ids: "components/orders/steps/**". A star is any one key, two stars any rest.
   * All else is locked.
   */
  mayChange: readonly string[];
  /** What replicas cost, by component, and what may be spent in all. */
  budget?: { prices: Readonly<Record<string, number>>; max: number };
  /** Strike in the judged runs, besides those of the document. */
  hiddenFaults: readonly Record<string, unknown>[];
  /** Of the judged runs. */
  seeds: readonly number[];
  hints: readonly string[];
}
