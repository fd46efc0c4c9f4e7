import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** KaTeX names each font three times; every browser this site supports reads the first (woff2). */
function katexWoff2Only(): Plugin {
  return {
    name: 'katex-woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('katex.min.css') || !code.includes('@font-face')) return null;
      const slim = code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '');
      return { code: slim, map: null };
    },
  };
}

export default defineConfig({
  define: { __DSTUDIO_ORIGIN__: JSON.stringify(process.env.DSTUDIO_ORIGIN ?? '') },
  plugins: [katexWoff2Only(), sveltekit()],
  build: {
    // light-dark() and nesting are used as written; older targets would get a bulky polyfill.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  test: { include: ['src/**/*.spec.ts'], environment: 'node' },
});
