import type { Violation } from '../../lambda/check/violation.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { EFFECTS, SOURCE } from '../../lambda/smart-chat/limits.ts';
import type { Sentence } from '../language.ts';
import { ENCODED_TWICE, type RecordedAnswer } from './recorded-answer.ts';

/** A call of Kakao's and the whole HTTP answer to it. */
export interface Exchange extends RecordedAnswer {
  /** Method and path of the call, `POST /message`. */
  readonly route: string;
}

/** Every limit that a whole HTTP answer breaks: by its status, its type, its JSON, and what stands in it. */
export function checkExchange(exchange: Exchange): Violation[] {
  const { route, status = 200, contentType, body, isEncodedTwice } = exchange;
  const violations: Violation[] = [];
  const add = (
    rule: keyof typeof SENTENCES,
    path: string,
    value: number | string,
    limit: number | string,
  ) => {
    const { severity, ...effect } = EFFECTS.drops;
    violations.push({ path, rule, value, limit, severity, effect, source: SOURCE });
  };
  if (status !== 200) add('http.status', 'status', status, 200);
  if (/\/(?:friend|chat_room)\b/.test(route)) return violations;
  if (contentType !== undefined && !/^application\/json\b/i.test(contentType))
    add(
      'http.contentType',
      'headers.Content-Type',
      contentType.slice(0, 40),
      'application/json; charset=utf-8',
    );
  if (isEncodedTwice) add('json.twice', '', 'text', 'object');
  if (body === undefined) add('http.json', 'body', 'no JSON', 'JSON');
  else violations.push(...(route.includes('/keyboard') ? checkKeyboard(body) : checkSmartChat(body)));
  return violations;
}

/** One sentence a language for the limits of the exchange itself; undefined for those of its body. */
export function explainExchange({ rule, value }: Violation): Sentence | undefined {
  return isOwn(rule) ? SENTENCES[rule](value) : undefined;
}

const isOwn = (rule: string): rule is keyof typeof SENTENCES => Object.hasOwn(SENTENCES, rule);

const SENTENCES = {
  'http.status': (value: number | string): Sentence => ({
    en: `the status is ${value}, and Kakao takes 200 alone: answer 200 from this very path, without a redirect, also when the bot has failed`,
    ko: `상태 코드가 ${value}입니다. 카카오는 200만 받으니, 봇이 실패했을 때도 리디렉션 없이 이 경로에서 200으로 답하세요`,
  }),
  'http.contentType': (value: number | string): Sentence => ({
    en: `Content-Type is ${value}: set it to application/json; charset=utf-8`,
    ko: `Content-Type이 ${value}입니다. application/json; charset=utf-8로 바꾸세요`,
  }),
  'http.json': (): Sentence => ({
    en: 'the body is no JSON: answer a JSON object, as {"message": {"text": "..."}}',
    ko: '본문이 JSON이 아닙니다. {"message": {"text": "..."}} 같은 JSON 객체로 답하세요',
  }),
  'json.twice': (): Sentence => ENCODED_TWICE,
} as const;
