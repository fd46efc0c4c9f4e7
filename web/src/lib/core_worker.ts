/**
 * What the core's workers share: a WebAssembly module with one exported function, JSON in, JSON out, and answers to
 * messages one after the other. What goes wrong while starting is the answer to every call.
 */
interface CoreModule {
  ccall(name: string, returns: 'string', types: ['string'], values: [string]): string;
}
type Create = (options: { wasmBinary: ArrayBuffer; locateFile: () => string }) => Promise<CoreModule>;

export async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return response;
}

/** The module `/name/name.mjs` with its .wasm beside it, by its function `dstudio_name`. */
export async function loadCore(name: string): Promise<(message: unknown) => unknown> {
  const address = (kind: string) => new URL(`/${name}/${name}.${kind}`, location.origin).href;
  const [{ default: create }, wasmBinary] = await Promise.all([
    import(/* @vite-ignore */ address('mjs')) as Promise<{ default: Create }>,
    fetched(address('wasm')).then((response) => response.arrayBuffer()),
  ]);
  const module = await create({ wasmBinary, locateFile: () => address('wasm') });
  return (message) =>
    JSON.parse(module.ccall(`dstudio_${name}`, 'string', ['string'], [JSON.stringify(message)]));
}

/** Answers this worker's messages; `what` names it where it cannot start. */
export function answerMessages(started: Promise<(message: unknown) => unknown>, what: string): void {
  started.catch(() => {}); // told to each caller below
  self.addEventListener('message', async ({ data }: MessageEvent) => {
    try {
      const call = await started;
      self.postMessage(call(data));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      self.postMessage({
        error: { code: 'unavailable', message: `the ${what} could not be loaded: ${message}`, hint: '' },
      });
    }
  });
}
