import { randomUUID } from 'node:crypto';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Act, Params } from './act.ts';
import type { Exchange } from './exchange.ts';
import type { Scene } from './scene.ts';
import { decoded } from './send.ts';

/** An answer of Kakao's Event API. */
export interface EventAnswer {
  readonly status: number;
  readonly body: object;
}

/** The world in which events are sent. */
export interface EventWorld {
  readonly play: (act: Act, scene: Scene) => Promise<Exchange>;
  /** Kakao finds whom it has seen: everybody who has talked with the bot since the start. */
  readonly seen: () => readonly Exchange[];
}

interface Target {
  readonly type: string;
  readonly id: string;
  readonly properties: Params;
}

interface Task {
  readonly all: number;
  successCount: number;
  nobodies: number;
  readonly list: object[];
}

/** Kakao's limit of a request. */
const MOST = 100;
/** Older ones are long over. */
const MAX_TASKS = 1_000;
/** The one number that Kakao's documents show. */
const SKILL_FAILED = { errorType: 201, msg: 'Bot skill server responded with an HTTP error.' };

/** Kakao's Event API: takes events for whoever has talked with the bot, and calls its skill for each, as for a block of the event's name. */
export class Events {
  readonly #tasks = new Map<string, Task>();
  readonly #world: EventWorld;

  constructor(world: EventWorld) {
    this.#world = world;
  }

  /** Answers a request that sends; undefined for any other path. @param bytes undefined where there were too many */
  take(
    pathname: string,
    authorization: string | undefined,
    bytes: Buffer | undefined,
  ): EventAnswer | undefined {
    const [, botId, kind] = /^\/v2\/bots\/([^/]+)\/(talk|group)$/.exec(pathname) ?? [];
    if (botId === undefined) return undefined;
    if (!/^Kakao[AB]K [\w-]+$/.test(authorization ?? '')) {
      return { status: 401, body: { code: -401, msg: 'KakaoAK or KakaoBK is missing in Authorization' } };
    }
    const body = objectOrEmpty(parsed(bytes));
    const targets = targetsIn(kind === 'talk' ? body.user : body.chat);
    const { name, data } = objectOrEmpty(body.event);
    if (typeof name !== 'string' || name === '') return failed('event.name is missing.');
    if (targets.length === 0 || targets.length > MOST) return failed(`1 to ${MOST} can be sent to at once.`);
    if (new Set(targets.map(({ type, id }) => `${type} ${id}`)).size < targets.length)
      return failed('Somebody is named twice.');
    const taskId = randomUUID();
    const task: Task = { all: targets.length, successCount: 0, nobodies: 0, list: [] };
    this.#tasks.set(taskId, task);
    for (const oldest of this.#tasks.keys()) {
      if (this.#tasks.size <= MAX_TASKS) break;
      this.#tasks.delete(oldest);
    }
    const caller = decoded(botId).endsWith('!') ? 'dev' : 'live';
    const act = { kind: 'gets-event', name, data: textsOf(data), params: textsOf(body.params) } as const;
    void this.#playAll(task, targets, caller, act);
    return { status: 200, body: { taskId, status: 'SUCCESS', timestamp: Date.now() } };
  }

  /** Tells a task; undefined for any other path. */
  tell(pathname: string): EventAnswer | undefined {
    const [, taskId] = /^\/v1\/tasks\/([^/]+)$/.exec(pathname) ?? [];
    if (taskId === undefined) return undefined;
    const task = this.#tasks.get(taskId);
    if (task === undefined) return { status: 404, body: { code: -404, msg: 'no such task' } };
    const { all, successCount, nobodies, list } = task;
    const count = nobodies + list.length;
    const status = count === 0 ? 'ALL SUCCESS' : `${count} FAIL`;
    const unresolved = nobodies > 0 ? { userKeyResolvingFailCount: nobodies } : {};
    const told = { taskId, status, allRequestCount: all, successCount, ...unresolved, fail: { count, list } };
    return { status: 200, body: told };
  }

  /** Forgets what was sent. */
  clear(): void {
    this.#tasks.clear();
  }

  async #playAll(
    task: Task,
    targets: readonly Target[],
    caller: 'live' | 'dev',
    act: Extract<Act, { kind: 'gets-event' }>,
  ): Promise<void> {
    for (const { type, id, properties } of targets) {
      const scene = this.#sceneOf(type, id);
      if (scene === undefined) {
        task.nobodies++;
        continue;
      }
      const kind = await this.#world.play({ ...act, properties }, { ...scene, caller }).then(
        ({ fate }) => fate.kind,
        () => 'dropped',
      );
      if (kind === 'dropped') {
        const createdAt = Math.floor(Date.now() / 1_000);
        task.list.push({ userId: id, reqUserType: type, createdAt, errorMsg: SKILL_FAILED });
      } else task.successCount++;
    }
  }

  /** Where who has this id talked last. */
  #sceneOf(type: string, id: string): Scene | undefined {
    const isMeant = ({ scene: { protocol, room, user } }: Exchange): boolean => {
      if (protocol !== 'open-builder') return false;
      if (type === 'botGroupKey') return room.kind === 'group' && room.id === id;
      if (room.kind === 'group') return false;
      const { botUserKey, plusfriendUserKey, appUserId } = user;
      return new Map(Object.entries({ botUserKey, plusfriendUserKey, appUserId })).get(type) === id;
    };
    return this.#world.seen().findLast(isMeant)?.scene;
  }
}

const failed = (message: string): EventAnswer => ({
  status: 400,
  body: { status: 'FAIL', message, timestamp: Date.now() },
});

function targetsIn(list: unknown): readonly Target[] {
  return (Array.isArray(list) ? list : []).flatMap(one => {
    if (!isObject(one) || typeof one.type !== 'string' || typeof one.id !== 'string') return [];
    return [{ type: one.type, id: one.id, properties: textsOf(one.properties) }];
  });
}

const textsOf = (values: unknown): Params =>
  Object.fromEntries(
    Object.entries(objectOrEmpty(values)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

function parsed(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString() ?? '');
  } catch {
    return undefined;
  }
}
