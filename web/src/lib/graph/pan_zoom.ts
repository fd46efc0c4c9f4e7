/** An attachment: drag and pinch to pan and zoom, Ctrl with the wheel to zoom (the plain wheel scrolls the page). */
import type { Attachment } from 'svelte/attachments';
import type { Viewport } from './viewport.svelte';

const DRAG_FROM_PX = 4;

export function panZoom(viewport: Viewport): Attachment<HTMLElement> {
  return (node) => {
    const pointers = new Map<number, { x: number; y: number }>();
    let hasDragged = false;

    const local = (x: number, y: number) => {
      const box = node.getBoundingClientRect();
      return [x - box.left, y - box.top] as const;
    };

    function down(event: PointerEvent) {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      hasDragged = false;
    }

    function move(event: PointerEvent) {
      const last = pointers.get(event.pointerId);
      if (!last) return;
      const dx = event.clientX - last.x;
      const dy = event.clientY - last.y;
      if (!hasDragged && Math.hypot(dx, dy) < DRAG_FROM_PX && pointers.size === 1) return;
      if (!hasDragged) node.setPointerCapture(event.pointerId);
      hasDragged = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const before = Math.hypot(last.x - other.x, last.y - other.y);
        const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
        if (before > 0)
          viewport.zoomBy(
            after / before,
            ...local((event.clientX + other.x) / 2, (event.clientY + other.y) / 2),
          );
      } else {
        viewport.pan(dx, dy);
      }
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    }

    const up = (event: PointerEvent) => pointers.delete(event.pointerId);

    // A drag that ends over a link is not a click on it.
    function click(event: MouseEvent) {
      if (!hasDragged) return;
      event.preventDefault();
      event.stopPropagation();
      hasDragged = false;
    }

    function wheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      viewport.zoomBy(Math.exp(-event.deltaY / 300), ...local(event.clientX, event.clientY));
    }

    const noDrag = (event: Event) => event.preventDefault();
    node.addEventListener('pointerdown', down);
    node.addEventListener('pointermove', move);
    node.addEventListener('pointerup', up);
    node.addEventListener('pointercancel', up);
    node.addEventListener('click', click, true);
    node.addEventListener('wheel', wheel, { passive: false });
    node.addEventListener('dragstart', noDrag);
    return () => {
      node.removeEventListener('pointerdown', down);
      node.removeEventListener('pointermove', move);
      node.removeEventListener('pointerup', up);
      node.removeEventListener('pointercancel', up);
      node.removeEventListener('click', click, true);
      node.removeEventListener('wheel', wheel);
      node.removeEventListener('dragstart', noDrag);
    };
  };
}
