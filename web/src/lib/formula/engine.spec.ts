import { describe, expect, it } from 'vitest';
import { Engine, type WorkerPort } from './engine';

/** Answers every message at once by `answer`, as the worker would. */
function engineWith(answer: (message: never) => unknown) {
  let listener: (event: never) => void = () => {};
  let failure: (event: never) => void = () => {};
  const seen: unknown[] = [];
  let started = 0;
  const port: WorkerPort = {
    postMessage(message) {
      seen.push(message);
      queueMicrotask(() => listener({ data: answer(message as never) } as never));
    },
    addEventListener(type, handler) {
      if (type === 'message') listener = handler as never;
      else failure = handler as never;
    },
  };
  const engine = new Engine(() => {
    started += 1;
    return port;
  });
  return { engine, seen, fail: () => failure({ message: 'out of memory' } as never), starts: () => started };
}

describe('Engine', () => {
  it('starts no worker before the first call, and one for all', async () => {
    const { engine, starts } = engineWith(() => ({ answer: {} }));
    expect(starts()).toBe(0);
    await engine.answer('eval', { formula: 'mm1' }, {});
    await engine.answer('eval', { formula: 'mm1' }, {});
    expect(starts()).toBe(1);
  });

  it('passes calls on in the contract’s shape', async () => {
    const { engine, seen } = engineWith(() => ({ answer: { outputs: {} } }));
    await engine.answer('solve', { formula: 'mm1' }, { inputs: { a: '1' }, for: 'b' });
    expect(seen).toEqual([
      { call: 'answer', verb: 'solve', formula: 'mm1', request: { inputs: { a: '1' }, for: 'b' } },
    ]);
  });

  it('tells answers, diagnostics and errors apart', async () => {
    const replies: unknown[] = [
      { model: { inputs: [] } },
      { diagnostics: [{ line: 1 }] },
      { error: { code: 'x', message: 'no', hint: '' } },
      {},
    ];
    const { engine } = engineWith(() => replies.shift());
    expect(await engine.model({ source: 'x = 1' })).toEqual({ answer: { inputs: [] } });
    expect(await engine.model({ source: 'x = ' })).toEqual({ diagnostics: [{ line: 1 }] });
    expect((await engine.model({ formula: 'no' })).error?.message).toBe('no');
    expect((await engine.model({ formula: 'no' })).error?.code).toBe('internal');
  });

  it('asks for names once', async () => {
    const { engine, seen } = engineWith(() => ({ functions: [], distributions: [], units: ['ms'] }));
    const [first, second] = await Promise.all([engine.names(), engine.names()]);
    expect(first.answer?.units).toEqual(['ms']);
    expect(second).toBe(first);
    expect(seen).toHaveLength(1);
  });

  it('says so when the worker is gone, and starts another for the next call', async () => {
    const { engine, fail, starts } = engineWith(() => ({ answer: {} }));
    const pending = engine.answer('eval', { formula: 'mm1' }, {});
    fail();
    expect((await pending).error?.message).toContain('out of memory');
    expect((await engine.answer('eval', { formula: 'mm1' }, {})).answer).toEqual({});
    expect(starts()).toBe(2);
  });
});
