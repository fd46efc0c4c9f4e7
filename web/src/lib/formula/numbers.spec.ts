import { describe, expect, it } from 'vitest';
import { numberText, quantityText, splitFigure, tickText } from './numbers';
import { axisScale, capped, linearTicks, linePath, logTicks, niceExtent } from './scale';
import { fromPosition, POSITIONS, sliderRange, toPosition } from './slider';
import type { ModelVariable } from './types';
import { spreadAround } from './uncertain';

const variable = (more: Partial<ModelVariable>): ModelVariable => ({
  name: 'x',
  meaning: '',
  latex: '',
  unit: '1',
  dimension: '1',
  ...more,
});
const free = { from: null, to: null, step: null, scale: null };

describe('numbers', () => {
  it('write quantities as the language reads them', () => {
    expect(quantityText(250, 'ms')).toBe('250 ms');
    expect(quantityText(8, '1/s')).toBe('8/s');
    expect(quantityText(99.9, '%')).toBe('99.9%');
    expect(quantityText(10, '1')).toBe('10');
    expect(quantityText(5, 'USD/(GB h)')).toBe('5 USD/(GB*h)');
    expect(quantityText(0.1 + 0.2, 's')).toBe('0.3 s');
  });

  it('stay short', () => {
    expect(numberText(1 / 3, 4)).toBe('0.3333');
    expect(tickText(25000)).toBe('25k');
    expect(tickText(2500)).toBe('2500');
    expect(tickText(3e6)).toBe('3M');
    expect(tickText(0.00002)).toBe('2e-5');
  });

  it('part a figure from its unit', () => {
    expect(splitFigure('1.5 ms')).toEqual(['1.5', 'ms']);
    expect(splitFigure('8/s')).toEqual(['8', '/s']);
    expect(splitFigure('-1e-9')).toEqual(['-1e-9', '']);
    expect(splitFigure('unbounded')).toEqual(['unbounded', '']);
  });
});

describe('scales', () => {
  it('map values to pixels and back', () => {
    for (const kind of ['linear', 'log'] as const) {
      const scale = axisScale(1, 1000, 50, 650, kind);
      expect(scale.of(1)).toBeCloseTo(50);
      expect(scale.of(1000)).toBeCloseTo(650);
      for (const value of [1, 7, 300, 1000]) expect(scale.invert(scale.of(value))).toBeCloseTo(value);
    }
  });

  it('are linear where a logarithm has no meaning', () => {
    expect(axisScale(0, 10, 0, 1, 'log').kind).toBe('linear');
  });

  it('have round ticks within their range', () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(3, 3, 5)).toEqual([3]);
    expect(logTicks(1, 1000, 4)).toEqual([1, 10, 100, 1000]);
    for (const tick of logTicks(0.7, 13, 6)) expect(tick >= 0.7 && tick <= 13).toBe(true);
  });

  it('widen to zero where it is near, and never to nothing', () => {
    expect(niceExtent([2, 98], 'linear')).toEqual([0, 100]);
    const [low, high] = niceExtent([5, 5], 'linear');
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
    expect(niceExtent([0, 0], 'linear')).toEqual([0, 1]);
  });

  it('leave out the top of a curve that shoots up, and nothing of one that does not', () => {
    const gentle = Array.from({ length: 20 }, (_, i) => i);
    expect(capped([gentle])).toEqual([gentle]);
    const [curve] = capped([[null, 1e9, ...gentle]]);
    expect(curve?.slice(2)).toEqual(gentle);
    expect(curve?.[0]).toBeNull();
    expect(curve?.[1]).toBeGreaterThan(19);
    expect(curve?.[1]).toBeLessThan(200);
  });

  it('break a line where a value is missing', () => {
    const x = axisScale(0, 3, 0, 30, 'linear');
    const y = axisScale(0, 1, 10, 0, 'linear');
    expect(linePath([0, 1, 2, 3], [0, null, 1, 1], x, y)).toBe('M0.0 10.0M20.0 0.0L30.0 0.0');
  });
});

describe('sliders', () => {
  it('take the range that the content gives', () => {
    const range = sliderRange(variable({}), { from: 1, to: 50, step: 1, scale: 'linear' }, 10);
    expect(range).toEqual({ from: 1, to: 50, step: 1, scale: 'linear' });
  });

  it('find one around the value where none is given, within the domain', () => {
    expect(sliderRange(variable({ min: 0, max: 1 }), free, 0.95)).toMatchObject({ from: 0, to: 1 });
    expect(sliderRange(variable({ min: 1, integer: true }), free, 8)).toMatchObject({
      from: 1,
      to: 40,
      step: 1,
    });
    expect(sliderRange(variable({ min: 0 }), free, 80)).toMatchObject({ from: 8, to: 800, scale: 'log' });
    expect(sliderRange(variable({ list: true }), free, null)).toBeNull();
  });

  it('come back to the value they stand at', () => {
    for (const scale of ['linear', 'log'] as const) {
      const range = { from: 1, to: 1000, step: 1, scale };
      for (const value of [1, 20, 999, 1000])
        expect(
          Math.abs(
            toPosition(range, fromPosition(range, toPosition(range, value))) - toPosition(range, value),
          ),
        ).toBeLessThan(3);
    }
    const range = { from: 0, to: 1, step: null, scale: 'linear' as const };
    expect(fromPosition(range, 0)).toBe(0);
    expect(fromPosition(range, POSITIONS)).toBe(1);
    expect(toPosition(range, 5)).toBe(POSITIONS);
  });
});

describe('a value made uncertain', () => {
  it('spreads by a quarter', () => {
    expect(spreadAround(10, variable({ unit: 'ms' }))).toBe('between(8 ms, 12.5 ms)');
  });

  it('stays a proportion', () => {
    expect(spreadAround(99.9, variable({ unit: '%' }))).toBe('between(99.875%, 99.92%)');
    expect(spreadAround(0.99, variable({ min: 0, max: 1 }))).toBe('between(0.9875, 0.992)');
  });

  it('is not offered where it makes no sense', () => {
    expect(spreadAround(3, variable({ integer: true }))).toBeNull();
    expect(spreadAround(0, variable({}))).toBeNull();
    expect(spreadAround(null, variable({ list: true }))).toBeNull();
  });
});
