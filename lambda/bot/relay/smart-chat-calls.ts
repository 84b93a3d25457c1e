import { ConfigurationError } from '../../errors.ts';
import type { MediaKind } from '../incoming.ts';
import { tellOperator } from '../operator.ts';
import { ownError } from '../rule-errors.ts';
import { askServer, type ServerAnswer, type ServerCall } from './ask-server.ts';
import { type Oddly, readBody } from './read-body.ts';
import { friendBody, messageBody, type OldAnswer, readAnswer, readKeyboard } from './smart-chat-wire.ts';

/** How long a call may take, and what ends it before. */
export type Patience = Pick<ServerCall, 'timeoutMs'> & { readonly signal?: AbortSignal };

/** An old smart-chat server, called as Kakao called it. Nothing throws: what fails is undefined, and the operator is told. */
export interface OldServer {
  /** `POST /message`. */
  say(
    userKey: string,
    type: 'text' | Exclude<MediaKind, 'other'>,
    content: string,
    patience: Patience,
  ): Promise<OldAnswer | undefined>;
  /** `GET /keyboard`: the labels of the home keyboard, none for an input line. */
  keyboard(patience: Patience): Promise<readonly string[] | undefined>;
  /** `POST /friend`, whatever it answers. */
  friend(userKey: string, patience: Patience): Promise<void>;
  /** `DELETE /friend/{user_key}`, whatever it answers. */
  unfriend(userKey: string, patience: Patience): Promise<void>;
  /** `DELETE /chat_room/{user_key}`, whatever it answers. */
  leave(userKey: string, patience: Patience): Promise<void>;
}

/** The most bytes of an answer: a text and a hundred buttons, each letter written as six. */
const MAX_ANSWER_BYTES = 131_072;

/** Kakao waited as long for a connection as for an answer; who has not answered by then has other troubles than work. */
const CONNECT_MS = 2_000;

const REDIRECTS = 3;

const HEADERS = { 'User-Agent': 'KakaoTalk/Bot 2.0', Accept: '*/*' };

const JSON_TYPE = 'application/json; charset=utf-8';

/** The server behind an app URL. @throws ConfigurationError when that is none, naming `appUrl` and APP_URL */
export function oldServer(appUrl: string | undefined): OldServer {
  const base = baseOf(appUrl);
  const oddlyOf = oddities();
  const get = (path: string, patience: Patience) => call('GET', `${base}${path}`, patience);
  const post = (path: string, body: string, patience: Patience) =>
    call('POST', `${base}${path}`, patience, body);
  const remove = (path: string, userKey: string, patience: Patience) =>
    call('DELETE', `${base}${path}/${encodeURIComponent(userKey)}`, patience);
  return {
    say: async (userKey, type, content, patience) => {
      const answer = await post('/message', messageBody(userKey, type, content), patience);
      return readOrTell('POST /message', answer, readAnswer, oddlyOf('POST /message'), patience);
    },
    keyboard: async patience => {
      const answer = await get('/keyboard', patience);
      return readOrTell('GET /keyboard', answer, readKeyboard, oddlyOf('GET /keyboard'), patience);
    },
    friend: async (userKey, patience) =>
      tellIfLost('POST /friend', await post('/friend', friendBody(userKey), patience)),
    unfriend: async (userKey, patience) =>
      tellIfLost('DELETE /friend', await remove('/friend', userKey, patience)),
    leave: async (userKey, patience) =>
      tellIfLost('DELETE /chat_room', await remove('/chat_room', userKey, patience)),
  };
}

function call(
  method: ServerCall['method'],
  url: string,
  patience: Patience,
  body?: string,
): Promise<ServerAnswer> {
  return askServer({
    method,
    url: new URL(url),
    headers: body === undefined ? HEADERS : { ...HEADERS, 'Content-Type': JSON_TYPE },
    ...(body !== undefined && { body }),
    ...patience,
    connectMs: CONNECT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    redirects: method === 'POST' ? 0 : REDIRECTS,
  });
}

/** Tells each oddity of a server once. */
function oddities(): (what: string) => Oddly {
  const told = new Set<string>();
  return what => oddity => {
    const outcome = `${what}: ${oddity}`;
    if (told.has(outcome)) return;
    told.add(outcome);
    tellOperator({
      level: 'warn',
      what: 'smart-chat server answered as Kakao would not have taken',
      outcome,
    });
  };
}

type Reader<A> = (json: unknown, oddly: Oddly) => A | undefined;

function readOrTell<A>(
  what: string,
  answer: ServerAnswer,
  reader: Reader<A>,
  oddly: Oddly,
  { signal }: Patience,
): A | undefined {
  const found = readServerAnswer(answer, reader);
  if ('read' in found) {
    for (const oddity of found.oddities) oddly(oddity);
    return found.read;
  }
  // Whose time is over is told by the turn.
  if (!signal?.aborted)
    tellOperator({ level: 'error', what: 'smart-chat server failed', outcome: `${what}: ${found.failed}` });
  return undefined;
}

function tellIfLost(what: string, answer: ServerAnswer): void {
  if (answer.kind === 'failed')
    tellOperator({ level: 'warn', what: 'smart-chat server not told', outcome: `${what}: ${whyOf(answer)}` });
}

/** A server's answer as it was read, and what Kakao would not have taken of it; or why it says nothing, in constant words. */
export function readServerAnswer<A>(
  answer: ServerAnswer,
  reader: Reader<A>,
): { readonly read: A; readonly oddities: readonly string[] } | { readonly failed: string } {
  if (answer.kind === 'failed') return { failed: whyOf(answer) };
  const { status, headers, body } = answer;
  // Kakao took 200 alone; whoever answers 201 or 202 means it as an answer, whoever answers 429 or 500 as none.
  if (status < 200 || status > 299) return { failed: `status ${status}` };
  const found: string[] = status === 200 ? [] : [`status ${status}`];
  const oddly = (oddity: string): void => {
    found.push(oddity);
  };
  const type = headers['content-type'];
  const json = readBody(body, typeof type === 'string' ? type : undefined, oddly);
  if ('unreadable' in json) return { failed: json.unreadable };
  const read = reader(json.json, oddly);
  return read === undefined ? { failed: 'nothing to show' } : { read, oddities: found };
}

function whyOf({ reason, code }: Extract<ServerAnswer, { readonly kind: 'failed' }>): string {
  return code === undefined ? reason : `${reason}, ${code}`;
}

const EXAMPLE = 'such as https://bot.example.com/kakao';

/** The app URL without the slashes at its end. */
function baseOf(appUrl: string | undefined): string {
  const wrong = (what: string): never => {
    // It is not repeated: who knows it can talk to the server.
    throw ownError(
      new ConfigurationError(
        `smartChatServer: appUrl ${what}: give it the 앱 URL of the old server, ${EXAMPLE}, or set APP_URL where it is read from there`,
      ),
    );
  };
  if (typeof appUrl !== 'string' || appUrl.trim() === '') return wrong('is missing');
  const url = URL.canParse(appUrl.trim()) ? new URL(appUrl.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return wrong('is no http or https URL');
  if (url.username !== '' || url.password !== '') return wrong('has a user name or a password');
  if (/[?#]/.test(appUrl)) return wrong('has a query or a fragment, which no path can follow');
  let base = url.href;
  while (base.endsWith('/')) base = base.slice(0, -1);
  return base;
}
