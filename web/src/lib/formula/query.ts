/**
 * A calculator's state as an address: `?servers=12&service_time=20%20ms&.pin=wait:5%20ms&.for=servers`. Only what
 * differs from the defaults is written, in the order of the inputs, so the same state gives the same link. Names of
 * inputs start with a letter, so those with a dot are free for the rest.
 */
import type { CalculatorSpec } from './spec';

export interface Pin {
  output: string;
  /** The value it is to take, in the language. */
  value: string;
  /** The input that is solved for. */
  solveFor: string;
  /** Which of several solutions is in force, from 0; FIRST_THAT_HOLDS until the reader chooses. */
  choice: number;
}

export interface CalculatorValues {
  values: Record<string, string>;
  pin: Pin | null;
  seed: number;
  samples: number;
}

export const FIRST_THAT_HOLDS = -1;
export const SEED = 1;
export const SAMPLES = 100_000;
export const SAMPLES_MAX = 2_000_000;

export function defaultValues(spec: CalculatorSpec): CalculatorValues {
  return {
    values: Object.fromEntries(spec.inputs.map((input) => [input.name, input.default])),
    pin: null,
    seed: SEED,
    samples: SAMPLES,
  };
}

export function encodeQuery(spec: CalculatorSpec, { values, pin, seed, samples }: CalculatorValues): string {
  const params = new URLSearchParams();
  for (const input of spec.inputs) {
    const value = values[input.name]?.trim() ?? '';
    if (value !== input.default && value !== '') params.set(input.name, value);
  }
  if (pin) {
    params.set('.pin', `${pin.output}:${pin.value}`);
    params.set('.for', pin.solveFor);
    if (pin.choice >= 0) params.set('.choice', String(pin.choice + 1));
  }
  if (seed !== SEED) params.set('.seed', String(seed));
  if (samples !== SAMPLES) params.set('.samples', String(samples));
  // Legal in a query, and easier to read.
  return params
    .toString()
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':')
    .replaceAll('%28', '(')
    .replaceAll('%29', ')');
}

const LENGTH_MAX = 4000;

export function decodeQuery(spec: CalculatorSpec, search: string): CalculatorValues {
  const params = new URLSearchParams(search);
  const state = defaultValues(spec);
  for (const { name } of spec.inputs) {
    const value = params.get(name);
    if (value !== null && value.trim() !== '' && value.length <= LENGTH_MAX)
      state.values[name] = value.trim();
  }
  const pin = /^([a-z][a-z0-9_]*):(.+)$/s.exec(params.get('.pin') ?? '');
  const solveFor = params.get('.for') ?? '';
  if (
    pin?.[1] &&
    pin[2] &&
    spec.outputs.some(({ name }) => name === pin[1]) &&
    spec.inputs.some(({ name }) => name === solveFor)
  ) {
    const choice = whole(params.get('.choice'), 1, 100) ?? FIRST_THAT_HOLDS + 1;
    state.pin = { output: pin[1], value: pin[2].trim(), solveFor, choice: choice - 1 };
  }
  state.seed = whole(params.get('.seed'), 0, Number.MAX_SAFE_INTEGER) ?? SEED;
  state.samples = whole(params.get('.samples'), 100, SAMPLES_MAX) ?? SAMPLES;
  return state;
}

function whole(text: string | null, min: number, max: number): number | null {
  if (text === null || !/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}
