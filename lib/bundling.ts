import type { BuildOptions } from 'esbuild';

/** How every function is bundled, in esbuild's own words: what is deployed, and what a benchmark must measure. */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // The log calls errors by their class names, which minifying would make one letter.
  keepNames: true,
  // The SDK's ESM build: a third smaller than the CommonJS one that esbuild prefers for Node.
  mainFields: ['module', 'main'],
} satisfies BuildOptions;
