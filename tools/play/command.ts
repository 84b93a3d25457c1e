import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { types } from 'node:util';
import type { KakaoSimulator } from '../kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../kakao-simulator/start.ts';
import type { Sentence } from '../language.ts';
import { fileAtMost } from '../read-at-most.ts';
import { complain, print } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { junitXml, type PlayedScript } from './junit.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { noAddress, playTalk } from './play-talk.ts';
import { readTalks } from './read-talks.ts';
import { isFailed, type Result, resultLines, summaryLine } from './report.ts';
import type { Talk } from './talk.ts';

/** Runs `kakao-gateway play`; never throws. @returns the exit code */
export async function runPlay(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const options = readOptions(args, environment);
    if (options.action === 'help') {
      print(HELP[options.language].split('\n'));
      return 0;
    }
    return await play(options);
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = types.isNativeError(error) ? error.message.split('\n')[0] : String(error);
    complain(`kakao-gateway play: ${message} (--help tells more)`);
    return 2;
  }
}

type PlayOptions = Extract<Options, { action: 'play' }>;

interface Script {
  readonly file: string;
  readonly talks: readonly Talk[];
}

async function play(options: PlayOptions): Promise<number> {
  const { files, only, language, bot, junit, isBail } = options;
  const scripts = files
    .map(file => ({ file, talks: readTalks(file, textOf(file)) }))
    .map(({ file, talks }) => ({ file, talks: talks.filter(({ name }) => name.includes(only ?? '')) }));
  if (scripts.every(({ talks }) => talks.length === 0))
    throw new UsageError(`no talk has "${only}" in its name`);
  const played: PlayedScript[] = [];
  const say = (lines: readonly string[]): void => print(lines.map(bot.hide));
  for (const script of scripts.filter(({ talks }) => talks.length > 0)) {
    say([script.file]);
    const results: Result[] = [];
    played.push({ file: script.file, results });
    for await (const result of playScript(script, options)) {
      results.push(result);
      say(resultLines(result, language));
      if (isBail && isFailed(result)) break;
    }
    if (isBail && results.some(isFailed)) break;
  }
  const results = played.flatMap(script => script.results);
  say(['', summaryLine(results, language)]);
  if (junit !== undefined) writeReport(junit, junitXml(played, language, bot.hide));
  if (results.every(({ kind }) => kind === 'left-out')) return 2;
  return results.some(isFailed) ? 1 : 0;
}

/** Plays the talks of a script one after the other, each in its protocols. */
async function* playScript({ talks }: Script, options: PlayOptions): AsyncGenerator<Result> {
  const run = randomUUID();
  for (const talk of talks) {
    const simulator = await kakaoFor(talk, options);
    try {
      const [first] = simulator.protocols;
      for (const protocol of talk.protocols ?? (first ? [first] : [])) {
        yield simulator.protocols.includes(protocol)
          ? { kind: 'played', ...(await playTalk(talk, protocol, simulator, run)) }
          : { kind: 'left-out', talk, protocol, why: leftOut(noAddress(protocol)) };
        simulator.clear();
      }
    } finally {
      await simulator.stop();
    }
  }
}

async function kakaoFor({ hasCallbacks }: Talk, { bot, callbackPort }: PlayOptions): Promise<KakaoSimulator> {
  const start = (port: number | undefined): Promise<KakaoSimulator> =>
    startKakaoSimulator({
      target: bot.target,
      hasCallbacks: hasCallbacks && (bot.isLoopback || callbackPort !== undefined),
      ...(port !== undefined && { port }),
    });
  try {
    return await start(callbackPort ?? bot.callbackPort);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    if (callbackPort === undefined) return start(undefined);
    throw new UsageError(`--callback-port ${callbackPort} is taken: choose another, which the bot allows`);
  }
}

const leftOut = (reason: string): Sentence => ({ en: `not played: ${reason}`, ko: `하지 않음: ${reason}` });

/** Nobody writes a longer script by hand. */
const MAX_SCRIPT_BYTES = 256 * 1024;

function textOf(file: string): string {
  const bytes = read(file);
  if (bytes === undefined) throw new UsageError(`${file}: is larger than 256 KB: make several scripts of it`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file}: is not UTF-8: save it as UTF-8`);
  }
}

function read(file: string): Buffer | undefined {
  try {
    return fileAtMost(file, MAX_SCRIPT_BYTES);
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${codeOf(error)})`);
  }
}

function writeReport(file: string, xml: string): void {
  try {
    writeFileSync(file, xml);
  } catch (error) {
    throw new UsageError(`--junit ${file} cannot be written (${codeOf(error)})`);
  }
}

const codeOf = (error: unknown): string =>
  types.isNativeError(error) && 'code' in error ? String(error.code) : 'error';
