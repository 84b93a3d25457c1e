import { firstText, isObject, type JsonObject } from '../json-reader.ts';

const MAX_WORDS = 200;

/**
 * Kakao's own words in an answer, such as `message` or `msg`; undefined where there are none.
 * @param secret taken out of them: Kakao repeats a key that it does not know
 */
export function kakaosWords(body: unknown, secret: string): string | undefined {
  const { message, msg } = isObject(body) ? body : ({} as JsonObject);
  return firstText(message, msg)?.replaceAll(secret, '…').toWellFormed().slice(0, MAX_WORDS);
}
