import { describe, expect, it } from 'vitest';
import { append, edited, parse, removeAt, setAt } from './edit';
import { graphOf } from './graph';
import { CHARACTERS_MAX, History } from './history';
import * as edits from './model_edits';
import { directionOf, NODE, placed, scaleWithin, stacked } from './placing';
import { isWithin, pathOf, pointerOf, rangeOf } from './pointer';

const TEXT = `# A storm in a glass.
name: Retry storm
workloads:
- id: users
  rate: 280/s # people
  call: shop
  timeout: 2 s
components:
- id: shop
  type: api-gateway
  # one thread per connection
  threads: 2000
  steps:
  - work: 1 ms
  - call: orders
    timeout: 250 ms
    retry: {attempts: 4, backoff: fixed, base: 20 ms}
- id: orders
  replicas: 2
  threads: 4
  steps:
  - work: exponential(20 ms)
faults:
- {at: 60 s, for: 10 s, component: orders, slow: 4}
objectives:
- {workload: users, availability: 99%}
`;
const valueOf = (text: string) => edits.valueOf(parse(text));

describe('an edit of the text', () => {
  it('changes its own line and keeps comments, order and way of writing', () => {
    const text = edited(TEXT, (document) => setAt(document, ['components', 1, 'threads'], 8));
    expect(text).toBe(TEXT.replace('threads: 4\n', 'threads: 8\n'));
  });

  it('sets within an object on one line', () => {
    const path = ['components', 0, 'steps', 1, 'retry', 'attempts'];
    expect(edited(TEXT, (document) => setAt(document, path, 2))).toBe(
      TEXT.replace('attempts: 4', 'attempts: 2'),
    );
  });

  it('keeps lists indented where the text has them so', () => {
    const text = 'components:\n  - id: a\n    threads: 1\n';
    expect(edited(text, (document) => setAt(document, ['components', 0, 'threads'], 2))).toBe(
      'components:\n  - id: a\n    threads: 2\n',
    );
  });

  it('makes what is missing on the way, small objects on one line', () => {
    const text = edited(TEXT, (document) => {
      setAt(document, ['layout', 'positions', 'shop'], [16, 32]);
      setAt(document, ['components', 0, 'steps', 1, 'breaker'], { window: 20, open: '5 s' });
    });
    expect(text).toContain('layout:\n  positions:\n    shop: [16, 32]\n');
    expect(text).toContain('    breaker: {window: 20, open: 5 s}\n');
  });

  it('takes a list away with its last member, but not the components', () => {
    const without = edited(TEXT, (document) => removeAt(document, ['faults', 0]));
    expect(without).not.toContain('faults');
    const none = edited('components:\n- id: a\n', (document) => removeAt(document, ['components', 0]));
    expect(valueOf(none)).toEqual({ components: [] });
  });

  it('writes a text of several lines as such, within what was on one line too', () => {
    const table = 'time\n0.1\n0.9\n';
    const short = 'workloads:\n- id: u\n  trace: {csv: time}\n';
    const long = 'workloads:\n- id: u\n  trace:\n    csv: |\n      time\n      0.1\n      0.9\n';
    const path = ['workloads', 0, 'trace', 'csv'];
    expect(edited(short, (document) => setAt(document, path, table))).toBe(long);
    const whole = (document: Parameters<typeof setAt>[0]) =>
      setAt(document, path.slice(0, 3), { csv: table });
    expect(edited('workloads:\n- id: u\n', whole)).toBe(long);
    const quoted = 'workloads:\n- {id: u, trace: {csv: "time\\n0.1\\n"}}\n';
    expect(edited(quoted, (document) => setAt(document, path, table))).toBe(long);
    expect(valueOf(long)).toEqual({ workloads: [{ id: 'u', trace: { csv: table } }] });
  });

  it('appends to a list, which is made where there is none', () => {
    const fault = { at: '5 s', component: 'shop', crash: true };
    const text = edited(
      edited(TEXT, (d) => removeAt(d, ['faults', 0])),
      (d) => void append(d, ['faults'], fault),
    );
    expect(text).toContain('faults:\n- {at: 5 s, component: shop, crash: true}\n');
  });

  it('begins a document where there is none, and leaves one with mistakes of syntax alone', () => {
    expect(edited('', (document) => setAt(document, ['name'], 'x'))).toBe('name: x\n');
    expect(edited('a: [', (document) => setAt(document, ['name'], 'x'))).toBe('a: [');
  });
});

describe('edits of the canvas', () => {
  it('rename a component wherever it is named', () => {
    const value = valueOf(edited(TEXT, edits.rename('component', 'orders', 'ledger')));
    const [, ledger] = value.components as { id: string }[];
    expect(ledger?.id).toBe('ledger');
    expect(JSON.stringify(value)).not.toContain('orders');
  });

  it('delete a component with its calls and faults', () => {
    const value = valueOf(edited(TEXT, edits.removeNodes([{ kind: 'component', id: 'orders' }])));
    expect(JSON.stringify(value)).not.toContain('orders');
    expect(value.faults).toBeUndefined();
    expect(graphOf(value).nodes.map(({ id }) => id)).toEqual(['users', 'shop']);
  });

  it('connect and disconnect', () => {
    const [, shop] = graphOf(valueOf(TEXT)).nodes;
    const text = edited(TEXT, edits.connect(shop!, 'shop', undefined));
    expect(graphOf(valueOf(text)).edges.map(({ key }) => key)).toContain('component:shop>component:shop');
    const edge = graphOf(valueOf(text)).edges.find(({ toId }) => toId === 'orders');
    expect(graphOf(valueOf(edited(text, edits.disconnect([edge!])))).edges.map(({ toId }) => toId)).toEqual([
      'shop',
      'shop',
    ]);
  });

  it('begin a component as its type does, and make its first call as its type makes it', () => {
    const start = {
      replicas: 3,
      deliver: { call: 'TARGET', consumers: 10 },
      steps: [{ work: '1 ms' }, { cached: 'TARGET', cache: { ttl: '1 s' } }],
    };
    const text = edited(TEXT, edits.addComponent('q', 'queue', [0, 0], { ...start }));
    expect(text).not.toContain('TARGET');
    const node = (of: string) => graphOf(valueOf(of)).nodes.find(({ id }) => id === 'q')!;
    expect(edited(text, edits.connect(node(text), 'shop', start))).toContain(
      'deliver:\n    call: shop\n    consumers: 10',
    );
    const cache = { steps: start.steps };
    const once = edited(text, edits.connect(node(text), 'shop', cache));
    expect(once).toContain('- cached: shop\n');
    expect(edited(once, edits.connect(node(once), 'orders', cache))).toContain('- call: orders\n');
  });

  it('duplicate several with the calls among them', () => {
    const graph = graphOf(valueOf(TEXT));
    const ids = new Map([
      ['component:shop', 'shop-2'],
      ['component:orders', 'orders-2'],
    ]);
    const copies = graph.nodes.filter(({ key }) => ids.has(key));
    const edges = graphOf(valueOf(edited(TEXT, edits.duplicate(copies, ids)))).edges;
    expect(edges.map(({ fromId, toId }) => `${fromId}-${toId}`)).toContain('shop-2-orders-2');
  });

  it('find a free name', () => {
    expect(edits.freeId(valueOf(TEXT), 'cache')).toBe('cache');
    expect(edits.freeId(valueOf(TEXT), 'shop')).toBe('shop-2');
  });
});

describe('the graph', () => {
  it('has a node for each workload and component and a line for each pair that calls', () => {
    const { nodes, edges } = graphOf(valueOf(TEXT));
    expect(nodes.map(({ key, size }) => [key, size])).toEqual([
      ['workload:users', '280/s'],
      ['component:shop', '1 × 2000 threads'],
      ['component:orders', '2 × 4 threads'],
    ]);
    expect(edges.map(({ key, label }) => [key, label])).toEqual([
      ['workload:users>component:shop', '2 s'],
      ['component:shop>component:orders', '250 ms · 4 attempts'],
    ]);
  });

  it('says how much each workload sends', () => {
    const workloads = [
      { users: 5 },
      { rate: '9/s' },
      { trace: { csv: 'time' } },
      { diurnal: { high: '80/s' } },
    ];
    const { nodes } = graphOf({ workloads: workloads.map((load, i) => ({ id: `w${i}`, ...load })) });
    expect(nodes.map(({ size }) => size)).toEqual(['5 users', '9/s', 'trace', 'up to 80/s']);
  });

  it('draws a line to each participant of a commit, which goes with the participant', () => {
    const text = `workloads:
- {id: users, rate: 1/s, call: shop}
components:
- id: shop
  steps:
  - commit:
    - {call: orders, timeout: 1 s}
    - {call: stock, timeout: 2 s}
- id: orders
- id: stock
`;
    const { edges } = graphOf(valueOf(text));
    expect(edges.map(({ key, label, send }) => [key, label, send])).toEqual([
      ['workload:users>component:shop', '', false],
      ['component:shop>component:orders', '1 s', false],
      ['component:shop>component:stock', '2 s', false],
    ]);
    const without = edited(text, edits.disconnect([edges[2]!]));
    expect(without).toBe(text.replace('    - {call: stock, timeout: 2 s}\n', ''));
    const shop = (of: string) => (valueOf(of).components as Record<string, unknown>[])[0];
    const [, last] = graphOf(valueOf(without)).edges;
    expect(shop(edited(without, edits.disconnect([last!])))).toEqual({ id: 'shop' });
    expect(edited(text, edits.rename('component', 'stock', 'goods'))).toContain(
      '{call: goods, timeout: 2 s}',
    );
    expect(shop(edited(text, edits.removeNodes([{ kind: 'component', id: 'orders' }])))).toEqual({
      id: 'shop',
      steps: [{ commit: [{ call: 'stock', timeout: '2 s' }] }],
    });
  });

  it('reads what is half written', () => {
    expect(
      graphOf({ components: [null, 3, { id: 'a', steps: [{ all: [{ call: 'a' }, 7] }] }], workloads: 'x' })
        .edges,
    ).toHaveLength(1);
  });

  it('places columns by distance, keeps what was placed, and lets nothing overlap', () => {
    const value = valueOf(TEXT);
    const free = placed(graphOf(value));
    expect(free['workload:users']![0]).toBeLessThan(free['component:shop']![0]);
    expect(free['component:shop']![0]).toBeLessThan(free['component:orders']![0]);
    const some = placed(graphOf({ ...value, layout: { positions: { orders: free['component:shop'] } } }));
    expect(some['component:orders']).toEqual(free['component:shop']);
    expect(some['component:shop']).not.toEqual(some['component:orders']);
  });

  it('places a circle of calls without end', () => {
    const components = [
      { id: 'a', steps: [{ call: 'b' }] },
      { id: 'b', steps: [{ call: 'a' }] },
    ];
    expect(Object.keys(placed(graphOf({ components })))).toHaveLength(2);
  });

  it('run down a narrow screen, two abreast, calls from top to bottom', () => {
    const graph = graphOf({
      workloads: [{ id: 'users', call: 'api' }],
      components: [
        { id: 'api', steps: [{ all: ['a', 'b', 'c'].map((call) => ({ call })) }] },
        ...['a', 'b', 'c'].map((id) => ({ id })),
      ],
    });
    const at = stacked(graph);
    const [xs, ys] = [0, 1].map((axis) => Object.values(at).map((place) => place[axis as 0 | 1]));
    expect(Math.max(...xs!) - Math.min(...xs!)).toBeLessThan(2 * NODE.width);
    expect(new Set(ys).size).toBe(4);
    expect(at['workload:users']![1]).toBeLessThan(at['component:api']![1]);
    expect(at['component:a']![1]).toBe(at['component:b']![1]);
    expect(at['component:c']![1]).toBeGreaterThanOrEqual(at['component:a']![1] + NODE.height);
    expect(directionOf(graph, at)).toBe('down');
    expect(directionOf(graph, placed(graph))).toBe('right');
  });

  it('fit a window by their wider side', () => {
    const row = { a: [0, 0], b: [NODE.width, 0] } as const;
    expect(scaleWithin({ a: [...row.a], b: [...row.b] }, 2 * NODE.width, 1000)).toBe(1);
    expect(scaleWithin({ a: [...row.a], b: [...row.b] }, 1000, NODE.height / 2)).toBe(0.5);
  });
});

describe('the history', () => {
  it('undoes and redoes over all editors, edits of a moment together', () => {
    const history = new History();
    history.record('a', 'typing', 0);
    history.record('ab', 'typing', 300);
    history.record('abc', null, 400);
    expect(history.undo('abcd')).toBe('abc');
    expect(history.undo('abc')).toBe('a');
    expect(history.undo('a')).toBeNull();
    expect(history.redo('a')).toBe('abc');
    expect(history.redo('abc')).toBe('abcd');
    expect(history.redo('abcd')).toBeNull();
  });

  it('forgets the oldest of a long text, but never the last', () => {
    const history = new History();
    const long = 'x'.repeat(CHARACTERS_MAX / 2);
    for (const text of ['first', `${long}a`, `${long}b`]) history.record(text, null, 0);
    expect(history.undo('now')).toBe(`${long}b`);
    expect(history.canUndo).toBe(false);
  });

  it('forgets what was undone when something else is done', () => {
    const history = new History();
    history.record('a', null, 0);
    history.undo('b');
    history.record('a', null, 1);
    expect(history.canRedo).toBe(false);
  });
});

describe('a pointer', () => {
  it('is a path and back', () => {
    expect(pathOf('/components/1/a~1b~0c')).toEqual(['components', 1, 'a/b~c']);
    expect(pointerOf(['components', 1, 'a/b~c'])).toBe('/components/1/a~1b~0c');
    expect(isWithin('/faults/1/at', '/faults/1')).toBe(true);
    expect(isWithin('/faults/10', '/faults/1')).toBe(false);
  });

  it('finds its place in the text: the key and its value on the first line', () => {
    const at = (pointer: string) => {
      const { from, to } = rangeOf(parse(TEXT), TEXT, pointer);
      return TEXT.slice(from, to);
    };
    expect(at('/components/1/threads')).toBe('threads: 4');
    expect(at('/components/0/steps/1/retry/attempts')).toBe('attempts: 4');
    expect(at('/faults/0')).toBe('{at: 60 s, for: 10 s, component: orders, slow: 4}');
    expect(at('/components/1')).toBe('id: orders');
    expect(at('/components/1/nothing')).toBe('id: orders');
    expect(at('')).toBe('# A storm in a glass.');
  });
});
