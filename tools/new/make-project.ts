import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { requireBotName } from './bot-name.ts';
import { manifestOf } from './manifest.ts';

/** The files of a new bot, which is called my-bot there. */
const TEMPLATE = join(import.meta.dirname, 'template');

/** npm packs no .gitignore, and takes a folder with a package.json of its own for another package. */
const HIDDEN = 'dot-';

/** The bot's name in the template. */
const NAME = /\bmy-bot\b/g;

/**
 * Makes a bot's repository in a folder that is not there yet, or empty.
 * @param gateway what npm is to install as kakao-gateway
 * @throws UsageError when the folder or its name can't be used
 */
export function makeProject(folder: string, gateway: string): void {
  const name = basename(folder);
  requireBotName(name);
  // Where a repository was cloned that has nothing yet, it is this one.
  const place = placeOf(folder);
  if (!statSync(place).isDirectory())
    throw new UsageError(`${place} is a file: name a folder that is not there yet`);
  if (place === folder && readdirSync(folder).some(entry => entry !== '.git'))
    throw new UsageError('the folder is not empty: name one that is not there yet');
  for (const file of readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
    if (!file.isFile()) continue;
    const from = join(file.parentPath, file.name);
    const to = from
      .slice(TEMPLATE.length + 1)
      .replaceAll(HIDDEN, '.')
      .replace(/\.ts\.txt$/, '.ts');
    write(join(folder, to), readFileSync(from, 'utf8').replace(NAME, name));
  }
  write(join(folder, 'package.json'), `${JSON.stringify(manifestOf(name, gateway), null, 2)}\n`);
  startRepository(folder);
}

/** The folder or, where it is not there yet, the nearest above it that is. */
function placeOf(folder: string): string {
  return existsSync(folder) ? folder : placeOf(dirname(folder));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}

/** Makes it a repository of git's, unless it is part of one, or there is no git. */
function startRepository(folder: string): void {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  try {
    git('rev-parse', '--is-inside-work-tree');
  } catch {
    try {
      git('init', '-q', '-b', 'main');
    } catch {
      // The bot is whole without it.
    }
  }
}
