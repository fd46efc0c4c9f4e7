/** Ctrl-K or Cmd-K anywhere; `/` unless something is being typed into. */
export function isPaletteShortcut(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey)
    return true;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest(
    'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]',
  );
}
