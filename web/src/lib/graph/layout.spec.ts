import { describe, expect, it } from 'vitest';
import { layoutLayers } from './layout';

const sizes = { nodeWidth: 100, nodeHeight: 40, columnGap: 50, rowGap: 10, bendHeight: 8 };
const nodes = ['a0', 'b0', 'c1', 'd1', 'e2'].map((id) => ({ id, layer: Number(id[1]) }));
const edges = [
  { from: 'a0', to: 'd1' },
  { from: 'b0', to: 'c1' },
  { from: 'c1', to: 'e2' },
  { from: 'a0', to: 'e2' },
];

describe('layered layout', () => {
  const layout = layoutLayers(nodes, edges, sizes);

  it('puts each layer in its column', () => {
    expect(layout.nodes.get('c1')?.x).toBe(150);
    expect(layout.nodes.get('e2')?.x).toBe(300);
    expect(layout.width).toBe(400);
  });

  it('never lets two nodes of a layer overlap', () => {
    const tops = [layout.nodes.get('c1')?.y ?? 0, layout.nodes.get('d1')?.y ?? 0].sort((x, y) => x - y);
    expect((tops[1] ?? 0) - (tops[0] ?? 0)).toBeGreaterThanOrEqual(50);
  });

  it('uncrosses what can be uncrossed', () => {
    const y = (id: string) => layout.nodes.get(id)?.y ?? 0;
    expect(Math.sign(y('a0') - y('b0'))).toBe(Math.sign(y('d1') - y('c1')));
  });

  it('draws the same graph the same way', () => {
    expect(layoutLayers(nodes, edges, sizes)).toEqual(layout);
  });

  it('drops an edge that does not lead to a later layer', () => {
    expect(layoutLayers(nodes, [{ from: 'c1', to: 'a0' }], sizes).edges).toEqual([]);
  });
});
