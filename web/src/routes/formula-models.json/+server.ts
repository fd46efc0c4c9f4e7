import { json } from '@sveltejs/kit';
import { catalogue } from '$lib/server/catalogue';

export const prerender = true;

/** What the formula core computes from, by its id: fetched by the worker when a calculator or notebook first computes. */
export function GET() {
  const all = catalogue();
  const formulas = all
    .ofKind('formula')
    .filter(({ fields }) => fields.equations && fields.equations.length > 0)
    .map(({ id, fields: { variables, equations, requires, result } }) => [
      id,
      { variables, equations, requires, result },
    ]);
  const calculators = all
    .ofKind('calculator')
    .map(({ id, fields: { model } }) => [`calculator:${id}`, { model }]);
  return json(Object.fromEntries([...formulas, ...calculators]));
}
