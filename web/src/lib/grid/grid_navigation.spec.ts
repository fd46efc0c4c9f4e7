import { describe, expect, it } from 'vitest';
import { moveInGrid } from './grid_navigation';

// Row 0: 1 3;  row 1: nothing in column 3;  row 4: 3
const rows = new Map([
  [0, [1, 3]],
  [1, [1, 2]],
  [4, [3, 9]],
]);

describe('moving in a sparse grid', () => {
  it('goes to the next cell of the row and stops at its ends', () => {
    expect(moveInGrid(rows, { row: 0, column: 1 }, 'ArrowRight')).toEqual({ row: 0, column: 3 });
    expect(moveInGrid(rows, { row: 0, column: 3 }, 'ArrowRight')).toBeNull();
    expect(moveInGrid(rows, { row: 0, column: 1 }, 'ArrowLeft')).toBeNull();
  });

  it('stays in the column where it can, over rows without it', () => {
    expect(moveInGrid(rows, { row: 0, column: 3 }, 'ArrowDown')).toEqual({ row: 4, column: 3 });
    expect(moveInGrid(rows, { row: 4, column: 3 }, 'ArrowUp')).toEqual({ row: 0, column: 3 });
  });

  it('takes the nearest cell of the next row where the column ends', () => {
    expect(moveInGrid(rows, { row: 1, column: 2 }, 'ArrowDown')).toEqual({ row: 4, column: 3 });
    expect(moveInGrid(rows, { row: 4, column: 9 }, 'ArrowUp')).toEqual({ row: 1, column: 2 });
    expect(moveInGrid(rows, { row: 4, column: 3 }, 'ArrowDown')).toBeNull();
  });

  it('jumps to the ends of the row, with Ctrl of the grid', () => {
    expect(moveInGrid(rows, { row: 4, column: 9 }, 'Home')).toEqual({ row: 4, column: 3 });
    expect(moveInGrid(rows, { row: 1, column: 1 }, 'End', true)).toEqual({ row: 4, column: 9 });
    expect(moveInGrid(rows, { row: 1, column: 1 }, 'Home', true)).toEqual({ row: 0, column: 1 });
  });

  it('leaves other keys alone', () => {
    expect(moveInGrid(rows, { row: 0, column: 1 }, 'Enter')).toBeNull();
    expect(moveInGrid(new Map(), { row: 0, column: 0 }, 'ArrowDown')).toBeNull();
  });
});
