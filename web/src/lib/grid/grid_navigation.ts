/**
 * Movement in a grid where only some cells can be focused. Pure: rows of focusable columns in, a cell out.
 *
 * Left and right go to the next focusable cell of the row. Up and down prefer the same column in the nearest row that
 * has it, and fall back to the nearest row with any cell, so every cell can be reached. Home and End go to the ends of
 * the row, with Ctrl to the first and last cell. Returns null for other keys and at an edge.
 */
export interface Cell {
  row: number;
  column: number;
}

export function moveInGrid(
  rows: ReadonlyMap<number, readonly number[]>,
  at: Cell,
  key: string,
  withControl = false,
): Cell | null {
  const columns = rows.get(at.row) ?? [];
  const order = [...rows.keys()].sort((a, b) => a - b);
  const edge = (row: number | undefined, side: 0 | -1): Cell | null => {
    const column = row === undefined ? undefined : rows.get(row)?.at(side);
    return row === undefined || column === undefined ? null : { row, column };
  };
  const inRow = (column: number | undefined): Cell | null =>
    column === undefined ? null : { row: at.row, column };

  switch (key) {
    case 'ArrowRight':
      return inRow(columns.find((column) => column > at.column));
    case 'ArrowLeft':
      return inRow(columns.findLast((column) => column < at.column));
    case 'ArrowDown':
      return vertical(
        rows,
        order.filter((row) => row > at.row),
        at.column,
      );
    case 'ArrowUp':
      return vertical(rows, order.filter((row) => row < at.row).reverse(), at.column);
    case 'Home':
      return edge(withControl ? order[0] : at.row, 0);
    case 'End':
      return edge(withControl ? order.at(-1) : at.row, -1);
    default:
      return null;
  }
}

function vertical(
  rows: ReadonlyMap<number, readonly number[]>,
  candidates: readonly number[],
  column: number,
): Cell | null {
  const same = candidates.find((row) => rows.get(row)?.includes(column));
  if (same !== undefined) return { row: same, column };
  const any = candidates.find((row) => (rows.get(row)?.length ?? 0) > 0);
  if (any === undefined) return null;
  const nearest = [...(rows.get(any) ?? [])].sort((a, b) => Math.abs(a - column) - Math.abs(b - column))[0];
  return nearest === undefined ? null : { row: any, column: nearest };
}
