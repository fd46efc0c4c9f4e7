import { describe, expect, it } from 'vitest';
import { Viewport, ZOOM_MAX, ZOOM_READABLE } from './viewport.svelte';

function make(width = 500, height = 300) {
  const viewport = new Viewport({ width: 1000, height: 400 }, 0);
  viewport.frame = { width, height };
  return viewport;
}

describe('viewport', () => {
  it('fits the drawing and centres it', () => {
    const viewport = make();
    viewport.fit();
    expect(viewport.zoom).toBe(0.5);
    expect(viewport.viewBox).toBe('0 -100 1000 600');
  });

  it('starts readable where fitting would not be', () => {
    const viewport = make(200, 300);
    viewport.start();
    expect(viewport.zoom).toBe(ZOOM_READABLE);
    expect(viewport.x).toBeCloseTo(0);
  });

  it('keeps the point under the pointer where it is while zooming', () => {
    const viewport = make();
    viewport.fit();
    const at = () => viewport.x + 100 / viewport.zoom;
    const before = at();
    viewport.zoomBy(1.5, 100, 50);
    expect(at()).toBeCloseTo(before);
  });

  it('does not zoom beyond its bounds', () => {
    const viewport = make();
    viewport.zoomBy(1000);
    expect(viewport.zoom).toBe(ZOOM_MAX);
  });

  it('moves just enough to reveal a box, and not when it is seen', () => {
    const viewport = make();
    viewport.reveal({ x: 900, y: 0, width: 100, height: 50 });
    expect(viewport.x).toBe(500);
    viewport.reveal({ x: 600, y: 0, width: 100, height: 50 });
    expect(viewport.x).toBe(500);
  });

  it('pans as a hand on paper', () => {
    const viewport = make();
    viewport.pan(30, -10);
    expect([viewport.x, viewport.y]).toEqual([-30, 10]);
  });
});
