import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { type UserKey, userKeyOf } from '../../lambda/bot/user.ts';
import { SessionConflictError } from '../../lambda/errors.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { ALIAS_LIFETIME_DAYS, type AliasedTurn, type Aliases, withAlias } from '../../lambda/turn/aliases.ts';
import {
  EMPTY_SESSION,
  MemorySessionStore,
  SESSION_LIFETIME_DAYS,
  type SessionStore,
} from '../../lambda/turn/session.ts';
import { ALIAS_WITHIN_MS, ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';

const DAY_MS = 86_400_000;
const KEY = userKeyOf('live', { plusfriendUserKey: 'someone' });

const bot = new Bot({ session: () => ({ counted: 0 }) })
  .hears('세기', turn => `${++turn.session.counted}번`)
  .fallback(() => '몰라요');

/** Aliases that remember what was added, or do what the test says first. */
function keeping(first: () => Promise<void> = async () => {}) {
  const added: (readonly [appUserId: string, key: UserKey])[] = [];
  const aliases: Aliases = {
    load: async () => [],
    add: async (...alias) => {
      added.push(alias);
      await first();
    },
    delete: async () => [],
  };
  return { added, aliases };
}

const aliasedBy = (aliases: Aliases) => (store: SessionStore, turn: AliasedTurn) =>
  withAlias(store, aliases, turn);

function gatewayOf<S = { counted: number }>({
  of = bot as unknown as Bot<S>,
  store = new MemorySessionStore(),
  first,
}: {
  of?: Bot<S>;
  store?: SessionStore;
  first?: () => Promise<void>;
} = {}) {
  const logged: Logged[] = [];
  const { added, aliases } = keeping(first);
  const gateway = { bot: of, store, secret: testSecret, log: logInto(logged), aliased: aliasedBy(aliases) };
  const [openBuilder, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const says = async (utterance: string, appUserId?: string, receivedAt = Date.now()): Promise<string> => {
    const properties = { plusfriendUserKey: 'someone', botUserKey: 'b', ...(appUserId && { appUserId }) };
    const body = { bot: { id: 'b' }, userRequest: { utterance, user: { id: 'b', properties } } };
    const call = { ...skillCall(body, { 'x-request-id': randomUUID() }), receivedAt };
    return JSON.stringify((await invoke(openBuilder, call)).json);
  };
  const types = async (content: string): Promise<string> => {
    const body = { user_key: 'someone', type: 'text', content };
    return JSON.stringify((await invoke(smartChat, smartChatCall('POST', '/message', body))).json);
  };
  return { says, types, added, store, logged };
}

afterEach(() => {
  jest.restoreAllMocks();
});

/** Lets so many days pass. */
function days(passed: number): void {
  const now = Date.now() + passed * DAY_MS;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

describe('the alias of a user', () => {
  test('is written with the session that it names, once', async () => {
    const { says, added } = gatewayOf();
    expect(await says('세기', '77')).toContain('1번');
    expect(added).toEqual([['77', KEY]]);
    expect(await says('세기', '77')).toContain('2번');
    expect(await says('세기')).toContain('3번');
    expect(added).toHaveLength(1);
  });

  test('is written of nobody of whom nothing is kept', async () => {
    const { says, added } = gatewayOf();
    await says('뭐라고', '77');
    const stateless = gatewayOf({ of: new Bot().fallback(() => '안녕') });
    await stateless.says('안녕', '77');
    expect([...added, ...stateless.added]).toEqual([]);
  });

  test('is written of nobody whose id the app is not shown, or whose id is none', async () => {
    const { says, added } = gatewayOf();
    await says('세기');
    await says('세기', 'x'.repeat(141));
    expect(added).toEqual([]);
  });

  test('is written anew where the app knows the user by another id', async () => {
    const { says, added } = gatewayOf();
    await says('세기', '77');
    await says('세기', '78');
    expect(added.map(([appUserId]) => appUserId)).toEqual(['77', '78']);
  });

  test('is renewed in time, by a turn that shows no id, too: it outlives every session that it names', async () => {
    const { says, types, added } = gatewayOf();
    await says('세기', '77');
    days(SESSION_LIFETIME_DAYS - 1);
    expect(await types('세기')).toContain('2번');
    expect(added).toHaveLength(1);
    const renewable = added.length;
    days(2);
    expect(await types('세기')).toContain('3번');
    expect(added).toHaveLength(renewable + 1);
    expect(added.at(-1)).toEqual(['77', KEY]);
    // A session that was saved when the alias was not yet to be renewed has ended before it.
    expect(ALIAS_LIFETIME_DAYS).toBeGreaterThan(2 * SESSION_LIFETIME_DAYS);
  });

  test('that fails costs nothing but a line of the log, and the next turn writes it', async () => {
    let fails = true;
    const { says, added, logged } = gatewayOf({
      first: async () => {
        if (fails) throw new Error('ill');
      },
    });
    expect(await says('세기', '77')).toContain('1번');
    expect(logged).toMatchObject([
      { level: 'warn', what: 'alias not written', protocol: 'open-builder' },
      { level: 'info', what: 'turn answered' },
    ]);
    fails = false;
    expect(await says('세기', '77')).toContain('2번');
    expect(await says('세기', '77')).toContain('3번');
    expect(added).toHaveLength(2);
  });

  test('that hangs keeps the turn no longer than it may', async () => {
    const { says, logged } = gatewayOf({ first: () => new Promise(() => {}) });
    const startedAt = performance.now();
    expect(await says('세기', '77')).toContain('1번');
    expect(performance.now() - startedAt).toBeLessThan(ALIAS_WITHIN_MS + 1_000);
    expect(logged).toMatchObject([{ what: 'alias not written' }, { what: 'turn answered' }]);
  });

  test('waits for another turn where little time is left for this one', async () => {
    const { says, added } = gatewayOf({ first: () => new Promise(() => {}) });
    const late = Date.now() - ANSWER_WITHIN_MS + ALIAS_WITHIN_MS;
    expect(await says('세기', '77', late)).toContain('1번');
    expect(added).toEqual([]);
  });

  test('is written once for a save that met a conflict', async () => {
    const inner = new MemorySessionStore();
    let conflicts = 2;
    const store: SessionStore = {
      load: user => inner.load(user),
      claim: (...claimed) => inner.claim(...claimed),
      delete: user => inner.delete(user),
      save: async (...saved) => {
        if (conflicts-- > 0) throw new SessionConflictError();
        await inner.save(...saved);
      },
    };
    const { says, added } = gatewayOf({ store });
    expect(await says('세기', '77')).toContain('1번');
    expect(added).toHaveLength(1);
    await says('세기', '77');
    expect(added).toHaveLength(1);
  });

  test('names no session of another, whose answer the user taps for', async () => {
    const inner = new MemorySessionStore();
    const saved: UserKey[] = [];
    const store: SessionStore = {
      load: user => inner.load(user),
      claim: (...claimed) => inner.claim(...claimed),
      delete: user => inner.delete(user),
      save: async (user, ...more) => {
        saved.push(user);
        await inner.save(user, ...more);
      },
    };
    const long = Array.from({ length: 900 }, (_, n) => `${n}번째 문장입니다.`).join(' ');
    const of = new Bot({ session: () => ({}) }).fallback(() => long);
    const added: string[] = [];
    const aliases: Aliases = {
      ...keeping().aliases,
      add: async (id, key) => void added.push(`${id} ${key}`),
    };
    const handler = openBuilderHandler({
      bot: of,
      store,
      secret: testSecret,
      log: () => {},
      aliased: aliasedBy(aliases),
    });
    const inRoom = async (id: string, extra?: object) => {
      const user = { id, properties: { botUserKey: id, appUserId: `app of ${id}` } };
      const chat = { id: 'room', properties: { botGroupKey: 'room' } };
      const body = {
        bot: { id: 'b' },
        userRequest: { utterance: '더보기', user, chat },
        action: { clientExtra: extra },
      };
      return (await invoke(handler, skillCall(body, { 'x-request-id': randomUUID() }))).json;
    };
    const shown = JSON.stringify(await inRoom('asker'));
    const [extra = ''] = shown.match(/\{"kakaoGateway":\{[^}]*\}\}/) ?? [];
    await inRoom('tapper', JSON.parse(extra));
    const asker = userKeyOf('live', { botId: 'b', botUserKey: 'asker' });
    expect(saved).toEqual([asker, asker]);
    expect(added).toEqual([`app of asker ${asker}`]);
  });
});

test('a session that was saved before there were aliases gets its own with its next save', async () => {
  const store = new MemorySessionStore();
  await store.save(KEY, EMPTY_SESSION, { ...EMPTY_SESSION, state: '{"counted":4}' });
  const { says, added } = gatewayOf({ store });
  expect(await says('세기', '77')).toContain('5번');
  expect(added).toEqual([['77', KEY]]);
});
