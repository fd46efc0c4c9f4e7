/**
 * The formula core's thread: fetches the WebAssembly module and the catalogue's formulas when it starts, then answers
 * one call after the other. What goes wrong while starting is the answer to every call.
 */
import type { FormulaModels } from './types';

interface FormulaModule {
  ccall(name: string, returns: 'string', types: ['string'], values: [string]): string;
}

const MODULE_URL = new URL('/formula/formula.mjs', location.origin).href;
const BINARY_URL = new URL('/formula/formula.wasm', location.origin).href;
const MODELS_URL = new URL('/formula-models.json', location.origin).href;

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return response;
}

async function start(): Promise<(message: unknown) => unknown> {
  const [{ default: createFormula }, wasmBinary, formulas] = await Promise.all([
    import(/* @vite-ignore */ MODULE_URL) as Promise<{
      default: (options: { wasmBinary: ArrayBuffer; locateFile: () => string }) => Promise<FormulaModule>;
    }>,
    fetched(BINARY_URL).then((response) => response.arrayBuffer()),
    fetched(MODELS_URL).then((response) => response.json() as Promise<FormulaModels>),
  ]);
  const module = await createFormula({ wasmBinary, locateFile: () => BINARY_URL });
  const call = (message: unknown): unknown =>
    pruned(
      JSON.parse(module.ccall('dstudio_formula', 'string', ['string'], [JSON.stringify(message)])),
      message,
    );
  // One by one: a call's text goes over the module's stack.
  for (const [id, fields] of Object.entries(formulas)) call({ call: 'load', formulas: { [id]: fields } });
  return call;
}

/** Without the outputs that nobody asked for: a map of all of them takes longer to hand over than to compute. */
function pruned(reply: { answer?: { outputs?: Record<string, unknown> } }, message: unknown): unknown {
  const { only } = message as { only?: string[] };
  const outputs = reply.answer?.outputs;
  if (only && outputs)
    for (const name of Object.keys(outputs)) if (!only.includes(name)) delete outputs[name];
  return reply;
}

const started = start();
started.catch(() => {}); // told to each caller below

self.addEventListener('message', async ({ data }: MessageEvent) => {
  try {
    const call = await started;
    self.postMessage(call(data));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    self.postMessage({
      error: { code: 'unavailable', message: `the calculator could not be loaded: ${message}`, hint: '' },
    });
  }
});
