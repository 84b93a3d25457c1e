import { isObject } from '../json-reader.ts';
import type { Deliverer, DeliveryLimits, DeliveryResult } from '../turn/protocol.ts';
import { FIRST_POST_PAUSE_MS, POST_TIMEOUT_MS } from '../turn/time-budget.ts';
import { checkAnswer, OPEN_BUILDER, renderAnswer, type SkillAnswer } from './answer.ts';
import { answerText } from './answer-text.ts';
import { acceptCallbackUrl } from './callback-url.ts';
import { wordsOfAnswer } from './words.ts';

/** Open Builder's late answers, which are posted to the callback URL that came with their turn. */
export const openBuilderDeliverer: Deliverer<SkillAnswer> = {
  name: OPEN_BUILDER,
  render: renderAnswer,
  check: checkAnswer,
  words: wordsOfAnswer,
  deliver: deliverAnswer,
  mayPass: reason => reason === NO_ANSWER || /^http-5/.test(reason) || isPassing(reason),
};

/**
 * Posts a late answer, and again only where another try can help and time is left.
 * Kakao takes a callback once, so a try after one whose answer got lost does no harm.
 * @param address the callback's URL; it is a bearer token: never log it
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export async function deliverAnswer(
  answer: SkillAnswer,
  address: unknown,
  { callbackOrigins, until }: DeliveryLimits,
): Promise<DeliveryResult> {
  // The queue is ours, but a URL is trusted where it is used.
  const url = acceptCallbackUrl(address, callbackOrigins);
  if (url === undefined) return { kind: 'failed', reason: 'url-refused' };
  if (Date.now() >= until) return { kind: 'failed', reason: 'too-late' };
  let mayHaveArrived = false;
  for (let pauseMs = FIRST_POST_PAUSE_MS; ; pauseMs *= 2) {
    const { result, retry, isUnclear } = await postOnce(url, answer, until - Date.now());
    // Kakao took the try whose answer got lost: the callback is spent on our own answer.
    if (mayHaveArrived && result.kind === 'spent') return { kind: 'delivered' };
    mayHaveArrived ||= isUnclear;
    if (!retry || Date.now() + pauseMs >= until) return result;
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

const MAX_ANSWER_BYTES = 4_096;

interface Attempt {
  readonly result: DeliveryResult;
  readonly retry: boolean;
  /** Whether Kakao may have taken the answer all the same. */
  readonly isUnclear: boolean;
}

/** Kakao's words for a refused callback, what they mean, and whether the same callback may succeed later. */
const REASONS: readonly (readonly [words: RegExp, reason: string, retry: boolean])[] = [
  [/token for testing purposes/i, 'tester', false],
  [/invalid callback token/i, 'token-spent', false],
  // It overtook our own first answer, or that one came too late.
  [/use callback true/i, 'not-waiting', true],
  [/invalid bot id/i, 'bot-id', false],
  [/invalid json response/i, 'bubble', false],
  [/not suitable for advertising/i, 'advertising', false],
  [/internal server error/i, 'kakao-error', true],
];

const isPassing = (reason: string): boolean => REASONS.some(([, known, retry]) => retry && known === reason);

/** The reason of a post of which nothing came back. */
const NO_ANSWER = 'no-answer';

async function postOnce(url: string, answer: SkillAnswer, leftMs: number): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(answer),
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(POST_TIMEOUT_MS, leftMs)))),
    });
    return judge(response.status, (await answerText(response, MAX_ANSWER_BYTES)) ?? '');
  } catch {
    // The error would name the URL.
    return { result: { kind: 'failed', reason: NO_ANSWER }, retry: true, isUnclear: true };
  }
}

function judge(status: number, text: string): Attempt {
  const body = parseAnswer(text);
  if (status < 300 && body.status === 'SUCCESS') {
    return { result: { kind: 'delivered' }, retry: false, isUnclear: false };
  }
  const known = REASONS.find(([words]) => words.test(body.message));
  const [, reason = `http-${status}`, retry = status >= 500] = known ?? [];
  const kind = reason === 'token-spent' ? 'spent' : reason === 'tester' ? 'test' : 'failed';
  return { result: { kind, reason }, retry, isUnclear: retry && reason !== 'not-waiting' };
}

function parseAnswer(text: string): { status: unknown; message: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body))
      return { status: body.status, message: typeof body.message === 'string' ? body.message : '' };
  } catch {
    // Told by its HTTP status alone.
  }
  return { status: undefined, message: '' };
}
