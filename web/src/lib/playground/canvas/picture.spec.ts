import { describe, expect, it } from 'vitest';
import { extentOf, roundedBox, toSvg, type PathShape, type TextShape } from './picture';

const path = (d: string, over: Partial<PathShape> = {}): PathShape => ({
  kind: 'path',
  d,
  fill: null,
  stroke: 'red',
  width: 1,
  dash: [],
  ...over,
});
const text: TextShape = {
  kind: 'text',
  x: 1.234567,
  y: 2,
  text: 'a < b & "c"',
  font: { size: 11, weight: '600', family: '"IBM Plex Sans", sans-serif' },
  fill: 'black',
};

describe('the picture of a canvas', () => {
  it('has boxes with their own radii, made to fit where they are too large', () => {
    expect(roundedBox(0, 0, 10, 10, [0, 0, 0, 0])).toBe(
      'M0 0H10A0 0 0 0 1 10 0V10A0 0 0 0 1 10 10H0A0 0 0 0 1 0 10V0A0 0 0 0 1 0 0Z',
    );
    // Two radii of 42 in a height of 42 become 21 each.
    expect(roundedBox(0, 0, 100, 42, [42, 0, 0, 42])).toMatch(/^M21 0.*V21A21 21 0 0 1 21 0Z$/);
  });

  it('reaches around boxes and curves, control points included, but not by what lies inside', () => {
    const curve = path('M10,20 C30,-5 40,60 50,20');
    expect(extentOf([path(roundedBox(-8, 0, 20, 10, [4, 4, 4, 4])), curve, text])).toEqual([-8, -5, 50, 60]);
    expect(extentOf([path('M0 0H900V900', { at: { x: 0, y: 0, scale: 1 } })])).toEqual([0, 0, 0, 0]);
  });

  it('is written as SVG that stands alone', () => {
    const dashed = path('M0 0H5', { dash: [6, 4], at: { x: 3, y: 4, scale: 0.5 } });
    const svg = toSvg({ shapes: [text, dashed], width: 300, height: 200, ground: '#fff' });
    expect(svg).toContain('width="300" height="200"');
    expect(svg).toContain('<rect width="300" height="200" fill="#fff"/>');
    expect(svg).toContain('>a &lt; b &amp; &quot;c&quot;</text>');
    expect(svg).toContain('x="1.23"');
    expect(svg).toContain('font-family="&quot;IBM Plex Sans&quot;, sans-serif"');
    expect(svg).toContain('stroke-dasharray="6 4" transform="translate(3 4) scale(0.5)"');
  });
});
