import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bot } from '../../../lambda/bot/bot.ts';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { type SmartChatServerOptions, smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../../lambda/gateway/smart-chat.ts';
import { KAKAO_WAITS_MS } from '../../../lambda/turn/time-budget.ts';
import { type Answered, invoke, skillCall, smartChatCall } from '../../kit/http.ts';
import { skillProblems } from '../../kit/kakao-accepts.ts';
import { type LateGateway, startLateGateway, until } from '../../kit/late-gateway.ts';
import {
  type OldServer,
  type OldServerAnswer,
  type OldServerRoutes,
  startOldServer,
} from '../../kit/old-server.ts';

const WAITING = '조금 오래 걸리고 있어요. 잠시 뒤에 결과를 확인해 주세요.';
const APOLOGY = '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.';
const HUNDRED = Array.from({ length: 100 }, (_, at) => `${at + 1}번`);

const open: { stop(): Promise<void> }[] = [];
const notes: OperatorNote[] = [];
beforeEach(() => {
  notes.length = 0;
  operatorHears(note => notes.push(note));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

/** A server that answers no message before it is said to be well. */
function slowServer(answer: OldServerAnswer): { readonly routes: OldServerRoutes; isWell: boolean } {
  let isWell = false;
  const keyboard = { json: { type: 'text' } };
  return {
    routes: { keyboard, message: () => (isWell ? answer : 'hangs') },
    set isWell(now: boolean) {
      isWell = now;
    },
  };
}

interface Room {
  readonly server: OldServer;
  readonly gateway: LateGateway;
  /** Says it to a function that began this long ago (3.4 s), so that little of Kakao's time is left. */
  says(
    words: string,
    more?: { user?: string; callbackUrl?: string; extra?: object; agoMs?: number },
  ): Promise<Answered>;
}

async function roomOf(
  routes: OldServerRoutes,
  options: Partial<SmartChatServerOptions> = {},
  hasWorker = true,
): Promise<Room> {
  const server = await startOldServer(routes);
  open.push(server);
  const bot: Bot<object> = smartChatServer({ appUrl: server.url, ...options });
  const gateway = await startLateGateway(bot);
  open.push(gateway);
  const handler = gateway.handlerOf(({ defer, ...others }) =>
    openBuilderHandler({ ...others, ...(hasWorker && defer && { defer }) }),
  );
  return {
    server,
    gateway,
    says: async (utterance, { user = 'someone', callbackUrl, extra, agoMs = 3_400 } = {}) => {
      const userRequest = { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) };
      const body = { bot: { id: 'b' }, userRequest, action: { clientExtra: extra } };
      const receivedAt = Date.now() - agoMs;
      const answered = await invoke(handler, {
        ...skillCall(body, { 'x-request-id': randomUUID() }),
        receivedAt,
      });
      expect(Date.now() - receivedAt).toBeLessThan(KAKAO_WAITS_MS);
      expect(answered.status).toBe(200);
      expect(answered.json.useCallback === true ? [] : skillProblems(answered.json)).toEqual([]);
      return answered;
    },
  };
}

const wordsOf = (answered: { json: unknown } | undefined): string => JSON.stringify(answered?.json);
const answerOf = (text: string, buttons: readonly string[]): OldServerAnswer => ({
  json: { message: { text }, keyboard: { type: 'buttons', buttons } },
});

describe('a server that has not answered when the time is over', () => {
  test('is asked again by a worker, whose answer the callback brings', async () => {
    const slow = slowServer(answerOf('오래 걸렸네요', ['처음으로']));
    const { server, gateway, says } = await roomOf(slow.routes);
    const callbackUrl = gateway.sink.newUrl();
    const saying = says('안녕', { callbackUrl, agoMs: 2_800 });
    await until(() => server.messages().length > 0);
    slow.isWell = true;
    expect(wordsOf(await saying)).toContain(WAITING);
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    const [post] = gateway.sink.postsTo(callbackUrl);
    expect(wordsOf(post)).toContain('오래 걸렸네요');
    expect(wordsOf(post)).toContain('처음으로');
    expect(server.messages().map(({ content }) => content)).toEqual(['안녕', '안녕']);
    // It is the turn that was late, and its own line says so.
    expect(notes).toEqual([]);
  });

  test('is asked again, and its answer is collected, where no callback is', async () => {
    const slow = slowServer(answerOf('오래 걸렸네요', []));
    const { server, gateway, says } = await roomOf(slow.routes);
    const saying = says('안녕', { agoMs: 2_800 });
    await until(() => server.messages().length > 0);
    slow.isWell = true;
    const waiting = await saying;
    expect(wordsOf(waiting)).toContain('결과 확인');
    await until(() => gateway.logged.some(({ what }) => what.startsWith('late turn')));
    const { extra } = waiting.json.template.quickReplies[0];
    expect(wordsOf(await says('결과 확인', { extra }))).toContain('오래 걸렸네요');
  });

  test('is an apology in time where no worker is', async () => {
    const { says } = await roomOf({ message: 'hangs' }, {}, false);
    expect(wordsOf(await says('안녕'))).toContain(APOLOGY);
  });

  test("is an apology of the relay's own to Kakao's test user, of whom nothing is remembered", async () => {
    const { gateway } = await roomOf({ message: 'hangs' });
    const body = { user_key: 'test', type: 'text', content: '안녕' };
    const call = { ...smartChatCall('POST', '/message', body), receivedAt: Date.now() - 3_600 };
    const handler = gateway.handlerOf(given => smartChatHandler(given));
    expect(wordsOf(await invoke(handler, call))).toContain(APOLOGY);
    expect(gateway.logged.map(({ what }) => what)).toEqual(['turn answered']);
  });

  test("with late: 'never' it is asked once, and the user reads at once that it is ill", async () => {
    const { server, gateway, says } = await roomOf(
      { keyboard: { json: { type: 'buttons', buttons: ['메뉴'] } }, message: 'hangs' },
      { late: 'never' },
    );
    const answered = await says('안녕', { agoMs: 2_400 });
    expect(wordsOf(answered)).toContain(APOLOGY);
    expect(wordsOf(answered)).toContain('메뉴');
    await gateway.idle();
    expect(server.messages()).toHaveLength(1);
    expect(gateway.events).toEqual([]);
    expect(gateway.logged.map(({ what }) => what)).toEqual(['turn answered']);
    expect(notes).toContainEqual({
      level: 'error',
      what: 'smart-chat server failed',
      outcome: 'POST /message: silent',
    });
  });

  test.each(['photo', 'video'])('of a %s, as of any words', async kind => {
    const { gateway } = await roomOf(
      { message: ({ type }) => (type === 'text' ? answerOf('네', []) : 'hangs') },
      { late: 'never' },
    );
    const url = `http://dn-m.talk.kakao.com/talkm/a/b/${kind}`;
    const handler = gateway.handlerOf(given => openBuilderHandler(given));
    const userRequest = { utterance: url, user: { id: 'u' }, params: { media: { type: kind, url } } };
    const call = { ...skillCall({ bot: { id: 'b' }, userRequest }), receivedAt: Date.now() - 3_400 };
    expect(wordsOf(await invoke(handler, call))).toContain(APOLOGY);
  });
});

describe("with late: 'at-once'", () => {
  test('every message is asked once, by a worker, and the user reads meanwhile that it takes a moment', async () => {
    const { server, gateway, says } = await roomOf(
      { keyboard: { json: { type: 'text' } }, message: answerOf('천천히 했어요', HUNDRED) },
      { late: 'at-once' },
    );
    const callbackUrl = gateway.sink.newUrl();
    expect(wordsOf(await says('주문', { callbackUrl }))).toContain(WAITING);
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(wordsOf(gateway.sink.postsTo(callbackUrl)[0])).toContain('천천히 했어요');
    expect(server.messages()).toHaveLength(1);
    // Its buttons are paged through at once.
    const next = gateway.sink.postsTo(callbackUrl)[0]?.json.template.quickReplies.at(-1);
    expect(next.label).toBe('다음 ▶');
    expect(wordsOf(await says('다음 ▶', { extra: next.extra }))).toContain('10번');
    expect(server.messages()).toHaveLength(1);
  });
});

describe('words of one user that meet', () => {
  test.each(['again', 'never'] as const)('are each asked once (%s)', async late => {
    const { server, says } = await roomOf(
      {
        keyboard: { json: { type: 'text' } },
        message: async ({ content }) => {
          await new Promise(resolve => setTimeout(resolve, 60));
          return answerOf(content, [`${content} 다음`]);
        },
      },
      { late },
    );
    const words = ['하나', '둘', '셋', '넷'];
    const answers = await Promise.all(words.map(one => says(one, { agoMs: 0 })));
    expect(answers.map(wordsOf)).toEqual(words.map(one => expect.stringContaining(`"${one}"`)));
    expect(
      server
        .messages()
        .map(({ content }) => content)
        .sort(),
    ).toEqual([...words].sort());
  });
});

test('a server that answers with pages of errors is a bubble in time, each time', async () => {
  const { says } = await roomOf({
    keyboard: { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' },
    message: { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' },
    friend: 'hangs',
  });
  for (const words of ['하나', '둘']) expect(wordsOf(await says(words, { agoMs: 2_000 }))).toContain(APOLOGY);
});
