import { literalOf } from '../../lambda/check/violation.ts';
import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import type { Sentence } from '../language.ts';

/** An HTTP answer as a file has it. */
export interface RecordedAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** The body's JSON; absent where it is none. */
  readonly body?: unknown;
  /** Whether the body was a JSON text that holds the JSON. */
  readonly isEncodedTwice?: boolean;
}

/** The answer as Kakao would get it, out of a Lambda function's and out of a second encoding. */
export function recordedAnswerIn(json: unknown): {
  readonly answer: RecordedAnswer;
  readonly note?: Sentence;
} {
  const { value, isEncodedTwice } = decodeAgain(json);
  if (!isObject(value) || !('statusCode' in value && 'body' in value) || 'version' in value)
    return { answer: { body: value, isEncodedTwice } };
  return { answer: recordedAnswerOf(value, value.statusCode), note: IN_BODY };
}

/** The answer that an object with its headers and body holds; `status` is what the object has for one. */
export function recordedAnswerOf(answer: JsonObject, status: unknown): RecordedAnswer {
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

/** The value inside a text that is JSON itself; anything else stays as it is. */
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

/** The advice on JSON inside a JSON text. */
export const ENCODED_TWICE: Sentence = {
  en: 'the answer is encoded twice: it is a JSON text that holds the JSON, so send the object with one JSON.stringify (json.dumps) less',
  ko: '답변이 두 번 인코딩되었습니다. JSON이 문자열 안에 들어 있으니 JSON.stringify(json.dumps)를 한 번만 하세요',
};

const IN_BODY: Sentence = {
  en: "looked at the answer inside body: this is a Lambda function's answer to API Gateway, which sends the body alone",
  ko: 'body 안의 답변을 검사했습니다. Lambda 함수가 API Gateway에 주는 응답이며, API Gateway는 body만 보냅니다',
};
