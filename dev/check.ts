import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { ConfigurationError } from '../lambda/errors.ts';
import type { Sentence } from '../tools/language.ts';
import { complain, print } from '../tools/terminal.ts';
import { complainOfBuild, isBuildFailure } from './build-errors.ts';
import { CHECK_HELP, helps } from './help.ts';
import { reportingBundle } from './local-bundle.ts';
import { said } from './said.ts';
import { findScenario } from './scenario-file.ts';

const COMMAND = 'npx kakao-gateway check';

/** A scenario does nothing but declare rules when it is loaded. */
const LOADS_WITHIN_MS = 20_000;

const NOT_LOADED: Sentence = {
  en: `it is not loaded within ${LOADS_WITHIN_MS / 1_000} s, or ends its process: a scenario declares rules, and waits for nothing`,
  ko: `${LOADS_WITHIN_MS / 1_000}초 안에 불러오지 못했거나 프로세스를 끝냅니다. 시나리오는 규칙을 선언할 뿐, 아무것도 기다리지 않아야 합니다`,
};

/** Runs `kakao-gateway check`: the project's types, and its bot. @returns the exit code */
export async function runCheck(args: readonly string[]): Promise<number> {
  if (helps(args, CHECK_HELP)) return 0;
  try {
    const [named, ...others] = args;
    if (others.length > 0 || named?.startsWith('-')) {
      throw new ConfigurationError(
        said({
          en: `it takes the path of one bot, or none: ${COMMAND} bots/flowers.ts`,
          ko: `봇 하나의 경로를 주거나 아무것도 주지 마세요: ${COMMAND} bots/flowers.ts`,
        }),
      );
    }
    const { file, folder } = findScenario(named, COMMAND);
    const areTypesWell = await typesAreWell();
    const problem = await problemOf(file, folder);
    if (problem !== undefined) complain(`${file}: ${problem.split('\n')[0]}`);
    for (const line of problem?.split('\n').slice(1) ?? []) complain(line);
    if (!areTypesWell || problem !== undefined) return 1;
    print([said({ en: `${file} is well.`, ko: `${file}에 잘못된 것이 없습니다.` })]);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    complain(error.message);
    return 2;
  }
}

/** Whether the compiler of this folder, where there is one with its tsconfig.json, finds nothing. */
async function typesAreWell(): Promise<boolean> {
  const tsc = existsSync('tsconfig.json') ? compiler() : undefined;
  if (tsc === undefined) return true;
  const child = spawn(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise(resolve => child.once('close', resolve));
  const told = (await text(child.stdout)).trimEnd();
  if (told !== '') for (const line of told.split('\n')) complain(line);
  return (await ended) === 0;
}

function compiler(): string | undefined {
  try {
    const manifest = createRequire(resolve('package.json')).resolve('typescript/package.json');
    return join(dirname(manifest), 'bin/tsc');
  } catch {
    return undefined;
  }
}

/** The sentence that tells what is wrong with the bot; loaded in a process of its own, which it may end. */
async function problemOf(scenario: string, folder: string): Promise<string | undefined> {
  const { file, options } = reportingBundle(scenario, folder);
  try {
    await build(options);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    await complainOfBuild(error.errors, scenario);
    return said({ en: "it can't be read", ko: '읽을 수 없습니다' });
  }
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    env: process.env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    timeout: LOADS_WITHIN_MS,
  });
  let told: { readonly problem?: string } | undefined;
  child.on('message', (message: { readonly problem?: string }) => {
    told = message;
  });
  await new Promise(resolve => child.once('close', resolve));
  rmSync(file);
  rmSync(`${file}.map`);
  if (told === undefined) return said(NOT_LOADED);
  return told.problem;
}
