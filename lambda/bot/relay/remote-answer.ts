import { isBlank } from '../../blank.ts';
import { GatewayError } from '../../errors.ts';
import { isNestedDeeper, isObject, type JsonObject } from '../../json-reader.ts';
import type { ComponentName } from '../by-component.ts';
import type { Extra } from '../incoming.ts';
import { type Answer, button, text } from '../reply.ts';
import { ownError } from '../rule-errors.ts';

/** The most bytes that a bot server's answer may have. */
export const MOST_ANSWER_BYTES = 196_608;

/** The most bytes of JSON that a bot server's state of a user may have: it is read and sent with each turn. */
export const MOST_STATE_BYTES = 32_768;

/** As deep as the `extra` of a button may nest. */
const MOST_LEVELS = 48;

/** A bot server's answer, as far as it can be one: its parts are settled like those of a rule's. */
export interface RemoteAnswer {
  readonly answer: Answer;
  /** The state to keep of the user; absent where the answer gives no new one. */
  readonly session?: Extra;
}

/** The body of an answer, with the content type that it was sent as. */
export interface AnsweredBody {
  readonly type: string | readonly string[] | undefined;
  readonly body: Buffer;
}

/**
 * Reads a bot server's answer. What is wrong inside an output is not looked at here: that costs its part, and is told
 * by its path as of any rule's answer.
 * @throws GatewayError whose sentence names what is wrong, and never holds what was said
 */
export function readRemoteAnswer({ type, body }: AnsweredBody): RemoteAnswer {
  if (!/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(`${type}`))
    throw wrong('its content-type', 'application/json');
  const answer = parse(body);
  if (isText(answer)) return { answer };
  if (!isObject(answer)) throw wrong('', FORMS);
  const { session, ...rest } = answer;
  if (!saysAnything(rest))
    throw wrong('outputs', 'there: one to three bubbles (or data, or contexts, for the block)');
  if (!isForm(rest)) throw wrong('', FORMS);
  // The gateway settles whatever stands in it.
  const whole = withTexts(rest) as unknown as Answer;
  // Many languages write null for what is not there.
  const isGiven = session !== undefined && session !== null;
  return !isGiven ? { answer: whole } : { answer: whole, session: readSession(session) };
}

const FORMS = 'an object with outputs, a text or one output';

/** Whether it is a reply or an output: of a member `output`, or of none that Kakao knows, settling would tell an odd path. */
function isForm(said: JsonObject): boolean {
  const { outputs, data, contexts } = said;
  if (outputs !== undefined && outputs !== null) return true;
  if (data !== undefined || contexts !== undefined) return true;
  return Object.keys(said).some(name => Object.hasOwn(COMPONENTS, name));
}

const COMPONENTS: Readonly<Record<ComponentName, true>> = {
  simpleText: true,
  simpleImage: true,
  textCard: true,
  basicCard: true,
  commerceCard: true,
  listCard: true,
  itemCard: true,
  carousel: true,
};

/** Whether anything stands there but what goes with bubbles. */
function saysAnything({ quickReplies: _, mentions: __, ...said }: JsonObject): boolean {
  return Object.values(said).some(
    member => member !== null && !(member === said.outputs && isEmptyList(member)),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function parse(body: Buffer): unknown {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw wrong('', 'UTF-8');
  }
  try {
    return JSON.parse(json);
  } catch {
    // Its words quote what was answered.
    throw wrong('', 'JSON');
  }
}

function readSession(session: unknown): Extra {
  if (!isObject(session)) throw wrong('session', 'an object');
  if (isNestedDeeper(session, MOST_LEVELS))
    throw wrong('session', `nested ${MOST_LEVELS} levels deep at most`);
  const bytes = Buffer.byteLength(JSON.stringify(session));
  if (bytes > MOST_STATE_BYTES)
    throw wrong('session', `at most ${MOST_STATE_BYTES} bytes of JSON, not ${bytes}: keep less in it`);
  return session;
}

/** The same with a bubble in place of each text among the outputs, and a button in place of each among the quick replies. */
function withTexts(answer: JsonObject): JsonObject {
  const { outputs, quickReplies } = answer;
  return {
    ...answer,
    ...(Array.isArray(outputs) && { outputs: outputs.map(one => (isText(one) ? text(one) : one)) }),
    ...(Array.isArray(quickReplies) && {
      quickReplies: quickReplies.map(one => (isText(one) ? button.message(one) : one)),
    }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && !isBlank(value);

/** @param path of the field; empty for the answer itself */
const wrong = (path: string, expectation: string): GatewayError =>
  ownError(new GatewayError(`the bot server's answer: ${path || 'it'} must be ${expectation}`));
