import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    // Compressing takes most of the build: DSTUDIO_PRECOMPRESS=0 leaves it out while developing.
    // No fallback page: src/routes/404 is prerendered to 404.html and reads without JavaScript.
    adapter: adapter({
      pages: 'build',
      assets: 'build',
      precompress: process.env.DSTUDIO_PRECOMPRESS !== '0',
      strict: true,
    }),
    // 404.html is served at any depth, so every asset address starts at the root.
    paths: { relative: false },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'img-src': ['self', 'data:'],
        // KaTeX positions glyphs with style attributes.
        'style-src': ['self', 'unsafe-inline'],
        // Formulas are computed by a WebAssembly module, in a worker of this site.
        'script-src': ['self', 'wasm-unsafe-eval'],
        'worker-src': ['self'],
        'connect-src': ['self'],
        'base-uri': ['self'],
        'form-action': ['self'],
        'object-src': ['none'],
      },
    },
    prerender: {
      entries: ['*'],
      concurrency: 2,
      // [kind]/[id] serves kinds without a layout of their own; a catalogue may have none.
      handleUnseenRoutes: 'ignore',
      handleHttpError({ path, referrer, message }) {
        throw new Error(`${message} (${path}, linked from ${referrer ?? 'an entry point'})`);
      },
      handleMissingId({ path, id, referrers }) {
        throw new Error(`no element #${id} on ${path}, linked from ${referrers.join(', ')}`);
      },
    },
  },
};
