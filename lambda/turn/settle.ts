import { isBlank } from '../blank.ts';
import { type SettledReply, text } from '../bot/reply.ts';
import type { Texts } from '../bot/texts.ts';
import { EFFECTS } from '../check/components.ts';
import { bytesOf } from '../check/measure.ts';
import { isObjectInside, itemOf, itemsIn, membersOf, type Part } from '../check/members.ts';
import { MOST_FOUND, MOST_KEPT, MOST_LOOKED_AT, place, type Reading, readObject } from '../check/read.ts';
import { COMPONENT_SHAPES, MOST_BYTES, REPLY } from '../check/reply-limits.ts';
import {
  type Effect,
  type Finding,
  kindOf,
  literalOf,
  note,
  type Violation,
  violationsOf,
} from '../check/violation.ts';
import { GatewayError } from '../errors.ts';
import { cutReply } from './cut-reply.ts';
import { layBelow, REPAIRED, repairedComponent } from './repair.ts';

/** An answer that every renderer can show, and what was wrong with it. */
export interface Settled {
  readonly reply: SettledReply;
  /** In the author's terms: `outputs[0].basicCard.thumbnail`. */
  readonly violations: readonly Violation[];
  /** Present where the reply is the apology, since nothing of what a rule had to say can be shown. */
  readonly isLost?: true;
}

/** How many objects and values of an output, or of what stands beside all, are looked at: far more than can be shown. */
const MOST_EFFORT = 50_000;

/**
 * The most bytes of JSON that a reply may have, some 15 pages of 더보기: it is kept whole with its user's session, which
 * may have 400 KB in DynamoDB.
 */
export const MOST_REPLY_BYTES = 128 * 1_024;

/** The end that the gateway makes of a longer one. */
const CUT: Effect = {
  severity: 'rejected',
  en: 'the gateway keeps so much of an answer, and leaves out the rest',
  ko: '게이트웨이는 답변을 이만큼만 보관하고 나머지는 버립니다',
};

/**
 * Makes a settled reply of whatever a rule returned: each part that Kakao would take stays, what is wrong in a part
 * costs that part or is repaired, and is told. Never throws, never changes what it was given, and comes to an end on
 * anything; a settled reply settles to itself.
 */
export function settle(answer: unknown): Settled {
  const { reply, violations } = settleForm(formOf(answer), answer);
  return { reply, violations };
}

/**
 * Settles what a rule answered, in at most {@link MOST_REPLY_BYTES}. Where it had something to say and none of that can be shown, the apology is said.
 * @throws GatewayError when it is none of the forms of an answer: a rule that forgot to return
 */
export function settleAnswer(answer: unknown, { apology }: Pick<Texts, 'apology'>): Settled {
  const form = formOf(answer);
  if (form === undefined) {
    const what = typeof answer === 'object' ? 'an empty object' : typeof answer;
    throw new GatewayError(`a rule must answer a string, an output or a reply, not ${what}: does it return?`);
  }
  const { reply, violations, isLost } = settleForm(form, answer, MOST_REPLY_BYTES);
  return isLost
    ? { reply: { ...reply, outputs: [text(apology)] }, violations, isLost }
    : { reply, violations };
}

/** An answer's form: what it says, and what stands beside that. */
interface Form {
  /** Absent where it says nothing of its own. */
  readonly outputs?: unknown;
  readonly beside?: Part;
}

/** The form that an answer has; undefined where it is no answer. */
function formOf(answer: unknown): Form | undefined {
  if (typeof answer === 'string') return { outputs: [text(answer)] };
  const members = membersOf(answer);
  if (members === undefined) return itemsIn(answer) ? { outputs: [answer] } : undefined;
  const { outputs } = members;
  const beside: Part = {};
  for (const name in members) if (name !== 'outputs') beside[name] = members[name];
  if (outputs !== undefined) return { outputs, beside };
  if ('data' in members || 'contexts' in members) return { beside };
  return Object.keys(beside).length > 0 ? { outputs: [members] } : undefined;
}

function settleForm(
  form: Form | undefined,
  answer: unknown,
  maxBytes = Number.POSITIVE_INFINITY,
): Omit<Settled, 'isLost'> & { readonly isLost: boolean } {
  const reading: Reading = {
    found: [],
    left: MOST_EFFORT,
    lacking: new Set(),
    repaired: REPAIRED,
    repairs: { 'buttons.horizontal': layBelow },
    weight: 0,
  };
  const { found } = reading;
  if (form === undefined) note(found, 'type', 'object', EFFECTS.drops, 'FMT', kindOf(answer));
  const { outputs, beside } = form ?? {};
  const shown = outputs === undefined ? [] : readOutputs(outputs, reading);
  reading.left = MOST_EFFORT;
  const rest = beside && readObject(beside, REPLY(), reading);
  const said = outputs !== undefined && itemsIn(outputs) !== 0;
  const { quickReplies } = rest ?? {};
  if (Array.isArray(quickReplies)) quickReplies.forEach(sayLabel);
  // Every part was read by the table that the types are checked with.
  const whole = { outputs: shown, ...rest } as unknown as SettledReply;
  const reply = reading.weight > maxBytes ? withinBytes(whole, maxBytes, found) : whole;
  const hasBlockData = 'data' in reply || 'contexts' in reply;
  const isLost = reply.outputs.length === 0 && (said || !hasBlockData) && found.some(isRejected);
  return { reply, violations: found.length === 0 ? NONE : violationsOf(found.slice(0, MOST_FOUND)), isLost };
}

function withinBytes(whole: SettledReply, maxBytes: number, found: Finding[]): SettledReply {
  const bytes = bytesOf(whole);
  if (bytes <= maxBytes) return whole;
  const { reply, cuts } = cutReply(whole, maxBytes);
  for (const at of cuts) note(found, 'reply.bytes', maxBytes, CUT, 'GATEWAY', bytes, at);
  return reply;
}

const isRejected = ({ effect }: Finding): boolean => effect.severity === 'rejected';

const NONE: readonly Violation[] = [];

/** A quick reply without words of its own says its label, as Kakao has it. */
function sayLabel(quickReply: Part): void {
  if (quickReply.action === 'message' && isBlank(quickReply.messageText))
    quickReply.messageText = quickReply.label;
}

function readOutputs(outputs: unknown, reading: Reading): Part[] {
  const { found } = reading;
  const shown: Part[] = [];
  const length = itemsIn(outputs);
  const start = found.length;
  if (length === undefined) note(found, 'type', 'list', EFFECTS.drops, 'FMT', kindOf(outputs));
  const most = Math.min(length ?? 0, MOST_LOOKED_AT);
  for (let index = 0; index < most && shown.length <= MOST_KEPT; index++) {
    const output = itemOf(outputs, index);
    if (output === undefined) continue;
    const before = found.length;
    for (const one of readOutput(output, reading)) shown.push(one);
    if (before < found.length) place(found, before, index);
  }
  if (shown.length > MOST_KEPT) note(found, 'reply.outputs', MOST_KEPT, EFFECTS.drops, 'FMT', length ?? 0);
  for (let at = start; at < found.length; at++) found[at]?.at.push('outputs');
  return shown.slice(0, MOST_KEPT);
}

/** The outputs that one comes to: itself, what it is repaired to, or none. */
function readOutput(output: unknown, reading: Reading): readonly Part[] {
  const { found } = reading;
  const members = membersOf(output);
  if (members === undefined) {
    note(found, 'type', 'object', EFFECTS.drops, 'FMT', kindOf(output));
    return [];
  }
  const name = componentIn(members, reading);
  const shape = name === undefined ? undefined : COMPONENT_SHAPES.get(name)?.();
  if (name === undefined || shape === undefined) return [];
  const start = found.length;
  const { weight } = reading;
  reading.left = MOST_EFFORT;
  const part = readObject(members[name], shape, reading);
  const said = part === undefined ? [] : repairedComponent(name, part, reading);
  for (let at = start; at < found.length; at++) found[at]?.at.push(name);
  // A text of any length goes on in further bubbles.
  return reading.weight - weight <= MOST_BYTES || name === 'simpleText'
    ? said
    : said.filter(one => fits(one, found));
}

function fits(output: Part, found: Finding[]): boolean {
  const bytes = bytesOf(output);
  if (bytes > MOST_BYTES) note(found, 'output.bytes', MOST_BYTES, EFFECTS.drops, 'FAQ', bytes);
  return bytes <= MOST_BYTES;
}

/** The name of an output's component; what stands beside it is told. */
function componentIn(members: Part, { found }: Reading): string | undefined {
  const names: string[] = [];
  for (const name in members) if (members[name] !== undefined) names.push(name);
  const only = names[0];
  if (names.length === 1 && only !== undefined && COMPONENT_SHAPES.has(only)) return only;
  const known = names.filter(name => COMPONENT_SHAPES.has(name));
  const shown = known.find(name => isObjectInside(members[name])) ?? known[0];
  if (names.length === 0) note(found, 'output.components', 1, EFFECTS.drops, 'FMT', 0);
  for (const name of names.length > 1 || shown === undefined ? names.slice(0, MOST_KEPT) : []) {
    if (name === shown) continue;
    if (COMPONENT_SHAPES.has(name))
      note(found, 'output.components', 1, EFFECTS.drops, 'FMT', names.length, [name]);
    else
      note(found, 'component', [...COMPONENT_SHAPES.keys()], EFFECTS.drops, 'FMT', literalOf(name), [
        { madeUp: name },
      ]);
  }
  return shown;
}
