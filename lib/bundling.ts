import { execSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  buildSync,
  formatMessagesSync,
  type Message,
  type OutputFile,
} from 'esbuild';
import { type Built, hasModule, NEEDS, type Need, STAND_INS } from './bundle-needs.ts';
import { BundlingError, type BundlingSettings, type CommandHooks, LOADERS } from './bundling-settings.ts';
import { checkBundle, sentenceAbout } from './check-bundle.ts';
import { hiddenImports } from './hidden-imports.ts';
import { installModules } from './install-modules.ts';
import { ownFilesOf } from './own-files.ts';
import { ownModule } from './own-module.ts';

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
    ...STAND_INS,
    // `bundleHandler` has others for a deployment with them.
    '#aliases': ownModule('lambda/handlers/no-aliases'),
    '#event-bus': ownModule('lambda/handlers/no-event-bus'),
    // The door of the handlers' own modules, however the scenario's is resolved: they know each other's errors by class.
    'kakao-gateway/bot': ownModule('lambda/bot/index'),
    'kakao-gateway/event-api': ownModule('lambda/event-api/index'),
    'kakao-gateway/llm': ownModule('lambda/llm/index'),
  },
} as const satisfies BuildOptions;

/** A part of a function that only some deployments have: `lambda/handlers/<name>.ts`, elsewhere `no-<name>.ts`. */
export type DeploymentPart = 'aliases' | 'event-bus';

type Files = BuildResult<{ readonly write: false; readonly metafile: true }>;

/** A bundle, beside its files. */
export interface Bundled {
  /** The JSON of its source map, without what sources hold. */
  readonly sourceMap: string;
  /** Whether its bot has rules whose answers grow. */
  readonly grows: boolean;
  /** Whether its bot has conversations with a model. */
  readonly converses: boolean;
  /** Whether its bot counts what all users share. */
  readonly counts: boolean;
  /** The files that it is made of, but for those of packages. */
  readonly sources: readonly string[];
}

/**
 * Bundles a handler for Lambda into a folder, as `index.mjs` and what it needs beside it.
 * @param scenario the file that exports its bot, from the working directory or absolute
 * @param parts those that its deployment has, of which others carry no byte
 * @throws esbuild's own error, when something of the app's own does not compile
 * @throws BundlingError when a package would not run on Lambda as it is
 */
export function bundleHandler(
  handler: string,
  scenario: string,
  folder: string,
  settings: BundlingSettings = {},
  parts: readonly DeploymentPart[] = [],
): Bundled {
  const file = resolve(scenario);
  return bundleFile(ownModule(`lambda/handlers/${handler}`), dirname(file), folder, settings, {
    '#scenario': file,
    ...Object.fromEntries(parts.map(part => [`#${part}`, ownModule(`lambda/handlers/${part}`)])),
  });
}

/**
 * Bundles any module as {@link bundleHandler} does.
 * @param from where the app's packages are looked for, upwards
 */
export function bundleFile(
  entry: string,
  from: string,
  folder: string,
  settings: BundlingSettings = {},
  alias: Readonly<Record<string, string>> = {},
): Bundled {
  const { nodeModules = [] } = settings;
  runHook(settings, 'beforeBundling', folder);
  const { outputFiles, ...built } = buildWithNeeds({
    ...withSettings(BUNDLING, settings),
    alias: { ...BUNDLING.alias, ...alias },
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    // No comment in the code, which is the same byte for byte.
    sourcemap: 'external',
    sourcesContent: false,
  });
  const isMap = ({ path }: OutputFile): boolean => path.endsWith(`${sep}index.mjs.map`);
  writeChecked({ ...built, outputFiles: outputFiles.filter(file => !isMap(file)) }, settings, folder);
  if (nodeModules.length > 0) {
    runHook(settings, 'beforeInstall', folder);
    installModules(nodeModules, from, folder);
  }
  runHook(settings, 'afterBundling', folder);
  const { metafile } = built;
  return {
    sourceMap: outputFiles.find(isMap)?.text ?? '',
    grows: hasModule(metafile, 'lambda/bot/growing'),
    converses: hasModule(metafile, 'lambda/llm/conversation'),
    counts: hasModule(metafile, 'lambda/llm/budget'),
    sources: sourcesOf(metafile),
  };
}

function sourcesOf(metafile: Files['metafile']): string[] {
  return [...Object.keys(metafile.inputs), ...ownFilesOf(metafile).map(({ from }) => from)]
    .filter(file => !file.split('/').includes('node_modules'))
    .map(file => resolve(file));
}

// Nothing is written of what would not run.
function writeChecked(
  { outputFiles, warnings, metafile }: Files,
  settings: BundlingSettings,
  folder: string,
  root = folder,
): void {
  print('warning', warnings);
  checkBundle(metafile, settings);
  const ownFiles = ownFilesOf(metafile);
  const hidden = hiddenImports(metafile, settings);
  for (const { path, contents } of outputFiles) write(path, contents);
  for (const { from, to } of ownFiles) write(join(folder, to), readFileSync(from));
  for (const { file, place } of hidden) {
    const outfile = join(root, place);
    if (!existsSync(outfile))
      writeChecked(buildBeside(file, outfile, settings), settings, dirname(outfile), root);
  }
}

// What is required is CommonJS, and has no `import.meta`.
function buildBeside(file: string, outfile: string, settings: BundlingSettings): Files {
  const { define, ...options } = withSettings(BUNDLING, settings);
  return buildWithNeeds(
    {
      ...options,
      alias: {},
      format: 'cjs',
      define: { 'import.meta.url': '__importMetaUrl', ...define },
      banner: { js: "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
      entryPoints: [file],
      outfile,
    },
    [],
  );
}

function withSettings(options: BuildOptions, settings: BundlingSettings): BuildOptions {
  const { nodeModules = [], externalModules = [], loader, define, minify, keepNames, banner } = settings;
  return {
    ...options,
    external: [...nodeModules, ...externalModules],
    loader: { ...LOADERS, ...loader },
    ...(define && { define: { ...define } }),
    ...(minify !== undefined && { minify }),
    ...(keepNames !== undefined && { keepNames }),
    ...(banner !== undefined && { banner: { js: banner } }),
  };
}

function runHook({ commandHooks }: BundlingSettings, hook: keyof CommandHooks, folder: string): void {
  for (const command of commandHooks?.[hook]?.(process.cwd(), folder) ?? []) {
    try {
      // What is printed belongs to whoever synthesises, not into what synthesis prints.
      execSync(command, { stdio: ['ignore', process.stderr, process.stderr] });
    } catch {
      throw new BundlingError(`bundling.commandHooks.${hook} failed: ${command}`);
    }
  }
}

function write(path: string, contents: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/**
 * Builds in memory, and again with whatever of {@link NEEDS} the bundle shows to need.
 * @throws esbuild's own error, when something of the app's own does not compile
 * @throws BundlingError when a package can't be bundled
 */
export function buildWithNeeds(options: BuildOptions, needs: readonly Need[] = Object.values(NEEDS)): Files {
  const { files, failure } = attempt(options);
  const built: Built = {
    metafile: files?.metafile ?? { inputs: {}, outputs: {} },
    code: files?.outputFiles.find(({ path }) => path.endsWith('.mjs'))?.text ?? '',
    errors: failure?.errors ?? [],
  };
  const needed = needs.filter(need => need.isNeeded(built));
  if (needed.length > 0) {
    return buildWithNeeds(
      needed.reduce((given, need) => need.give(given, built), options),
      needs.filter(need => !needed.includes(need)),
    );
  }
  if (files) return files;
  const sentence = sentenceAbout(built.errors);
  if (sentence) throw new BundlingError(sentence);
  print('error', built.errors);
  throw failure;
}

function attempt(options: BuildOptions): { files?: Files; failure?: BuildFailure } {
  try {
    return { files: buildSync({ ...options, write: false, metafile: true, logLevel: 'silent' }) };
  } catch (error) {
    if (isBuildFailure(error)) return { failure: error };
    throw error;
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors);
}

function print(kind: 'error' | 'warning', messages: readonly Message[]): void {
  const lines = formatMessagesSync([...messages], { kind, color: process.stderr.isTTY });
  process.stderr.write(lines.join(''));
}
