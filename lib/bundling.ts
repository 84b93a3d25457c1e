import { join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

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
  // Node 24 knows them, which esbuild's tables deny: a `new RegExp` in their place stays where nobody uses it.
  supported: { 'regexp-unicode-property-escapes': true },
  alias: {
    '@aws-sdk/credential-provider-node': join(
      import.meta.dirname,
      '../lambda/aws/environment-credentials.ts',
    ),
    '@smithy/core/event-streams': join(import.meta.dirname, '../lambda/aws/no-event-streams.ts'),
  },
} as const satisfies BuildOptions;

/** Where this package is: its handlers are bundled from here, wherever an app that uses it is. */
export const ROOT: string = join(import.meta.dirname, '..');

/**
 * Bundles a handler for Lambda into a folder, as `index.mjs`.
 * @param scenario the file that exports its bot, from the working directory; undefined for lambda/scenario.ts
 * @throws esbuild's own error, when something does not compile
 */
export function bundleHandler(handler: string, scenario: string | undefined, folder: string): void {
  buildSync({
    ...BUNDLING,
    alias: { ...BUNDLING.alias, ...(scenario !== undefined && { '#scenario': resolve(scenario) }) },
    entryPoints: [join(ROOT, 'lambda', 'handlers', `${handler}.ts`)],
    outfile: join(folder, 'index.mjs'),
    logLevel: 'warning',
  });
}
