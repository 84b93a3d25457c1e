import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kakao's side of callbacks: takes each URL once, as Kakao does, and remembers what came. */
export interface CallbackSink {
  /** To be allowed by KAKAO_CALLBACK_ORIGINS. */
  readonly origin: string;
  /** A callback URL that nobody else has. */
  newUrl(): string;
  /** Every POST that came to this URL, taken or refused. */
  postsTo(url: string): readonly Post[];
  /** How many requests came at all. */
  requests(): number;
  /** Answers the next POSTs with these instead, one each. */
  answerNext(...answers: readonly SinkAnswer[]): void;
  /** Leaves the next POST without an answer. */
  hangNext(): void;
  stop(): Promise<void>;
}

export interface SinkAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly location?: string;
}

/** One POST, as it came. */
export interface Post {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was posted
  readonly json: any;
  readonly at: number;
  readonly taken: boolean;
}

const SUCCESS = { taskId: '5f767a00', status: 'SUCCESS', message: 'SUCCESS', timestamp: 1_728_382_106_745 };
const SPENT = { ...SUCCESS, status: 'FAIL', message: 'Invalid callback token. Check your callback token.' };

/** Starts a sink on this machine. */
export async function startCallbackSink(): Promise<CallbackSink> {
  const posts = new Map<string, Post[]>();
  const answers: SinkAnswer[] = [];
  let hangs = 0;
  let requests = 0;
  let urls = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const json = JSON.parse(await textOf(request));
    if (hangs > 0) {
      hangs--;
      return;
    }
    const path = request.url ?? '';
    const known = posts.get(path) ?? [];
    const own = answers.shift();
    const taken = own === undefined && !known.some(post => post.taken);
    posts.set(path, [...known, { json, at: Date.now(), taken }]);
    const { status, body, location } = own ?? {
      status: 200,
      body: taken ? SUCCESS : SPENT,
      location: undefined,
    };
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    newUrl: () => `${origin}/v1/bots/b0!/callback/cbtoken:${String(++urls).padStart(32, '0')}`,
    postsTo: url => posts.get(url.slice(origin.length)) ?? [],
    requests: () => requests,
    answerNext: (...next) => {
      answers.push(...next);
    },
    hangNext: () => {
      hangs++;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
