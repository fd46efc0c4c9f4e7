/** The formula core's thread: with the catalogue's formulas, which it fetches when it starts. */
import { answerMessages, fetched, loadCore } from '../core_worker';
import type { FormulaModels } from './types';

async function start(): Promise<(message: unknown) => unknown> {
  const [core, formulas] = await Promise.all([
    loadCore('formula'),
    fetched(new URL('/formula-models.json', location.origin).href).then(
      (response) => response.json() as Promise<FormulaModels>,
    ),
  ]);
  // One by one: a call's text goes over the module's stack.
  for (const [id, fields] of Object.entries(formulas)) core({ call: 'load', formulas: { [id]: fields } });
  return (message) => pruned(core(message) as Parameters<typeof pruned>[0], message);
}

/** Without the outputs that nobody asked for: a map of all of them takes longer to hand over than to compute. */
function pruned(reply: { answer?: { outputs?: Record<string, unknown> } }, message: unknown): unknown {
  const { only } = message as { only?: string[] };
  const outputs = reply.answer?.outputs;
  if (only && outputs)
    for (const name of Object.keys(outputs)) if (!only.includes(name)) delete outputs[name];
  return reply;
}

answerMessages(start(), 'calculator');
