import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A command's end, and everything that it printed. */
export interface Ended {
  readonly isOk: boolean;
  readonly printed: string;
}

/** A project of somebody else's, in a folder that is nobody's else. */
export interface Project {
  readonly folder: string;
  /** Writes files, by their paths in it. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a command in it, or in a folder of it, with a Node. */
  run(node: string, command: readonly string[], place?: string): Promise<Ended>;
  remove(): Promise<void>;
}

/** Makes an empty project. */
export async function emptyProject(name: string): Promise<Project> {
  const parent = await mkdtemp(join(tmpdir(), 'package-'));
  const folder = join(parent, name);
  await mkdir(folder);
  return {
    folder,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    },
    run: (node, command, place = '.') => runIn(join(folder, place), node, command),
    remove: () => rm(parent, { recursive: true }),
  };
}

/** Packs what `npm run build` made, into a project's folder, and resolves with how that one names it. */
export async function packInto({ folder }: Project): Promise<string> {
  const command = ['pack', join(ROOT, 'build/package'), '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', command, { env: cleanEnvironment(process.execPath) });
  return `file:./${stdout.trim()}`;
}

/** The path of a Node by its major version: Lambda's own, or an older one that developers have. */
export async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const { stdout } = await run('npx', ['-y', '-p', `node@${major}`, 'node', '-p', 'process.execPath'], {
    env: cleanEnvironment(process.execPath),
  });
  return stdout.trim();
}

/** The versions that this project itself is developed with. */
export async function ownVersions(...names: readonly string[]): Promise<Record<string, string>> {
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  return Object.fromEntries(names.map(name => [name, devDependencies[name]]));
}

/** An app's functions that run its bot, and the code of each, as it was synthesised into a folder. */
export async function synthesisedIn(folder: string): Promise<{ functions: number; code: readonly string[] }> {
  const files = await readdir(folder);
  const readAll = (those: readonly string[]) =>
    Promise.all(those.map(file => readFile(join(folder, file), 'utf8')));
  const templates = await readAll(files.filter(file => file.endsWith('.template.json')));
  const functions = templates
    .flatMap(template => Object.values<Resource>(JSON.parse(template).Resources))
    .filter(({ Type, Properties }) => {
      // The probe asks the bot, and does not run it.
      return Type === 'AWS::Lambda::Function' && !Properties?.Environment?.Variables?.PROBE_URL;
    });
  const bundles = new Set(
    functions.map(({ Properties }) => `asset.${Properties?.Code?.S3Key?.replace('.zip', '')}`),
  );
  return {
    functions: functions.length,
    code: await readAll([...bundles].map(bundle => join(bundle, 'index.mjs'))),
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Code?: { readonly S3Key?: string };
    readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  };
}

async function runIn(
  folder: string,
  node: string,
  [command = '', ...args]: readonly string[],
): Promise<Ended> {
  const ended = run(command === 'node' ? node : command, args, {
    cwd: folder,
    env: cleanEnvironment(node),
    maxBuffer: 2 ** 26,
  });
  return ended.then(
    ({ stdout, stderr }) => ({ isOk: true, printed: stdout + stderr }),
    ({ stdout, stderr, message }) => ({ isOk: false, printed: `${stdout}${stderr}${message}` }),
  );
}

/** That of a shell in which neither npm nor jest has been started. */
export function cleanEnvironment(node: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(AWS|CDK|JEST)_|^NODE_(ENV|OPTIONS|PATH)$|^npm_(?!config_)|^npm_config_local_prefix$|^INIT_CWD$/.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    NO_COLOR: '1',
  };
}
