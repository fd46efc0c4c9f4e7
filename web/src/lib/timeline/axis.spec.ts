import { describe, expect, it } from 'vitest';
import { columnsFor, inColumn, MODERN_FROM, OLD_FROM, spanOf } from './axis';

const items = [{ year: 1494 }, { year: 1978 }, { year: 2000 }, { year: 2007 }, { year: 2025 }];

describe('time axis', () => {
  it('holds every item in exactly one column, folded and unfolded', () => {
    for (const isUnfolded of [false, true]) {
      const columns = columnsFor(items, 2025, isUnfolded);
      const placed = columns.flatMap((column) => inColumn(items, column));
      expect(placed).toEqual(items);
    }
  });

  it('folds what is older into one column', () => {
    const columns = columnsFor(items, 2025, false);
    expect(columns[0]).toMatchObject({ key: 'older', label: `before ${MODERN_FROM}` });
    expect(columns).toHaveLength(27);
    expect(columnsFor(items, 2025, true)[0]?.label).toBe(`before ${OLD_FROM}`);
  });

  it('has no column for older things where there are none', () => {
    expect(columnsFor([{ year: 2004 }], 2005, false)[0]?.label).toBe('2000');
  });

  it('lets one era end where the next begins', () => {
    const columns = columnsFor(items, 2025, false);
    expect(spanOf(columns, 2000, 2005)).toEqual([2, 7]);
    expect(spanOf(columns, 2005, 2010)).toEqual([7, 12]);
    expect(spanOf(columns, 1980, 1990)).toBeNull();
  });
});
