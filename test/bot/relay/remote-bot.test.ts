import { createHmac, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { errorFacts } from '../../../lambda/aws/error-facts.ts';
import type { LogEntry } from '../../../lambda/aws/log.ts';
import {
  type Bot,
  button,
  type RemoteBotOptions,
  type RemoteState,
  remoteBot,
} from '../../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../../lambda/gateway/smart-chat.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { NOTICE_WITHIN_MS } from '../../../lambda/turn/time-budget.ts';
import { type Call, invoke, skillCall, smartChatCall, testSecret } from '../../kit/http.ts';
import { skillProblems } from '../../kit/kakao-accepts.ts';
import { until } from '../../kit/late-gateway.ts';
import { type Asked, type RawServer, startRawServer } from '../../kit/raw-server.ts';

const SECRET = 'the secret of the bot server';
const APOLOGY = '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.';

type Answers = (asked: Asked, answer: ServerResponse) => void;

const servers: RawServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

/** Answers each call with this as JSON. */
const says =
  (json: unknown, status = 200, type = 'application/json'): Answers =>
  (_, answer) =>
    void answer
      .writeHead(status, { 'content-type': type })
      .end(typeof json === 'string' && type !== 'application/json' ? json : JSON.stringify(json));

/** The answers one after the other, the last one on and on. */
const inTurn = (...answers: readonly Answers[]): Answers => {
  let at = 0;
  return (asked, answer) => answers[Math.min(at++, answers.length - 1)]?.(asked, answer);
};

const hangs: Answers = () => {};
const breaks: Answers = (_, answer) => void answer.destroy();

async function behind(
  answers: Answers,
  options: Partial<RemoteBotOptions> = {},
  prepare?: (bot: Bot<RemoteState>) => void,
) {
  const server = await startRawServer(answers);
  servers.push(server);
  const bot = remoteBot({ url: `${server.url}/turn`, secret: SECRET, ...options });
  prepare?.(bot);
  return { server, ...gatewayOf(bot) };
}

function gatewayOf<S>(bot: Bot<S>) {
  const logged: LogEntry[] = [];
  const gateway = {
    bot,
    store: new MemorySessionStore(),
    secret: testSecret,
    log: (entry: LogEntry) => void logged.push(entry),
  };
  const [skill, smartChat] = [openBuilderHandler(gateway), smartChatHandler(gateway)];
  const call = async (body: object, id: string = randomUUID(), more: Partial<Call> = {}) => {
    const { json } = await invoke(skill, { ...skillCall(body, { 'x-request-id': id }), ...more });
    expect(skillProblems(json)).toEqual([]);
    return json;
  };
  return {
    logged,
    call,
    tell: (method: string, path: string, body?: object, receivedAt = Date.now()) =>
      invoke(smartChat, { ...smartChatCall(method, path, body), receivedAt }),
    says: async (utterance: string, { id, ...more }: { id?: string } & Partial<Call> = {}) =>
      call(bodyOf(utterance), id, more),
    /** The sentences of the errors that were logged, as an operator reads them. */
    told: () =>
      logged.filter(({ error }) => error !== undefined).map(({ error }) => errorFacts(error).message),
  };
}

const bodyOf = (utterance: string, user = 'someone') => ({
  bot: { id: 'b' },
  userRequest: { utterance, user: { id: user, properties: { plusfriendUserKey: user } } },
});

const jsonOf = ({ asked }: RawServer, at = 0) => JSON.parse(asked[at]?.body ?? '');
const headerOf = ({ asked }: RawServer, name: string, at = 0): string | undefined =>
  asked[at]?.headers.find(([own]) => own.toLowerCase() === name)?.[1];
const textOf = (json: { template: { outputs: { simpleText: { text: string } }[] } }): string | undefined =>
  json.template.outputs[0]?.simpleText.text;

describe('a bot server is asked', () => {
  test('what a rule would see of the turn, as JSON, without the key of the session', async () => {
    const { server, call } = await behind(says('네'));
    const block = { id: '5f3a1b2c4d5e6f7a8b9c0d1e', name: '주문' };
    const params = { drink: '라떼', cups: '{"amount": 2, "unit": "잔"}' };
    const body = {
      ...bodyOf(' 라떼 두 잔 '),
      intent: block,
      action: {
        params,
        detailParams: {
          drink: { origin: '라떼', value: '라떼' },
          cups: { origin: '두 잔', value: params.cups },
        },
        clientExtra: { from: '메뉴' },
      },
    };
    await call(body, 'turn-1');
    expect(jsonOf(server)).toMatchObject({
      version: 1,
      turn: {
        id: 'turn-1',
        attempt: 1,
        incoming: { kind: 'utterance', text: '라떼 두 잔', block, extra: { from: '메뉴' } },
        text: '라떼 두 잔',
        user: { plusfriendUserKey: 'someone' },
        channel: 'live',
        session: {},
        params: {
          drink: { value: '라떼', origin: '라떼' },
          cups: { value: { amount: 2, unit: '잔' }, origin: '두 잔' },
        },
        trigger: { how: 'tapped' },
        contexts: {},
        knowledge: [],
        eventParams: {},
      },
    });
    const { answerWithinMs } = jsonOf(server).turn;
    expect(answerWithinMs).toBeGreaterThan(3_000);
    expect(answerWithinMs).toBeLessThan(4_300);
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/turn' }]);
    expect(server.asked[0]?.body).not.toContain('live/channel');
  });

  test('with a signature of the time and the body', async () => {
    const { server, says: user } = await behind(says('네'));
    const before = Math.floor(Date.now() / 1_000);
    await user('안녕');
    const timestamp = headerOf(server, 'x-kakao-gateway-timestamp');
    const hex = createHmac('sha256', SECRET).update(`${timestamp}.${server.asked[0]?.body}`).digest('hex');
    expect(headerOf(server, 'x-kakao-gateway-signature')).toBe(`v1=${hex}`);
    expect(Number(timestamp)).toBeGreaterThanOrEqual(before);
    expect(Number(timestamp)).toBeLessThanOrEqual(Date.now() / 1_000);
    expect(headerOf(server, 'content-type')).toBe('application/json; charset=utf-8');
  });

  test.each<[string, RemoteBotOptions['secret']]>([
    ['of two, by the first', [SECRET, 'the secret that goes out']],
    ['by a function, which is asked each time', () => SECRET],
    ['by a promise', Promise.resolve(SECRET)],
    ['by a function of two, later', async () => [SECRET, 'the secret that goes out'] as const],
  ])('with the secret %s', async (_, secret) => {
    const { server, says: user } = await behind(says('네'), { secret });
    expect(textOf(await user('안녕'))).toBe('네');
    const signed = `${headerOf(server, 'x-kakao-gateway-timestamp')}.${server.asked[0]?.body}`;
    const hex = createHmac('sha256', SECRET).update(signed).digest('hex');
    expect(headerOf(server, 'x-kakao-gateway-signature')).toBe(`v1=${hex}`);
  });

  test('with the new secret, once its source gives that', async () => {
    let secret = SECRET;
    const { server, says: user } = await behind(says('네'), { secret: () => secret });
    await user('안녕');
    secret = 'the secret that comes in';
    await user('안녕');
    const signed = `${headerOf(server, 'x-kakao-gateway-timestamp', 1)}.${server.asked[1]?.body}`;
    expect(headerOf(server, 'x-kakao-gateway-signature', 1)).toBe(
      `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`,
    );
  });

  test('with the time that is left once a slow source has given the secret', async () => {
    const slowly = async (): Promise<string> => {
      await new Promise(resolve => setTimeout(resolve, 300));
      return SECRET;
    };
    const { server, says: user } = await behind(says('네'), { secret: slowly });
    const receivedAt = Date.now();
    await user('안녕', { receivedAt });
    expect(jsonOf(server).turn.answerWithinMs).toBeLessThan(4_300 - 300);
  });

  test('what comes into the room, and photos, too', async () => {
    const { server, call } = await behind(says('네'));
    const welcome = { id: '5f3a1b2c4d5e6f7a8b9c0d1e', name: '웰컴 블록' };
    await call({ ...bodyOf('웰컴'), intent: welcome });
    const url = 'https://secure.kakaocdn.net/a.jpg';
    const photo = bodyOf(url);
    await call({
      ...photo,
      userRequest: { ...photo.userRequest, params: { media: { type: 'image', url } } },
    });
    expect(jsonOf(server, 0).turn).toMatchObject({ incoming: { kind: 'arrival', block: welcome } });
    expect(jsonOf(server, 1).turn).toMatchObject({
      incoming: { kind: 'media', media: 'photo', url },
      text: '',
    });
  });
});

describe("a bot server's state", () => {
  test('is kept for its user, and sent with each turn', async () => {
    const counts: Answers = ({ body }, answer) => {
      const { count = 0 } = JSON.parse(body).turn.session;
      says({ outputs: [`${count + 1}번째`], session: { count: count + 1 } })({} as Asked, answer);
    };
    const { call } = await behind(counts);
    await call(bodyOf('하나'));
    expect(textOf(await call(bodyOf('둘')))).toBe('2번째');
    expect(textOf(await call(bodyOf('남', 'another')))).toBe('1번째');
  });

  test('stays as it is where an answer gives none, be it as null, and is emptied by an empty one', async () => {
    const answers = [
      { outputs: ['a'], session: { cups: 2 } },
      'b',
      { outputs: ['b'], session: null },
      { outputs: ['c'], session: {} },
      'd',
    ];
    const { server, says: user, told } = await behind(inTurn(...answers.map(answer => says(answer))));
    for (const words of ['1', '2', '3', '4', '5']) await user(words);
    expect(told()).toEqual([]);
    expect(server.asked.map(({ body }) => JSON.parse(body).turn.session)).toEqual([
      {},
      { cups: 2 },
      { cups: 2 },
      { cups: 2 },
      {},
    ]);
  });

  test("lies beside the author's own, which no bot server sees and which migrates", async () => {
    const server = await startRawServer(says({ outputs: ['네'], session: { cups: 2 } }));
    servers.push(server);
    const store = new MemorySessionStore();
    const options = { url: server.url, secret: SECRET };
    const speak = async <S>(bot: Bot<S>, words: string) => {
      const handler = openBuilderHandler({ bot, store, secret: testSecret, log: () => {} });
      return textOf((await invoke(handler, skillCall(bodyOf(words), { 'x-request-id': randomUUID() }))).json);
    };
    const first = remoteBot({ ...options, session: () => ({ visits: 0 }) }).hears(
      '방문',
      turn => `${++turn.session.visits}번`,
    );
    expect([await speak(first, '방문'), await speak(first, '라떼'), await speak(first, '방문')]).toEqual([
      '1번',
      '네',
      '2번',
    ]);
    const second = remoteBot({
      ...options,
      session: () => ({ seen: 0 }),
      version: 2,
      migrate: state => ({ seen: (state as { visits: number }).visits * 10 }),
    }).hears('방문', turn => `${turn.session.seen} ${JSON.stringify(turn.session.remote)}`);
    expect(await speak(second, '방문')).toBe('20 {"cups":2}');
    await speak(second, '라떼');
    expect(server.asked.map(({ body }) => JSON.parse(body).turn.session)).toEqual([{}, { cups: 2 }]);
  });

  test.each([
    ['a list', [], 'session must be an object'],
    ['a text', 'cart', 'session must be an object'],
    [
      'too long',
      { words: '가'.repeat(12_000) },
      'session must be at most 32768 bytes of JSON, not 36012: keep less in it',
    ],
    [
      'nested too deeply',
      JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`),
      'session must be nested 48 levels deep at most',
    ],
  ])('is no %s: what was answered with it has not happened', async (_, session, sentence) => {
    const { says: user, told } = await behind(says({ outputs: ['담았어요'], session }));
    expect(textOf(await user('라떼'))).toBe(APOLOGY);
    expect(told()).toEqual([`the bot server's answer: ${sentence}`]);
  });
});

describe("a bot server's answer", () => {
  test.each<[string, unknown, unknown]>([
    ['a text', '안녕하세요', { outputs: [{ simpleText: { text: '안녕하세요' } }] }],
    ['an output', { textCard: { title: '라떼' } }, { outputs: [{ textCard: { title: '라떼' } }] }],
    [
      'a reply',
      { outputs: [{ simpleText: { text: '골라 주세요' } }], quickReplies: [button.message('라떼')] },
      {
        outputs: [{ simpleText: { text: '골라 주세요' } }],
        quickReplies: [{ label: '라떼', messageText: '라떼' }],
      },
    ],
    [
      'texts in the places of bubbles and quick replies',
      { outputs: ['골라 주세요'], quickReplies: ['라떼'] },
      {
        outputs: [{ simpleText: { text: '골라 주세요' } }],
        quickReplies: [{ label: '라떼', messageText: '라떼' }],
      },
    ],
  ])('is %s', async (_, answer, template) => {
    const { says: user, told } = await behind(says(answer));
    expect((await user('안녕')).template).toMatchObject(template as object);
    expect(told()).toEqual([]);
  });

  test('may give data and contexts to the block', async () => {
    const { says: user } = await behind(says({ data: { cups: 2 }, contexts: [{ name: 'order', turns: 3 }] }));
    expect(await user('안녕')).toMatchObject({
      data: { cups: 2 },
      context: { values: [{ name: 'order', lifeSpan: 3 }] },
    });
  });

  test('is shown as far as it can be: the operator reads where it is wrong', async () => {
    const { says: user, logged } = await behind(
      says({ outputs: [{ basicCard: { title: '라떼' } }, '그리고'], quickReplies: [{ label: '예' }] }),
    );
    const { template } = await user('안녕');
    expect(template.outputs).toMatchObject([
      { textCard: { title: '라떼' } },
      { simpleText: { text: '그리고' } },
    ]);
    expect(logged).toMatchObject([
      {
        what: 'answer repaired',
        violations: expect.arrayContaining([
          expect.objectContaining({ path: 'outputs[0].basicCard.thumbnail' }),
          expect.objectContaining({ path: 'quickReplies[0].action' }),
        ]),
      },
    ]);
  });

  test('is none with 204: the user reads that they were not understood', async () => {
    const { says: user, told } = await behind((_, answer) => void answer.writeHead(204).end(), {
      texts: { notUnderstood: '무슨 말씀이신지요?' },
    });
    expect(textOf(await user('안녕'))).toBe('무슨 말씀이신지요?');
    expect(told()).toEqual([]);
  });

  test.each<[string, Answers, string]>([
    ['of another type', says('<h1>hi</h1>', 200, 'text/html'), 'its content-type must be application/json'],
    [
      'of no type',
      (_, answer) => void answer.writeHead(200).end('"hi"'),
      'its content-type must be application/json',
    ],
    [
      'no JSON',
      (_, answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).end('{"비밀": '),
      'it must be JSON',
    ],
    [
      'empty',
      (_, answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).end(),
      'it must be JSON',
    ],
    [
      'no UTF-8',
      (_, answer) =>
        void answer
          .writeHead(200, { 'content-type': 'application/json' })
          .end(Buffer.from([0x22, 0xb0, 0xa1, 0x22])),
      'it must be UTF-8',
    ],
    ['a number', says(7), 'it must be an object with outputs, a text or one output'],
    ['null', says(null), 'it must be an object with outputs, a text or one output'],
    [
      'a list',
      says([{ simpleText: { text: '비밀' } }]),
      'it must be an object with outputs, a text or one output',
    ],
    [
      'a list by another name',
      says({ output: ['비밀'], session: { a: 1 } }),
      'it must be an object with outputs, a text or one output',
    ],
    [
      'an answer of another protocol',
      says({ version: '2.0', template: { outputs: [{ simpleText: { text: '비밀' } }] } }),
      'it must be an object with outputs, a text or one output',
    ],
    [
      'an object without outputs',
      says({ outputs: null, text: '비밀' }),
      'it must be an object with outputs, a text or one output',
    ],
    [
      'an empty object',
      says({}),
      'outputs must be there: one to three bubbles (or data, or contexts, for the block)',
    ],
    [
      'no bubble',
      says({ outputs: [], quickReplies: ['비밀'] }),
      'outputs must be there: one to three bubbles (or data, or contexts, for the block)',
    ],
    [
      'a state alone',
      says({ session: { a: 1 } }),
      'outputs must be there: one to three bubbles (or data, or contexts, for the block)',
    ],
  ])('that is %s costs an apology, and the operator reads why', async (_, answers, sentence) => {
    const { says: user, told } = await behind(answers);
    expect(textOf(await user('비밀'))).toBe(APOLOGY);
    expect(told()).toEqual([`the bot server's answer: ${sentence}`]);
  });

  test.each<[string, Answers]>([
    ['outputs that are no list', says({ outputs: '비밀' })],
    ['outputs that say nothing', says({ outputs: [{ strange: 1 }] })],
    ['a blank text', says('  ')],
  ])('with %s is a bubble nevertheless', async (_, answers) => {
    const { says: user } = await behind(answers);
    expect(textOf(await user('비밀'))).toEqual(expect.stringMatching(/./));
  });

  test('is read no further than its bound', async () => {
    const { says: user, told, server } = await behind(says('가'.repeat(100_000)));
    expect(textOf(await user('안녕'))).toBe(APOLOGY);
    expect(told()).toEqual([`the bot server at ${server.url} answered more than 192 KB: let it say less`]);
  });
});

describe('a bot server that fails', () => {
  test.each([
    [401, 'see that secret is the same on both sides, and that its clock is right'],
    [404, 'see that url has the path at which it takes POST'],
    [429, 'it takes no more calls now: give it room for as many as users make'],
    [201, 'an answer comes with 200, and 204 says that there is none'],
    [500, 'look into its log'],
  ])('by %i costs an apology, is asked once, and the operator reads what to do', async (status, advice) => {
    const { says: user, told, server } = await behind(says('비밀', status));
    expect(textOf(await user('비밀'))).toBe(APOLOGY);
    expect(told()).toEqual([`the bot server at ${server.url} answered ${status}: ${advice}`]);
    expect(server.asked).toHaveLength(1);
  });

  test('by a redirect sends the secret nowhere else', async () => {
    const {
      says: user,
      told,
      server,
    } = await behind((_, answer) => void answer.writeHead(307, { location: '/elsewhere' }).end());
    expect(textOf(await user('안녕'))).toBe(APOLOGY);
    expect(told()).toEqual([
      `the bot server at ${server.url} redirects: give url the address that it leads to (307)`,
    ]);
    expect(server.asked).toHaveLength(1);
  });

  test.each<[string, Answers]>([
    ['502', says('', 502)],
    ['503', says('', 503)],
    ['504', says('', 504)],
    ['a connection that breaks', breaks],
  ])('for a moment, by %s, is asked again: the same turn, signed anew', async (_, failure) => {
    const { says: user, told, server } = await behind(inTurn(failure, says('네')));
    expect(textOf(await user('안녕', { id: 'turn-1' }))).toBe('네');
    expect(told()).toEqual([]);
    expect([jsonOf(server, 0), jsonOf(server, 1)]).toMatchObject([
      { turn: { id: 'turn-1', attempt: 1 } },
      { turn: { id: 'turn-1', attempt: 2 } },
    ]);
    expect(jsonOf(server, 1).turn.answerWithinMs).toBeLessThan(jsonOf(server, 0).turn.answerWithinMs);
    expect(headerOf(server, 'x-kakao-gateway-signature', 1)).not.toBe(
      headerOf(server, 'x-kakao-gateway-signature', 0),
    );
  });

  test('on and on is asked four times within the time of the turn', async () => {
    const startedAt = Date.now();
    const { says: user, told, server } = await behind(says('', 503));
    expect(textOf(await user('안녕'))).toBe(APOLOGY);
    expect(Date.now() - startedAt).toBeLessThan(4_300);
    expect(server.asked).toHaveLength(4);
    expect(told()).toEqual([`the bot server at ${server.url} answered 503: look into its log`]);
  });

  test('is not asked again where no time is left for it', async () => {
    const { says: user, server } = await behind(says('', 503));
    expect(textOf(await user('안녕', { receivedAt: Date.now() - 4_100 }))).toBe(APOLOGY);
    expect(server.asked.length).toBeLessThan(3);
  });

  test('since nobody is there is told', async () => {
    const { says: user, told, server } = await behind(says('네'));
    await server.stop();
    servers.length = 0;
    expect(textOf(await user('안녕', { receivedAt: Date.now() - 2_000 }))).toBe(APOLOGY);
    expect(told()).toEqual([
      `the bot server at ${server.url} could not be reached: see that it runs, and that url names it (ECONNREFUSED)`,
    ]);
  });

  test('by never answering costs an apology within the time of the turn, whose connection ends with it', async () => {
    let isOpen = true;
    const { says: user, server } = await behind((_, answer) => {
      answer.once('close', () => {
        isOpen = false;
      });
    });
    const startedAt = Date.now();
    expect(textOf(await user('안녕', { receivedAt: startedAt - 3_300 }))).toBe(APOLOGY);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(server.asked).toHaveLength(1);
    await until(() => !isOpen, 2_000);
  });
});

describe('a bot before its server', () => {
  test('answers by rules of its own first, be they for arrivals, photos or what was said', async () => {
    const {
      server,
      says: user,
      call,
    } = await behind(says('서버'), {}, bot =>
      bot
        .hears('영업시간', () => '8시부터예요.')
        .media('photo', () => '사진이네요.')
        .welcome(() => '어서 오세요.'),
    );
    expect(textOf(await user('영업시간'))).toBe('8시부터예요.');
    expect(
      textOf(
        await call({ ...bodyOf('웰컴'), intent: { id: '5f3a1b2c4d5e6f7a8b9c0d1e', name: '웰컴 블록' } }),
      ),
    ).toBe('어서 오세요.');
    expect(server.asked).toEqual([]);
    expect(textOf(await user('다른 말'))).toBe('서버');
  });

  test('tells it of notices, signed, and whatever it answers', async () => {
    const { server, tell, logged } = await behind(says('네'));
    await tell('POST', '/friend', { user_key: 'someone' });
    await tell('DELETE', '/chat_room/someone');
    expect([jsonOf(server, 0), jsonOf(server, 1)]).toMatchObject([
      {
        version: 1,
        notice: { kind: 'friend-added', attempt: 1, user: { plusfriendUserKey: 'someone' }, channel: 'live' },
      },
      { version: 1, notice: { kind: 'room-left' } },
    ]);
    expect(jsonOf(server, 0).notice.id).not.toBe(jsonOf(server, 1).notice.id);
    expect(server.asked[0]?.body).not.toContain('live/channel');
    const signed = `${headerOf(server, 'x-kakao-gateway-timestamp')}.${server.asked[0]?.body}`;
    expect(headerOf(server, 'x-kakao-gateway-signature')).toBe(
      `v1=${createHmac('sha256', SECRET).update(signed).digest('hex')}`,
    );
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('tells the operator of a notice that did not reach it, in the time of a notice', async () => {
    const { tell, told, server } = await behind(inTurn(says('', 500), hangs));
    await tell('POST', '/friend', { user_key: 'someone' });
    const receivedAt = Date.now() - 1_500;
    await tell('POST', '/friend', { user_key: 'someone' }, receivedAt);
    expect(Date.now() - receivedAt).toBeLessThan(NOTICE_WITHIN_MS);
    expect(told()).toEqual([
      `the bot server at ${server.url} answered 500: look into its log`,
      `the bot server at ${server.url} did not answer in time: see what its turns wait for, or give remoteBot slow`,
    ]);
  });
});

describe('a setting of a bot server', () => {
  const url = 'https://bot.example.com/turn';
  test.each<[RemoteBotOptions['url'], string]>([
    [undefined, 'url must be the URL of the bot server, such as https://bot.example.com/turn: set it'],
    ['', 'url must be the URL of the bot server, such as https://bot.example.com/turn: set it'],
    [
      'bot.example.com',
      'url must be the URL of the bot server, such as https://bot.example.com/turn: set it',
    ],
    [
      'http://bot.example.com/turn',
      'url must be https: http is for a server on this machine alone (localhost, 127.0.0.1)',
    ],
    [
      'http://127.0.0.1.example.com/',
      'url must be https: http is for a server on this machine alone (localhost, 127.0.0.1)',
    ],
    [
      'http://192.168.0.2/',
      'url must be https: http is for a server on this machine alone (localhost, 127.0.0.1)',
    ],
    [
      'file:///etc/passwd',
      'url must be https: http is for a server on this machine alone (localhost, 127.0.0.1)',
    ],
    [
      'https://me:word@bot.example.com/',
      'url must be without a user name and a password: the secret signs each call',
    ],
  ])('is refused: url %s', (wrong, sentence) => {
    expect(() => remoteBot({ url: wrong, secret: SECRET })).toThrow(`remoteBot: ${sentence}`);
  });

  test.each([url, 'http://localhost:8080', 'http://127.0.0.1:8080/turn', 'http://[::1]:8080'])(
    'is taken: url %s',
    right => {
      expect(() => remoteBot({ url: right, secret: SECRET })).not.toThrow();
    },
  );

  const WRONG_SECRETS: [RemoteBotOptions['secret'], string][] = [
    [undefined, 'a text that is not blank'],
    ['', 'a text that is not blank'],
    [' '.repeat(20), 'a text that is not blank'],
    ['fifteen letters', 'at least 16 characters long'],
    [`${SECRET}\n`, 'without white space around it'],
    [[SECRET, ''], 'a text that is not blank'],
  ];
  test.each(WRONG_SECRETS)('is refused at once: secret %j', (secret, expectation) => {
    const refused = expect(() => remoteBot({ url, secret }));
    refused.toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
    refused.toThrow(`remoteBot: secret must be ${expectation}, the same that its bot server has`);
  });

  test('is refused where a secret is read: the operator reads it, and nobody is asked', async () => {
    const { says: user, told, server } = await behind(says('네'), { secret: () => 'short' });
    expect(textOf(await user('안녕'))).toBe(APOLOGY);
    expect(told()).toEqual([
      'remoteBot: secret must be at least 16 characters long, the same that its bot server has',
    ]);
    expect(server.asked).toEqual([]);
  });

  test('that breaks later costs an apology, and not the process', async () => {
    const { says: user, told } = await behind(says('네'), { secret: Promise.reject(new Error('비밀')) });
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(textOf(await user('안녕'))).toBe(APOLOGY);
    expect(told()).toEqual([undefined]);
  });
});
