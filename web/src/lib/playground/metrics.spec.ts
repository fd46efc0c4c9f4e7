import { describe, expect, it } from 'vitest';
import { extraFigures } from './extras';
import {
  CALL_METRICS,
  COMPONENT_METRICS,
  figureText,
  PART_METRICS,
  partMetric,
  WORKLOAD_METRICS,
} from './metrics';

const figure = (value: number | null, half_width: number | null = null) => ({ value, half_width });

describe('the glossary of figures', () => {
  it('explains each figure once, in a sentence', () => {
    const all = [...WORKLOAD_METRICS, ...COMPONENT_METRICS, ...CALL_METRICS, ...PART_METRICS];
    for (const { name, meaning } of all) expect(meaning, name).toMatch(/^[A-Z0-9].*\.$/s);
    const paths = PART_METRICS.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(new Set(PART_METRICS.map(({ name }) => name)).size).toBe(paths.length);
  });

  it('has what copies, transactions, locks, backpressure, collection, storage and networks measure', () => {
    const component = {
      id: 'store',
      copies: { stale_share: figure(0.021), staleness_ms: { p99: figure(1500) }, lost_writes: figure(3) },
      transactions: { commits: figure(10), aborts: figure(2) },
      locks: {
        waits: figure(4),
        wait_ms: figure(12),
        in_doubt: figure(0.5),
        in_doubt_longest_ms: figure(961),
      },
      backpressure: { stopped_share: figure(0.25), held: figure(7) },
      gc: { pauses: figure(10), pause_s: figure(0.2) },
      stored_bytes: { mean: figure(1_234_567), max: figure(2e9) },
    };
    const call = {
      name: 'a -> b',
      messages: { lost: figure(5), duplicates: figure(6), overtaken: figure(7) },
    };
    const found = [...extraFigures(component, 'store'), ...extraFigures(call, 'a -> b')];
    expect(found.filter(({ meaning }) => meaning === '')).toEqual([]);
    const text = Object.fromEntries(found.map(({ name, figure: of, show }) => [name, figureText(of, show)]));
    expect(text).toMatchObject({
      ...{ 'Stale reads': '2.1\u00a0%', 'Staleness, p99': '1.5\u00a0s', 'Lost writes': '3' },
      ...{ 'In doubt at most': '961\u00a0ms', Stopped: '25\u00a0%', Paused: '200\u00a0ms' },
      ...{ Stored: '1.23\u00a0MB', 'Stored at most': '2\u00a0GB', Overtaken: '7' },
    });
    expect(found).toHaveLength(18);
  });

  it('names what it does not have by its place in the report, and leaves out what did not happen', () => {
    expect(partMetric('newer thing_ms')).toBeUndefined();
    const found = extraFigures({ id: 'a', newer: { thing_ms: figure(4, 1), other: figure(0) } }, 'a');
    expect(found.map(({ name, figure: of, show }) => [name, figureText(of, show)])).toEqual([
      ['newer thing ms', '4 ± 1'],
    ]);
  });
});
