import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckFields } from '$lib/catalogue/types';
import { SimulationEngine } from '$lib/playground/engine';
import { nativePort } from '$lib/native_core';
import type { ScenarioReport } from '$lib/scenario/types';
import { Engine } from '../engine';
import type { EvalAnswer } from '../types';
import { Check } from './check.svelte';
import {
  agreement,
  conditionsSource,
  expressionsOf,
  instantiated,
  measuredIn,
  measuredUnit,
  valuesSource,
  type CheckSpec,
} from './template';

const ANSWER: EvalAnswer = {
  inputs: {
    rate: { value: 8, unit: '1/s', text: '8/s' },
    parts: { value: [99, 90], unit: '%', text: '99%, 90%' },
  },
  outputs: {
    wait: { value: 400, unit: 'ms', text: '400 ms' },
    never: { value: null, unit: 's', text: 'infinity' },
  },
  warnings: [],
};

describe('the template of a check', () => {
  const scenario = {
    duration: '${60000 / rate}',
    workloads: [{ rate: '${rate}', think: 'exponential(${1 / rate})', times: '${n}', text: '5', at: 5 }],
  };

  it('asks for each of its expressions once', () => {
    expect(expressionsOf({ ...scenario, warmup: '${rate}' })).toEqual([
      '60000 / rate',
      'rate',
      '1 / rate',
      'n',
    ]);
  });

  it('computes them over what stands in the fields and what came of it; what has no value is left out', () => {
    expect(valuesSource(ANSWER, [{ expression: '1 / rate' }, { expression: 'wait', unit: 's' }])).toBe(
      'rate : 1/s = 8/s\nparts : % = [99%, 90%]\nwait : ms = 400 ms\ncheck__0 = 1 / rate\ncheck__1 = wait -> s',
    );
    expect(conditionsSource({ ...ANSWER, inputs: {}, outputs: {} }, ['a < b'])).toBe(
      'check__0 = if a < b then 1 else 0',
    );
  });

  it('holds quantities as texts and whole plain numbers as numbers; other texts stay', () => {
    const values = new Map([
      ['60000 / rate', { value: 7500, unit: 's', text: '' }],
      ['rate', { value: 8, unit: '1/s', text: '' }],
      ['1 / rate', { value: 0.125, unit: 's', text: '' }],
      ['n', { value: 3, unit: '1', text: '' }],
    ]);
    expect(instantiated(scenario, values)).toEqual({
      duration: '7500 s',
      workloads: [{ rate: '8/s', think: 'exponential(0.125 s)', times: 3, text: '5', at: 5 }],
    });
    expect(() => instantiated({ a: '${x}' }, values)).toThrow('x has no value');
  });

  it('finds figures in a report, their rest and their unit', () => {
    const report = {
      workloads: [
        {
          id: 'w',
          ok_share: { value: 0.9, half_width: 0.01 },
          latency_ms: { p50: { value: 7, half_width: null } },
        },
      ],
      calls: [{ name: 'a -> b', amplification: { value: 2, half_width: 0 } }],
    } as unknown as ScenarioReport;
    expect(measuredIn(report, 'workloads/w/ok_share')).toEqual({ value: 0.9, half_width: 0.01 });
    expect(measuredIn(report, '1 - workloads/w/ok_share')?.value).toBeCloseTo(0.1);
    expect(measuredIn(report, 'workloads/w/latency_ms/p50')?.value).toBe(7);
    expect(measuredIn(report, 'calls/a -> b/amplification')?.value).toBe(2);
    expect(measuredIn(report, 'components/x/wait_ms')).toBeNull();
    expect(
      ['workloads/w/latency_ms/p50', 'workloads/w/goodput_per_s', 'calls/a/amplification'].map(measuredUnit),
    ).toEqual(['ms', '/s', '1']);
  });

  it('takes a share without exceptions as known to three of its requests', () => {
    const report = {
      workloads: [{ id: 'w', started: 3000, ok_share: { value: 1, half_width: 0 } }],
    } as unknown as ScenarioReport;
    expect(measuredIn(report, 'workloads/w/ok_share')).toEqual({ value: 1, half_width: 0.001 });
    expect(measuredIn(report, '1 - workloads/w/ok_share')).toEqual({ value: 0, half_width: 0.001 });
    const calls = {
      calls: [{ name: 'a -> b', amplification: { value: 1, half_width: 0 } }],
    } as unknown as ScenarioReport;
    expect(measuredIn(calls, 'calls/a -> b/amplification')).toEqual({ value: 1, half_width: 0 });
  });

  it('agrees where the interval covers theory, differs where not, and is open without one', () => {
    expect(agreement(1, { value: 1.1, half_width: 0.2 })).toBe('agrees');
    expect(agreement(1, { value: 1.1, half_width: 0.05 })).toBe('differs');
    expect(agreement(1, { value: 1.1, half_width: null })).toBe('open');
    expect(agreement(null, { value: 1.1, half_width: 0.2 })).toBe('open');
    expect(agreement(0.3, { value: 0.1 + 0.2, half_width: 0 })).toBe('agrees');
  });
});

const CATALOGUE = resolve('.data/catalogue.json');
const isBuilt = [
  CATALOGUE,
  resolve('static/simulation/simulation.mjs'),
  resolve('static/formula/formula.mjs'),
].every(existsSync);
interface Fields {
  check?: CheckFields;
  examples?: { inputs: Record<string, string> }[];
}
interface Checked {
  id: string;
  check: CheckFields;
  examples: Record<string, string>[];
}
/** Those that are checked, and an engine that knows all models of the catalogue. */
async function library(): Promise<{ engine: Engine; checked: Checked[] }> {
  const engine = new Engine(await nativePort('formula'));
  const checked: Checked[] = [];
  for (const { kind, id: name, fields } of entries()) {
    const id = kind === 'formula' ? name : `${kind}:${name}`;
    await engine.load({ [id]: fields });
    const { check, examples = [] } = fields;
    if (check) checked.push({ id, check, examples: examples.map(({ inputs }) => inputs) });
  }
  return { engine, checked };
}
function entries(): { kind: string; id: string; fields: Fields }[] {
  const catalogue = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { entries: ReturnType<typeof entries> };
  return catalogue.entries.filter(({ kind }) => kind === 'formula' || kind === 'calculator');
}
const specOf = ({ about, requires = [], scenario, figures }: CheckFields): CheckSpec => ({
  about,
  requires,
  scenario: scenario as CheckSpec['scenario'],
  figures: figures.map(({ theory, measured, label = theory, when = null }) => ({
    theory,
    measured,
    label,
    when,
    isShare: false,
  })),
});

describe.skipIf(!isBuilt)('checks of the catalogue', async () => {
  const { engine, checked } = isBuilt ? await library() : { engine: null as never, checked: [] };
  /** Many figures are compared: intervals twice as wide miss one true value in ten thousand. */
  const WIDER = 2;

  it('are there for many models', () => {
    expect(checked.length).toBeGreaterThanOrEqual(12);
  });

  for (const { id, check: fields, examples } of checked)
    it(`${id}: simulation and formula agree`, async () => {
      const simulation = new SimulationEngine(await nativePort('simulation'));
      let compared = 0;
      for (const inputs of examples) {
        const { answer } = await engine.answer('eval', { formula: id }, { inputs });
        if (!answer) throw new Error(`${id} has no answer`);
        const check = new Check(
          specOf(fields),
          id,
          engine,
          simulation,
          { precision: 0, runsMax: 10 },
          () => 1,
        );
        await check.start(answer);
        if (process.env.CHECKS)
          console.log(
            id,
            JSON.stringify(inputs),
            check.obstacle,
            check.replications.error,
            check.comparisons.map(
              ({ theory, expected, found, agreement: a }) =>
                `${theory}: ${expected} ~ ${found?.value} ± ${found?.half_width} ${a}`,
            ),
          );
        expect(check.replications.error).toBe('');
        for (const { theory, expected, found } of check.comparisons) {
          expect(found?.half_width, `${theory} is measured`).not.toBeNull();
          const wide = { value: found!.value, half_width: WIDER * found!.half_width! };
          expect(agreement(expected, wide), `${theory}: ${expected}, found ${JSON.stringify(found)}`).toBe(
            'agrees',
          );
          compared++;
        }
      }
      expect(compared, 'figures compared').toBeGreaterThan(0);
    }, 120_000);
});
