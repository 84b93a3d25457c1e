import type { ServerResponse } from 'node:http';
import { type Asked, type RawServer, startRawServer } from './raw-server.ts';

/** An old server's answer: none (it hangs), JSON, or a status, a content type and a body as it is. */
export type OldServerAnswer =
  | 'hangs'
  | { readonly json: unknown }
  | {
      readonly status?: number;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
    };

/** The routes of an old server: an answer, or what makes it of a call's body. */
export interface OldServerRoutes {
  readonly keyboard?: OldServerAnswer | (() => OldServerAnswer);
  // biome-ignore lint/suspicious/noExplicitAny: a server of its author's reads whatever it likes
  readonly message?: OldServerAnswer | ((body: any) => OldServerAnswer | Promise<OldServerAnswer>);
  readonly friend?: OldServerAnswer;
  readonly chatRoom?: OldServerAnswer;
  /** Any others, as `GET /keyboard/`. */
  readonly others?: { readonly [call: string]: OldServerAnswer };
}

/** A smart-chat server of our own, as somebody may have written one. */
export interface OldServer extends RawServer {
  /** The calls so far, as `POST /message`. */
  calls(): readonly string[];
  /** The bodies of the messages so far. */
  messages(): readonly { readonly user_key: string; readonly type: string; readonly content: string }[];
}

/** Starts one; a route that it has not is 404 with a page of HTML, as frameworks have it. */
export async function startOldServer(routes: OldServerRoutes): Promise<OldServer> {
  const server = await startRawServer(async (asked, answer) => {
    send(answer, await answerOf(routes, asked));
  });
  return {
    ...server,
    calls: () => server.asked.map(({ method, path }) => `${method} ${path}`),
    messages: () =>
      server.asked.filter(({ path }) => path.endsWith('/message')).map(({ body }) => JSON.parse(body)),
  };
}

const NOT_FOUND: OldServerAnswer = {
  status: 404,
  type: 'text/html; charset=utf-8',
  body: '<!DOCTYPE html><html><body><pre>Cannot find it</pre></body></html>',
};

async function answerOf(routes: OldServerRoutes, { method, path, body }: Asked): Promise<OldServerAnswer> {
  const { keyboard, message, friend, chatRoom, others = {} } = routes;
  const other = others[`${method} ${path}`];
  if (other !== undefined) return other;
  if (method === 'GET' && path === '/keyboard')
    return (typeof keyboard === 'function' ? keyboard() : keyboard) ?? NOT_FOUND;
  if (method === 'POST' && path === '/message')
    return (typeof message === 'function' ? await message(JSON.parse(body)) : message) ?? NOT_FOUND;
  if (/^\/friend/.test(path)) return friend ?? NOT_FOUND;
  return (/^\/chat_room/.test(path) ? chatRoom : undefined) ?? NOT_FOUND;
}

function send(answer: ServerResponse, said: OldServerAnswer): void {
  if (said === 'hangs') return;
  if ('json' in said) {
    answer.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
    answer.end(JSON.stringify(said.json));
    return;
  }
  const { status = 200, type = 'application/json; charset=utf-8', headers, body } = said;
  answer.writeHead(status, { ...(type !== '' && { 'Content-Type': type }), ...headers });
  answer.end(body);
}

/** The answer of a server that answers as the sample has it. */
export function answerOfSample(
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever shape Kakao's traffic has
  { response: { status, headers, body, rawBody } }: any,
): OldServerAnswer {
  const { 'Content-Type': type = '', ...others } = headers ?? {};
  return { status, type, headers: others, body: body === undefined ? (rawBody ?? '') : JSON.stringify(body) };
}
