import { describe, expect, it } from 'vitest';
import { outcomeOf, tookMs, waterfall, type RequestTrace, type TraceSpan } from './traces';

const span = (parent: number | null, times: (number | null)[], outcome: string | null = 'ok'): TraceSpan => {
  const [sent_ms = null, arrived_ms = null, started_ms = null, served_ms = null, answered_ms = null] = times;
  return {
    parent,
    call: 'a -> b',
    component: 'b',
    replica: 0,
    sent_ms,
    arrived_ms,
    started_ms,
    served_ms,
    answered_ms,
    outcome,
  };
};
const trace = (...spans: TraceSpan[]): RequestTrace => ({ trace: 0, begin_s: 1, spans });

describe('a waterfall', () => {
  it('has the parts of each attempt in per cent of the request', () => {
    const { rows, tookMs: took } = waterfall(
      trace(span(null, [1000, 1000, 1010, 1090, 1100]), span(0, [1020, 1030, 1030, 1040, 1050])),
    );
    expect(took).toBe(100);
    expect(rows[0]!.parts).toEqual([
      { kind: 'wait', from: 0, width: 10 },
      { kind: 'work', from: 10, width: 80 },
      { kind: 'back', from: 90, width: 10 },
    ]);
    expect([rows[1]!.depth, rows[1]!.tookMs]).toEqual([1, 30]);
  });

  it('shows what was given up as lost, and puts attempts under their parent in order', () => {
    const { rows } = waterfall(
      trace(
        span(null, [0, 0, 0, 100, 100], 'failed'),
        span(0, [60, 61, null, null, 100], 'timed_out'),
        span(0, [10, 11, null, null, 50], 'timed_out'),
      ),
    );
    expect(rows.map(({ span: { sent_ms } }) => sent_ms)).toEqual([0, 10, 60]);
    expect(rows[1]!.parts).toEqual([
      { kind: 'way', from: 10, width: 1 },
      { kind: 'lost', from: 11, width: 39 },
    ]);
  });

  it('reads a request that is under way', () => {
    const open = trace(span(null, [5, 5, 6, null, null], null), span(0, [10, 12, null, null, null], null));
    expect([tookMs(open), outcomeOf(open)]).toEqual([7, 'under way']);
    expect(waterfall(open).rows).toHaveLength(2);
    expect(waterfall(trace()).rows).toEqual([]);
  });
});
