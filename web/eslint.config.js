import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: [
      'node_modules/',
      '.svelte-kit/',
      'build/',
      '.data/',
      'test-results/',
      'static/formula/',
      'static/simulation/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      // TypeScript knows which names exist.
      'no-undef': 'off',
      // The site is served at the root and links come from the catalogue as finished addresses.
      'svelte/no-navigation-without-resolve': 'off',
      // {@html} is only given what src/lib/server escaped and rendered while prerendering.
      'svelte/no-at-html-tags': 'off',
      // Maps, sets and URLSearchParams here are built inside one computation and never changed afterwards.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
);
