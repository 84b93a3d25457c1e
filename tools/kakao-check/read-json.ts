import { hasTooManyValues } from '../has-too-many-values.ts';
import type { Sentence } from '../language.ts';
import { explainJsonError, jsonErrorOf } from './json-error.ts';

/** The JSON of a file's bytes, UTF-8 with or without a byte order mark, or why they have none; never throws. */
export function readJson(bytes: Uint8Array): { readonly json: unknown } | { readonly reason: Sentence } {
  let text: string;
  try {
    if (isUtf16(bytes)) return { reason: UTF_16 };
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { reason: CP949 };
  }
  try {
    const json: unknown = JSON.parse(text);
    return hasTooManyValues(text) ? { reason: TOO_MUCH } : { json };
  } catch {
    const error = jsonErrorOf(text) ?? { line: 1, column: 1, found: '', expected: 'value' };
    return { reason: explainJsonError(error) };
  }
}

const TOO_MUCH: Sentence = {
  en: 'holds more than 200,000 values, and no answer that Kakao shows comes near: give the answer alone',
  ko: '값이 200,000개보다 많습니다. 카카오가 보여 주는 답변은 이보다 훨씬 작으니 답변만 넣으세요',
};

// By its mark; without one by its zeros, since JSON begins with ASCII.
const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;

const UTF_16: Sentence = {
  en: 'is not UTF-8 (looks like UTF-16, as of > in Windows PowerShell): save it as UTF-8',
  ko: 'UTF-8이 아닙니다(UTF-16으로 보입니다. Windows PowerShell의 >가 이렇게 저장합니다). UTF-8로 저장하세요',
};

const CP949: Sentence = {
  en: 'is not UTF-8 (looks like CP949/EUC-KR): save it as UTF-8',
  ko: 'UTF-8이 아닙니다(CP949/EUC-KR로 보입니다). UTF-8로 저장하세요',
};
