/** For unit tests: a module of the core in this process instead of a worker. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerPort } from './formula/engine';

/** What starts a "worker" that answers in turn; needs static/<name> (make wasm). */
export async function nativePort(name: 'formula' | 'simulation'): Promise<() => WorkerPort> {
  const file = (kind: string) => resolve('static', name, `${name}.${kind}`);
  const { default: create } = await import(/* @vite-ignore */ pathToFileURL(file('mjs')).href);
  const module = await create({ wasmBinary: readFileSync(file('wasm')), locateFile: String });
  return () => {
    let listener: (event: MessageEvent & ErrorEvent) => void = () => {};
    return {
      addEventListener: (type, added) => {
        if (type === 'message') listener = added;
      },
      postMessage(message) {
        const text = JSON.stringify(message);
        const data = JSON.parse(module.ccall(`dstudio_${name}`, 'string', ['string'], [text]));
        queueMicrotask(() => listener({ data } as MessageEvent & ErrorEvent));
      },
    };
  };
}
