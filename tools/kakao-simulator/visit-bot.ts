import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isObject } from '../../lambda/json-reader.ts';
import { hasTooManyValues } from '../has-too-many-values.ts';
import { streamAtMost } from '../read-at-most.ts';
import type { ReceivedAnswer, SentRequest } from './exchange.ts';
import { isKept } from './kept-json.ts';

/** A call of Kakao's, with all that is secret in it. */
export interface BotCall {
  readonly method: SentRequest['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; absent where it has no body. */
  readonly body?: unknown;
}

/** How long and how a bot is waited for. */
export interface Patience {
  /** From before the way to the bot to the last byte of its answer. */
  readonly answerWithinMs: number;
  /** How long the way to the bot takes beside the real one. */
  readonly networkMs: number;
  /** Ends the call at once. */
  readonly stopped: AbortSignal;
}

/** An answer that came in time, or why none did. */
export type Visit =
  | {
      readonly kind: 'answered';
      readonly answer: ReceivedAnswer;
      /** The body as JSON, however long; absent where it is none in UTF-8. */
      readonly json?: unknown;
    }
  | { readonly kind: 'failed'; readonly reason: 'timeout' | 'too-long' }
  /** `code` is Node's word for it. */
  | { readonly kind: 'failed'; readonly reason: 'unreachable'; readonly code: string };

/** No answer that Kakao takes comes near. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Whatever lies beyond is not remembered. */
const MAX_KEPT_TEXT = 64 * 1024;
const MAX_REDIRECTS = 5;

/** Calls a bot as Kakao does: a POST follows no redirect, GET and DELETE do. Never throws. */
export async function visitBot(
  call: BotCall,
  { answerWithinMs, networkMs, stopped }: Patience,
): Promise<Visit> {
  const startedAt = performance.now();
  const hangsUp = new AbortController();
  const hangUp = (): void => hangsUp.abort();
  const timer = setTimeout(hangUp, answerWithinMs);
  stopped.addEventListener('abort', hangUp, { once: true });
  try {
    await pause(networkMs, hangsUp.signal);
    const came = await follow(call, hangsUp.signal);
    return came === undefined
      ? { kind: 'failed', reason: 'too-long' }
      : answered(came, Math.round(performance.now() - startedAt));
  } catch (error) {
    return hangsUp.signal.aborted
      ? { kind: 'failed', reason: 'timeout' }
      : { kind: 'failed', reason: 'unreachable', code: codeOf(error) };
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', hangUp);
  }
}

interface Came {
  readonly response: IncomingMessage;
  readonly bytes: Buffer;
}

async function follow(call: BotCall, signal: AbortSignal): Promise<Came | undefined> {
  let { url } = call;
  for (let redirects = 0; ; redirects++) {
    const came = await ask({ ...call, url }, signal);
    const { statusCode = 0, headers } = came?.response ?? { headers: {} };
    const isFollowed = call.method !== 'POST' && statusCode >= 300 && statusCode < 400;
    const { location = '' } = headers;
    if (!isFollowed || redirects === MAX_REDIRECTS || !URL.canParse(location, url)) return came;
    const next = new URL(location, url);
    if (location === '' || !/^https?:$/.test(next.protocol)) return came;
    url = next.href;
  }
}

/** One request on a connection of its own; undefined where its answer is too long. */
function ask({ method, url, headers, body }: BotCall, signal: AbortSignal): Promise<Came | undefined> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const request = /^https:/i.test(url) ? requestHttps : requestHttp;
    const sent = request(
      url,
      {
        method,
        agent: false,
        signal,
        headers: { ...headers, ...(bytes && { 'Content-Length': bytes.length }) },
      },
      response => {
        streamAtMost(response, MAX_ANSWER_BYTES).then(whole => {
          resolve(whole && { response, bytes: whole });
          sent.destroy();
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function answered({ response, bytes }: Came, ms: number): Visit {
  const text = bytes.toString();
  // A hostile answer would cost seconds of judging it.
  if (hasTooManyValues(text)) return { kind: 'failed', reason: 'too-long' };
  const json = parsed(bytes);
  const headers = Object.entries(response.headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ]);
  return {
    kind: 'answered',
    answer: {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(headers),
      text: text.slice(0, MAX_KEPT_TEXT),
      ...(isKept(json, bytes.length) && { json }),
      ms,
    },
    ...(json !== undefined && { json }),
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Node's word for what failed; some of its errors come from another realm. */
const codeOf = (error: unknown): string =>
  isObject(error) && typeof error.code === 'string' ? error.code : 'no HTTP';

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
