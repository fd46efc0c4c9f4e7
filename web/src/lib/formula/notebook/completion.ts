/** What the editor offers while one types: names of this notebook, functions, distributions, formulas, units. */
import {
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { Names } from '../types';
import { namedLines } from './lines';

/** What a formula of the catalogue takes and gives, by the name that the language knows it under. */
export interface FormulaWord {
  name: string;
  inputs: { name: string; hasDefault: boolean; meaning: string }[];
  outputs: string[];
}

export interface Vocabulary {
  names: Names;
  formulas: readonly FormulaWord[];
}

interface ModelFields {
  variables?: { name?: string; meaning: string; default?: string }[];
  equations?: string[];
  result?: string;
}

/** From /formula-models.json: "mm1-response" is mm1_response in the language. Calculators are no formulas. */
export function formulaWords(models: Record<string, ModelFields>): FormulaWord[] {
  return Object.entries(models)
    .filter(([id, fields]) => !id.includes(':') && fields.equations)
    .map(([id, { variables = [], equations = [], result }]) => {
      const computed = equations.map((equation) => /^\s*(\w+)/.exec(equation)?.[1] ?? '');
      return {
        name: id.replaceAll('-', '_'),
        inputs: variables
          .filter(({ name }) => name !== undefined && !computed.includes(name))
          .map(({ name = '', meaning, default: value }) => ({
            name,
            meaning,
            hasDefault: value !== undefined,
          })),
        outputs: computed
          .filter((name) => variables.some((variable) => variable.name === name))
          .sort((a, b) => Number(b === result) - Number(a === result)),
      };
    });
}

const WORD = /[\p{L}_][\p{L}\p{N}_]*$/u;
const UNIT = /(?:\d|\d\.)\s*([\p{L}µ%$°][\p{L}]*)?$/u;
const SLASH_UNIT = /\/\s*([\p{L}]*)$/u;

export function completions(
  context: CompletionContext,
  vocabulary: Vocabulary | null,
): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (/^[^"]*#/.test(before) || (before.match(/"/g)?.length ?? 0) % 2 === 1) return null;

  const unit = UNIT.exec(before);
  if (unit && vocabulary) {
    const typed = unit[1] ?? '';
    if (typed === '' && !context.explicit) return null;
    return { from: context.pos - typed.length, options: unitOptions(vocabulary), validFor: /^[\p{L}%$°]*$/u };
  }
  const word = WORD.exec(before)?.[0] ?? '';
  if (word === '' && !context.explicit) return null;
  const options = [...ownNames(context.state.doc.toString(), line.number), ...wordOptions(vocabulary)];
  if (vocabulary && SLASH_UNIT.test(before)) options.push(...unitOptions(vocabulary));
  return { from: context.pos - word.length, options, validFor: /^[\p{L}\p{N}_]*$/u };
}

function ownNames(text: string, current: number): Completion[] {
  return [...namedLines(text)]
    .filter(([, line]) => line !== current)
    .map(([name, line]) => ({ label: name, type: 'variable', detail: `line ${line}`, boost: 2 }));
}

function unitOptions({ names }: Vocabulary): Completion[] {
  return names.units.map((label) => ({ label, type: 'unit', detail: 'unit' }));
}

let known: { vocabulary: Vocabulary; options: Completion[] } | null = null;

function wordOptions(vocabulary: Vocabulary | null): Completion[] {
  if (!vocabulary) return [];
  if (known?.vocabulary === vocabulary) return known.options;
  const { names, formulas } = vocabulary;
  const blanks = (list: readonly string[]) => list.map((name) => `\${${name}}`).join(', ');
  const options: Completion[] = [
    ...names.functions.map(({ name, summary, parameters, unit, source }) =>
      snippetCompletion(parameters ? `${name}(${blanks(parameters.map((p) => p.name))})` : `${name}(\${})`, {
        label: name,
        type: 'function',
        detail: parameters ? `(${parameters.map((p) => p.name).join(', ')})` : '(…)',
        info: [summary, unit && unit !== '1' ? `Gives ${unit}.` : '', source ?? '']
          .filter(Boolean)
          .join(' · '),
      }),
    ),
    ...names.distributions.map(({ name, parameters, summary }) =>
      snippetCompletion(`${name}(${blanks(parameters.replace(/[[\]]/g, '').split(/,\s*/))})`, {
        label: name,
        type: 'distribution',
        detail: `(${parameters})`,
        info: `Distribution: ${summary}`,
      }),
    ),
    ...formulas.map(({ name, inputs, outputs }) => {
      const needed = inputs.filter(({ hasDefault }) => !hasDefault);
      const asked = needed.length > 0 ? needed : inputs.slice(0, 1);
      const given = asked.map((input) => `${input.name}: \${${input.name}}`).join(', ');
      return snippetCompletion(`${name}(${given}).${outputs[0] ?? ''}`, {
        label: name,
        type: 'formula',
        detail: 'formula',
        info: `From ${inputs.map((input) => `${input.name} (${input.meaning})`).join(', ')}. Gives ${outputs.join(', ')}.`,
      });
    }),
    snippetCompletion('require ${condition} "${what it means otherwise}"', {
      label: 'require',
      type: 'keyword',
      detail: 'a condition',
    }),
    snippetCompletion('correlate ${a}, ${b}, ${0.5}', {
      label: 'correlate',
      type: 'keyword',
      detail: 'two uncertain inputs',
    }),
    snippetCompletion('if ${condition} then ${value} else ${other}', {
      label: 'if',
      type: 'keyword',
      detail: 'a choice',
    }),
    snippetCompletion('sum(${k} in ${1}..${n}: ${term})', { label: 'sum over a range', type: 'keyword' }),
  ];
  known = { vocabulary, options };
  return options;
}
