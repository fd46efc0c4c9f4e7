/**
 * The simulator's thread: fetches the WebAssembly module when it starts, then answers one call after the other. What
 * goes wrong while starting is the answer to every call.
 */
interface SimulationModule {
  ccall(name: string, returns: 'string', types: ['string'], values: [string]): string;
}

const MODULE_URL = new URL('/simulation/simulation.mjs', location.origin).href;
const BINARY_URL = new URL('/simulation/simulation.wasm', location.origin).href;

async function start(): Promise<(message: unknown) => unknown> {
  const binary = fetch(BINARY_URL).then((response) => {
    if (!response.ok) throw new Error(`${new URL(BINARY_URL).pathname} answered ${response.status}`);
    return response.arrayBuffer();
  });
  const [{ default: createSimulation }, wasmBinary] = await Promise.all([
    import(/* @vite-ignore */ MODULE_URL) as Promise<{
      default: (options: { wasmBinary: ArrayBuffer; locateFile: () => string }) => Promise<SimulationModule>;
    }>,
    binary,
  ]);
  const module = await createSimulation({ wasmBinary, locateFile: () => BINARY_URL });
  return (message) =>
    JSON.parse(module.ccall('dstudio_simulation', 'string', ['string'], [JSON.stringify(message)]));
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
      error: { code: 'unavailable', message: `the simulator could not be loaded: ${message}`, hint: '' },
    });
  }
});
