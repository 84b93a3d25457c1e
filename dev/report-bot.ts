import { isDeepStrictEqual } from 'node:util';
import { Bot } from '../lambda/bot/index.ts';
import { lostIn } from '../lambda/bot/state-json.ts';
import { ConfigurationError } from '../lambda/errors.ts';
import type { Sentence } from '../tools/language.ts';
import { readEnvFile, useEnvFile } from './env-file.ts';
import { said } from './said.ts';
import { NO_BOT } from './scenario-file.ts';

/** Loads a scenario, and tells the process that started this one what is wrong with its bot. */
export async function reportBot(load: () => Promise<object>): Promise<never> {
  const problem = await problemOf(load);
  await new Promise(resolve => process.send?.({ problem }, resolve));
  process.exit(0);
}

async function problemOf(load: () => Promise<object>): Promise<string | undefined> {
  try {
    useEnvFile(readEnvFile());
    const { bot }: { readonly bot?: unknown } = await load();
    if (!isBot(bot)) return said(NO_BOT);
    // A bot without sessions stores none.
    if (!bot.hasSession) return undefined;
    const state = bot.stateOf({ state: undefined, version: bot.version });
    const lost = lostIn(state, "a new user's session");
    if (lost) return said(notKept(lost.message));
    return survivesJson(state) ? undefined : said(NOT_JSON);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    return error instanceof Error ? (error.stack ?? error.message) : `it throws ${String(error)}`;
  }
}

const NOT_JSON: Sentence = {
  en: "a new user's session is not the same after JSON, as which it is stored: make it of texts, numbers, booleans, null, lists and plain objects",
  ko: '새 사용자의 세션은 JSON으로 저장되는데 JSON을 거치면 달라집니다. 문자열, 숫자, 참거짓, null, 목록, 평범한 객체로 만드세요',
};

// With the sentence that the log has, whose advice is code.
const notKept = (sentence: string): Sentence => ({
  en: sentence,
  ko: `새 사용자의 세션은 JSON으로 저장되는데 그대로 남지 않는 값이 있습니다: ${sentence}`,
});

const isBot = (value: unknown): value is Bot<unknown> => value instanceof Bot;

function survivesJson(state: unknown): boolean {
  const json: string | undefined = JSON.stringify(state);
  return json !== undefined && isDeepStrictEqual(JSON.parse(json), state);
}
