import type { IncomingMessage, RequestOptions } from 'node:http';
import { type End, leftMs, type Pace } from './pace.ts';

/** A call of the Event API. */
export interface KakaoCall {
  readonly method: 'GET' | 'POST';
  /** From the origin on, with its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
}

/** Who is called, by whom, and how patiently. */
export interface Line {
  readonly origin: string;
  /** The value of the header `Authorization`; a secret. */
  readonly authorization: string;
  readonly pace: Pace;
}

/**
 * The fate of a call. `unreached`: nothing of the request left this machine, so it may be made again. `lost`: it left,
 * and nobody knows what became of it.
 */
export type CallResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: unknown;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'unreached' }
  | { readonly kind: 'lost' };

/** A page of rooms or of members has far less. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Makes one call on a connection of its own: no redirect is followed, no longer answer is read. Never throws. */
export function callKakao(
  { origin, authorization, pace }: Line,
  call: KakaoCall,
  end: End,
): Promise<CallResult> {
  const timeoutMs = Math.min(pace.callMs, leftMs(end));
  if (timeoutMs === 0) return Promise.resolve({ kind: 'unreached' });
  const isSecure = origin.startsWith('https:');
  const json = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const options: RequestOptions = {
    method: call.method,
    // One that is kept open may have been closed by the other side, which looks like an answer that got lost.
    agent: false,
    headers: {
      accept: 'application/json',
      authorization,
      ...(json && { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length }),
    },
  };
  return new Promise(resolve => {
    // Loaded here: a bot that sends nothing pays nothing for it.
    const { request } = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
    let isUnderWay = false;
    const finish = (result: CallResult): void => {
      clearTimeout(timer);
      end.signal?.removeEventListener('abort', giveUp);
      resolve(result);
      sent.destroy();
    };
    // What failed is not told: its error may name the URL.
    const giveUp = (): void => finish({ kind: isUnderWay ? 'lost' : 'unreached' });
    const sent = request(`${origin}${call.path}`, options, response => {
      bodyOf(response).then(body => finish(answered(response, body)), giveUp);
    });
    const timer = setTimeout(giveUp, timeoutMs);
    end.signal?.addEventListener('abort', giveUp, { once: true });
    sent.on('socket', socket => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        isUnderWay = true;
      });
    });
    sent.on('error', giveUp);
    sent.end(json);
  });
}

function answered({ statusCode = 0, headers }: IncomingMessage, body: unknown): CallResult {
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
  return { kind: 'answered', status: statusCode, body, retryAfterMs };
}

/** JSON of an answer; undefined where it is none. @throws where it is cut off, or too long */
async function bodyOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('too long');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
