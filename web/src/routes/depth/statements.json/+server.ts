import { json } from '@sveltejs/kit';
import { catalogue } from '$lib/server/catalogue';
import { renderInline } from '$lib/server/inline';

export const prerender = true;

/** The statement of every concept at every level, as HTML: fetched by the depth matrix when first asked about a cell. */
export function GET() {
  const statements = catalogue()
    .ofKind('concept')
    .map(({ id, fields }) => [
      id,
      Object.fromEntries(
        Object.entries(fields.depth).map(([level, text]) => [level, renderInline(text ?? '')]),
      ),
    ]);
  return json(Object.fromEntries(statements));
}
