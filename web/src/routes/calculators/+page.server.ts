import { catalogue } from '$lib/server/catalogue';
import { plainText } from '$lib/server/inline';

/** Questions by category, in the taxonomy's order. */
export function load() {
  const all = catalogue();
  const kind = all.taxonomy.kinds.calculator;
  const entries = all.ofKind('calculator');
  const categories = (kind?.categories ?? []).map(({ id, name }) => ({
    id,
    name,
    calculators: entries
      .filter(({ category }) => category === id)
      .map(({ url, name: title, summary, fields }) => ({
        url,
        name: title,
        question: plainText(fields.question),
        summary: plainText(summary),
      })),
  }));
  return {
    title: kind?.title ?? 'Calculators',
    description: kind?.description ?? '',
    categories: categories.filter(({ calculators }) => calculators.length > 0),
  };
}
