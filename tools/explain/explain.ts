import type { Table } from '../../lambda/check/shape.ts';
import type { Effect, KakaoLimit, Limit, Violation } from '../../lambda/check/violation.ts';
import { editDistance } from '../../lib/edit-distance.ts';
import type { Sentence } from '../language.ts';

/** Every limit of a protocol's answers by its id: those of the table's members, and those beside it. */
export function limitsOf(
  { shapes, effects: { drops, cuts, ignores }, source, closed }: Omit<Table, 'crossChecksOf'>,
  beside: Readonly<Record<string, KakaoLimit>>,
): ReadonlyMap<string, KakaoLimit> {
  const limits = new Map<string, KakaoLimit>(Object.entries(beside));
  const add = (id: string, limit: Limit, effect: Effect, of: string): void => {
    limits.set(id, { limit, effect, source: of });
  };
  add('type', 'its type', drops, source);
  add('unknown', 'a known member', ignores, source);
  add('null', 'absent', ignores, source);
  if (closed !== undefined) add('component', Object.keys(shapes[closed] ?? {}), drops, source);
  for (const [name, members] of Object.entries(shapes)) {
    for (const [key, member] of Object.entries(members)) {
      const {
        kind,
        isNeeded,
        max = Infinity,
        min = 0,
        lines = Infinity,
        words,
        source: of = source,
      } = member;
      const id = `${name}.${key}`;
      if (kind === 'url') add(kind, 'http or https', drops, of);
      if (kind === 'refused') add(id, 'absent', drops, of);
      if (kind === 'ignored') add(id, 'absent', ignores, of);
      if (isNeeded) add(`${id}.required`, 'present', drops, of);
      if (max !== Infinity) add(id, max, kind === 'list' ? drops : cuts, of);
      if (min > 0) add(`${id}.min`, min, drops, of);
      if (lines !== Infinity) add(`${id}.lines`, lines, cuts, of);
      if (words) add(id, [...words.keys()], drops, of);
      for (const [word, besides] of words ?? []) if (besides) add(`${id}.${word}`, besides, drops, of);
    }
  }
  return limits;
}

/** The cause and what to do, where the kind of limit alone tells it. */
export function explainLimit(violation: Violation): Sentence {
  const { rule, limit, severity } = violation;
  if (rule === 'type') return wrongType(violation);
  if (rule === 'url') return noUrl(violation);
  if (rule === 'null') return isNull(violation);
  if (rule === 'unknown' || rule === 'component') return unknownMember(violation);
  if (rule.endsWith('.required')) return missing(violation);
  if (rule.endsWith('.min')) return tooFew(violation);
  if (rule.endsWith('.lines')) return tooManyLines(violation);
  if (Array.isArray(limit)) return unknownWord(violation, limit);
  if (typeof limit === 'number') return severity === 'rejected' ? tooMany(violation) : tooLong(violation);
  return limit === 'absent' ? hasNoPlace(violation) : missingBeside(violation);
}

const placeOf = ({ path }: Violation): Sentence => ({ en: path || 'the answer', ko: path || '답변' });

/** How many too many or too few. */
const differenceOf = ({ value, limit }: Violation): number =>
  typeof value === 'number' && typeof limit === 'number' ? Math.abs(value - limit) : 0;

function wrongType(violation: Violation): Sentence {
  const { value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const wanted = { en: TYPES[String(limit)]?.en ?? limit, ko: TYPES[String(limit)]?.ko ?? limit };
  return value === 'null'
    ? {
        en: `${en} is null, Kakao wants ${wanted.en}: give it one, or leave it out`,
        ko: `${ko}: null입니다. ${wanted.ko} 형식으로 쓰거나 빼세요`,
      }
    : {
        en: `${en} is of type ${value}, Kakao wants ${wanted.en}: change its type`,
        ko: `${ko}: 형식이 ${value}입니다. ${wanted.ko} 형식으로 바꾸세요`,
      };
}

function noUrl(violation: Violation): Sentence {
  const { en, ko } = placeOf(violation);
  return {
    en: `${en} is no http or https URL (${violation.value}): give a whole URL that begins with https:// or http://, or leave it out`,
    ko: `${ko}: http 또는 https URL이 아닙니다(${violation.value}). https:// 또는 http://로 시작하는 전체 URL을 쓰거나 빼세요`,
  };
}

function isNull(violation: Violation): Sentence {
  const { en, ko } = placeOf(violation);
  return {
    en: `${en} is null, and Kakao promises nothing about null: leave the member out`,
    ko: `${ko}: null입니다. 카카오 문서에 null 처리가 없으니 필드를 빼세요`,
  };
}

function unknownMember(violation: Violation): Sentence {
  const { en, ko } = placeOf(violation);
  const known = Array.isArray(violation.limit) ? violation.limit : [];
  const meant = nearest(String(violation.value), known);
  return {
    en: `Kakao does not know ${en}: ${meant === undefined ? `leave it out; known here: ${known.join(', ')}` : `did you mean ${meant}?`}`,
    ko: `${ko}: 카카오가 모르는 필드입니다. ${meant === undefined ? `빼세요. 여기서 쓸 수 있는 필드: ${known.join(', ')}` : `${meant} 필드를 쓰려고 하셨나요?`}`,
  };
}

function missing(violation: Violation): Sentence {
  const { en, ko } = placeOf(violation);
  return violation.value === 'blank'
    ? {
        en: `${en} is blank, and Kakao needs it: give it a text`,
        ko: `${ko}: 비어 있지만 필수입니다. 내용을 넣으세요`,
      }
    : { en: `${en} is missing, and Kakao needs it: add it`, ko: `${ko}: 필수 필드가 없습니다. 추가하세요` };
}

function tooFew(violation: Violation): Sentence {
  const { value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const lacking = differenceOf(violation);
  return {
    en: `${en} has ${value} entries and needs at least ${limit}: add ${lacking}, or leave out what holds the list`,
    ko: `${ko}: 항목이 ${value}개입니다. 최소 ${limit}개가 필요하니 ${lacking}개를 더 넣거나 상위 요소를 빼세요`,
  };
}

function tooManyLines(violation: Violation): Sentence {
  const { value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const surplus = differenceOf(violation);
  return {
    en: `${en} has ${value} lines, and at most ${limit} are shown: take ${surplus} out`,
    ko: `${ko}: ${value}줄입니다. 최대 ${limit}줄만 보이니 ${surplus}줄을 줄이세요`,
  };
}

function unknownWord(violation: Violation, words: readonly string[]): Sentence {
  const { value } = violation;
  const { en, ko } = placeOf(violation);
  const meant = nearest(String(value), words);
  return {
    en: `${en} is "${value}", and Kakao knows only ${words.join(', ')} there: ${meant === undefined ? 'use one of them' : `did you mean ${meant}?`}`,
    ko: `${ko}: "${value}" 값은 쓸 수 없습니다. 가능한 값: ${words.join(', ')}${meant === undefined ? '' : `. ${meant} 값을 쓰려고 하셨나요?`}`,
  };
}

function tooMany(violation: Violation): Sentence {
  const { value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const surplus = differenceOf(violation);
  return {
    en: `${en} has ${value} entries, and Kakao takes ${limit === 0 ? 'none there: leave it out' : `at most ${limit}: take ${surplus} out, or send them with the next answer`}`,
    ko: `${ko}: 항목이 ${value}개입니다. ${limit === 0 ? '여기에는 쓸 수 없으니 빼세요' : `최대 ${limit}개이니 ${surplus}개를 빼거나 다음 답변으로 나누세요`}`,
  };
}

function tooLong(violation: Violation): Sentence {
  const { value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const surplus = differenceOf(violation);
  return {
    en: `${en} has ${value} characters, and at most ${limit} are sure to be shown: shorten it by ${surplus}`,
    ko: `${ko}: ${value}자입니다. ${limit}자까지만 확실히 보이니 ${surplus}자를 줄이세요`,
  };
}

function hasNoPlace(violation: Violation): Sentence {
  const { en, ko } = placeOf(violation);
  return { en: `${en} has no place here: leave it out`, ko: `${ko}: 여기에는 쓸 수 없습니다. 빼세요` };
}

/** A word that needs another member beside it: a `webLink` its URL. */
function missingBeside(violation: Violation): Sentence {
  const { rule, value, limit } = violation;
  const { en, ko } = placeOf(violation);
  const word = rule.slice(rule.lastIndexOf('.') + 1);
  return {
    en: `${en} is ${word}, which needs ${limit} beside it, and that is ${value}: add ${limit}, or choose another action`,
    ko: `${ko}: ${word} 동작에는 ${limit} 필드가 필요하지만 ${value === 'blank' ? '비어 있습니다' : '없습니다'}. ${limit} 필드를 넣거나 다른 동작을 쓰세요`,
  };
}

const TYPES: Readonly<Record<string, Sentence>> = {
  object: { en: 'an object {…}', ko: '객체({…})' },
  list: { en: 'a list […]', ko: '목록([…])' },
  text: { en: 'a text "…"', ko: '문자열("…")' },
  integer: { en: 'a whole number without quotes', ko: '따옴표 없는 정수' },
  boolean: { en: 'true or false without quotes', ko: '따옴표 없는 true/false' },
};

/** The known name that a misspelt one is at most two letters, or its own case and underscores, away from. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = (text: string): string => text.toLowerCase().replace(/[_-]/g, '');
  return known.find(one => bare(one) === bare(name)) ?? known.find(one => editDistance(one, name) <= 2);
}
