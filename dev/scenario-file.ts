import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { ConfigurationError } from '../lambda/errors.ts';
import type { Sentence } from '../tools/language.ts';
import { said } from './said.ts';
import { commandLine } from './settings.ts';

/** The file that exports the bot, and the folder that its sessions are kept in. */
export interface ScenarioFile {
  /** From the working directory, where it is below it; else absolute. */
  readonly file: string;
  /** `.local`, or of a bot beside the usual one a folder below it that is named like its file. */
  readonly folder: string;
}

const NOT_THERE: Sentence = {
  en: 'the scenario must be a file that is there: a path from this folder',
  ko: '시나리오는 있는 파일이어야 합니다. 이 폴더에서의 경로를 주세요',
};

/** Where a project's bot is, the first that is there; a clone of this one has it in lambda/. */
const USUAL = ['scenario', 'src/scenario', 'lambda/scenario', 'bot/scenario'].flatMap(name =>
  ['.ts', '.mts', '.js', '.mjs'].map(ending => `${name}${ending}`),
);

/** The folder of everything that is this machine's alone. */
export const LOCAL = '.local';

/** The sentence on a scenario that exports no bot, to stand behind its file. */
export const NO_BOT: Sentence = {
  en: 'it exports no bot: it must say export const bot = new Bot({ … })',
  ko: '봇을 내보내지 않습니다. export const bot = new Bot({ … })가 있어야 합니다',
};

/**
 * Finds the scenario that is meant.
 * @param named the path on the command line, if one was given
 * @param own the file that is usual where it is not one of a project's usual places
 * @throws ConfigurationError when there is none
 */
export function findScenario(named: string | undefined, command: string, own?: string): ScenarioFile {
  const usual = own ?? USUAL.find(file => existsSync(file));
  if (named === undefined) {
    if (usual !== undefined) return { file: shown(usual), folder: LOCAL };
    const named = commandLine(command, 'bots/flowers.ts');
    throw new ConfigurationError(
      said({
        en: `there is no bot in scenario.ts, src/scenario.ts, lambda/scenario.ts or bot/scenario.ts: name the file that exports it: ${named}`,
        ko: `scenario.ts, src/scenario.ts, lambda/scenario.ts, bot/scenario.ts 어디에도 봇이 없습니다. 봇을 내보내는 파일을 알려 주세요: ${named}`,
      }),
    );
  }
  // It is not repeated: it may be a secret in the wrong place.
  if (!existsSync(named) || !statSync(named).isFile()) throw new ConfigurationError(said(NOT_THERE));
  if (usual !== undefined && resolve(usual) === resolve(named)) return { file: shown(usual), folder: LOCAL };
  const file = shown(named);
  // Beside those of this folder's own files, whatever their names.
  const folder = isAbsolute(file) ? join('elsewhere', file.replace(/^[A-Za-z]:/, '')) : file;
  return { file, folder: join(LOCAL, folder) };
}

function shown(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') || isAbsolute(path) ? resolve(file) : path;
}
