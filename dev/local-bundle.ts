import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { ConfigurationError } from '../lambda/errors.ts';
import { isObject } from '../lambda/json-reader.ts';
import { ownModule, ROOT } from '../lib/own-module.ts';
import type { Run } from './run.ts';
import { LOCAL } from './scenario-file.ts';

/** The folder of the desk's page: a bundle is somewhere else. */
export const PAGE = join(ROOT, 'dev/desk/page');

/** The bundle of a run: one file that Node runs by itself. */
export interface LocalBundle {
  readonly file: string;
  /** How esbuild makes it. */
  readonly options: BuildOptions & { readonly plugins: Plugin[] };
}

/** A run's gateway and bot in one file, in the folder of its sessions; packages stay where they are, and may be native. */
export function localBundle(run: Run): LocalBundle {
  const { scenario, folder } = run;
  return bundleOf({
    scenario,
    file: resolve(folder, 'gateway.mjs'),
    contents: `import { runGateway } from ${JSON.stringify(ownModule('dev/run'))}; await runGateway(${JSON.stringify(run)}, import.meta.url);`,
  });
}

/** The same of a process that loads a scenario and reports on its bot. */
export function reportingBundle(scenario: string, folder: string): LocalBundle {
  return bundleOf({
    scenario,
    // Another check may run beside this one, of an editor or a hook.
    file: resolve(folder, `report-${process.pid}.mjs`),
    contents: `import { reportBot } from ${JSON.stringify(ownModule('dev/report-bot'))}; await reportBot(() => import('#scenario'));`,
  });
}

function bundleOf({
  scenario,
  file,
  contents,
}: Readonly<Record<'scenario' | 'file' | 'contents', string>>): LocalBundle {
  makeFolder(dirname(file));
  return {
    file,
    options: {
      stdin: { contents, resolveDir: ROOT },
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      sourcemap: true,
      charset: 'utf8',
      logLevel: 'silent',
      // A scenario in CommonJS may ask for packages at any time.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      plugins: [whereThingsAre(resolve(scenario))],
    },
  };
}

function makeFolder(folder: string): void {
  try {
    // Before esbuild makes it, open to others.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Whoever's project it is: what users said belongs into no repository.
    const ignored = join(LOCAL, '.gitignore');
    if (!existsSync(ignored)) writeFileSync(ignored, '*\n');
  } catch (error) {
    const reason = isObject(error) ? error.code : error;
    throw new ConfigurationError(
      `${LOCAL} can't be written (${reason}): it must be a folder that is yours, since the bot is built there`,
    );
  }
}

/** DynamoDB's stand-in, which the package brings along; a clone has it among its own packages. */
const PACKED_DYNALITE = join(ROOT, 'dev/dynalite.cjs');

/** Finds the scenario, its doors, and every package from the file that imports it. */
function whereThingsAre(scenario: string): Plugin {
  return {
    name: 'where things are',
    setup: build => {
      build.onResolve({ filter: /^#scenario$/ }, () => ({
        path: scenario,
        watchFiles: [resolve('.env.local')],
      }));
      build.onResolve({ filter: /^kakao-gateway\/(?:bot|event-api|llm)$/ }, ({ path }) => ({
        path: ownModule(`lambda/${path.slice('kakao-gateway/'.length)}/index`),
      }));
      if (existsSync(PACKED_DYNALITE)) {
        const path = pathToFileURL(PACKED_DYNALITE).href;
        build.onResolve({ filter: /^dynalite$/ }, () => ({ path, external: true }));
      }
      build.onResolve({ filter: /^[^./#]/ }, args => packageOf(build, args));
    },
  };
}

/** esbuild's own finding again would ask the plugin again. */
const FOUND = { isFound: true };

async function packageOf(
  build: PluginBuild,
  { path, pluginData, ...from }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (pluginData === FOUND || from.kind === 'entry-point' || isBuiltin(path)) return undefined;
  const { importer, resolveDir, kind } = from;
  const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: FOUND });
  if (found.errors.length > 0 || found.external || !isPackage(found.path)) return found;
  const isRequired = kind === 'require-call' || kind === 'require-resolve';
  return { path: isRequired ? found.path : pathToFileURL(found.path).href, external: true };
}

/** Whether a file is one that Node loads from a package of others. */
function isPackage(file: string): boolean {
  // This one may be a package itself.
  const place = file.startsWith(ROOT + sep) ? file.slice(ROOT.length) : file;
  return place.includes(`${sep}node_modules${sep}`) && /\.[cm]?js$/.test(file);
}
