import { describe, expect, it } from 'vitest';
import { architectureOf } from './architecture';

const document = {
  workloads: [{ id: 'users', rate: '280/s', call: 'shop', timeout: '2 s' }],
  components: [
    {
      id: 'shop',
      type: 'api-gateway',
      replicas: 2,
      threads: 2000,
      steps: [{ call: 'orders', timeout: '250 ms', retry: { attempts: 4 }, breaker: {} }],
    },
    {
      id: 'orders',
      replicas: 2,
      threads: 4,
      steps: [{ work: '20 ms' }, { send: 'a-queue-with-a-long-name' }],
    },
    { id: 'a-queue-with-a-long-name', type: 'queue' },
  ],
  faults: [{ at: '60 s', component: 'orders', slow: 4 }],
};

describe('the drawing of an architecture', () => {
  const view = architectureOf(document);

  it('says in words what it shows', () => {
    expect(view.text).toBe(
      'users calls shop (2 s); shop calls orders (250 ms, 4 attempts, breaker); orders sends to a-queue-with-a-long-name',
    );
    expect(view.isStruck).toBe(true);
    expect(architectureOf({ ...document, faults: [] }).isStruck).toBe(false);
  });

  for (const [name, drawing] of [
    ['wide', view.wide],
    ['narrow', view.narrow],
  ] as const)
    it(`has all within its frame and nothing on top of another, ${name}`, () => {
      const [left, top, width, height] = drawing.box;
      for (const node of drawing.nodes) {
        expect(node.x).toBeGreaterThanOrEqual(left);
        expect(node.y).toBeGreaterThanOrEqual(top);
        expect(node.x + node.width).toBeLessThanOrEqual(left + width);
        expect(node.y + node.height).toBeLessThanOrEqual(top + height);
        for (const other of drawing.nodes)
          if (other !== node)
            expect(
              Math.abs(other.x - node.x) >= node.width || Math.abs(other.y - node.y) >= node.height,
            ).toBe(true);
      }
      expect(drawing.nodes.map(({ isStruck }) => isStruck)).toEqual([false, false, true, false]);
      expect(drawing.nodes.map(({ what }) => what)).toEqual([
        'Workload',
        'API gateway',
        'Service',
        'Message queue',
      ]);
      expect(drawing.nodes.map(({ size }) => size).slice(0, 3)).toEqual([
        '280/s',
        '2 × 2000 threads',
        '2 × 4 threads',
      ]);
      expect(drawing.nodes[3]?.name).toBe('a-queue-with-a-lon…');
      expect(drawing.edges.map(({ label }) => label)).toEqual([
        ['2 s'],
        ['250 ms', '4 attempts', 'breaker'],
        [],
      ]);
      expect(drawing.edges.map(({ isSent }) => isSent)).toEqual([false, false, true]);
    });

  it('runs down a phone, and along a page where names stay readable', () => {
    const xs = new Set(view.narrow.nodes.map(({ x }) => x));
    expect(xs.size).toBe(1);
    expect(new Set(view.wide.nodes.map(({ y }) => y)).size).toBe(1);
    const chain = Array.from({ length: 9 }, (_, i) => ({
      id: `c${i}`,
      steps: i < 8 ? [{ call: `c${i + 1}` }] : [],
    }));
    const long = architectureOf({ workloads: [{ id: 'w', rate: '1/s', call: 'c0' }], components: chain });
    expect(long.wide.box[2]).toBeLessThan(900);
    expect(long.wide.nodes).toHaveLength(10);
  });

  it('is empty for a document without components', () => {
    expect(architectureOf({}).wide.nodes).toEqual([]);
    expect(architectureOf({}).text).toBe('');
  });
});
