import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { errorFacts } from '../../../lambda/aws/error-facts.ts';
import type { LogEntry } from '../../../lambda/aws/log.ts';
import type { Bot } from '../../../lambda/bot/bot.ts';
import { deadlineAt } from '../../../lambda/bot/deadline.ts';
import type { Notice, NoticeKind } from '../../../lambda/bot/notice.ts';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { type SmartChatServerOptions, smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { type ChannelKind, userKeyOf } from '../../../lambda/bot/user.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { openBuilder } from '../../../lambda/open-builder/protocol.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { type Chat, openChat } from '../../kit/chat.ts';
import { invoke, skillCall, testSecret } from '../../kit/http.ts';
import {
  type OldServer,
  type OldServerAnswer,
  type OldServerRoutes,
  startOldServer,
} from '../../kit/old-server.ts';
import { smartChatCalls } from '../../kit/samples.ts';
import { takeBody } from '../../kit/turns.ts';

const servers: OldServer[] = [];
const notes: OperatorNote[] = [];

beforeEach(() => {
  notes.length = 0;
  operatorHears(note => {
    // A busy machine may not take a friend in a second, which harms nothing.
    if (note.outcome !== 'POST /friend: silent') notes.push(note);
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

async function serverOf(routes: OldServerRoutes): Promise<OldServer> {
  const server = await startOldServer(routes);
  servers.push(server);
  return server;
}

async function roomWith(
  routes: OldServerRoutes,
  options: Partial<SmartChatServerOptions> = {},
): Promise<{ server: OldServer; chat: Chat }> {
  const server = await serverOf(routes);
  return { server, chat: openChat(smartChatServer({ appUrl: server.url, ...options }), 'open-builder') };
}

const said = (text: string, buttons?: readonly string[]): OldServerAnswer => ({
  json: { message: { text }, ...(buttons && { keyboard: { type: 'buttons', buttons } }) },
});
const HOME: OldServerAnswer = { json: { type: 'buttons', buttons: ['메뉴', '영업시간'] } };
const OK: OldServerAnswer = { body: 'SUCCESS', type: 'text/html' };
const ECHO: OldServerRoutes = {
  keyboard: HOME,
  message: ({ content }) => said(`${content}라고 하셨어요`, ['처음으로']),
  friend: OK,
  chatRoom: OK,
};
const APOLOGY = '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.';

describe('an old server behind Open Builder', () => {
  test('greets, is told of a new user, and answers what is tapped', async () => {
    const { server, chat } = await roomWith(ECHO);
    const hello = await chat.arrives();
    expect(hello.words).toContain('안녕하세요! 무엇을 도와드릴까요?');
    expect(hello.labels).toEqual(['메뉴', '영업시간']);
    const answer = await chat.taps('메뉴');
    expect(answer.words).toContain('메뉴라고 하셨어요');
    expect(answer.labels).toEqual(['처음으로']);
    expect([...server.calls()].sort()).toEqual(['GET /keyboard', 'POST /friend', 'POST /message']);
    expect(server.messages()).toEqual([{ user_key: 'Zx3_Kp-9QwE7', type: 'text', content: '메뉴' }]);
    expect(notes).toEqual([]);
  });

  test('greets in its own words', async () => {
    const { chat } = await roomWith(ECHO, { greeting: '어서 오세요.' });
    expect((await chat.arrives()).words).toContain('어서 오세요.');
  });

  test('gets what is typed, without the line end of the test room', async () => {
    const { server, chat } = await roomWith(ECHO);
    await chat.says('게요 예약 \n');
    expect(server.messages()).toMatchObject([{ type: 'text', content: '게요 예약' }]);
  });

  test('gets the label of a button as it wrote it, with its white space', async () => {
    const { server, chat } = await roomWith({ ...ECHO, message: said('네', [' 메뉴 ', '메뉴판']) });
    await chat.says('안녕');
    await chat.taps('메뉴');
    await chat.says('메뉴판');
    expect(server.messages().map(({ content }) => content)).toEqual(['안녕', ' 메뉴 ', '메뉴판']);
  });

  test('loses its buttons with an answer that has none, and when it says text', async () => {
    const { chat } = await roomWith({
      ...ECHO,
      message: ({ content }) =>
        content === '글' ? { json: { message: { text: '네' }, keyboard: { type: 'text' } } } : said('네'),
    });
    await chat.arrives();
    expect((await chat.says('글')).labels).toEqual([]);
    expect((await chat.says('말')).labels).toEqual([]);
  });

  test.each(['video', 'audio', 'image'])('gets a file of the kind %s as Kakao told it', async type => {
    const server = await serverOf({ ...ECHO, message: said('잘 받았어요') });
    const url = 'http://dn-m.talk.kakao.com/talkm/a/b/file';
    const userRequest = { utterance: url, user: { id: 'u' }, params: { media: { type, url } } };
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    await takeBody(runtime, openBuilder, { bot: { id: 'b' }, userRequest });
    expect(server.messages()).toMatchObject([{ type: type === 'image' ? 'photo' : type, content: url }]);
  });

  test('is not asked of a file that Kakao never told of; the user gets a hint', async () => {
    const server = await serverOf(ECHO);
    const userRequest = {
      utterance: '',
      user: { id: 'u' },
      params: { media: { type: 'file', url: 'http://dn-m.talk.kakao.com/talkm/a/b/file' } },
    };
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    const { answer } = await takeBody(runtime, openBuilder, { bot: { id: 'b' }, userRequest });
    expect(JSON.stringify(answer)).toContain('다른 말로 다시 말씀해 주세요.');
    expect(server.messages()).toEqual([]);
  });
});

describe('the calls are those of Kakao', () => {
  /** The headers that Kakao itself sent, as the samples have them; the rest was its proxies'. */
  const OWN_HEADERS = ['User-Agent', 'Accept', 'Content-Type'];
  const calls = new Map(smartChatCalls().map(call => [call.name, call]));

  test.each([
    ['req-keyboard-get', 'GET /keyboard'],
    ['req-message-text', 'POST /message'],
    ['req-friend-add', 'POST /friend'],
  ])(
    '%s: %s has its path, its headers and none other, and a body of its members in order',
    async (name, what) => {
      const sample = calls.get(name);
      const server = await serverOf(ECHO);
      const chat = openChat(smartChatServer({ appUrl: server.url }), 'open-builder');
      await chat.says('문하신 음료');
      const asked = server.asked.find(one => `${one.method} ${one.path}` === what);
      const headers = Object.entries(sample?.headers ?? {}).filter(([header]) =>
        OWN_HEADERS.includes(header),
      );
      const nodes = ['Host', 'Connection', 'Content-Length'];
      expect(asked?.headers.filter(([header]) => !nodes.includes(header)).sort()).toEqual(headers.sort());
      const body = sample?.body as object | null;
      expect(asked?.body).toBe(body ? JSON.stringify({ ...body, user_key: 'Zx3_Kp-9QwE7' }) : '');
    },
  );

  test('below the app URL, whatever slashes it ends with', async () => {
    for (const end of ['', '/', '//']) {
      const server = await serverOf({});
      const chat = openChat(smartChatServer({ appUrl: `${server.url}/kakao/bot.php${end}` }), 'open-builder');
      await chat.says('안녕');
      expect([...server.calls()].sort()).toEqual([
        'GET /kakao/bot.php/keyboard',
        'POST /kakao/bot.php/friend',
        'POST /kakao/bot.php/message',
      ]);
    }
  });

  test('redirects of GET and DELETE are followed, of POST they are not', async () => {
    const moved = { status: 301, body: '' };
    const server = await serverOf({
      keyboard: { ...moved, headers: { Location: '/keyboard/' } },
      message: { ...moved, headers: { Location: '/message/' } },
      friend: { ...moved, headers: { Location: '/friend/' } },
    });
    await openChat(smartChatServer({ appUrl: server.url }), 'open-builder').says('안녕');
    expect(server.calls()).toContain('GET /keyboard/');
    expect(server.calls()).not.toContain('POST /message/');
    expect(server.calls()).not.toContain('POST /friend/');
  });
});

describe('the home keyboard', () => {
  const arriving = (bot: Bot<object>, user: string) =>
    openChat(bot, 'open-builder', { userKey: user }).arrives();

  test('is asked for once a minute, whoever comes, and once for all who come at a time', async () => {
    const server = await serverOf(ECHO);
    const bot = smartChatServer({ appUrl: server.url });
    const asked = () => server.calls().filter(call => call === 'GET /keyboard').length;
    const seen = await Promise.all(['a', 'b', 'c'].map(user => arriving(bot, user)));
    for (const { labels } of seen) expect(labels).toEqual(['메뉴', '영업시간']);
    await arriving(bot, 'd');
    expect(asked()).toBe(1);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 60_000);
    await arriving(bot, 'e');
    expect(asked()).toBe(2);
  });

  test('that fails is a greeting without buttons, and is asked for again by who comes next', async () => {
    let isWell = false;
    const { server, chat } = await roomWith({
      ...ECHO,
      keyboard: () => (isWell ? HOME : { body: '', status: 500 }),
    });
    const seen = await chat.arrives();
    expect(seen.words).toContain('안녕하세요');
    expect(seen.labels).toEqual([]);
    expect(notes.map(({ outcome }) => outcome)).toEqual(['GET /keyboard: status 500']);
    isWell = true;
    expect((await chat.arrives()).labels).toEqual(['메뉴', '영업시간']);
    expect(server.calls().filter(call => call === 'GET /keyboard')).toHaveLength(2);
  });

  test('that does not come holds no answer up', async () => {
    const { chat } = await roomWith({ ...ECHO, keyboard: 'hangs', message: said('네') });
    const startedAt = Date.now();
    expect((await chat.says('안녕')).words).toContain('네');
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  describe('ten minutes after the last answer', () => {
    const later = (minutes: number) => {
      const now = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => now + minutes * 60_000);
    };
    const SILENT_ON_BUTTONS = { ...ECHO, message: said('네') };

    test('comes back under an answer that says nothing of a keyboard, and not before', async () => {
      const { chat } = await roomWith(SILENT_ON_BUTTONS);
      await chat.arrives();
      expect((await chat.says('하나')).labels).toEqual([]);
      later(8);
      expect((await chat.says('둘')).labels).toEqual([]);
      jest.restoreAllMocks();
      later(30);
      expect((await chat.says('셋')).labels).toEqual(['메뉴', '영업시간']);
    });

    test('does not, where the answer has a keyboard of its own, nor where the author does not want it', async () => {
      const own = await roomWith(ECHO);
      expect((await own.chat.says('하나')).labels).toEqual(['처음으로']);
      const unwanted = await roomWith(SILENT_ON_BUTTONS, { homeAgain: false });
      expect((await unwanted.chat.says('하나')).labels).toEqual([]);
      expect(unwanted.server.calls()).not.toContain('GET /keyboard');
    });
  });
});

describe('a friend', () => {
  const tester = (more: object) => ({
    bot: { id: 'b' },
    userRequest: { utterance: '안녕', user: { id: 'a-tester', ...more }, params: {} },
  });

  test('is told of once, before the first words', async () => {
    const { server, chat } = await roomWith(ECHO);
    await chat.says('하나');
    await chat.says('둘');
    const calls = server.calls().filter(call => call !== 'GET /keyboard');
    expect(calls).toEqual(['POST /friend', 'POST /message', 'POST /message']);
    expect(server.asked.find(({ path }) => path === '/friend')?.body).toBe('{"user_key":"Zx3_Kp-9QwE7"}');
  });

  test.each<[string, OldServerAnswer]>([
    ['a page that is not found', { status: 404, body: '<html>' }],
    ['an error', { status: 500, body: 'oops' }],
    ['nothing at all', 'hangs'],
  ])('that the server answers with %s is answered all the same', async (_, friend) => {
    const { chat } = await roomWith({ ...ECHO, friend });
    const startedAt = Date.now();
    expect((await chat.says('하나')).words).toContain('하나라고 하셨어요');
    expect(Date.now() - startedAt).toBeLessThan(2_500);
  });

  test("is not told of where a tester talks, whose key is made up and nobody's", async () => {
    const server = await serverOf(ECHO);
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    await takeBody(runtime, openBuilder, {
      ...tester({ type: 'accountId' }),
      userRequest: {
        ...tester({ type: 'accountId' }).userRequest,
        params: { surface: 'BuilderBotTest' },
      },
    });
    expect(server.calls()).not.toContain('POST /friend');
    expect(server.messages()).toHaveLength(1);
  });

  test('that has no key of the channel has one of the same form: the same each time, and no other', async () => {
    const server = await serverOf(ECHO);
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    for (const [bot, id] of [
      ['b', 'one'],
      ['b', 'one'],
      ['b', 'other'],
      ['c', 'one'],
      ['b!', 'one'],
    ])
      await takeBody(runtime, openBuilder, {
        bot: { id: bot },
        userRequest: { utterance: '안녕', user: { id } },
      });
    const keys = server.messages().map(({ user_key }) => user_key);
    for (const key of keys) expect(key).toMatch(/^[\w-]{12}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(4);
  });

  const noticeOf = (kind: NoticeKind, ids: { plusfriendUserKey?: string }): Notice => {
    const channelKind: ChannelKind = 'live';
    const { plusfriendUserKey = '' } = ids;
    const key = plusfriendUserKey && {
      key: userKeyOf(channelKind, { plusfriendUserKey }),
      plusfriendUserKey,
    };
    return { kind, user: { channelKind, isFriend: false, ...(key || {}) } };
  };

  test.each<[NoticeKind, string | undefined, string]>([
    ['friend-added', 'POST /friend', '{"user_key":"Zx3_Kp-9QwE7"}'],
    ['friend-blocked', 'DELETE /friend/Zx3_Kp-9QwE7', ''],
    ['unlinked', 'DELETE /friend/Zx3_Kp-9QwE7', ''],
    ['room-left', 'DELETE /chat_room/Zx3_Kp-9QwE7', ''],
    ['group-entered', undefined, ''],
  ])('%s is told as %s', async (kind, call, body) => {
    const server = await serverOf(ECHO);
    const bot = smartChatServer({ appUrl: server.url });
    const deadline = deadlineAt(Date.now() + 2_500);
    await bot.tell(noticeOf(kind, { plusfriendUserKey: 'Zx3_Kp-9QwE7' }), deadline);
    expect(server.calls()).toEqual(call === undefined ? [] : [call]);
    expect(server.asked.map(one => one.body)).toEqual(call === undefined ? [] : [body]);
    expect(notes).toEqual([]);
  });

  test('who is unlinked is told of by every key that the server had of them', async () => {
    const server = await serverOf(ECHO);
    const bot = smartChatServer({ appUrl: server.url });
    const store = new MemorySessionStore();
    const inGroup = {
      bot: { id: 'b' },
      userRequest: { utterance: '안녕', user: { id: 'u' }, chat: { id: 'g' } },
    };
    await takeBody({ bot, store }, openBuilder, inGroup);
    const keys = [
      userKeyOf('live', { plusfriendUserKey: 'Zx3_Kp-9QwE7' }),
      userKeyOf('live', { botId: 'b', botUserKey: 'u' }),
    ];
    const notice = { ...noticeOf('unlinked', { plusfriendUserKey: 'Zx3_Kp-9QwE7' }), keys };
    await bot.tell(notice, deadlineAt(Date.now() + 2_500));
    const madeUp = server.messages()[0]?.user_key;
    expect(
      server
        .calls()
        .filter(call => call.startsWith('DELETE'))
        .sort(),
    ).toEqual(['DELETE /friend/Zx3_Kp-9QwE7', `DELETE /friend/${madeUp}`].sort());
  });

  test('whose key is none for a path is told of with it encoded', async () => {
    const server = await serverOf(ECHO);
    const notice = noticeOf('room-left', { plusfriendUserKey: '../a b?c' });
    await smartChatServer({ appUrl: server.url }).tell(notice, deadlineAt(Date.now() + 2_500));
    expect(server.calls()).toEqual(['DELETE /chat_room/..%2Fa%20b%3Fc']);
  });

  test('of whom nobody knows a key is told of to nobody, and a server that is gone harms nothing', async () => {
    const server = await serverOf(ECHO);
    const bot = smartChatServer({ appUrl: server.url });
    await bot.tell(noticeOf('friend-blocked', {}), deadlineAt(Date.now() + 2_500));
    expect(server.calls()).toEqual([]);
    await server.stop();
    servers.length = 0;
    const notice = noticeOf('friend-blocked', { plusfriendUserKey: 'Zx3_Kp-9QwE7' });
    await bot.tell(notice, deadlineAt(Date.now() + 2_500));
    expect(notes).toEqual([
      {
        level: 'warn',
        what: 'smart-chat server not told',
        outcome: 'DELETE /friend: unreachable, ECONNREFUSED',
      },
    ]);
  });
});

describe('an answer that fails', () => {
  test('is an apology with the buttons that the user had, to somebody who typed what only buttons can say', async () => {
    const { chat } = await roomWith({
      ...ECHO,
      message: ({ content }) =>
        content === '메뉴'
          ? said('고르세요', ['커피', '차'])
          : { status: 500, type: 'text/html', body: '<h1>KeyError: 홍길동</h1>' },
    });
    await chat.arrives();
    await chat.taps('메뉴');
    const failed = await chat.says('아무 말이나');
    expect(failed.words).toContain(APOLOGY);
    expect(failed.labels).toEqual(['커피', '차']);
    expect(failed.failed).toBe(false);
    expect(notes).toEqual([
      { level: 'error', what: 'smart-chat server failed', outcome: 'POST /message: status 500' },
    ]);
  });

  test('has the home keyboard, where the user had none; and the words of the author', async () => {
    const texts = { apology: '잠시 쉬고 있어요.' };
    const { chat } = await roomWith({ keyboard: HOME, friend: OK }, { texts });
    const failed = await chat.says('안녕');
    expect(failed.words).toContain('잠시 쉬고 있어요.');
    expect(failed.labels).toEqual(['메뉴', '영업시간']);
  });

  test('of a server that is gone comes at once', async () => {
    const server = await startOldServer({});
    await server.stop();
    const chat = openChat(smartChatServer({ appUrl: server.url }), 'open-builder');
    expect((await chat.says('안녕')).words).toContain(APOLOGY);
    expect(notes).toContainEqual({
      level: 'error',
      what: 'smart-chat server failed',
      outcome: 'POST /message: unreachable, ECONNREFUSED',
    });
  });
});

describe("an author's own", () => {
  test('rules come before the server', async () => {
    const server = await serverOf(ECHO);
    const bot = smartChatServer({ appUrl: server.url }).hears('영업시간', () => '아홉 시부터요');
    const chat = openChat(bot, 'open-builder');
    await chat.arrives();
    expect((await chat.taps('영업시간')).words).toContain('아홉 시부터요');
    expect((await chat.says('메뉴')).words).toContain('메뉴라고 하셨어요');
    expect(server.messages().map(({ content }) => content)).toEqual(['메뉴']);
  });

  test("session is beside the relay's part, and its migrate never sees that", async () => {
    const server = await serverOf(ECHO);
    const { url: appUrl } = server;
    const store = new MemorySessionStore();
    const first = smartChatServer({ appUrl, session: () => ({ visits: 0 }) }).hears('몇 번', turn => {
      turn.session.visits++;
      return `${turn.session.visits}번째`;
    });
    const before = openChat(first, 'open-builder', { store });
    await before.says('안녕');
    expect((await before.says('몇 번')).words).toContain('1번째');
    const seen: unknown[] = [];
    const second = smartChatServer({
      appUrl,
      session: () => ({ visits: [] as string[] }),
      version: 2,
      migrate: state => {
        seen.push(state);
        return { visits: ['하나'] };
      },
    }).hears('몇 번', turn => `${turn.session.visits.length}번`);
    const after = openChat(second, 'open-builder', { store });
    expect((await after.says('몇 번')).words).toContain('1번');
    await after.says('또 왔어요');
    expect(seen).toContainEqual({ visits: 1 });
    for (const state of seen) expect(state).not.toHaveProperty('smartChat');
    // The old server knows the user still.
    expect(server.calls().filter(call => call === 'POST /friend')).toHaveLength(1);
  });

  test('session that was stored before the bot was a relay goes on', async () => {
    const server = await serverOf(ECHO);
    const store = new MemorySessionStore();
    const session = () => ({ visits: 0 });
    const { Bot: PlainBot } = await import('../../../lambda/bot/bot.ts');
    const plain = new PlainBot({ session }).fallback(turn => `${++turn.session.visits}`);
    await openChat(plain, 'open-builder', { store }).says('안녕');
    const relay = smartChatServer({ appUrl: server.url, session }).hears(
      '몇 번',
      turn => `${turn.session.visits}번째`,
    );
    const chat = openChat(relay, 'open-builder', { store });
    expect((await chat.says('안녕')).words).toContain('안녕라고 하셨어요');
    expect((await chat.says('몇 번')).words).toContain('1번째');
  });
});

/** The error that a call throws, if any. */
function errorsOf(call: () => unknown): Error[] {
  try {
    call();
    return [];
  } catch (error) {
    return [error as Error];
  }
}

/** The gateway's answer, and the sentences of the errors in its log. */
async function spokenTo<S>(bot: Bot<S>, utterance = '안녕') {
  const logged: LogEntry[] = [];
  const skill = openBuilderHandler({
    ...{ bot, store: new MemorySessionStore(), secret: testSecret },
    log: entry => void logged.push(entry),
  });
  const userRequest = { utterance, user: { id: 'u' } };
  const { json } = await invoke(skill, skillCall({ bot: { id: 'b' }, userRequest }));
  const told = logged.flatMap(({ error }) =>
    error === undefined ? [] : [errorFacts(error, 'masked').message],
  );
  return { json, told };
}

describe('options', () => {
  test.each([
    [undefined, 'appUrl is missing'],
    ['', 'appUrl is missing'],
    ['old.example.net', 'appUrl is no http or https URL'],
    ['ftp://old.example.net', 'appUrl is no http or https URL'],
    ['https://old.example.net/?a=b', 'appUrl has a query or a fragment'],
    ['https://old.example.net/#a', 'appUrl has a query or a fragment'],
    ['https://me:secret@old.example.net/', 'appUrl has a user name or a password'],
  ])('an app URL of %s is refused while the bot is loaded, and not repeated', (appUrl, why) => {
    const make = () => smartChatServer({ appUrl });
    expect(make).toThrow(why);
    expect(make).toThrow(/APP_URL/);
    if (appUrl) expect(make).not.toThrow(appUrl);
  });

  test.each([undefined, '', 'old.example.net/secret', 'https://old.example.net/?secret=b'])(
    'an app URL of %s by a function costs an apology, and the operator reads the same sentence',
    async appUrl => {
      const [atLoad] = errorsOf(() => smartChatServer({ appUrl }));
      const { json, told } = await spokenTo(smartChatServer({ appUrl: async () => appUrl }));
      expect(json.template.outputs).toEqual([{ simpleText: { text: APOLOGY } }]);
      expect(told).toEqual([atLoad?.message]);
      expect(JSON.stringify(told)).not.toContain('old.example.net');
    },
  );

  test('an app URL by a function is in no log, though a rule quotes a part of it', async () => {
    const server = await serverOf(ECHO);
    const appUrl = `${server.url}/secret-path`;
    const bot = smartChatServer({ appUrl: () => appUrl }).hears('탈', () => {
      throw new Error(`no answer of ${new URL(appUrl).pathname}`);
    });
    expect((await spokenTo(bot, '안녕')).told).toEqual([]);
    const { told } = await spokenTo(bot, '탈');
    expect(told).toEqual([expect.stringContaining('no answer of')]);
    expect(JSON.stringify(told)).not.toContain('secret-path');
  });

  test('an app URL by a function is read when the server is asked, and not before', async () => {
    const server = await serverOf(ECHO);
    let reads = 0;
    const appUrl = (): string => {
      reads++;
      return `${server.url}/`;
    };
    const bot = smartChatServer({ appUrl }).hears('영업시간', () => '아홉 시부터요');
    const chat = openChat(bot, 'open-builder');
    expect((await chat.says('영업시간')).words).toContain('아홉 시부터요');
    expect(reads).toBe(0);
    expect((await chat.arrives()).labels).toEqual(['메뉴', '영업시간']);
    expect((await chat.says('메뉴')).words).toContain('메뉴라고 하셨어요');
    await bot.tell(
      {
        kind: 'friend-blocked',
        user: { plusfriendUserKey: 'Zx3_Kp-9QwE7', channelKind: 'live', isFriend: false },
      },
      deadlineAt(Date.now() + 1_000),
    );
    expect(server.calls()).toEqual(expect.arrayContaining(['POST /message', 'DELETE /friend/Zx3_Kp-9QwE7']));
    // The home keyboard is one of a minute for all, be the URL read for each turn.
    await openChat(bot, 'open-builder').arrives();
    expect(reads).toBeGreaterThan(1);
    expect(server.calls().filter(call => call === 'GET /keyboard')).toHaveLength(1);
  });

  test('an app URL that could not be read is read again by the next turn, and a new one is taken', async () => {
    const [old, moved] = [await serverOf(ECHO), await serverOf({ ...ECHO, message: said('이사했어요') })];
    const sources = [
      () => Promise.reject(new Error('Secrets Manager')),
      () => old.url,
      async () => moved.url,
    ];
    const chat = openChat(
      smartChatServer({ appUrl: () => (sources.shift() ?? (() => moved.url))() }),
      'open-builder',
    );
    expect((await chat.says('하나')).words).toContain(APOLOGY);
    expect((await chat.says('둘')).words).toContain('둘라고 하셨어요');
    expect((await chat.says('셋')).words).toContain('이사했어요');
    expect([old, moved].map(server => server.messages().length)).toEqual([1, 1]);
  });

  test('a greeting without words and a way that is none are refused', () => {
    const appUrl = 'https://bot.example.com';
    expect(() => smartChatServer({ appUrl, greeting: ' ' })).toThrow('greeting is blank');
    const versioned = { appUrl, version: 2, migrate: () => ({}) } as SmartChatServerOptions;
    expect(() => smartChatServer(versioned)).toThrow('without it there is no version');
    expect(() => smartChatServer({ appUrl, late: 'later' as 'never' })).toThrow(
      "late must be 'again', 'at-once' or 'never'",
    );
  });
});
