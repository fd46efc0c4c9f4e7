import { describe, expect, it } from 'vitest';
import { DESIGNS_MAX, DesignShelf } from './designs';
import { Design } from './design.svelte';
import { SimulationEngine } from './engine';
import { ParticlePool, pointOn, POOL_MAX } from './particles';
import { Run } from './run.svelte';
import { SeriesStore } from './series';
import { designInHash, designLink } from './share';

describe('particles', () => {
  it('never exceed their pool, and leave at the end of the edge', () => {
    const pool = new ParticlePool(() => 0.5);
    for (let i = 0; i < 100; i++) {
      pool.emit(Array(200).fill(5000), Array(200).fill(2500), 1 / 60);
      pool.step(1 / 60);
      expect(pool.count).toBeLessThanOrEqual(POOL_MAX);
    }
    expect(pool.count).toBeGreaterThan(POOL_MAX / 4);
    pool.step(10);
    expect(pool.count).toBe(0);
  });

  it('show the share that fails, and save up what is less than a dot', () => {
    const pool = new ParticlePool(() => 0);
    pool.emit([4], [1], 1);
    expect([pool.count, pool.failed[0], pool.failed[3]]).toEqual([4, 0, 1]);
    pool.clear();
    for (let i = 0; i < 10; i++) pool.emit([0.25], [0], 0.1);
    expect(pool.count).toBe(2);
  });

  it('lie on the line', () => {
    const out = { x: 0, y: 0 };
    pointOn(new Float32Array([0, 0, 10, 0, 10, 10]), 0.75, out);
    expect(out).toEqual({ x: 10, y: 5 });
    pointOn(new Float32Array([0, 0, 10, 0]), 2, out);
    expect(out).toEqual({ x: 10, y: 0 });
  });
});

describe('series', () => {
  const part = (values: number[]) => ({ bin_s: 0.5, workloads: { u: { ok_per_s: values } }, components: {} });

  it('grow part by part, the last bins anew', () => {
    const store = new SeriesStore();
    store.merge(part([1, 2, 3]), 0);
    expect(store.next).toBe(1);
    store.merge(part([20, 30, 40]), 1);
    expect(store.column('workloads', 'u', 'ok_per_s')).toEqual([1, 20, 30, 40]);
    store.truncate(1.2);
    expect(store.column('workloads', 'u', 'ok_per_s')).toEqual([1, 20]);
    expect(store.table().rows).toEqual([
      [0.25, 1],
      [0.75, 20],
    ]);
  });
});

describe('a link', () => {
  it('holds a design, and says when one is too long', async () => {
    const text = 'name: "µ"\n' + 'components: []\n'.repeat(20);
    const link = await designLink('https://x/playground', text);
    expect(await designInHash(new URL(link!).hash)).toBe(text);
    const noise = Array.from({ length: 30_000 }, () => Math.random().toString(36)[2]).join('');
    expect(await designLink('https://x', noise)).toBeNull();
    expect(await designInHash('')).toBeUndefined();
    expect(await designInHash('#d=%%%')).toBeNull();
  });
});

describe('designs that are kept', () => {
  const storage = () => {
    const map = new Map<string, string>();
    return {
      getItem: (key: string) => map.get(key) ?? null,
      setItem: (key: string, value: string) => void map.set(key, value),
      removeItem: (key: string) => void map.delete(key),
    };
  };

  it('are listed, renamed, duplicated, removed', () => {
    let day = 1;
    const shelf = new DesignShelf(storage(), () => new Date(Date.UTC(2026, 0, day++)));
    expect(shelf.save('a', 'x')).toBe(true);
    shelf.save('b', 'y');
    expect(shelf.duplicate('a')).toBe('a, copy');
    expect(shelf.rename('a', 'b')).toBe(false);
    expect(shelf.rename('a', 'c')).toBe(true);
    shelf.remove('b');
    expect(shelf.list().map(({ name }) => name)).toEqual(['a, copy', 'c']);
    expect(DESIGNS_MAX).toBeGreaterThan(10);
  });

  it('are none where storage is damaged or full', () => {
    const broken = {
      getItem: () => '{',
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {},
    };
    const shelf = new DesignShelf(broken);
    expect(shelf.list()).toEqual([]);
    expect(shelf.save('a', 'x')).toBe(false);
  });
});

describe('the design', () => {
  it('keeps the last readable state while a line is being typed', () => {
    const design = new Design('components:\n- id: a\n');
    design.replace('components:\n- id: a\n- {id: b', 'yaml');
    expect(design.graph.nodes.map(({ id }) => id)).toEqual(['a']);
    expect(design.edit(() => {})).toBe(false);
    design.replace('components:\n- id: a\n- {id: b}', 'yaml');
    expect(design.graph.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    design.undo();
    expect(design.text).toBe('components:\n- id: a\n');
  });
});

/** A core that simulates a second in a hundred events. */
function fakeEngine() {
  const calls: string[] = [];
  let now = 0;
  const frame = () => ({
    now_s: now,
    finished: now >= 10,
    events: now * 100,
    components: [],
    edges: [],
    workloads: [],
  });
  const engine = new SimulationEngine(() => {
    let listener: (event: MessageEvent & ErrorEvent) => void = () => {};
    return {
      addEventListener: (type, added) => {
        if (type === 'message') listener = added;
      },
      postMessage(message) {
        const { call, to_s = 0 } = message as { call: string; to_s?: number };
        calls.push(call);
        if (call === 'open') now = 0;
        if (call === 'advance') now = Math.min(10, to_s);
        if (call === 'rewind') now = to_s;
        const data = {
          open: {
            run: 1,
            summary: { duration_s: 10, warmup_s: 0, bin_s: 0.5, components: [], workloads: [], edges: [] },
            frame: frame(),
          },
          advance: { frame: frame() },
          rewind: { frame: frame() },
          strike: { fault: { at: `${now} s`, component: 'db', crash: true }, frame: frame() },
          series: { series: { bin_s: 0.5, workloads: {}, components: {} } },
          report: { report: { objectives: [] } },
          close: {},
        }[call];
        queueMicrotask(() => listener({ data } as MessageEvent & ErrorEvent));
      },
    };
  });
  return { engine, calls };
}

describe('a run', () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
  function start() {
    let callback: ((time: number) => void) | null = null;
    let finished = 0;
    const ticker = {
      request: (next: (time: number) => void) => {
        callback = next;
        return 1;
      },
      cancel: () => (callback = null),
    };
    const fake = fakeEngine();
    const run = new Run(fake.engine, ticker, () => finished++);
    let time = 1000;
    const tick = async (ms: number) => {
      time += ms;
      const due = callback;
      callback = null;
      due?.(time);
      await settle();
    };
    return { run, tick, ...fake, finishes: () => finished };
  }

  it('goes on with the watcher’s time at its speed, and no further than a late frame allows', async () => {
    const { run, tick } = start();
    expect(await run.open({}, '{}')).toBe(true);
    run.speed = 2;
    run.play();
    await tick(0);
    await tick(50);
    expect(run.frame?.now_s).toBeCloseTo(0.1);
    await tick(5000);
    expect(run.frame!.now_s).toBeLessThan(0.5);
  });

  it('writes out the frame at which it stands, however soon it comes after another', async () => {
    const { run, tick } = start();
    await run.open({}, '{}');
    run.speed = 2;
    run.play();
    for (const ms of [0, 150, 20, 20]) await tick(ms);
    expect(run.nowS).toBeLessThan(run.frame!.now_s);
    const underWay = tick(20);
    run.pause();
    await underWay;
    expect(run.nowS).toBe(run.frame!.now_s);
    const before = run.nowS;
    run.step('bin');
    for (const ms of [0, 5, 5]) await tick(ms);
    expect(run.nowS).toBe(run.frame!.now_s);
    expect(run.nowS).toBeGreaterThan(before);
  });

  it('finishes as fast as possible, once', async () => {
    const { run, tick, finishes } = start();
    await run.open({}, '{}');
    run.speed = Infinity;
    run.play();
    await tick(0);
    await tick(16);
    expect([run.status, run.frame?.now_s, finishes()]).toEqual(['finished', 10, 1]);
  });

  it('goes back and forgets what struck later; goes on to a time', async () => {
    const { run, tick } = start();
    await run.open({}, '{}');
    run.seek(4);
    await tick(16);
    expect(run.frame?.now_s).toBe(4);
    expect(await run.strike({ component: 'db', crash: true })).toMatchObject({ at: '4 s' });
    run.seek(1);
    await settle();
    expect([run.frame?.now_s, run.struck.length, run.status]).toEqual([1, 0, 'paused']);
  });

  it('steps at least half a bin: an edge may be a moment away', async () => {
    const { run, tick } = start();
    await run.open({}, '{}');
    run.seek(0.999);
    await tick(16);
    run.step('bin');
    await tick(16);
    expect(run.frame?.now_s).toBeCloseTo(1.5);
    run.step('bin');
    await tick(16);
    expect(run.frame?.now_s).toBeCloseTo(2);
  });

  it('tells those who draw of each frame, and of none after it is closed', async () => {
    const { run, tick } = start();
    const seen: (number | null)[] = [];
    run.onframe((frame) => seen.push(frame?.now_s ?? null));
    await run.open({}, '{}');
    run.step('bin');
    await tick(16);
    run.close();
    expect(seen).toEqual([null, null, 0, 0.5, null]);
  });
});
