import { describe, expect, it } from 'vitest';
import { LINE, MAP, resolutionWithin } from './resolution';

describe('the resolution of a plot', () => {
  it('is full where that is cheap', () => {
    expect(resolutionWithin(LINE, 0.001, 10)).toEqual(LINE);
    expect(resolutionWithin(MAP, 0.001, 10)).toEqual(MAP);
  });

  it('stays within the time where it is not', () => {
    for (const costMs of [0.01, 0.05, 0.1]) {
      const { x, y } = resolutionWithin(MAP, costMs, 10);
      expect(x * y * costMs).toBeLessThanOrEqual(10);
    }
    expect(resolutionWithin(LINE, 0.2, 10)).toEqual({ x: 50, y: 1 });
  });

  it('never falls below what can be read', () => {
    expect(resolutionWithin(LINE, 100, 10)).toEqual({ x: 25, y: 1 });
    expect(resolutionWithin(MAP, 100, 10)).toEqual({ x: 9, y: 9 });
  });
});
