import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativePort } from '$lib/native_core';
import { append, edited, parse, removeAt, setAt, type Edit } from '../edit';
import { SimulationEngine } from '../engine';
import { valueOf } from '../model_edits';
import { CHALLENGES } from './challenges';
import { changedPaths, costOf, isAllowed, judge, problemsOf } from './judge';

const all =
  (...edits: Edit[]): Edit =>
  (document) =>
    edits.forEach((edit) => edit(document));
const set =
  (path: (string | number)[], value: unknown): Edit =>
  (document) =>
    setAt(document, path, value);
const BREAKER = { window: 20, failures: 10, open: '5 s' };

/** One way to pass each challenge; kept here, where players do not look. */
const SOLUTIONS: Record<string, Edit> = {
  'calm-the-storm': all(
    set(['components', 0, 'steps', 1, 'retry'], { attempts: 4, base: '50 ms', jitter: 'full', budget: 0.1 }),
    set(['components', 1, 'drops_expired'], true),
  ),
  'the-noisy-tenant': all(
    set(['workloads', 1, 'limit'], { rate: '1000/s', burst: 100 }),
    set(['workloads', 1, 'concurrency'], 24),
    set(['workloads', 1, 'priority'], 1),
    set(['components', 0, 'discipline'], 'priority'),
  ),
  'shed-to-survive': all(set(['components', 0, 'queue'], 32), set(['components', 0, 'drops_expired'], true)),
  'buy-enough': all(
    set(['components', 0, 'replicas'], 2),
    set(['components', 1, 'replicas'], 6),
    set(['components', 2, 'replicas'], 2),
  ),
  'neither-up-nor-down': set(['components', 0, 'balancing'], 'least-requests'),
  'the-dry-pool': all(
    set(['components', 0, 'steps', 2, 'timeout'], '500 ms'),
    set(['components', 0, 'steps', 2, 'concurrency'], 20),
    set(['components', 0, 'steps', 2, 'breaker'], BREAKER),
  ),
  'the-slowest-of-a-hundred': set(['components', 0, 'steps', 1, 'hedge'], '25 ms'),
  'one-slow-leaf-of-the-tree': all(
    set(['components', 0, 'steps', 1], { call: 'shop', timeout: '800 ms' }),
    set(['components', 1, 'steps', 1], { call: 'offers', timeout: '300 ms' }),
    set(['components', 2, 'steps', 1], {
      ...{ call: 'recommendations', timeout: '150 ms', concurrency: 20, optional: true },
      breaker: BREAKER,
    }),
    set(['components', 3, 'drops_expired'], true),
  ),
  'everybody-comes-back': set(['workloads', 0, 'retry'], {
    attempts: 20,
    base: '1 s',
    cap: '60 s',
    jitter: 'full',
  }),
};

const isBuilt = existsSync(resolve('static/simulation/simulation.mjs'));

const nativeEngine = async () => new SimulationEngine(await nativePort('simulation'));

describe('challenges', () => {
  it('are at least eight, each with its own id, a story, hints and seeds', () => {
    expect(CHALLENGES.length).toBeGreaterThanOrEqual(8);
    expect(new Set(CHALLENGES.map(({ id }) => id)).size).toBe(CHALLENGES.length);
    for (const { story, hints, seeds, start } of CHALLENGES) {
      expect(story.length).toBeGreaterThan(80);
      expect(hints.length).toBeGreaterThan(0);
      expect(seeds.length).toBeGreaterThan(1);
      expect(parse(start).errors).toEqual([]);
    }
  });

  for (const challenge of CHALLENGES) {
    it.skipIf(!isBuilt)(
      `"${challenge.title}" fails as it is and passes when it is repaired`,
      async () => {
        const engine = await nativeEngine();
        const start = valueOf(parse(challenge.start));
        const before = await judge(challenge, start, start, engine);
        expect(before.problems).toEqual([]);
        expect(before.passed).toBe(false);
        const solution = SOLUTIONS[challenge.id];
        if (!solution) throw new Error('no solution is kept');
        const repaired = valueOf(parse(edited(challenge.start, solution)));
        const after = await judge(challenge, start, repaired, engine);
        expect({ problems: after.problems, missed: after.objectives.filter(({ met }) => !met) }).toEqual({
          problems: [],
          missed: [],
        });
        expect([after.passed, after.runs]).toEqual([true, challenge.seeds.length]);
      },
      60_000,
    );
  }
});

describe('what may be changed', () => {
  const [storm] = CHALLENGES;
  const start = valueOf(parse(storm!.start));
  const after = (edit: Edit) => problemsOf(storm!, start, valueOf(parse(edited(storm!.start, edit))));

  it('is told by path, with ids', () => {
    expect(
      changedPaths(start, valueOf(parse(edited(storm!.start, set(['components', 1, 'threads'], 5))))),
    ).toEqual(['components/orders/threads']);
    expect(isAllowed('components/a/steps/1/retry/base', ['components/*/steps/1/**'])).toBe(true);
    expect(isAllowed('components/a/steps/0/work', ['components/*/steps/1/**'])).toBe(false);
    expect(isAllowed('workloads/a/retry', ['workloads/a/retry/**'])).toBe(true);
    expect(isAllowed('workloads', ['workloads/a/retry/**'])).toBe(false);
  });

  it('leaves everything else locked', () => {
    expect(after(set(['components', 0, 'steps', 1, 'timeout'], '1 s'))).toEqual([]);
    expect(after(set(['layout', 'positions', 'shop'], [1, 2]))).toEqual([]);
    expect(after(set(['components', 1, 'replicas'], 50))).toEqual(['components/orders/replicas is locked']);
    expect(after((d) => removeAt(d, ['objectives', 0]))).toEqual(['objectives is locked']);
    expect(after((d) => void append(d, ['components'], { id: 'x' }))).toEqual(['components/x is locked']);
  });

  it('costs what its replicas cost', () => {
    expect(
      costOf(
        { components: [{ id: 'a' }, { id: 'b', replicas: 3 }, { id: 'c', replicas: 9 }] },
        { a: 1, b: 5 },
      ),
    ).toBe(16);
  });
});
