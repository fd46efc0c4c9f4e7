import { describe, expect, it } from 'vitest';
import type { Engine } from './engine';
import { queueSpec } from './fixture';
import { Calculator } from './state.svelte';
import type { Outcome, Request, Verb } from './types';

const MODEL = {
  inputs: [
    { name: 'arrival_rate', meaning: '', latex: '', unit: '1/s', dimension: '1/s', min: 0 },
    { name: 'service_rate', meaning: '', latex: '', unit: '1/s', dimension: '1/s', min: 0 },
    { name: 'quantile', meaning: '', latex: '', unit: '1', dimension: '1', min: 0, max: 1, default: '0.95' },
  ],
  outputs: [],
  equations: [],
  requires: [],
};

/** A core that knows the queue M/M/1 and reads "8/s"; it refuses what is no number, as the real one does. */
function fakeEngine() {
  const calls: { verb: Verb; request: Request }[] = [];
  const read = (text: string | number | undefined) => Number.parseFloat(String(text));
  const engine = {
    model: async () => ({ answer: MODEL }),
    async answer(verb: Verb, _: unknown, request: Request): Promise<Outcome<unknown>> {
      calls.push({ verb, request });
      const inputs = request.inputs ?? {};
      for (const [name, text] of Object.entries(inputs))
        if (Number.isNaN(read(text)))
          return {
            error: { code: 'invalid_argument', message: `${name} = '${text}': this is no value`, hint: '' },
          };
      if (verb === 'eval') {
        const [lambda, mu] = [read(inputs.arrival_rate), read(inputs.service_rate)];
        const quantity = (value: number, unit: string) => ({ value, unit, text: `${value} ${unit}` });
        return {
          answer: {
            inputs: {
              arrival_rate: quantity(lambda, '1/s'),
              service_rate: quantity(mu, '1/s'),
              quantile: quantity(read(inputs.quantile), '1'),
            },
            outputs: {
              response_time: quantity(1000 / (mu - lambda), 'ms'),
              utilisation: quantity((100 * lambda) / mu, '%'),
            },
            warnings: [],
          },
        };
      }
      if (verb === 'solve') {
        const lambda = read(inputs.service_rate) - 1000 / read(inputs.response_time);
        return {
          answer: {
            inputs: {},
            target: {},
            for: request.for,
            solutions: [
              {
                arrival_rate: { value: lambda, unit: '1/s', text: `${lambda}/s` },
                outputs: {},
                warnings: [],
              },
            ],
            explanation: '',
            searched: { from: 0, to: 1, unit: '1/s' },
          },
        };
      }
      return { answer: { inputs: {}, outputs: {}, axes: [], violated: [] } };
    },
  };
  return { calls, engine: engine as unknown as Engine };
}
const rest = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a calculator', () => {
  it('computes from the defaults, then from what is typed', async () => {
    const { engine } = fakeEngine();
    const calculator = new Calculator(queueSpec, engine);
    await calculator.start();
    await rest();
    expect(calculator.result?.outputs.response_time?.value).toBe(200);
    calculator.set('arrival_rate', '8/s');
    await rest();
    expect(calculator.result?.outputs.response_time?.value).toBe(500);
    expect(calculator.query).toBe('arrival_rate=8/s');
  });

  it('tells a mistake at its field and goes on with the last good value', async () => {
    const { engine } = fakeEngine();
    const calculator = new Calculator(queueSpec, engine);
    await calculator.start();
    calculator.set('arrival_rate', '8/s');
    await rest();
    calculator.set('arrival_rate', 'eight');
    calculator.set('service_rate', 'ten');
    await rest();
    expect(calculator.error('arrival_rate')?.message).toBe('this is no value');
    expect(calculator.error('service_rate')).toBeDefined();
    expect(calculator.result?.outputs.response_time?.value).toBe(500);
    calculator.set('arrival_rate', '5/s');
    calculator.set('service_rate', '10/s');
    await rest();
    expect(calculator.errors).toEqual([]);
  });

  it('computes the newest of many changes, not each of them', async () => {
    const { calls, engine } = fakeEngine();
    const calculator = new Calculator(queueSpec, engine);
    await calculator.start();
    await rest();
    calls.length = 0;
    for (let i = 1; i <= 500; i++) calculator.set('arrival_rate', `${i / 100}/s`, { isMoving: true });
    await rest();
    expect(calculator.result?.inputs.arrival_rate?.value).toBe(5);
    expect(calls.filter(({ verb }) => verb === 'eval').length).toBeLessThan(4);
  });

  it('solves for an input when a result is pinned, and keeps the solution when it is let go', async () => {
    const { calls, engine } = fakeEngine();
    const calculator = new Calculator(queueSpec, engine);
    await calculator.start();
    await rest();
    calculator.pinOutput('response_time');
    expect(calculator.pin).toMatchObject({
      output: 'response_time',
      value: '200 ms',
      solveFor: 'arrival_rate',
    });
    calculator.updatePin({ value: '250 ms' });
    await rest();
    const solve = calls.filter(({ verb }) => verb === 'solve').at(-1);
    expect(solve?.request).toEqual({
      inputs: { service_rate: '10/s', quantile: '0.95', response_time: '250 ms' },
      for: 'arrival_rate',
    });
    expect(calculator.solution?.text).toBe('6/s');
    expect(calculator.result?.outputs.response_time?.value).toBe(250);
    expect(calculator.command).toContain('dstudio formula solve mm1-response');
    calculator.unpin();
    expect(calculator.values.arrival_rate).toBe('6/s');
  });

  it('starts from an address', async () => {
    const { engine } = fakeEngine();
    const calculator = new Calculator(queueSpec, engine, '?arrival_rate=9/s');
    await calculator.start();
    await rest();
    expect(calculator.result?.outputs.utilisation?.value).toBe(90);
    calculator.reset();
    expect(calculator.query).toBe('');
  });
});
