import { isDeepStrictEqual } from 'node:util';
import { differencesOf } from './differences.ts';
import { valueAt } from './json-path.ts';
import type { Problem } from './problem.ts';
import { matches } from './regular-expression.ts';
import type { JsonExpectation, Matcher } from './talk.ts';

/** The trouble with a value of an answer's JSON; undefined where it is as it was expected. */
export function problemOfJson(json: unknown, { path, steps, matcher }: JsonExpectation): Problem | undefined {
  const found = valueAt(json, steps);
  if (matcher.kind === 'exists') {
    if ('value' in found === matcher.isThere) return undefined;
    return matcher.isThere
      ? { en: `json ${path} is not there`, ko: `json ${path}: 값이 없습니다` }
      : { en: `json ${path} is there`, ko: `json ${path}: 값이 있습니다` };
  }
  if ('missing' in found) {
    const { missing } = found;
    return {
      en: `json ${path} is not there: the answer has no ${missing}`,
      ko: `json ${path}: 값이 없습니다. 답변에 ${missing}이(가) 없습니다`,
      lines: expectedLines(matcher),
    };
  }
  return judged(found.value, path, matcher);
}

function judged(
  value: unknown,
  path: string,
  matcher: Exclude<Matcher, { readonly kind: 'exists' }>,
): Problem | undefined {
  if (matcher.kind === 'equals') {
    if (isDeepStrictEqual(value, matcher.value)) return undefined;
    return {
      en: `json ${path} is another`,
      ko: `json ${path}: 값이 다릅니다`,
      lines: differencesOf(matcher.value, value),
    };
  }
  if (matcher.kind === 'contains') {
    if (contains(value, matcher.value)) return undefined;
    return {
      en: `json ${path} does not contain it`,
      ko: `json ${path}: 들어 있지 않습니다`,
      lines: [...expectedLines(matcher), ...cameLines(value)],
    };
  }
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const found = isText && matches(matcher.pattern, String(value));
  if (found === true) return undefined;
  return found === 'too-slow'
    ? {
        en: `json ${path}: the pattern takes too long over this value: write a simpler one`,
        ko: `json ${path}: 정규식이 이 값에서 너무 오래 걸립니다. 더 단순하게 쓰세요`,
        lines: expectedLines(matcher),
      }
    : {
        en: `json ${path} does not match`,
        ko: `json ${path}: 정규식과 맞지 않습니다`,
        lines: [...expectedLines(matcher), ...cameLines(value)],
      };
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string') return typeof wanted === 'string' && value.includes(wanted);
  return Array.isArray(value) && value.some(one => isDeepStrictEqual(one, wanted));
}

const expectedLines = (matcher: Exclude<Matcher, { readonly kind: 'exists' }>): string[] => {
  if (matcher.kind === 'matches') return [`- ${matcher.pattern}`];
  return differencesOf(matcher.value, undefined).filter(line => line.startsWith('-'));
};

const cameLines = (value: unknown): string[] =>
  differencesOf(undefined, value).filter(line => line.startsWith('+'));
