import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

/** This project, wherever it is checked out. */
export const ROOT: string = join(import.meta.dirname, '..');

/** The name of this checkout among those that are measured. */
export const HERE = 'here';

/** The bots that are measured. */
export type Scenario = 'cafe' | 'echo';

/** Sources to measure: this checkout's, or another's beside it. */
export interface Checkout {
  readonly name: string;
  /** A deployed function's bundle, with this bot in it; by the checkout's own way of bundling. */
  deployed(handler: string, scenario: Scenario): string;
  /** A bundle of one of `bench/entries`, made the same way. */
  entry(name: string, scenario: Scenario): string;
}

type Bundling = Pick<typeof import('../lib/bundling.ts'), 'bundleFile' | 'bundleHandler'>;

/**
 * The checkout in a folder, whose bundles are made into another.
 * What the bench wires of it is wired by its own `bench/entries`, where it has them.
 */
export async function checkoutIn(folder: string, into: string): Promise<Checkout> {
  const root = resolve(folder);
  const name = root === resolve(ROOT) ? HERE : basename(root);
  const { bundleFile, bundleHandler }: Bundling = await import(
    pathToFileURL(join(root, 'lib/bundling.ts')).href
  );
  const out = join(into, name);
  const entries = join(out, 'entries');
  copyEntries(root, entries);
  const scenarioFile = (scenario: Scenario): string =>
    scenario === 'cafe' ? join(root, 'lambda/scenarios/cafe.ts') : join(entries, 'echo.ts');
  const once = (bundle: string, make: (to: string) => unknown): string => {
    const to = join(out, bundle);
    if (!existsSync(to)) make(to);
    return join(to, 'index.mjs');
  };
  return {
    name,
    deployed: (handler, scenario) =>
      once(`${handler}-${scenario}`, to => bundleHandler(handler, scenarioFile(scenario), to)),
    entry: (entry, scenario) =>
      once(`entry-${entry}-${scenario}`, to =>
        bundleFile(join(entries, `${entry}.ts`), root, to, {}, { '#scenario': scenarioFile(scenario) }),
      ),
  };
}

/** The entries beside the bundles, with the checkout's own sources and packages behind them. */
function copyEntries(root: string, to: string): void {
  const own = join(root, 'bench/entries');
  const from = existsSync(own) ? own : join(ROOT, 'bench/entries');
  cpSync(from, to, { recursive: true });
  for (const file of readdirSync(to)) {
    const code = readFileSync(join(to, file), 'utf8');
    writeFileSync(
      join(to, file),
      code
        .replaceAll(`'../../`, `'${root}/`)
        .replaceAll(`from '@aws-sdk/`, `from '${root}/node_modules/@aws-sdk/`),
    );
  }
}

/** A script of the bench, bundled: the loader that runs TypeScript would instrument every function. */
export function bundleScript(name: string, into: string): string {
  mkdirSync(into, { recursive: true });
  const outfile = join(into, `${name}.mjs`);
  buildSync({
    entryPoints: [join(ROOT, 'bench', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}
