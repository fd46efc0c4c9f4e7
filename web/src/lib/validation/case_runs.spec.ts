import { describe, expect, it } from 'vitest';
import type { SimulationEngine } from '$lib/playground/engine';
import type { Outcome } from '$lib/playground/protocol';
import { CaseRuns } from './case_runs.svelte';

const engine = () => ({ stop() {} }) as unknown as SimulationEngine;

describe('runs of cases', () => {
  it('ask for every case with seeds that no two rounds share', async () => {
    const asked: string[] = [];
    const runs = new CaseRuns<number>(
      2,
      10,
      engine,
      async (_, place, seed) => {
        asked.push(`${place}/${seed}`);
        return { answer: 100 * place + seed };
      },
      1,
    );
    await runs.start(5, 2);
    expect(asked).toEqual(['0/5', '1/5', '0/15', '1/15']);
    expect(runs.cases.map(({ outcomes }) => [...outcomes])).toEqual([
      [5, 15],
      [105, 115],
    ]);
    expect([runs.done, runs.isRunning, runs.error]).toEqual([4, false, '']);
  });

  it('stop at an error and say it', async () => {
    const runs = new CaseRuns<number>(
      3,
      1,
      engine,
      async (_, place): Promise<Outcome<number>> =>
        place === 1 ? { error: { code: 'internal', message: 'no more' } } : { answer: place },
      1,
    );
    await runs.start(1);
    expect(runs.error).toBe('no more');
    expect(runs.done).toBe(1);
    expect(runs.isRunning).toBe(false);
  });

  it('forget what comes after they were stopped', async () => {
    let release: (outcome: Outcome<number>) => void = () => {};
    const runs = new CaseRuns<number>(
      1,
      1,
      engine,
      () => new Promise<Outcome<number>>((resolve) => (release = resolve)),
      1,
    );
    const started = runs.start(1);
    expect(runs.cases[0]?.isRunning).toBe(true);
    runs.stop();
    release({ answer: 7 });
    await started;
    expect(runs.done).toBe(0);
    expect(runs.cases[0]?.isRunning).toBe(false);
  });
});
