import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { BuildOptions, Message, Metafile } from 'esbuild';
import { descriptionOf, packageOf } from './bundled-package.ts';
import { ownModule } from './own-module.ts';

/** A build, as far as it tells what its bundle needs: where it didn't compile, its errors alone. */
export interface Built {
  readonly metafile: Metafile;
  readonly code: string;
  readonly errors: readonly Message[];
}

/** Something that only some bundles need, and that the others would pay for. */
export interface Need {
  isNeeded(built: Built): boolean;
  /** The options that give it. */
  give(options: BuildOptions, built: Built): BuildOptions;
}

/** The modules that are replaced in a bundle, unless it shows to need the original. */
export const STAND_INS = {
  '@aws-sdk/credential-provider-node': ownModule('lambda/aws/environment-credentials'),
  '@smithy/core/event-streams': ownModule('lambda/aws/no-event-streams'),
  '@aws-sdk/endpoint-cache': ownModule('lambda/aws/endpoint-cache'),
  'node:process': ownModule('lambda/aws/node-process'),
  '#counters': ownModule('lambda/handlers/no-counters'),
  '#drafts': ownModule('lambda/handlers/no-drafts'),
  '#growing': ownModule('lambda/turn/no-growing-answers'),
  '#rooms': ownModule('lambda/handlers/no-rooms'),
} as const;

/**
 * All that a bundle may need, each decided by what was made without it. An import counts where its module is in the
 * output: `isImported`.
 */
export const NEEDS: Readonly<Record<string, Need>> = {
  'event streams': { isNeeded: needsEventStreams, give: withOriginal('@smithy/core/event-streams') },
  "the SDK's chain of credential providers": {
    isNeeded: built => lacksExport(built, '@aws-sdk/credential-provider-node'),
    give: withOriginal('@aws-sdk/credential-provider-node'),
  },
  'all of `node:process`': { isNeeded: needsProcess, give: withOriginal('node:process') },
  'secret texts': {
    isNeeded: built => isImported(built, '#secrets'),
    give: options => ({
      ...options,
      alias: { ...options.alias, '#secrets': ownModule('lambda/handlers/secret-texts') },
    }),
  },
  'room sessions': needOf('lambda/bot/room-session', { '#rooms': 'lambda/handlers/rooms' }),
  'growing answers': needOf('lambda/bot/growing', {
    '#drafts': 'lambda/handlers/drafts',
    '#growing': 'lambda/turn/growing-answers',
  }),
  'counters of all users': needOf('lambda/llm/budget', { '#counters': 'lambda/handlers/counters' }),
  'require, and the place of a file': {
    isNeeded: ({ code }) => code.includes('Dynamic require of "') || /\b__(?:dirname|filename)\b/.test(code),
    give: withCommonJs,
  },
  'a package as `require` has it': {
    isNeeded: built => requiredAsModules(built).size > 0,
    give: withRequired,
  },
};

/** The need of parts of ours that stand behind a module, where a bot uses that. */
function needOf(module: OwnModule, parts: Readonly<Record<string, string>>): Need {
  return {
    isNeeded: ({ metafile }) => hasModule(metafile, module),
    give: options => ({
      ...options,
      alias: {
        ...options.alias,
        ...Object.fromEntries(Object.entries(parts).map(([part, path]) => [part, ownModule(path)])),
      },
    }),
  };
}

/** Whether a module that made bytes of the output imports this, as its author wrote it. */
export function isImported({ metafile }: Built, specifier: string): boolean {
  const importers = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => metafile.inputs[file]);
  return importers.some(input =>
    input?.imports.some(({ original, path }) => (original ?? path) === specifier),
  );
}

/** A module of ours by which a bundle tells that its bot uses something. */
export type OwnModule =
  | 'lambda/bot/growing'
  | 'lambda/bot/room-session'
  | 'lambda/llm/budget'
  | 'lambda/llm/conversation';

/** Whether a module of ours made bytes of the output. */
export function hasModule({ outputs }: Metafile, module: OwnModule): boolean {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .some(([file, { bytesInOutput }]) => bytesInOutput > 0 && isOwn(file, module));
}

const isOwn = (file: string, module: OwnModule): boolean =>
  ['.ts', '.js'].some(end => `/${file}`.endsWith(`/${module}${end}`));

// Whoever has event streams imports them by name, or describes them by the trait `streaming`, which is all that the
// SDK's core goes by when it loads them. Whatever looks like either gets them, whether it is the SDK's or not.
function needsEventStreams(built: Built): boolean {
  return (
    lacksExport(built, '@smithy/core/event-streams') ||
    Object.entries(built.metafile.inputs)
      .filter(([file]) => !/node_modules\/@smithy\/core\//.test(file))
      .some(
        ([file, { imports }]) =>
          imports.some(({ original, path }) => /event-?stream/i.test(original ?? path)) ||
          (existsSync(file) && /(["'`])streaming\1|\bstreaming:/.test(readFileSync(file, 'utf8'))),
      )
  );
}

// Whoever imports it as a namespace, or requires it, may ask it for anything.
function needsProcess(built: Built): boolean {
  const others = Object.entries(built.metafile.inputs).filter(
    ([file]) => !/node_modules\/@aws-sdk\/core\//.test(file),
  );
  return (
    lacksExport(built, 'node:process') ||
    others.some(([, { imports }]) => imports.some(({ original }) => original === 'node:process'))
  );
}

function lacksExport({ errors }: Built, specifier: keyof typeof STAND_INS): boolean {
  return errors.some(({ text }) => text.includes(basename(STAND_INS[specifier])));
}

function withOriginal(specifier: keyof typeof STAND_INS): Need['give'] {
  return options => {
    const { [specifier]: _, ...alias } = options.alias ?? {};
    return { ...options, alias };
  };
}

// An ESM output has neither `require` nor `__dirname`, which CommonJS packages take for granted.
function withCommonJs(options: BuildOptions): BuildOptions {
  return {
    ...options,
    banner: {
      ...options.banner,
      js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);${options.banner?.js ?? ''}`,
    },
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename', ...options.define },
  };
}

// What `require` gives of an ES module is no function, which is all that many a CommonJS package has.
function requiredAsModules({ metafile }: Built): ReadonlyMap<string, ReadonlySet<string>> {
  const packages = new Map<string, Set<string>>();
  const isRequired = (path: string): boolean => packages.has(packageOf(path)?.name ?? '');
  const imports = Object.values(metafile.inputs).flatMap(input => input.imports);
  for (const { kind, path, external } of imports) {
    const found = packageOf(path);
    if (kind !== 'require-call' || external || found === undefined) continue;
    const { main, module, exports } = descriptionOf(found.folder);
    if (!main || !module || exports || join(found.folder, module) !== join(path)) continue;
    if (/\bexport default\b|\bas default\b/.test(readFileSync(path, 'utf8')))
      packages.set(found.name, new Set());
  }
  for (const { path } of imports.filter(({ path }) => isRequired(path))) {
    packages.get(packageOf(path)?.name ?? '')?.add(path);
  }
  return packages;
}

// One file of one copy can stand for its package; of several, each must be found by its own importers, at the price of
// everybody's CommonJS build.
function withRequired(options: BuildOptions, built: Built): BuildOptions {
  const packages = [...requiredAsModules(built)];
  if (packages.some(([, files]) => files.size > 1)) return { ...options, mainFields: ['main', 'module'] };
  const alias = packages.flatMap(([name, [file = '']]) => {
    const { folder } = packageOf(file) ?? { folder: '' };
    return [[name, resolve(folder, descriptionOf(folder).main ?? '')]];
  });
  return { ...options, alias: { ...options.alias, ...Object.fromEntries(alias) } };
}
