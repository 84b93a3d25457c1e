import { literalOf, type Violation } from '../../lambda/check/violation.ts';
import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import { checkValidation, type Room } from '../../lambda/open-builder/check.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import type { Sentence } from '../language.ts';
import { checkExchange as checkSkillExchange, holderOf } from './open-builder.ts';
import { recordedAnswerIn, recordedAnswerOf } from './recorded-answer.ts';
import { checkExchange, type Exchange } from './smart-chat.ts';

/** The limits that an answer breaks, with a remark on what was looked at; or why the JSON is no answer. */
export type CheckedJson =
  | { readonly skipped: Sentence }
  | { readonly violations: readonly Violation[]; readonly note?: Sentence };

/** Checks what Open Builder may be answered: a skill's answer, or one of the parameter validation API. */
export function checkSkillJson(json: unknown, room: Room): CheckedJson {
  const { answer, note } = recordedAnswerIn(json);
  const { body, status = 200, isEncodedTwice } = answer;
  if (!isObject(body) || isEncodedTwice) return checked(checkSkillExchange(answer, room), note);
  if (status === 200 && isValidation(body)) return checked(checkValidation(body), VALIDATION);
  if (note || ['template', 'useCallback', 'context'].some(name => name in body))
    return checked(checkSkillExchange(answer, room), note);
  const other = 'version' in body ? undefined : otherKindOf(body);
  if (other) return skip('a skill', '스킬 응답', other);
  if (isRecord(body)) return checked(checkSkillExchange({ body: body.response }, room), IN_RESPONSE);
  return checked(checkSkillExchange(answer, room), body.status === 'ERROR' ? SERVER_ERROR : undefined);
}

/** Checks what smart-chat may be answered: a message, a keyboard, or a whole HTTP answer to either. */
export function checkSmartChatJson(json: unknown): CheckedJson {
  const { answer, note } = recordedAnswerIn(json);
  const { body } = answer;
  if (!isObject(body) || note || answer.isEncodedTwice)
    return checked(checkExchange({ route: routeOf(body), ...answer }), note);
  const { request, response, protocol, inReplyTo, path } = body;
  if (isObject(response)) return checked(checkExchange(exchangeOf(inReplyTo ?? path, response)));
  if ('message' in body) return checked(checkSmartChat(body));
  if (isObject(request) || 'user_key' in body) return skip('a smart-chat', '스마트채팅 응답', REQUEST);
  if (typeof protocol === 'string') return skip('a smart-chat', '스마트채팅 응답', OTHER_RECORD);
  if (path !== undefined && 'body' in body) return checked(checkExchange(exchangeOf(path, body)));
  return checked('type' in body ? checkKeyboard(body) : checkSmartChat(body));
}

/** The call that it answers, by its form. */
const routeOf = (body: unknown): string =>
  isObject(body) && 'type' in body && !('message' in body) ? 'GET /keyboard' : 'POST /message';

function exchangeOf(route: unknown, answer: JsonObject): Exchange {
  const read = recordedAnswerOf(answer, answer.status);
  return { route: typeof route === 'string' ? route : routeOf(read.body), ...read };
}

const VALIDATION_MEMBERS = new Set(['version', 'status', 'value', 'data', 'message']);

/** ERROR is left out: it is what any server says that has failed. */
const isValidation = (body: JsonObject): boolean =>
  /^(?:SUCCESS|FAIL|IGNORE)$/.test(literalOf(body.status)) &&
  Object.keys(body).every(name => VALIDATION_MEMBERS.has(name)) &&
  !('version' in body && 'data' in body);

/** Whether it is the record of a request and its answer. */
const isRecord = (body: JsonObject): boolean =>
  holderOf(body) === 'response' && ('request' in body || 'inReplyTo' in body);

function otherKindOf(body: JsonObject): Sentence | undefined {
  if ('userRequest' in body || 'isInSlotFilling' in body) return REQUEST;
  const hasAnswer = holderOf(body) !== undefined;
  if (!hasAnswer && ('inReplyTo' in body || isObject(body.response) || isObject(body.request)))
    return {
      en: 'an exchange of another protocol; for smart-chat use --protocol smart-chat',
      ko: '다른 프로토콜의 기록(스마트채팅이면 --protocol smart-chat)',
    };
  if ('taskId' in body)
    return { en: "Kakao's answer to a callback or an event", ko: '콜백 또는 이벤트에 대한 카카오의 응답' };
  if (isObject(body.event)) return { en: 'a request to the Event API', ko: '이벤트 API 요청' };
  if ('groupChatRooms' in body || Array.isArray(body.users))
    return { en: "an answer of Kakao's group API", ko: '카카오 그룹 API의 응답' };
  return undefined;
}

const REQUEST: Sentence = { en: 'a request of Kakao', ko: '카카오의 요청' };
const OTHER_RECORD: Sentence = { en: 'a record of something else', ko: '다른 기록' };
const IN_RESPONSE: Sentence = {
  en: 'looked at the answer inside response',
  ko: 'response 안의 답변을 검사했습니다',
};
const VALIDATION: Sentence = {
  en: 'looked at as an answer of the parameter validation API',
  ko: '파라미터 검증 API의 응답으로 검사했습니다',
};
const SERVER_ERROR: Sentence = {
  en: 'looked at as an answer of a skill; the parameter validation API would know its status ERROR',
  ko: '스킬 응답으로 검사했습니다. 파라미터 검증 API의 응답이라면 status ERROR를 쓸 수 있습니다',
};

const skip = (en: string, ko: string, what: Sentence): CheckedJson => ({
  skipped: { en: `not ${en} answer: ${what.en}`, ko: `${ko}이 아닙니다: ${what.ko}` },
});

const checked = (violations: readonly Violation[], note?: Sentence): CheckedJson => ({
  violations,
  ...(note && { note }),
});
