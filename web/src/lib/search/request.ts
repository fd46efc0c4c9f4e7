/** Lets any part of a page ask the layout for the palette without knowing it. */
const EVENT = 'dstudio:palette';

export function requestPalette(): void {
  window.dispatchEvent(new Event(EVENT));
}

export function onPaletteRequest(listener: () => void): () => void {
  window.addEventListener(EVENT, listener);
  return () => window.removeEventListener(EVENT, listener);
}
