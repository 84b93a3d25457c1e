import { languageOf, type Sentence } from '../tools/language.ts';

/** A sentence in the language of whoever runs the bot on this machine, by `LC_ALL` or else `LANG`. */
export const said = (sentence: Sentence, environment = process.env): string =>
  sentence[languageOf(environment)];

/** The first thing that is told: where the bot is to be talked to. */
export const openAt = (url: string): Sentence => ({
  en: `Open ${url}/ and talk to it.`,
  ko: `${url}/ 를 열고 말을 걸어 보세요.`,
});

/** The last thing that is told. */
export const STOPS: Sentence = { en: 'Ctrl-C stops.', ko: 'Ctrl-C로 끝냅니다.' };
