/**
 * An attachment that makes the elements marked `data-row` and `data-column` under a node one tab stop, walked by the
 * arrow keys. It keeps exactly one of them in the tab order, also after the list was filtered.
 */
import type { Attachment } from 'svelte/attachments';
import { moveInGrid } from './grid_navigation';

const CELLS = '[data-row][data-column]';

export function rovingGrid(onfocus: (cell: HTMLElement) => void): Attachment<HTMLElement> {
  return (node) => {
    let current: HTMLElement | null = null;

    const cells = () => [...node.querySelectorAll<HTMLElement>(CELLS)];
    const place = (cell: HTMLElement) => ({
      row: Number(cell.dataset.row),
      column: Number(cell.dataset.column),
    });

    function setCurrent(cell: HTMLElement) {
      if (current === cell) return;
      current?.setAttribute('tabindex', '-1');
      cell.setAttribute('tabindex', '0');
      current = cell;
    }

    function ensureOne() {
      if (current?.isConnected) return;
      const all = cells();
      for (const cell of all) cell.setAttribute('tabindex', '-1');
      current = null;
      if (all[0]) setCurrent(all[0]);
    }

    function focused(event: FocusEvent) {
      const cell = (event.target as Element).closest<HTMLElement>(CELLS);
      if (!cell || !node.contains(cell)) return;
      setCurrent(cell);
      onfocus(cell);
    }

    function pressed(event: KeyboardEvent) {
      if (!current || event.altKey || event.metaKey) return;
      const rows = new Map<number, number[]>();
      for (const cell of cells()) {
        const { row, column } = place(cell);
        const columns = rows.get(row);
        if (columns) columns.push(column);
        else rows.set(row, [column]);
      }
      for (const columns of rows.values()) columns.sort((a, b) => a - b);
      const next = moveInGrid(rows, place(current), event.key, event.ctrlKey);
      if (!next) return;
      event.preventDefault();
      node.querySelector<HTMLElement>(`[data-row="${next.row}"][data-column="${next.column}"]`)?.focus();
    }

    const observer = new MutationObserver(ensureOne);
    observer.observe(node, { childList: true, subtree: true });
    node.addEventListener('focusin', focused);
    node.addEventListener('keydown', pressed);
    ensureOne();
    return () => {
      observer.disconnect();
      node.removeEventListener('focusin', focused);
      node.removeEventListener('keydown', pressed);
    };
  };
}
