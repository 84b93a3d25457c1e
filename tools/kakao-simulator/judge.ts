import type { Violation } from '../../lambda/check/violation.ts';
import { isObject } from '../../lambda/json-reader.ts';
import { checkSkillResponse, checkValidation, type Room } from '../../lambda/open-builder/check.ts';
import { checkKeyboard, checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { explain as explainSkill } from '../explain/open-builder.ts';
import { explain as explainSmartChat } from '../explain/smart-chat.ts';
import type { Sentence } from '../language.ts';
import type { DropReason, Fate, ToldViolation } from './exchange.ts';
import type { ProtocolName } from './scene.ts';
import { DROPS, judged, NOTHING_TO_CALL_BACK, noticeRefused, oddContentType, TAKEN } from './sentences.ts';
import type { Visit } from './visit-bot.ts';

/** Kakao's doing with what came, and the limits that it breaks. */
export interface Judgement {
  readonly fate: Fate;
  readonly violations: readonly ToldViolation[];
}

/** The circumstances of a call that its sentences name. */
export interface Asked {
  /** The bot's host, for an operator. */
  readonly host: string;
  readonly answerWithinMs: number;
}

/** Judges the answer of a skill. @param hasCallback whether the request brought a callback URL */
export function judgeSkill(
  visit: Visit,
  asked: Asked,
  { room, hasCallback }: { readonly room: Room; readonly hasCallback: boolean },
): Judgement {
  const unread = unreadable(visit, 'open-builder', asked);
  if (unread || visit.kind === 'failed') return { fate: unread ?? NEVER, violations: [] };
  const { json } = visit;
  const violations = [...toldOfSkill(json, room), ...oddTypeOf(visit, 'open-builder')];
  const rejected = violations.find(isRejected);
  if (rejected)
    return { fate: dropped('violation', DROPS.violation(rejected.says, 'open-builder')), violations };
  if (!isObject(json)) return { fate: NEVER, violations };
  if (json.useCallback === true) {
    if (hasCallback) return { fate: { kind: 'deferred', text: waitingTextOf(json.data) }, violations };
    const unasked = violationOf(
      'useCallback',
      'answer.useCallback.unasked',
      'rejected',
      NOTHING_TO_CALL_BACK,
    );
    return {
      fate: dropped('violation', DROPS.violation(NOTHING_TO_CALL_BACK, 'open-builder')),
      violations: [...violations, unasked],
    };
  }
  return { fate: fateOfTemplate(json.template), violations };
}

/** The limits of a skill's answer that it breaks, told in both languages. */
export function toldOfSkill(json: unknown, room: Room): readonly ToldViolation[] {
  return checkSkillResponse(json, room).map(told(explainSkill));
}

/** The limits that an answer of a protocol breaks, whoever made it: of smart-chat's a message, or a keyboard alone. */
export function toldOfAnswer(json: unknown, protocol: ProtocolName, room: Room): readonly ToldViolation[] {
  if (protocol === 'open-builder') return toldOfSkill(json, room);
  const check = isObject(json) && 'type' in json && !('message' in json) ? checkKeyboard : checkSmartChat;
  return check(json).map(told(explainSmartChat));
}

/** Judges an answer of the parameter validation API. */
export function judgeValidation(visit: Visit, asked: Asked): Judgement {
  const unread = unreadable(visit, 'open-builder', asked);
  if (unread || visit.kind === 'failed') return { fate: unread ?? NEVER, violations: [] };
  const violations = checkValidation(visit.json).map(told(explainSkill));
  const rejected = violations.find(isRejected);
  if (rejected)
    return { fate: dropped('violation', DROPS.violation(rejected.says, 'open-builder')), violations };
  const status = isObject(visit.json) ? String(visit.json.status) : '';
  return { fate: { kind: 'judged', status, says: judged(status) }, violations };
}

/** Judges smart-chat's answer to a message, or its home keyboard. */
export function judgeSmartChat(visit: Visit, asked: Asked, kind: 'message' | 'keyboard'): Judgement {
  const unread = unreadable(visit, 'smart-chat', asked);
  if (unread || visit.kind === 'failed') return { fate: unread ?? NEVER, violations: [] };
  const check = kind === 'message' ? checkSmartChat : checkKeyboard;
  const violations = [...check(visit.json).map(told(explainSmartChat)), ...oddTypeOf(visit, 'smart-chat')];
  const rejected = violations.find(isRejected);
  return {
    fate: rejected ? dropped('violation', DROPS.violation(rejected.says, 'smart-chat')) : { kind: 'shown' },
    violations,
  };
}

/** Judges the answer to a notice: anything that answers will do. */
export function judgeNotice(visit: Visit, asked: Asked): Judgement {
  if (visit.kind === 'failed') {
    const unread = unreadable(visit, 'smart-chat', asked) ?? NEVER;
    return { fate: unread, violations: [] };
  }
  const { status } = visit.answer;
  const says = status === 200 ? TAKEN.noticed : noticeRefused(status);
  return { fate: { kind: 'silent', says }, violations: [] };
}

/** The block's own words while a callback is awaited, where the answer fills in none. */
export const BLOCK_WAITING_TEXT = '블록의 기본응답메시지';

const NEVER: Fate = { kind: 'waits' };

const dropped = (reason: DropReason, says: Sentence): Fate => ({ kind: 'dropped', reason, says });

const isRejected = ({ severity }: ToldViolation): boolean => severity === 'rejected';

const told =
  (explain: (violation: Violation) => Sentence) =>
  (violation: Violation): ToldViolation =>
    violationOf(violation.path, violation.rule, violation.severity, explain(violation));

const violationOf = (
  path: string,
  rule: string,
  severity: ToldViolation['severity'],
  says: Sentence,
): ToldViolation => ({ path, rule, severity, says });

/** The fate of an answer that Kakao does not come to read; undefined where it is JSON in the right envelope. */
function unreadable(visit: Visit, protocol: ProtocolName, { host, answerWithinMs }: Asked): Fate | undefined {
  if (visit.kind === 'failed') {
    if (visit.reason === 'unreachable')
      return dropped('unreachable', DROPS.unreachable(protocol, host, visit.code));
    return visit.reason === 'timeout'
      ? dropped('timeout', DROPS.timeout(protocol, answerWithinMs))
      : dropped('too-long', DROPS.tooLong(protocol));
  }
  const { status } = visit.answer;
  if (status >= 300 && status < 400) return dropped('redirect', DROPS.redirect(protocol, status));
  const isTaken = protocol === 'smart-chat' ? status === 200 : status >= 200 && status < 300;
  if (!isTaken) return dropped('status', DROPS.status(protocol, status));
  const { type, isJson } = contentTypeOf(visit);
  // Open Builder reads whatever it is called.
  if (protocol === 'smart-chat' && !isJson) return dropped('content-type', DROPS.contentType(protocol, type));
  return visit.json === undefined ? dropped('not-json', DROPS.notJson(protocol)) : undefined;
}

type Answered = Extract<Visit, { kind: 'answered' }>;

function contentTypeOf({ answer }: Answered): { type: string; isJson: boolean; isUtf8: boolean } {
  const type = answer.headers['content-type'] ?? '';
  const [media = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map(part => part.trim());
  return {
    type: type.slice(0, 100),
    isJson: media === 'application/json',
    isUtf8: parameters.some(parameter => /^charset="?utf-8"?$/.test(parameter)),
  };
}

// smart-chat's Korean came out garbled where no charset was told; JSON itself is always UTF-8.
function oddTypeOf(visit: Answered, protocol: ProtocolName): readonly ToldViolation[] {
  const { type, isJson, isUtf8 } = contentTypeOf(visit);
  const isTold = isUtf8 || (protocol === 'open-builder' && !/charset/i.test(type));
  return isJson && isTold ? [] : [violationOf('', 'content-type', 'shortened', oddContentType(type))];
}

function waitingTextOf(data: unknown): string {
  const text = isObject(data) ? data.text : undefined;
  return typeof text === 'string' && text !== '' ? text : BLOCK_WAITING_TEXT;
}

function fateOfTemplate(template: unknown): Fate {
  if (!isObject(template)) return { kind: 'silent', says: TAKEN.blockAnswers };
  const { outputs } = template;
  return Array.isArray(outputs) && outputs.length > 0
    ? { kind: 'shown' }
    : { kind: 'silent', says: TAKEN.saysNothing };
}
