import { describe, expect, it } from 'vitest';
import type { CalculatorFields, FormulaFields } from '$lib/catalogue/types';
import { calculatorSpec, formulaSpec, shortened } from './computing';
import { assignedName, defaultIn } from './model_text';

const MODEL = `# a comment
servers : 1 = 4           # how many
service_time = 20 ms -> ms
load = servers == 4
wait = service_time * servers -> ms
`;

describe('a model as text', () => {
  it('tells the name that a line gives a value', () => {
    expect(assignedName('wait = a * b')).toBe('wait');
    expect(assignedName('wait : ms = a == b')).toBe('wait');
    expect(assignedName('a == b')).toBe('');
  });

  it('tells defaults, without comment and display unit', () => {
    expect(defaultIn(MODEL, 'servers')).toBe('4');
    expect(defaultIn(MODEL, 'service_time')).toBe('20 ms');
    expect(defaultIn(MODEL, 'nobody')).toBe('');
  });
});

describe('a value to read', () => {
  it('has no more digits than one reads', () => {
    expect(shortened('33.33333333333333 %')).toBe('33.33333 %');
    expect(shortened('[0.99, 0.9999999]')).toBe('[0.99, 0.9999999]');
    expect(shortened('0.99999999999')).toBe('0.99999999999');
    expect(shortened('8')).toBe('8');
  });
});

describe('what a calculator is told', () => {
  const formula: FormulaFields = {
    expression: 'T = 1/(mu - lambda)',
    latex: 'T',
    variables: [
      { symbol: 'lambda', name: 'arrival_rate', latex: '\\lambda', meaning: 'arrival rate', unit: '1/s' },
      { symbol: 'q', name: 'quantile', meaning: 'the *quantile*', unit: '1', default: '0.95' },
      { symbol: 'T', name: 'time', meaning: 'time', unit: 'ms' },
      { symbol: 'X', meaning: 'in the statement only', unit: '1' },
    ],
    equations: ['time = quantile / arrival_rate'],
    examples: [
      {
        title: 'One',
        inputs: { arrival_rate: '8/s' },
        outputs: { time: '1 s' },
        basis: 'independent',
        source: 'by hand',
      },
    ],
  };

  it('takes as inputs what no equation computes, and starts them from a default or the first example', () => {
    const spec = formulaSpec('mm1', formula);
    expect(spec?.inputs.map((input) => [input.name, input.label, input.default])).toEqual([
      ['arrival_rate', 'Arrival rate', '8/s'],
      ['quantile', 'The quantile', '0.95'],
    ]);
    expect(spec?.outputs.map((output) => [output.name, output.isMain])).toEqual([['time', true]]);
    expect(spec?.inputs[0]?.symbolHtml).toContain('katex');
  });

  it('is nothing for a formula that only states a relation', () => {
    expect(formulaSpec('cap', { ...formula, equations: undefined })).toBeNull();
  });

  it('reads a calculator’s defaults from the core’s model, or from its text', () => {
    const fields: CalculatorFields = {
      question: 'How long?',
      model: MODEL,
      inputs: [{ name: 'servers', label: 'Servers', from: '1', to: '50', step: '1' }],
      outputs: [{ name: 'wait', label: 'Wait', main: true }],
      plots: [{ title: 'Wait', x: 'servers', y: ['wait'], y_scale: 'log' }],
      reading: [],
      examples: [],
      formulas: [],
      widget: 'fit',
      fit: { formula: 'formula:usl', data: 'n,x\n1,2', assign: { alpha: 'servers' } },
    };
    const spec = calculatorSpec('calculator:wait', fields, undefined);
    expect(spec.inputs[0]).toMatchObject({ name: 'servers', default: '4', from: '1', to: '50', scale: null });
    expect(spec.plots[0]).toMatchObject({ yScale: 'log', by: null });
    expect(spec.fit).toEqual({ formula: 'usl', data: 'n,x\n1,2', assign: { alpha: 'servers' } });
    const model = { inputs: [{ name: 'servers', default: '5' }], outputs: [], equations: [], requires: [] };
    expect(calculatorSpec('calculator:wait', fields, model as never).inputs[0]?.default).toBe('5');
  });
});
