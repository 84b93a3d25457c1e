import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { operatorHears } from '../../../lambda/bot/operator.ts';
import { shortLabels } from '../../../lambda/bot/relay/labels.ts';
import { pageOf } from '../../../lambda/bot/relay/smart-chat-pages.ts';
import { smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { openBuilder } from '../../../lambda/open-builder/protocol.ts';
import type { SkillQuickReply } from '../../../lambda/open-builder/wire.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { openChat, PROTOCOLS } from '../../kit/chat.ts';
import { type OldServer, startOldServer } from '../../kit/old-server.ts';
import { runs } from '../../kit/property.ts';
import { takeBody } from '../../kit/turns.ts';

let server: OldServer;
afterEach(async () => {
  jest.restoreAllMocks();
  await server?.stop();
});
beforeEach(() => operatorHears(() => {}));

const HUNDRED = Array.from({ length: 100 }, (_, at) => `${at + 1}번 버튼`);
const HOME = ['메뉴', '영업시간'];

/** A server whose every answer has these buttons. */
async function botWith(buttons: readonly string[]) {
  server = await startOldServer({
    keyboard: { json: { type: 'buttons', buttons: HOME } },
    message: ({ content }) => ({
      json: { message: { text: `${content}!` }, keyboard: { type: 'buttons', buttons } },
    }),
  });
  return smartChatServer({ appUrl: server.url });
}

const OWN = ['◀ 이전', '다음 ▶', '직접 입력'];
const without = (labels: readonly string[]): string[] => labels.filter(label => !OWN.includes(label));

describe.each(PROTOCOLS)('a hundred buttons, by %s', protocol => {
  test('are reached one after the other, to the last, which says its own words', async () => {
    const chat = openChat(await botWith(HUNDRED), protocol);
    let seen = await chat.says('처음');
    const found = without(seen.labels);
    const asked = server.messages().length;
    while (seen.labels.includes('다음 ▶')) {
      seen = await chat.taps('다음 ▶');
      found.push(...without(seen.labels));
      expect(seen.words).toMatch(/골라 주세요\. \(\d+\/\d+\)/);
    }
    expect(found).toEqual(HUNDRED);
    // Paging is the gateway's own.
    expect(server.messages()).toHaveLength(asked);
    await chat.taps('100번 버튼');
    expect(server.messages().at(-1)?.content).toBe('100번 버튼');
  });

  test('are gone back through to the first', async () => {
    const chat = openChat(await botWith(HUNDRED), protocol);
    let seen = await chat.says('처음');
    const first = seen.labels;
    seen = await chat.taps('다음 ▶');
    seen = await chat.taps('다음 ▶');
    expect(seen.labels).toContain('18번 버튼');
    seen = await chat.taps('◀ 이전');
    expect(seen.labels).toContain('10번 버튼');
    expect((await chat.taps('◀ 이전')).labels).toEqual(first);
  });

  test('say all of their words, however long, and none is like another', async () => {
    const long = Array.from({ length: 30 }, (_, at) => `아주아주 긴 이름을 가진 버튼의 ${at + 1}번째`);
    const chat = openChat(await botWith(long), protocol);
    const { labels } = await chat.says('처음');
    expect(without(labels)).toEqual(
      ['…', ...Array.from({ length: 8 }, (_, at) => `… (${at + 2})`)].map(end =>
        expect.stringMatching(new RegExp(`^아주아주 긴 .*${end.replace(/[()]/g, '\\$&')}$`)),
      ),
    );
    await chat.taps(without(labels)[4] ?? '');
    expect(server.messages().at(-1)?.content).toBe(long[4]);
  });
});

describe('a page', () => {
  test('that is asked for by typed words goes to the server', async () => {
    const chat = openChat(await botWith(HUNDRED), 'open-builder');
    await chat.says('처음');
    await chat.says('다음 ▶');
    expect(server.messages().at(-1)?.content).toBe('다음 ▶');
  });

  test("comes before a rule of the author's that hears the word on its button", async () => {
    const bot = (await botWith(HUNDRED)).hears(/다음/, () => '다음 주에 만나요');
    const chat = openChat(bot, 'open-builder');
    await chat.says('처음');
    expect((await chat.taps('다음 ▶')).labels).toContain('10번 버튼');
    expect((await chat.says('다음')).words).toContain('다음 주에 만나요');
  });

  test('of buttons whose ten minutes are over is the home keyboard', async () => {
    const chat = openChat(await botWith(HUNDRED), 'open-builder');
    await chat.says('처음');
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 10 * 60_000 + 1);
    const seen = await chat.taps('다음 ▶');
    expect(seen.labels).toEqual(HOME);
    expect(server.messages()).toHaveLength(1);
  });

  test('of buttons that were shown again lives as long as those', async () => {
    const chat = openChat(await botWith(HUNDRED), 'open-builder');
    const now = Date.now();
    const minutesLater = (minutes: number) =>
      jest.spyOn(Date, 'now').mockImplementation(() => now + minutes * 60_000);
    await chat.says('처음');
    minutesLater(8);
    await chat.says('다시');
    minutesLater(17);
    expect((await chat.taps('다음 ▶')).labels).toContain('10번 버튼');
    expect(server.messages()).toHaveLength(2);
  });

  test('and the same buttons within a minute leave the session as it is', async () => {
    const store = new MemorySessionStore();
    const save = jest.spyOn(store, 'save');
    const bot = await botWith(HOME);
    for (const words of ['하나', '둘', '셋']) {
      const userRequest = { utterance: words, user: { id: 'someone' } };
      await takeBody({ bot, store }, openBuilder, { bot: { id: 'b' }, userRequest });
    }
    const states = save.mock.calls.map(([, , { state }]) => state);
    expect(states.length).toBeGreaterThan(0);
    expect(new Set(states).size).toBe(1);
  });

  test('of buttons that others have replaced is the first page of those', async () => {
    let buttons: readonly string[] = HUNDRED;
    server = await startOldServer({
      message: () => ({ json: { message: { text: '네' }, keyboard: { type: 'buttons', buttons } } }),
    });
    const runtime = { bot: smartChatServer({ appUrl: server.url }), store: new MemorySessionStore() };
    const takes = async (utterance: string, clientExtra?: object): Promise<readonly SkillQuickReply[]> => {
      const userRequest = { utterance, user: { id: 'someone' } };
      const body = { bot: { id: 'b' }, userRequest, action: { clientExtra } };
      const { answer } = await takeBody(runtime, openBuilder, body);
      return ('template' in answer && answer.template?.quickReplies) || [];
    };
    const next = (await takes('처음')).at(-1);
    buttons = HUNDRED.map(label => `다른 ${label}`);
    // Buttons are told from each other by the millisecond in which they were shown.
    await sleep(2);
    await takes('다시');
    const shown = await takes('다음 ▶', next?.extra);
    expect(shown[0]?.label).toBe('다른 1번 버튼');
    expect(server.messages()).toHaveLength(2);
  });
});

describe('labels and pages of any buttons', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦',
      '가나다라마바사아자차카타파하거',
      '\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164\u3164끝',
    ),
  );

  test('each label is no longer than KakaoTalk shows, is no other, and cuts no character in half', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 100 }), buttons => {
        const labels = shortLabels(buttons);
        expect(new Set(labels).size).toBe(buttons.length);
        for (const label of labels) {
          expect(label.length).toBeLessThanOrEqual(14);
          expect(label.isWellFormed()).toBe(true);
        }
      }),
      runs(300),
    );
  });

  test('every button is on one page, in order, and no page has more than ten', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), count => {
        const buttons = HUNDRED.slice(0, count);
        const pages = Array.from({ length: pageOf({ buttons, shownAt: 1 }).count }, (_, page) =>
          pageOf({ buttons, shownAt: 1 }, page),
        );
        const shown = pages.flatMap(({ quickReplies }) => quickReplies);
        expect(without(shown.map(reply => reply?.label ?? ''))).toEqual(buttons);
        for (const { quickReplies } of pages) expect(quickReplies.length).toBeLessThanOrEqual(10);
        for (const { quickReplies } of pages.slice(0, -1)) expect(quickReplies).toHaveLength(10);
      }),
      runs(200),
    );
  });
});
