import { json } from '@sveltejs/kit';
import { plainText } from '$lib/server/inline';
import { catalogue } from '$lib/server/catalogue';
import type { ScenarioStart } from '$lib/playground/starts';

export const prerender = true;

/** The scenarios of the catalogue as the playground opens them: fetched when one is asked for. */
export function GET() {
  const starts: ScenarioStart[] = catalogue()
    .ofKind('scenario')
    .map(({ id, name, summary, fields }) => ({
      id,
      name: plainText(name),
      summary: plainText(summary),
      text: fields.model_text,
    }));
  return json(starts);
}
