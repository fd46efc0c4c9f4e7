/** Sampled requests (docs/formats/simulation-json.md) as waterfalls: a row for each attempt, its parts in per cent. */

/** Times since the start of the run; null for what did not happen, or not yet. */
export interface TraceSpan {
  /** Place in the list; null for the request itself. */
  parent: number | null;
  call: string;
  component: string;
  replica: number | null;
  sent_ms: number | null;
  arrived_ms: number | null;
  started_ms: number | null;
  served_ms: number | null;
  answered_ms: number | null;
  outcome: string | null;
}

export interface RequestTrace {
  trace: number;
  begin_s: number;
  spans: TraceSpan[];
}

export type PartKind = 'way' | 'wait' | 'work' | 'back' | 'lost';

export interface WaterfallRow {
  depth: number;
  span: TraceSpan;
  tookMs: number | null;
  parts: { kind: PartKind; from: number; width: number }[];
}

export interface Waterfall {
  tookMs: number;
  rows: WaterfallRow[];
}

/** Until the request was answered; until the last that is known of it where it was not. */
export function tookMs({ spans }: RequestTrace): number {
  const begin = spans[0]?.sent_ms ?? 0;
  const answered = spans[0]?.answered_ms;
  return (answered ?? Math.max(begin, ...spans.map(lastOf))) - begin;
}

export function outcomeOf({ spans }: RequestTrace): string {
  return spans[0]?.outcome ?? 'under way';
}

function lastOf({ sent_ms, arrived_ms, started_ms, served_ms, answered_ms }: TraceSpan): number {
  return Math.max(...[sent_ms, arrived_ms, started_ms, served_ms, answered_ms].map((time) => time ?? 0));
}

/** Children come after their parents, in the order in which they were sent. */
export function waterfall(trace: RequestTrace): Waterfall {
  const { spans } = trace;
  const begin = spans[0]?.sent_ms ?? 0;
  const end = Math.max(begin + tookMs(trace), ...spans.map(lastOf));
  const whole = end - begin || 1;
  const percent = (ms: number) => Number(((100 * (ms - begin)) / whole).toFixed(3));
  const children = new Map<number | null, number[]>();
  spans.forEach(({ parent }, i) => children.set(parent, [...(children.get(parent) ?? []), i]));
  const rows: WaterfallRow[] = [];
  const add = (place: number, depth: number) => {
    const span = spans[place];
    if (!span) return;
    const parts = partsOf(span, end).map(({ kind, from, to }) => ({
      kind,
      from: percent(from),
      width: Number((percent(to) - percent(from)).toFixed(3)),
    }));
    const last = span.answered_ms;
    rows.push({
      depth,
      span,
      tookMs: last === null || span.sent_ms === null ? null : last - span.sent_ms,
      parts,
    });
    const own = children.get(place) ?? [];
    own.sort((a, b) => (spans[a]?.sent_ms ?? 0) - (spans[b]?.sent_ms ?? 0));
    for (const child of own) add(child, depth + 1);
  };
  for (const place of children.get(null) ?? []) add(place, 0);
  return { tookMs: tookMs(trace), rows };
}

/** On the way, waiting for a thread, in work, on the way back; from where it is not known any more: lost. */
function partsOf(span: TraceSpan, end: number): { kind: PartKind; from: number; to: number }[] {
  const marks: [PartKind, number | null][] = [
    ['way', span.arrived_ms],
    ['wait', span.started_ms],
    ['work', span.served_ms],
    ['back', span.answered_ms],
  ];
  const parts: { kind: PartKind; from: number; to: number }[] = [];
  let from = span.sent_ms;
  if (from === null) return parts;
  const until = span.answered_ms ?? end;
  for (const [kind, to] of marks) {
    if (to === null) {
      // The caller's answer may come before the callee's work is over, or without it.
      if (until > from) parts.push({ kind: 'lost', from, to: until });
      return parts;
    }
    if (to > from) parts.push({ kind, from, to });
    from = Math.max(from, to);
  }
  return parts;
}
