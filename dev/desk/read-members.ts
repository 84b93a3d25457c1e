import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import { RefusalError } from './refusal.ts';

/** The object that a body is. @throws RefusalError when it is none */
export function readObject(body: unknown): JsonObject {
  if (isObject(body)) return body;
  throw new RefusalError({
    en: 'the body must be a JSON object',
    ko: '본문은 JSON 객체여야 합니다',
  });
}

/** A member that is a text. @throws RefusalError naming it */
export function readText(body: JsonObject, name: string): string {
  const { [name]: value } = body;
  if (typeof value === 'string') return value;
  throw wrong(name, { en: 'a text', ko: '글' });
}

/** A member that is true or false. @throws RefusalError naming it */
export function readFlag(body: JsonObject, name: string): boolean {
  const { [name]: value } = body;
  if (typeof value === 'boolean') return value;
  throw wrong(name, { en: 'true or false', ko: 'true나 false' });
}

/** A member that is one of some words. @throws RefusalError naming it */
export function readWord<Word extends string>(body: JsonObject, name: string, words: readonly Word[]): Word {
  const word = words.find(one => one === body[name]);
  if (word !== undefined) return word;
  throw wrong(name, { en: `one of ${words.join(', ')}`, ko: `${words.join(', ')} 가운데 하나` });
}

/** A member that is a whole number of milliseconds, up to `max`. @throws RefusalError naming it */
export function readMs(body: JsonObject, name: string, max: number): number {
  const { [name]: value } = body;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw wrong(name, { en: `a whole number from 0 to ${max}`, ko: `0부터 ${max}까지의 정수` });
}

/** The refusal of a member that is of another kind. */
export function wrong(name: string, must: { readonly en: string; readonly ko: string }): RefusalError {
  return new RefusalError({
    en: `"${name}" must be ${must.en}`,
    ko: `"${name}"의 값은 ${must.ko}이어야 합니다`,
  });
}
