import { describe, expect, it } from 'vitest';
import { CallQueue } from './call_queue';

function queueWithLog() {
  const sent: unknown[] = [];
  return { sent, queue: new CallQueue((message) => sent.push(message)) };
}

describe('CallQueue', () => {
  it('sends one call at a time, in order', async () => {
    const { sent, queue } = queueWithLog();
    const first = queue.call({ message: 1 });
    const second = queue.call({ message: 2 });
    expect(sent).toEqual([1]);
    queue.settle('one');
    expect(sent).toEqual([1, 2]);
    queue.settle('two');
    expect(await first).toEqual({ reply: 'one' });
    expect(await second).toEqual({ reply: 'two' });
    expect(queue.isIdle).toBe(true);
  });

  it('replaces a waiting call by a newer one with the same key, and only then', async () => {
    const { sent, queue } = queueWithLog();
    const running = queue.call({ key: 'eval', message: 'a' });
    const waiting = queue.call({ key: 'eval', message: 'b' });
    const other = queue.call({ key: 'plot', message: 'p' });
    const newest = queue.call({ key: 'eval', message: 'c' });
    expect(await waiting).toEqual({ replaced: true });
    queue.settle(1);
    queue.settle(2);
    queue.settle(3);
    // The newest stands where the replaced one stood, before the plot.
    expect(sent).toEqual(['a', 'c', 'p']);
    expect(await running).toEqual({ reply: 1 });
    expect(await newest).toEqual({ reply: 2 });
    expect(await other).toEqual({ reply: 3 });
  });

  it('holds at most one waiting call a key, however fast calls come', async () => {
    const { sent, queue } = queueWithLog();
    const calls = Array.from({ length: 1000 }, (_, i) => queue.call({ key: 'eval', message: i }));
    queue.settle('first');
    queue.settle('last');
    const results = await Promise.all(calls);
    expect(sent).toEqual([0, 999]);
    expect(results.filter((result) => 'replaced' in result)).toHaveLength(998);
  });

  it('answers everything when the other side is gone', async () => {
    const { queue } = queueWithLog();
    const calls = [queue.call({ message: 1 }), queue.call({ key: 'k', message: 2 })];
    queue.settleAll('gone');
    expect(await Promise.all(calls)).toEqual([{ reply: 'gone' }, { reply: 'gone' }]);
  });
});
