/** Formulas and calculators: what one calculates with. */
import { FORMULA_STATUS, humanise } from '$lib/catalogue/labels';
import type {
  CalculatorFields,
  CheckFields,
  EntryOf,
  FormulaFields,
  WorkedExample,
} from '$lib/catalogue/types';
import type {
  CalculatorView,
  ClaimView,
  ConditionView,
  EquationView,
  FormulaView,
  WorkedExampleView,
} from '$lib/entries/view';
import type { CheckSpec } from '$lib/formula/check/template';
import type { CalculatorSpec } from '$lib/formula/spec';
import type { ModelJson } from '$lib/formula/types';
import type { Catalogue } from '../catalogue';
import { formulaModel } from '../formula_models';
import { escapeHtml, inlineAll, inlineOrNull, plainText, renderInline, renderMath } from '../inline';
import { assignedName, defaultIn } from './model_text';
import { type Presented, toLink } from './shared';

export function presentFormula(entry: EntryOf<'formula'>, catalogue: Catalogue): Presented<FormulaView> {
  const { fields } = entry;
  const model = formulaModel(entry.id);
  const labels = new Map(fields.variables.map(({ name, meaning }) => [name ?? '', sentence(meaning)]));
  const view: FormulaView = {
    equationHtml: renderMath(fields.latex, true),
    expression: fields.expression,
    variables: fields.variables.map(({ symbol, latex, meaning, unit }) => ({
      symbolHtml: symbolHtml(symbol, latex),
      meaningHtml: renderInline(meaning),
      unit: unit && unit !== '1' ? unit : null,
    })),
    assumptions: inlineAll(fields.assumptions),
    designUseHtml: inlineOrNull(fields.design_use),
    misuseHtml: inlineOrNull(fields.misuse),
    claim: formulaClaim(entry),
    episodes: catalogue.links(fields.episodes),
    concepts: catalogue.links(fields.concepts),
    derivationHtml: inlineOrNull(fields.derivation),
    equations: equations(model, fields.equations ?? []),
    conditions: conditions(model, fields.requires ?? []),
    examples: examples(fields.examples, labels),
    calculator: formulaSpec(entry.id, fields),
    calculators: entry.backlinks.filter(({ kind }) => kind === 'calculator').map(toLink),
  };
  return {
    view,
    sections: [
      ['calculate', 'Calculate', view.calculator],
      ['variables', 'Variables', view.variables],
      ['assumptions', 'Assumptions', view.assumptions.length + view.conditions.length],
      ['use', 'Use in design', (view.designUseHtml ?? '') + (view.misuseHtml ?? '')],
      ['derivation', 'Where it comes from', view.derivationHtml],
      ['examples', 'Worked examples', view.examples],
      ['claim', 'The series and the literature', view.claim],
      ['taught', 'Where it comes up', view.episodes.length + view.concepts.length + view.calculators.length],
    ],
    shown: ['episodes', 'concepts', 'calculator/formulas', 'calculator/fit'],
    facts: fields.standing ? [{ term: 'Standing', text: humanise(fields.standing) }] : [],
  };
}

export function presentCalculator(
  entry: EntryOf<'calculator'>,
  catalogue: Catalogue,
): Presented<CalculatorView> {
  const { fields } = entry;
  const id = `calculator:${entry.id}`;
  const model = formulaModel(id);
  const labels = new Map(
    [...fields.inputs, ...fields.outputs].map(({ name, label }) => [name, plainText(label)]),
  );
  const view: CalculatorView = {
    question: plainText(fields.question),
    calculator: calculatorSpec(id, fields, model),
    model: fields.model.trim(),
    equations: equations(model, []),
    conditions: conditions(model, []),
    reading: inlineAll(fields.reading),
    examples: examples(fields.examples, labels),
    formulas: fields.formulas.map((ref) => ({
      ...catalogue.link(ref),
      summary: plainText(catalogue.find(ref)?.summary ?? ''),
    })),
    concepts: catalogue.links(fields.concepts),
    patterns: catalogue.links(fields.patterns),
  };
  return {
    view,
    sections: [
      ['reading', 'How to read it', view.reading],
      ['model', 'How it is computed', view.model],
      ['examples', 'Worked examples', view.examples],
      ['built-on', 'Built on', view.formulas.length + view.concepts.length + view.patterns.length],
    ],
    shown: ['formulas', 'concepts', 'patterns', 'fit'],
  };
}

/** A meaning as a label: it begins as a sentence does. */
function sentence(meaning: string): string {
  const text = plainText(meaning);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function symbolHtml(symbol: string, latex: string | undefined): string {
  return latex ? renderMath(latex) : `<code>${escapeHtml(symbol)}</code>`;
}

function equations(model: ModelJson | undefined, texts: readonly string[]): EquationView[] {
  if (model) return model.equations.map(({ latex, text }) => ({ html: renderMath(latex, true), text }));
  return texts.map((text) => ({ html: `<code>${escapeHtml(text)}</code>`, text }));
}

function conditions(
  model: ModelJson | undefined,
  requires: readonly { condition: string; otherwise: string }[],
): ConditionView[] {
  if (model) return model.requires.map(({ latex, otherwise }) => ({ html: renderMath(latex), otherwise }));
  return requires.map(({ condition, otherwise }) => ({
    html: `<code>${escapeHtml(condition)}</code>`,
    otherwise,
  }));
}

/** What an example must come to is kept to sixteen digits; one reads seven. A row of nines says all it says. */
export function shortened(value: string): string {
  return value.replace(/\d+\.\d{7,}(?!\d*e)/gi, (number) =>
    /9{4}/.test(number) ? number : String(Number(Number(number).toPrecision(7))),
  );
}

function examples(
  list: readonly WorkedExample[] | undefined,
  labels: ReadonlyMap<string, string>,
): WorkedExampleView[] {
  const named = (values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => ({
      label: labels.get(name) ?? name,
      value: shortened(value),
    }));
  return (list ?? []).map(({ title, inputs, outputs, basis, source, tolerance }) => ({
    title: plainText(title),
    inputs: named(inputs),
    outputs: named(outputs),
    basis,
    sourceHtml: renderInline(source),
    tolerance: tolerance ?? null,
  }));
}

/** Null for a formula without equations. What no equation computes is an input. */
export function formulaSpec(id: string, fields: FormulaFields): CalculatorSpec | null {
  if (!fields.equations || fields.equations.length === 0) return null;
  const computed = new Set(fields.equations.map(assignedName));
  const named = fields.variables.filter((variable) => variable.name !== undefined);
  const first = fields.examples?.[0]?.inputs ?? {};
  const outputs = named.filter(({ name }) => computed.has(name ?? ''));
  // Unless the formula says it: what the first example asks for is what most come for.
  const asked = fields.result ?? Object.keys(fields.examples?.[0]?.outputs ?? {})[0] ?? outputs[0]?.name;
  return {
    id,
    inputs: named
      .filter(({ name }) => !computed.has(name ?? ''))
      .map(({ name = '', symbol, latex, meaning, default: value }) => ({
        name,
        label: sentence(meaning),
        symbolHtml: latex ? symbolHtml(symbol, latex) : null,
        help: null,
        // A formula need not say what is usual; its first worked example then does.
        default: value ?? first[name] ?? '',
        from: null,
        to: null,
        step: null,
        scale: null,
      })),
    outputs: outputs.map(({ name = '', symbol, latex, meaning }) => ({
      name,
      label: sentence(meaning),
      symbolHtml: latex ? symbolHtml(symbol, latex) : null,
      isMain: name === asked,
    })),
    plots: [],
    examples: specExamples(fields.examples),
    widget: null,
    fit: null,
    check: checkSpec(
      fields.check,
      named.map(({ name = '', meaning }) => ({ name, label: sentence(meaning) })),
    ),
  };
}

/** A figure is called what the result is called that it is compared with. */
function checkSpec(
  check: CheckFields | undefined,
  results: readonly { name: string; label: string }[],
): CheckSpec | null {
  if (!check) return null;
  return {
    about: plainText(check.about),
    requires: check.requires ?? [],
    scenario: check.scenario as CheckSpec['scenario'],
    figures: check.figures.map(({ theory, measured, label, when }) => {
      const result = results.find(({ name }) => name === theory);
      return {
        label: label ? plainText(label) : (result?.label ?? theory),
        theory,
        measured,
        when: when ?? null,
        isShare: /(^|\/)(ok_share|utilisation)$/.test(measured),
      };
    }),
  };
}

export function calculatorSpec(
  id: string,
  fields: CalculatorFields,
  model: ModelJson | undefined,
): CalculatorSpec {
  return {
    id,
    inputs: fields.inputs.map(({ name, label, help, from, to, step, scale }) => ({
      name,
      label: plainText(label),
      symbolHtml: null,
      help: help ? plainText(help) : null,
      default: model?.inputs.find((input) => input.name === name)?.default ?? defaultIn(fields.model, name),
      from: from ?? null,
      to: to ?? null,
      step: step ?? null,
      scale: scale ?? null,
    })),
    outputs: fields.outputs.map(({ name, label, main }) => ({
      name,
      label: plainText(label),
      symbolHtml: null,
      isMain: main ?? false,
    })),
    plots: fields.plots.map(({ title, x, y, by, from, to, scale, y_scale }) => ({
      title: plainText(title),
      x,
      y,
      by: by ?? null,
      from: from ?? null,
      to: to ?? null,
      scale: scale ?? null,
      yScale: y_scale ?? null,
    })),
    examples: specExamples(fields.examples),
    widget: fields.widget ?? null,
    fit: fields.fit
      ? {
          formula: fields.fit.formula.replace(/^formula:/, ''),
          data: fields.fit.data,
          assign: fields.fit.assign ?? {},
        }
      : null,
    check: checkSpec(
      fields.check,
      fields.outputs.map(({ name, label }) => ({ name, label: plainText(label) })),
    ),
  };
}

function specExamples(list: readonly WorkedExample[] | undefined): CalculatorSpec['examples'] {
  return (list ?? []).map(({ title, inputs, outputs, basis, source }) => ({
    title: plainText(title),
    inputs,
    outputs,
    basis,
    source: plainText(source),
  }));
}

function formulaClaim({ name, fields }: EntryOf<'formula'>): ClaimView | null {
  const claim = fields.series_claim;
  if (!claim) return null;
  const word = FORMULA_STATUS[claim.status];
  const code = (text: string | null | undefined) => (text ? `<code>${escapeHtml(text)}</code>` : null);
  const rows: ClaimView['rows'] = [
    { term: 'Name', saysHtml: inlineOrNull(claim.name), holdsHtml: renderInline(name) },
    { term: 'Formula', saysHtml: code(claim.expression), holdsHtml: code(fields.expression) },
  ];
  if (claim.use)
    rows.push({ term: 'Use', saysHtml: renderInline(claim.use), holdsHtml: inlineOrNull(fields.design_use) });
  return {
    rows,
    doubtHtml: inlineOrNull(claim.doubt),
    verdict: word
      ? { label: word.label, tone: word.tone, title: word.meaning }
      : { label: humanise(claim.status), tone: 'neutral' },
  };
}
