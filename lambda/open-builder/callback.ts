import { isObject } from '../json-reader.ts';
import { FIRST_POST_PAUSE_MS, POST_TIMEOUT_MS } from '../turn/time-budget.ts';
import { answerText } from './answer-text.ts';
import type { SkillResponse } from './wire.ts';

/** Where Kakao's callback URLs lead. */
export const KAKAO_CALLBACK_ORIGIN = 'https://bot-api.kakao.com';

/** How a callback ended. */
export type CallbackResult =
  | { readonly kind: 'delivered' }
  /** Kakao has it no more, or never wanted it; `reason` is one of {@link REASONS}, `too-late`, `no-answer` or `http-<status>`. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The URL, if it is one that Kakao may have given: a request is not signed, so whoever knows the skill's secret
 * could have us post anywhere. Judged as it is written, before any parser reads it in its own way.
 * @param origins to allow, `https://host` each
 */
export function acceptCallbackUrl(url: unknown, origins: readonly string[]): string | undefined {
  if (typeof url !== 'string' || url.length > MAX_URL_LENGTH || !/^[\x21-\x7e]+$/.test(url)) return undefined;
  const origin = origins.find(allowed => url.startsWith(`${allowed}/`));
  return origin !== undefined && URL.canParse(url) && new URL(url).origin === origin ? url : undefined;
}

/**
 * Posts a late answer, and again only where another try can help and time is left.
 * Kakao takes a callback once, so a try after one whose answer got lost does no harm.
 * @param url an accepted one; it is a bearer token: never log it
 * @param until epoch ms after which Kakao does not take it
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export async function postCallback(
  url: string,
  answer: SkillResponse,
  until: number,
): Promise<CallbackResult> {
  if (Date.now() >= until) return { kind: 'failed', reason: 'too-late' };
  let mayHaveArrived = false;
  for (let pauseMs = FIRST_POST_PAUSE_MS; ; pauseMs *= 2) {
    const { result, retry, isUnclear } = await postOnce(url, answer, until - Date.now());
    // Kakao took the try whose answer got lost: the callback is spent on our own answer.
    if (mayHaveArrived && result.kind === 'failed' && result.reason === 'token-spent')
      return { kind: 'delivered' };
    mayHaveArrived ||= isUnclear;
    if (!retry || Date.now() + pauseMs >= until) return result;
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

const MAX_URL_LENGTH = 2_048;
const MAX_ANSWER_BYTES = 4_096;
interface Attempt {
  readonly result: CallbackResult;
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

async function postOnce(url: string, answer: SkillResponse, leftMs: number): Promise<Attempt> {
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
    return { result: { kind: 'failed', reason: 'no-answer' }, retry: true, isUnclear: true };
  }
}

function judge(status: number, text: string): Attempt {
  const body = parseAnswer(text);
  if (status < 300 && body.status === 'SUCCESS') {
    return { result: { kind: 'delivered' }, retry: false, isUnclear: false };
  }
  const known = REASONS.find(([words]) => words.test(body.message));
  const [, reason = `http-${status}`, retry = status >= 500] = known ?? [];
  return { result: { kind: 'failed', reason }, retry, isUnclear: retry && reason !== 'not-waiting' };
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
