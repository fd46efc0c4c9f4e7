/** The command that gives the same figures in a terminal. */
import { SAMPLES, SEED, type CalculatorValues } from './query';

/** One word for a POSIX shell; quoted only where it must be. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export interface CommandOptions {
  id: string;
  /** Inputs in the model's order with the model's own default ("" for none): those that equal it are left out. */
  inputs: readonly { name: string; default: string }[];
  isUncertain: boolean;
}

export function commandLine({ id, inputs, isUncertain }: CommandOptions, state: CalculatorValues): string {
  const { values, pin, seed, samples } = state;
  const verb = pin ? 'solve' : isUncertain ? 'sample' : 'eval';
  const words = ['dstudio', 'formula', verb, id];
  for (const input of inputs) {
    const value = values[input.name]?.trim() ?? '';
    if (value === '' || value === input.default || input.name === pin?.solveFor) continue;
    words.push(`${input.name}=${value}`);
  }
  if (pin) words.push(`${pin.output}=${pin.value}`, '--for', pin.solveFor);
  if (verb === 'sample') {
    if (samples !== SAMPLES) words.push('--n', String(samples));
    if (seed !== SEED) words.push('--seed', String(seed));
  }
  return words.map(shellQuote).join(' ');
}
