import type { BuildOptions } from 'esbuild';

/** How the page is made of its sources, wherever they are: its script and its style, each one file. */
export const PAGE_BUILD = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** The page's entry, from its folder. */
export const PAGE_ENTRY = 'main.tsx';

/** The names of its files, in a package and on the way to the browser. */
export const PAGE_NAME = 'page';
