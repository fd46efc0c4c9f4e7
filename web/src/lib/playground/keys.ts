/** Keys of the playground. Single keys count only while the canvas has the focus, so that typing is never taken. */
import type { Playground } from './playground.svelte';

export interface KeyActions {
  save(): void;
  help(): void;
}

export function onKey(event: KeyboardEvent, playground: Playground, actions: KeyActions): void {
  const target = event.target as HTMLElement | null;
  if (event.defaultPrevented || !target || target.closest('dialog')) return;
  const isTyping = target.closest('input[type="text"], input[type="search"], textarea, .cm-editor') !== null;
  const isOnCanvas = target.closest('[data-playground-canvas]') !== null;
  if (act()) event.preventDefault();

  function act(): boolean {
    const { design } = playground;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (event.altKey) return false;
      // Fields of the forms write into the design at once, so its history is theirs too.
      if (key === 'z' && !target?.closest('.palette'))
        return event.shiftKey ? done(design.redo()) : done(design.undo());
      if (key === 'y') return done(design.redo());
      if (key === 's') return done(actions.save());
      if (key === 'd' && !isTyping && !playground.isReadOnly) return done(playground.duplicateSelection());
      return false;
    }
    if (!isOnCanvas || isTyping || event.altKey) return false;
    if (event.key === '?') return done(actions.help());
    if (target?.closest('button, a')) return false;
    if (key === ' ') return done(playground.toggle());
    if (key === '.') return done(void playground.step('small'));
    if ((key === 'delete' || key === 'backspace') && !playground.isReadOnly)
      return done(playground.removeSelection());
    return false;
  }
}

/** What an action returns does not matter: it was done. */
function done(...actions: unknown[]): boolean {
  return actions.length > 0;
}
