import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bot } from '../../lambda/bot/bot.ts';
import { smartChatServer } from '../../lambda/bot/index.ts';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { openChat } from '../kit/chat.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
import { skillProblems } from '../kit/kakao-accepts.ts';
import {
  type OldServer,
  type OldServerAnswer,
  type OldServerRoutes,
  startOldServer,
} from '../kit/old-server.ts';

// Each of these behaves as smart-chat servers did that people had on the air, oddity by oddity.

const servers: OldServer[] = [];
const notes: OperatorNote[] = [];

beforeEach(() => {
  notes.length = 0;
  operatorHears(note => notes.push(note));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.stop()));
});

async function behind(routes: OldServerRoutes): Promise<{ server: OldServer; bot: Bot<object> }> {
  const server = await startOldServer(routes);
  servers.push(server);
  return { server, bot: smartChatServer({ appUrl: `${server.url}/` }) };
}

/** JSON as Python and PHP write it: every letter escaped. */
const escaped = (json: unknown): string =>
  JSON.stringify(json).replace(/[^ -~]/g, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const APOLOGY = '지금은 답을 드리지 못했어요';
const outcomes = (): readonly string[] => notes.map(({ outcome }) => outcome);

describe("a school's cafeteria in Django", () => {
  const HALLS = ['상록원', '교직원식당', '식당시간'];
  const keyboard = { type: 'buttons', buttons: HALLS };
  /** The page of DEBUG = True: it quotes the request, and is longer than any answer. */
  const debugPage = (content: string): OldServerAnswer => ({
    status: 500,
    type: 'text/html',
    body: `<!DOCTYPE html><title>DoesNotExist at /message</title><pre>${content}${'\ntraceback'.repeat(20_000)}</pre>`,
  });
  const asItIs: OldServerRoutes = {
    // Its urls.py knows `^keyboard/` alone.
    keyboard: {
      status: 301,
      type: 'text/html; charset=utf-8',
      headers: { Location: '/keyboard/' },
      body: '',
    },
    others: { 'GET /keyboard/': { type: 'application/json', body: escaped(keyboard) } },
    message: ({ content }) =>
      content === '교직원식당'
        ? debugPage(content)
        : {
            type: 'application/json',
            body: escaped({ message: { text: `${content}의 점심 메뉴입니다. \n \n휴무 \n` }, keyboard }),
          },
  };

  test('greets with the keyboard that its framework moved by a slash', async () => {
    const { bot } = await behind(asItIs);
    expect((await openChat(bot, 'open-builder').arrives()).labels).toEqual(HALLS);
  });

  test('has a bubble where a table of its database is empty, and none of the page about it', async () => {
    const { bot } = await behind(asItIs);
    const chat = openChat(bot, 'open-builder');
    await chat.arrives();
    const failed = await chat.taps('교직원식당');
    expect(failed.words).toContain(APOLOGY);
    expect(failed.labels).toEqual(HALLS);
    expect(outcomes()).toEqual(['POST /message: status 500']);
    expect((await chat.taps('상록원')).words).toContain('상록원의 점심 메뉴입니다.');
  });

  test("takes a photo's address for the name of a hall, as it always did", async () => {
    const { bot, server } = await behind(asItIs);
    const seen = await openChat(bot, 'open-builder').sendsPhoto('http://dn-m.talk.kakao.com/talkm/a/i_b.jpg');
    expect(seen.words).toContain('http://dn-m.talk.kakao.com/talkm/a/i_b.jpg의 점심 메뉴입니다.');
    expect(server.messages()).toMatchObject([{ type: 'photo' }]);
  });
});

describe('a template in PHP, whose chain of words has no else', () => {
  const html = (body: string): OldServerAnswer => ({ type: 'text/html; charset=UTF-8', body });
  const asItIs: OldServerRoutes = {
    keyboard: html(
      '{\n    "type" : "buttons",\n    "buttons" : [\n        "급식",\n        "자유대화"\n    ]\n}',
    ),
    message: ({ content }) => {
      if (content === '자유대화')
        return html('    {\n  "message": { "text": "안녕?\\n(끝은 <처음으로>)" }\n    }');
      return html(content === '급식' ? '\n{ "message": { "text": "오늘 급식은 {meal}입니다." } }' : '');
    },
  };

  test('is read although it says that it is HTML, and its markup-like words are words', async () => {
    const { bot } = await behind(asItIs);
    const chat = openChat(bot, 'open-builder');
    expect((await chat.arrives()).labels).toEqual(['급식', '자유대화']);
    expect((await chat.taps('자유대화')).words).toContain('안녕?\n(끝은 <처음으로>)');
    expect(new Set(outcomes())).toEqual(
      new Set([
        'GET /keyboard: a content type other than JSON',
        'POST /message: a content type other than JSON',
      ]),
    );
  });

  test('has a bubble for a word that it does not know, to which it answers nothing, with status 200', async () => {
    const { bot } = await behind(asItIs);
    const seen = await openChat(bot, 'open-builder').says('몰라요');
    expect(seen.words).toContain(APOLOGY);
    expect(seen.labels).toEqual(['급식', '자유대화']);
    expect(outcomes()).toContain('POST /message: an empty body');
  });
});

test('charts in Flask: eighteen countries are reached page by page, and a word that is none is no end', async () => {
  const countries = Array.from({ length: 18 }, (_, index) => `Country ${index + 1}`);
  const keyboard = { type: 'buttons', buttons: countries };
  const { bot, server } = await behind({
    keyboard: { json: keyboard },
    message: ({ content }) =>
      countries.includes(content)
        ? {
            type: 'text/html; charset=utf-8',
            body: JSON.stringify({
              message: {
                text: `Viral ${content}\n${'1위 : Song - Artist\n'.repeat(20)}`,
                photo: { url: 'https://imgur.com/a.png', width: 640, height: 480 },
                message_button: { label: '차트 전체순위 보러가기', url: 'https://charts.example.com/a' },
              },
              keyboard,
            }),
          }
        : { status: 500, type: 'text/html; charset=utf-8', body: '<!doctype html><title>500</title>' },
  });
  const chat = openChat(bot, 'open-builder');
  await chat.arrives();
  await chat.taps('다음 ▶');
  const seen = await chat.taps('Country 18');
  expect(Object.keys(seen.answer.template.outputs[0])).toEqual(['simpleText']);
  expect(seen.answer.template.outputs[1]).toMatchObject({
    basicCard: { buttons: [{ label: '차트 전체순위 보러가기', webLinkUrl: 'https://charts.example.com/a' }] },
  });
  const failed = await chat.says('없는 나라');
  expect(failed.words).toContain(APOLOGY);
  expect(failed.labels).toContain('Country 1');
  expect(server.messages().map(({ content }) => content)).toEqual(['Country 18', '없는 나라']);
});

test('a bot in Flask with a state for each user_key: two users talk at a time, and neither is in the other’s', async () => {
  const HOME = ['인형 검색', '대화하기'];
  const states = new Map<string, string>();
  const { bot, server } = await behind({
    keyboard: { json: { type: 'buttons', buttons: HOME } },
    friend: { json: { message: 'SUCCESS', comment: '정상 응답' } },
    message: ({ user_key, content }) => {
      const state = states.get(user_key) ?? '홈';
      if (state === '홈' && HOME.includes(content)) {
        states.set(user_key, content);
        return { json: { message: { text: `${content}을 시작합니다.` }, keyboard: { type: 'text' } } };
      }
      states.delete(user_key);
      const text = state === '홈' ? '홈으로 돌아갑니다.' : `${state}: ${content}`;
      return { json: { message: { text }, keyboard: { type: 'buttons', buttons: HOME } } };
    },
  });
  const store = new MemorySessionStore();
  const one = openChat(bot, 'open-builder', { store, userKey: 'aaaaaaaaaaaa' });
  const other = openChat(bot, 'open-builder', { store, userKey: 'bbbbbbbbbbbb' });
  await Promise.all([one.arrives(), other.arrives()]);
  const started = await one.taps('인형 검색');
  expect(started.labels).toEqual([]);
  await other.taps('대화하기');
  expect((await one.says('0110')).words).toContain('인형 검색: 0110');
  expect((await other.says('대화하기')).words).toContain('대화하기: 대화하기');
  const keys = server.messages().map(({ user_key }) => user_key);
  expect(keys).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'aaaaaaaaaaaa', 'bbbbbbbbbbbb']);
  expect(server.calls().filter(call => call === 'POST /friend')).toHaveLength(2);
});

test('a bot that lets in nobody but Kakao’s three addresses: the operator reads its status, the user a bubble', async () => {
  const no: OldServerAnswer = { status: 403, type: 'text/html; charset=UTF-8', body: 'Not allowed ip!!' };
  const { bot } = await behind({ keyboard: no, message: no, friend: no });
  const chat = openChat(bot, 'open-builder');
  expect((await chat.arrives()).labels).toEqual([]);
  expect((await chat.says('안녕')).words).toContain(APOLOGY);
  expect(outcomes()).toEqual(
    expect.arrayContaining(['GET /keyboard: status 403', 'POST /message: status 403']),
  );
});

test('a bot in Express whose one word never ends: it has its bubble in time, and the next word its answer', async () => {
  const { server } = await behind({
    keyboard: { json: { type: 'buttons', buttons: ['오늘의 학식', '메인으로'] } },
    // What it asked for the menu is gone, and nobody hears its promise.
    message: ({ content }) =>
      content === '오늘의 학식' ? 'hangs' : { json: { message: { text: content } } },
  });
  const bot = smartChatServer({ appUrl: server.url, late: 'never' });
  const store = new MemorySessionStore();
  const handler = openBuilderHandler({ bot, store, secret: testSecret, log: () => {} });
  const leftMs = 700;
  const says = async (utterance: string) => {
    const user = { id: 'u', properties: { plusfriendUserKey: 'aaaaaaaaaaaa' } };
    const call = skillCall({ bot: { id: 'b' }, userRequest: { utterance, user } });
    const receivedAt = Date.now() - ANSWER_WITHIN_MS + leftMs;
    const { status, json } = await invoke(handler, { ...call, receivedAt });
    expect(status).toBe(200);
    expect(skillProblems(json)).toEqual([]);
    return { words: JSON.stringify(json), ms: Date.now() - receivedAt };
  };
  const hung = await says('오늘의 학식');
  expect(hung.words).toContain(APOLOGY);
  expect(hung.ms).toBeLessThan(ANSWER_WITHIN_MS);
  expect((await says('메인으로')).words).toContain('메인으로');
});
