/**
 * "Check by simulation": a model's inputs put into a scenario whose simulation measures what the model computes. Which
 * scenario, and which figure is compared with which, is content (docs/formats/check.md); here it is only carried out.
 */
import type { Figure, ScenarioReport } from '$lib/scenario/types';
import { quantityText } from '../numbers';
import type { EvalAnswer, Quantity } from '../types';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface CheckCondition {
  /** In the language, over the model's inputs and results. */
  condition: string;
  /** Why there is no check where it does not hold. */
  otherwise: string;
}

export interface CheckFigure {
  label: string;
  /** An expression over the model's inputs and results; as a rule the name of a result. */
  theory: string;
  /** Where the report has it: "components/station/wait_ms", "1 - workloads/users/ok_share". */
  measured: string;
  /** Compared only where this holds. */
  when: string | null;
  /** Written as a share: "12 %". */
  isShare: boolean;
}

export interface CheckSpec {
  about: string;
  requires: CheckCondition[];
  /** A scenario with `${expression}` in its texts. */
  scenario: { [key: string]: Json };
  figures: CheckFigure[];
}

/** Names of what is asked are not in any model: names of models have no two underscores. */
const NAME = 'check__';
const PLACEHOLDER = /\$\{([^}]+)\}/g;

/** All that stands in a model's fields, and what came of it, as literals. */
function literals({ inputs, outputs }: EvalAnswer): string[] {
  const lines: string[] = [];
  for (const [name, quantity] of Object.entries({ ...inputs, ...outputs })) {
    const text = literal(quantity);
    if (text !== null) lines.push(`${name} : ${unitOf(quantity)} = ${text}`);
  }
  return lines;
}
const unitOf = ({ unit }: Quantity) => (unit === '' ? '1' : unit);

function literal({ value, unit }: Quantity): string | null {
  if (Array.isArray(value))
    return value.every((item) => item !== null)
      ? `[${value.map((item) => quantityText(item, unit, 17)).join(', ')}]`
      : null;
  return value === null || !Number.isFinite(value) ? null : quantityText(value, unit, 17);
}

/** A text in the language that says, of each condition, whether it holds: `check__0`, ... are 1 or 0. */
export function conditionsSource(answer: EvalAnswer, conditions: readonly string[]): string {
  return [
    ...literals(answer),
    ...conditions.map((condition, i) => `${NAME}${i} = if ${condition} then 1 else 0`),
  ].join('\n');
}
export const holds = (answer: EvalAnswer, place: number): boolean =>
  answer.outputs[NAME + place]?.value === 1;

/** The expressions of the scenario, each once, in the order of the text. */
export function expressionsOf(scenario: CheckSpec['scenario']): string[] {
  const found = JSON.stringify(scenario).matchAll(PLACEHOLDER);
  return [...new Set([...found].map(({ 1: expression = '' }) => expression))];
}

/** A text that computes expressions; with a unit, the result has that one. */
export function valuesSource(
  answer: EvalAnswer,
  expressions: readonly { expression: string; unit?: string }[],
): string {
  return [
    ...literals(answer),
    ...expressions.map(
      ({ expression, unit }, i) => `${NAME}${i} = ${expression}${unit === undefined ? '' : ` -> ${unit}`}`,
    ),
  ].join('\n');
}
/** What names nothing counts as an input. */
export const valueAt = (answer: EvalAnswer, place: number): Quantity | undefined =>
  answer.outputs[NAME + place] ?? answer.inputs[NAME + place];

/** The scenario with values in place of its expressions; a text that is nothing but a plain number becomes one. */
export function instantiated(
  scenario: CheckSpec['scenario'],
  values: ReadonlyMap<string, Quantity>,
): { [key: string]: Json } {
  const textOf = (expression: string): string => {
    const quantity = values.get(expression);
    const text = quantity && literal(quantity);
    if (text == null) throw new Error(`${expression} has no value for these inputs`);
    return text;
  };
  const filled = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item)]));
    if (typeof value !== 'string') return value;
    const text = value.replaceAll(PLACEHOLDER, (_, expression: string) => textOf(expression));
    return text !== value && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text) ? Number(text) : text;
  };
  return filled(scenario) as { [key: string]: Json };
}

/** The unit of a measured figure, by its name in the report. */
export function measuredUnit(measured: string): 'ms' | '/s' | '1' {
  if (/_ms(\/|$)/.test(measured)) return 'ms';
  return measured.endsWith('_per_s') ? '/s' : '1';
}

/** The figure at a path of the report; null where there is none. */
export function measuredIn(report: ScenarioReport, measured: string): Figure | null {
  const [, complement, path = ''] = /^(1 - )?(.*)$/.exec(measured) ?? [];
  const [list, id, ...keys] = path.split('/');
  const items = (report as unknown as Record<string, unknown>)[list ?? ''];
  if (!Array.isArray(items)) return null;
  const item = (items as { id?: string; name?: string; started?: number }[]).find(
    (one) => (one.id ?? one.name) === id,
  );
  let found: unknown = item;
  for (const key of keys) found = (found as Record<string, unknown> | null | undefined)?.[key];
  const figure = widened(found as Figure | null | undefined, item?.started);
  if (figure?.value == null) return null;
  return complement ? { ...figure, value: 1 - figure.value } : figure;
}

/**
 * A share of which no exception was seen in n requests is not known exactly: at 95 % it lies within 3/n of 0 or 1
 * (the rule of three: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983).
 */
function widened(figure: Figure | null | undefined, requests: number | undefined): Figure | null {
  if (figure?.value == null) return null;
  const isSpotless = (figure.value === 0 || figure.value === 1) && figure.half_width === 0;
  return isSpotless && requests ? { ...figure, half_width: 3 / requests } : figure;
}

export type Agreement = 'agrees' | 'differs' | 'open';

/** Whether the interval covers what theory says; open without an interval. */
export function agreement(theory: number | null, { value, half_width }: Figure): Agreement {
  if (theory === null || value === null || half_width === null) return 'open';
  // Where nothing varies between runs the interval has no width; rounding is no difference.
  const slack = 1e-9 * Math.max(Math.abs(theory), Math.abs(value));
  return Math.abs(value - theory) <= half_width + slack ? 'agrees' : 'differs';
}
