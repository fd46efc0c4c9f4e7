import type { Handle } from '@sveltejs/kit';

/** The two latin faces are on every page, so the browser is told of them before it has read the styles. */
const preloadedFonts = /(newsreader|ibm-plex-sans)-latin-wght-normal/;

export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    preload: ({ type, path }) =>
      type === 'js' || type === 'css' || (type === 'font' && preloadedFonts.test(path)),
  });
