import { literalOf, type Violation } from '../../lambda/check/violation.ts';
import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import { checkValidation, type Room } from '../../lambda/open-builder/check.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import type { Sentence } from '../explain/explain.ts';
import { checkExchange as checkSkillExchange, holderOf } from './open-builder.ts';
import { checkExchange, type Exchange } from './smart-chat.ts';

/** What an answer breaks, with a remark on what was looked at; or why it is no answer. */
export type Judgement =
  | { readonly skipped: Sentence }
  | { readonly violations: readonly Violation[]; readonly note?: Sentence };

/** Judges what Open Builder may be answered: a skill's answer, or one of the parameter validation API. */
export function judgeSkill(json: unknown, room: Room): Judgement {
  const { answer, note } = openUp(json);
  const { body, status = 200, isEncodedTwice } = answer;
  if (!isObject(body) || isEncodedTwice) return judged(checkSkillExchange(answer, room), note);
  if (status === 200 && isValidation(body)) return judged(checkValidation(body), VALIDATION);
  if (note || ['template', 'useCallback', 'context'].some(name => name in body))
    return judged(checkSkillExchange(answer, room), note);
  const other = 'version' in body ? undefined : nameOther(body);
  if (other) return skip('a skill', '스킬 응답', other);
  if (isRecord(body)) return judged(checkSkillExchange({ body: body.response }, room), IN_RESPONSE);
  return judged(checkSkillExchange(answer, room), body.status === 'ERROR' ? SERVER_ERROR : undefined);
}

/** Judges what smart-chat may be answered: a message, a keyboard, or a whole HTTP answer to either. */
export function judgeSmartChat(json: unknown): Judgement {
  const { answer, note } = openUp(json);
  const { body } = answer;
  if (!isObject(body) || note || answer.isEncodedTwice)
    return judged(checkExchange({ route: routeOf(body), ...answer }), note);
  const { request, response, protocol, inReplyTo, path } = body;
  if (isObject(response)) return judged(checkExchange(exchangeOf(inReplyTo ?? path, response)));
  if ('message' in body) return judged(checkSmartChat(body));
  if (isObject(request) || 'user_key' in body) return skip('a smart-chat', '스마트채팅 응답', REQUEST);
  if (typeof protocol === 'string') return skip('a smart-chat', '스마트채팅 응답', OTHER_RECORD);
  if (path !== undefined && 'body' in body) return judged(checkExchange(exchangeOf(path, body)));
  return judged('type' in body ? checkKeyboard(body) : checkSmartChat(body));
}

/** What an answer is one to, by its form. */
const routeOf = (body: unknown): string =>
  isObject(body) && 'type' in body && !('message' in body) ? 'GET /keyboard' : 'POST /message';

interface HttpAnswer {
  readonly status?: number;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly isEncodedTwice?: boolean;
}

/** The answer as Kakao would get it, out of a Lambda function's and out of a second encoding. */
function openUp(json: unknown): { readonly answer: HttpAnswer; readonly note?: Sentence } {
  const { value, isEncodedTwice } = decodeAgain(json);
  if (!isObject(value) || !('statusCode' in value && 'body' in value) || 'version' in value)
    return { answer: { body: value, isEncodedTwice } };
  return { answer: httpAnswerOf(value, value.statusCode), note: IN_BODY };
}

function httpAnswerOf(answer: JsonObject, status: unknown): HttpAnswer {
  const [, contentType] = isObject(answer.headers)
    ? (Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [])
    : [];
  const { value, isEncodedTwice } = decodeAgain(bodyOf(answer));
  return {
    ...(/^\d{1,9}$/.test(literalOf(status)) && { status: Number(status) }),
    ...(typeof contentType === 'string' && { contentType }),
    ...(value !== undefined && { body: value }),
    isEncodedTwice,
  };
}

function bodyOf({ body, isBase64Encoded }: JsonObject): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body);
  } catch {
    return undefined;
  }
}

/** What a text holds that is JSON itself; anything else is what it is. */
function decodeAgain(json: unknown): { readonly value: unknown; readonly isEncodedTwice: boolean } {
  if (typeof json === 'string') {
    try {
      const value: unknown = JSON.parse(json);
      if (typeof value === 'object' && value !== null) return { value, isEncodedTwice: true };
    } catch {
      // It is a text like any other.
    }
  }
  return { value: json, isEncodedTwice: false };
}

function exchangeOf(route: unknown, answer: JsonObject): Exchange {
  const read = httpAnswerOf(answer, answer.status);
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

function nameOther(body: JsonObject): Sentence | undefined {
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
const IN_BODY: Sentence = {
  en: "looked at the answer inside body: this is a Lambda function's answer to API Gateway, which sends the body alone",
  ko: 'body 안의 답변을 검사했습니다. Lambda 함수가 API Gateway에 주는 응답이며, API Gateway는 body만 보냅니다',
};
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

const skip = (en: string, ko: string, what: Sentence): Judgement => ({
  skipped: { en: `not ${en} answer: ${what.en}`, ko: `${ko}이 아닙니다: ${what.ko}` },
});

const judged = (violations: readonly Violation[], note?: Sentence): Judgement => ({
  violations,
  ...(note && { note }),
});
