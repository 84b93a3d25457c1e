import { EFFECTS } from '../../lambda/check/components.ts';
import type { Limit, Violation } from '../../lambda/check/violation.ts';
import { isObject, type JsonObject } from '../../lambda/json-reader.ts';
import { checkSkillResponse, type Room } from '../../lambda/open-builder/check.ts';
import type { Sentence } from '../language.ts';
import { ENCODED_TWICE, type RecordedAnswer } from './recorded-answer.ts';

/** Every limit that a whole HTTP answer of a skill breaks: by its status, its JSON, its form, and what stands in it. */
export function checkExchange(
  { status = 200, body, isEncodedTwice }: RecordedAnswer,
  room: Room,
): Violation[] {
  const violations: Violation[] = [];
  if (status < 200 || status > 299) violations.push(violation('http.status', 'status', status, 200, 'GRP'));
  if (body === undefined) return [...violations, violation('http.json', 'body', 'no JSON', 'JSON')];
  if (isEncodedTwice) violations.push(violation('json.twice', '', 'text', 'object'));
  return [...violations, ...checkForm(body, room)];
}

/** The member that holds what looks like the answer itself, where the object is none. */
export function holderOf(json: JsonObject): string | undefined {
  if (['version', 'template', 'context', 'data', 'useCallback'].some(name => name in json)) return undefined;
  return Object.keys(json).find(name => {
    const member = json[name];
    return /^\w{1,20}$/.test(name) && isObject(member) && ('version' in member || 'template' in member);
  });
}

function checkForm(answer: unknown, room: Room): Violation[] {
  if (!isObject(answer)) return checkSkillResponse(answer, room);
  if (Array.isArray(answer.contents) && !('template' in answer))
    return [violation('answer.v1', '', 'contents', 'template', 'CMP')];
  const holder = holderOf(answer);
  if (holder !== undefined)
    return [
      violation('answer.holder', holder, 'present', 'absent'),
      ...checkForm(answer[holder], room).map(inside => ({
        ...inside,
        path: inside.path === '' ? holder : `${holder}.${inside.path}`,
      })),
    ];
  return checkNulls(answer, room);
}

/** A null beside a component is one thing to mend, whatever it breaks. */
function checkNulls(answer: JsonObject, room: Room): Violation[] {
  const { template } = answer;
  if (!isObject(template) || !Array.isArray(template.outputs)) return checkSkillResponse(answer, room);
  const nulls: Violation[] = [];
  const outputs = template.outputs.map((output: unknown, at) => {
    if (!isObject(output)) return output;
    const kept = Object.entries(output).filter(([, component]) => component !== null);
    if (kept.length === 0) return output;
    for (const name in output)
      if (output[name] === null && /^\w{1,20}$/.test(name))
        nulls.push(violation('output.null', `template.outputs[${at}].${name}`, 'null', 'absent'));
    return Object.fromEntries(kept);
  });
  if (nulls.length === 0) return checkSkillResponse(answer, room);
  return [...nulls, ...checkSkillResponse({ ...answer, template: { ...template, outputs } }, room)];
}

function violation(
  rule: keyof typeof SENTENCES,
  path: string,
  value: number | string,
  limit: Limit,
  source = 'FMT',
): Violation {
  const { severity, ...effect } = EFFECTS.drops;
  return { path, rule, value, limit, severity, effect, source };
}

/** One sentence a language for the limits of the exchange itself; undefined for those of its body. */
export function explainExchange({ rule, path, value }: Violation): Sentence | undefined {
  return isOwn(rule) ? SENTENCES[rule](path, value) : undefined;
}

const isOwn = (rule: string): rule is keyof typeof SENTENCES => Object.hasOwn(SENTENCES, rule);

const V2 =
  '{"version": "2.0", "template": {"outputs": [{"simpleText": {"text": "..."}}], "quickReplies": [{"label": "...", "action": "message", "messageText": "..."}]}}';

const SENTENCES = {
  'http.status': (_: string, value: number | string): Sentence => ({
    en: `the status is ${value}, which Kakao takes for a failure of the server: answer 200, also when the bot has failed`,
    ko: `상태 코드가 ${value}입니다. 카카오가 서버 오류로 보니, 봇이 실패했을 때도 200으로 답하세요`,
  }),
  'http.json': (): Sentence => ({
    en: `the body is no JSON: answer a JSON object, as ${V2}`,
    ko: `본문이 JSON이 아닙니다. JSON 객체로 답하세요: ${V2}`,
  }),
  'json.twice': (): Sentence => ENCODED_TWICE,
  'answer.v1': (): Sentence => ({
    en: `the answer is in the format of 2018, with contents: put its bubbles into template.outputs (text is called simpleText there, image simpleImage) and its quickReplies into template.quickReplies (their type is called action), as ${V2}`,
    ko: `contents를 쓰는 2018년 형식의 답변입니다. 말풍선은 template.outputs에(text는 simpleText, image는 simpleImage로), quickReplies는 template.quickReplies에(type은 action으로) 넣으세요: ${V2}`,
  }),
  'answer.holder': (path: string): Sentence => ({
    en: `the answer is inside ${path}, where Kakao does not look: send what stands there by itself`,
    ko: `답변이 ${path} 안에 있어 카카오가 읽지 못합니다. 그 안의 객체만 보내세요`,
  }),
  'output.null': (path: string): Sentence => ({
    en: `${path} is null beside a component, and a bubble has exactly one: leave the null out`,
    ko: `${path}: 다른 컴포넌트 옆의 null입니다. 말풍선 하나에는 컴포넌트 하나만 있어야 하니 null인 필드를 빼세요`,
  }),
} as const;
