import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** How every function is bundled, in esbuild's own words: what is deployed, and what a benchmark must measure. */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // The SDK's ESM build: a third smaller than the CommonJS one that esbuild prefers for Node.
  mainFields: ['module', 'main'],
  // Escaped, every letter of Korean is six bytes.
  charset: 'utf8',
  alias: {
    '@aws-sdk/credential-provider-node': join(
      import.meta.dirname,
      '../lambda/aws/environment-credentials.ts',
    ),
    '@smithy/core/event-streams': join(import.meta.dirname, '../lambda/aws/no-event-streams.ts'),
  },
} as const satisfies BuildOptions;
