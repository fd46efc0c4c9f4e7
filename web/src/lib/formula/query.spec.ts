import { describe, expect, it } from 'vitest';
import { commandLine, shellQuote } from './command_line';
import { decodeQuery, defaultValues, encodeQuery } from './query';
import { queueSpec as spec } from './fixture';

describe('a calculator’s address', () => {
  it('is empty for the defaults', () => {
    expect(encodeQuery(spec, defaultValues(spec))).toBe('');
  });

  it('gives back what was written', () => {
    const state = {
      values: { arrival_rate: '8/s', service_rate: 'between(9/s, 12/s)', quantile: '0.99' },
      pin: { output: 'response_time', value: '250 ms', solveFor: 'arrival_rate', choice: 1 },
      seed: 7,
      samples: 50_000,
    };
    const query = encodeQuery(spec, state);
    expect(query).toContain('.pin=response_time:250+ms');
    expect(decodeQuery(spec, `?${query}`)).toEqual(state);
  });

  it('is the same for the same state, whatever the order of typing', () => {
    const a = {
      ...defaultValues(spec),
      values: { quantile: '0.9', arrival_rate: '1/s', service_rate: '10/s' },
    };
    const b = {
      ...defaultValues(spec),
      values: { arrival_rate: '1/s', service_rate: '10/s', quantile: '0.9' },
    };
    expect(encodeQuery(spec, a)).toBe(encodeQuery(spec, b));
  });

  it('drops what it does not know or cannot be', () => {
    const state = decodeQuery(
      spec,
      '?nonsense=1&arrival_rate=&.pin=nothing:5&.for=quantile&.seed=-3&.samples=1e9',
    );
    expect(state).toEqual(defaultValues(spec));
    expect(decodeQuery(spec, '?.pin=response_time:5 ms&.for=nobody').pin).toBeNull();
  });

  it('keeps values that hold signs of the query language', () => {
    const values = { ...defaultValues(spec).values, arrival_rate: "beta(1, 2) + 5% & 'x' = #" };
    expect(decodeQuery(spec, encodeQuery(spec, { ...defaultValues(spec), values })).values).toEqual(values);
  });
});

describe('the command line', () => {
  const inputs = [
    { name: 'arrival_rate', default: '' },
    { name: 'service_rate', default: '10/s' },
    { name: 'quantile', default: '0.95' },
  ];
  const options = { id: 'mm1-response', inputs, isUncertain: false };
  const state = {
    ...defaultValues(spec),
    values: { arrival_rate: '8/s', service_rate: '10/s', quantile: '0.99' },
  };

  it('leaves out what the model has by itself', () => {
    expect(commandLine(options, state)).toBe(
      'dstudio formula eval mm1-response arrival_rate=8/s quantile=0.99',
    );
  });

  it('solves for the pinned result, without a value for the unknown', () => {
    const pin = { output: 'response_time', value: '250 ms', solveFor: 'arrival_rate', choice: 0 };
    expect(commandLine(options, { ...state, pin })).toBe(
      "dstudio formula solve mm1-response quantile=0.99 'response_time=250 ms' --for arrival_rate",
    );
  });

  it('samples with the seed and the number of samples where inputs are uncertain', () => {
    const uncertain = {
      ...state,
      values: { ...state.values, arrival_rate: 'between(5/s, 8/s)' },
      seed: 3,
      samples: 500,
    };
    expect(commandLine({ ...options, isUncertain: true }, uncertain)).toBe(
      "dstudio formula sample mm1-response 'arrival_rate=between(5/s, 8/s)' quantile=0.99 --n 500 --seed 3",
    );
  });

  it('quotes what a shell would read otherwise', () => {
    expect(shellQuote('a=5')).toBe('a=5');
    expect(shellQuote('a=99.9%')).toBe('a=99.9%');
    expect(shellQuote("a='x'; rm -rf")).toBe(`'a='\\''x'\\''; rm -rf'`);
    expect(shellQuote('$HOME')).toBe(`'$HOME'`);
    expect(shellQuote('')).toBe(`''`);
  });
});
