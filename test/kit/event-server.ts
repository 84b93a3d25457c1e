import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kakao's side of the Event API: keeps Kakao's rules, and remembers how it was called. */
export interface EventServer {
  /** To be allowed by KAKAO_EVENT_ORIGINS. */
  readonly origin: string;
  /** Every request that sends, taken or not. */
  readonly sent: SentEvent[];
  /** How often it was asked for tasks, rooms or members. */
  asked(): number;
  /** The path of each such question, with its query. */
  readonly questions: string[];
  /** The group rooms that the bot is in, the members of each, and whether it takes events. */
  hasRooms(...rooms: readonly PlayedRoom[]): void;
  /** How many calls came at all. */
  calls(): number;
  /** Whoever has this id gets nothing: it is nobody's, or the skill fails for them. */
  fails(id: string, how: 'nobody' | { readonly errorType: number; readonly msg: string }): void;
  /** Answers the next sends so, one each: `lose` takes it and hangs up, `hang` takes it and says nothing. */
  answerNext(...answers: readonly NextAnswer[]): void;
  /** The same of the next questions. */
  answerNextQuestion(...answers: readonly NextAnswer[]): void;
  /** How often a task is asked for before it is done. */
  doneAfter(questions: number): void;
  /** As it was at its start. */
  forget(): void;
  stop(): Promise<void>;
}

/** A group room of Kakao's side. */
export interface PlayedRoom {
  readonly botGroupKey: string;
  readonly isSubscribed?: boolean;
  /** By their `botUserKey`. */
  readonly members?: readonly string[];
}

/** A request that sends, as it came. */
export interface SentEvent {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was posted
  readonly json: any;
  readonly taskId: string | undefined;
}

/** An answer in place of Kakao's own. */
export type NextAnswer =
  | 'lose'
  | 'hang'
  | 'own'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Settings of the server: the one bot that it knows, and its key. */
export interface EventServerOptions {
  readonly botId?: string;
  readonly authorization?: string;
  /** The events that its blocks have; any where none is said. */
  readonly events?: readonly string[];
}

interface Task {
  readonly users: readonly { readonly type: string; readonly id: string }[];
  asked: number;
}

/** A REST API key that is nobody's. */
export const EVENT_KEY = '0123456789abcdef0123456789abcdef';

/** The bot that the server knows. */
export const EVENT_BOT = '5f1a2b3c4d5e6f7a8b9c0d1e';

const MOST = 100;

const PAGE_SIZES = [10, 20, 50, 100];

/** Starts it on this machine. */
export async function startEventServer(options: EventServerOptions = {}): Promise<EventServer> {
  const { botId = EVENT_BOT, authorization = `KakaoAK ${EVENT_KEY}`, events } = options;
  const sent: SentEvent[] = [];
  const tasks = new Map<string, Task>();
  const failing = new Map<string, 'nobody' | { readonly errorType: number; readonly msg: string }>();
  const [nextSends, nextQuestions]: [NextAnswer[], NextAnswer[]] = [[], []];
  const questions: string[] = [];
  let rooms: readonly PlayedRoom[] = [];
  let calls = 0;
  let asked = 0;
  let doneAfter = 1;

  const take = (path: string, json: SentEvent['json']): Answer & { readonly taskId?: string } => {
    const kind = /^\/v2\/bots\/([^/]+)\/(talk|group)$/.exec(path);
    if (decodeURIComponent(kind?.[1] ?? '').replace(/!$/, '') !== botId) return fail(404, 'Invalid bot id.');
    const { [kind?.[2] === 'group' ? 'chat' : 'user']: users, event } = json;
    const names = users.map(({ type, id }: { type: string; id: string }) => `${type} ${id}`);
    if (users.length === 0 || users.length > MOST)
      return fail(400, `The number of users must be 1 to ${MOST}.`);
    if (new Set(names).size !== names.length) return fail(400, 'Duplicated users.');
    if (events && !events.includes(event.name)) return fail(200, `Invalid event name: ${event.name}`);
    const taskId = randomUUID();
    tasks.set(taskId, { users, asked: 0 });
    return { taskId, status: 200, body: { taskId, status: 'SUCCESS', timestamp: Date.now() } };
  };
  const tell = (path: string): Answer => {
    const [, taskId = ''] = /^\/v1\/tasks\/([^/]+)$/.exec(path) ?? [];
    const task = tasks.get(taskId);
    if (task === undefined) return fail(404, 'No such task.');
    task.asked++;
    // Task by task, some are told a bit later than others.
    const done = task.users.slice(
      0,
      Math.ceil((task.users.length * Math.min(task.asked, doneAfter)) / doneAfter),
    );
    return { status: 200, body: { taskId, ...told(done, task.users.length) } };
  };
  const listed = (path: string): Answer | undefined => {
    const { pathname, searchParams } = new URL(path, 'http://kakao');
    const [, bot = '', key] =
      /^\/v3\/bots\/([^/]+)\/group-chat-rooms$/.exec(pathname) ??
      /^\/v2\/bots\/([^/]+)\/group-chat-rooms\/([^/]+)\/members$/.exec(pathname) ??
      [];
    if (bot === '') return undefined;
    if (decodeURIComponent(bot).replace(/!$/, '') !== botId) return fail(404, 'Invalid bot id.');
    if (key === undefined) return pageOf(rooms, searchParams);
    const room = rooms.find(({ botGroupKey }) => botGroupKey === decodeURIComponent(key));
    return room ? { status: 200, body: { users: room.members ?? [] } } : fail(404, 'Invalid group key.');
  };
  const told = (done: Task['users'], all: number): object => {
    const of = done.map(user => ({ user, how: failing.get(user.id) }));
    const nobodies = of.filter(({ how }) => how === 'nobody').length;
    const list = of.flatMap(({ user, how }) =>
      typeof how === 'object'
        ? [{ userId: user.id, reqUserType: user.type, createdAt: 1_728_531_719, errorMsg: how }]
        : [],
    );
    const count = nobodies + list.length;
    return {
      status: count === 0 ? 'ALL SUCCESS' : `${count} FAIL`,
      allRequestCount: all,
      successCount: done.length - count,
      ...(nobodies > 0 && { userKeyResolvingFailCount: nobodies }),
      fail: { count, list },
    };
  };

  const server = createServer(async (request, response) => {
    calls++;
    const body = await textOf(request);
    const { url: path = '', method, headers } = request;
    const isSend = method === 'POST';
    if (!isSend) {
      asked++;
      questions.push(path);
    }
    const next = (isSend ? nextSends : nextQuestions).shift() ?? 'own';
    const isOwn = typeof next === 'string';
    const own = (): Answer & { readonly taskId?: string } =>
      headers.authorization !== authorization
        ? {
            status: 401,
            body: { code: -401, msg: `wrong appKey(${headers.authorization?.split(' ')[1]}) format` },
          }
        : isSend
          ? take(path, JSON.parse(body))
          : (listed(path) ?? tell(path));
    const answer: Answer & { readonly taskId?: string } = isOwn ? own() : next;
    if (isSend) {
      sent.push({
        path,
        authorization: headers.authorization,
        json: JSON.parse(body),
        taskId: answer.taskId,
      });
    }
    if (next === 'hang') return;
    if (next === 'lose') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    questions,
    hasRooms: (...all) => {
      rooms = all;
    },
    asked: () => asked,
    calls: () => calls,
    fails: (id, how) => void failing.set(id, how),
    answerNext: (...answers) => void nextSends.push(...answers),
    answerNextQuestion: (...answers) => void nextQuestions.push(...answers),
    doneAfter: questions => {
      doneAfter = questions;
    },
    forget: () => {
      for (const list of [sent, questions, nextSends, nextQuestions]) list.length = 0;
      failing.clear();
      rooms = [];
      [calls, asked, doneAfter] = [0, 0, 1];
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page of rooms, after the one that the question names. */
function pageOf(rooms: readonly PlayedRoom[], query: URLSearchParams): Answer {
  const size = Number(query.get('pageSize'));
  if (!PAGE_SIZES.includes(size)) return fail(400, `pageSize must be one of ${PAGE_SIZES}.`);
  const after = query.get('lastBotGroupKey');
  const from = after === null ? 0 : rooms.findIndex(({ botGroupKey }) => botGroupKey === after) + 1;
  if (after !== null && from === 0) return fail(400, 'Invalid lastBotGroupKey.');
  const page = rooms.slice(from, from + size);
  const groupChatRooms = page.map(({ botGroupKey, isSubscribed = true }) => ({ botGroupKey, isSubscribed }));
  const lastBotGroupKey = page.at(-1)?.botGroupKey;
  const hasNext = from + size < rooms.length;
  return { status: 200, body: { groupChatRooms, hasNext, ...(lastBotGroupKey && { lastBotGroupKey }) } };
}

const fail = (status: number, message: string): Answer => ({
  status,
  body: { status: 'FAIL', message, timestamp: Date.now() },
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
