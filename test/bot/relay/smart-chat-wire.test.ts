import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OperatorNote, operatorHears } from '../../../lambda/bot/operator.ts';
import { smartChatServer } from '../../../lambda/bot/relay/smart-chat-server.ts';
import { readAnswer } from '../../../lambda/bot/relay/smart-chat-wire.ts';
import { openChat, type Seen } from '../../kit/chat.ts';
import {
  answerOfSample,
  type OldServerAnswer,
  type OldServerRoutes,
  startOldServer,
} from '../../kit/old-server.ts';
import { samplesOf } from '../../kit/samples.ts';

const notes: OperatorNote[] = [];
beforeEach(() => {
  notes.length = 0;
  operatorHears(note => {
    // A busy machine may not take a friend in a second, which harms nothing.
    if (note.outcome !== 'POST /friend: silent') notes.push(note);
  });
});

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const TEXT_KEYBOARD: OldServerRoutes = { keyboard: { json: { type: 'text' } } };
const APOLOGY = '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.';
const GREETING = '안녕하세요! 무엇을 도와드릴까요?';

/** The room of a user who comes in, or says something, with a server of these routes behind it. */
async function roomOf(routes: OldServerRoutes, does: 'arrives' | 'says'): Promise<Seen> {
  const server = await startOldServer({ ...TEXT_KEYBOARD, ...routes });
  stop = server.stop;
  const chat = openChat(smartChatServer({ appUrl: server.url }), 'open-builder');
  return does === 'arrives' ? await chat.arrives() : await chat.says('안녕');
}

const text = (words: string) => ({ simpleText: { text: words } });
const card = (description: string, photo: string) => ({
  basicCard: { description, thumbnail: { imageUrl: photo } },
});
const link = (label: string, webLinkUrl: string) => ({
  buttons: [{ label, action: 'webLink', webLinkUrl }],
});
const IMAGE = 'https://img.example.com';
const TALK_IMAGE = 'https://dn-m.talk.kakao.com/talkm/oXXXXXXXXk/TFkOcvPYbiBqKkzkXXXXX/i_xxxxxxxxxxxx.jpeg';

/** Each sample as the room shows it: its bubbles and its labels, and what the operator is told. */
const ROOMS: Readonly<
  Record<string, { readonly outputs: readonly unknown[]; readonly labels?: readonly string[]; told?: string }>
> = {
  'res-friend-empty-body': { outputs: [text('네')] },
  'res-friend-empty-object': { outputs: [text('네')] },
  'res-friend-plain-success': { outputs: [text('네')] },
  'res-friend-success-true': { outputs: [text('네')] },
  'res-keyboard-buttons': { outputs: [text(GREETING)], labels: ['날에는요', '요 예약', '료는 준'] },
  'res-keyboard-html-content-type-INVALID': {
    outputs: [text(GREETING)],
    labels: ['네알려요', '차 한 잔', '음료는 준', '피를 내립'],
    told: 'GET /keyboard: a content type other than JSON',
  },
  'res-keyboard-message-shape-INVALID': {
    outputs: [text(GREETING)],
    told: 'GET /keyboard: nothing to show',
  },
  'res-keyboard-one-button': { outputs: [text(GREETING)], labels: ['딸기요'] },
  'res-keyboard-text': { outputs: [text(GREETING)] },
  'res-keyboard-unquoted-INVALID': { outputs: [text(GREETING)], told: 'GET /keyboard: no JSON' },
  'res-keyboard-wrapped-INVALID': {
    outputs: [text(GREETING)],
    labels: ['날에는요', '요 예약', '료는 준'],
    told: 'GET /keyboard: a keyboard in `keyboard`',
  },
  'res-message-202-INVALID': { outputs: [text('네비 오는 날에')], told: 'POST /message: status 202' },
  'res-message-301-INVALID': { outputs: [text(APOLOGY)], told: 'POST /message: redirected, 301' },
  'res-message-429-INVALID': { outputs: [text(APOLOGY)], told: 'POST /message: status 429' },
  'res-message-500-INVALID': { outputs: [text(APOLOGY)], told: 'POST /message: status 500' },
  'res-message-button-no-photo': {
    outputs: [
      {
        textCard: { description: '네잔 어떠세요 새로 나', ...link('온 딸기 케', `${IMAGE}/8e1d3d519b`) },
      },
    ],
  },
  'res-message-camelcase-button-INVALID': {
    outputs: [{ textCard: { description: '네대로 알려', ...link('온 딸기 케', `${IMAGE}/8e1d3d519b`) } }],
    told: 'POST /message: messageButton, or a link outside `message`',
  },
  'res-message-double-escaped': {
    outputs: [text('주문이 접수됐어요\n곧 만나요')],
    told: 'POST /message: a text that is escaped twice',
  },
  'res-message-empty-object': { outputs: [text(APOLOGY)], told: 'POST /message: nothing to show' },
  'res-message-empty-text': { outputs: [text(APOLOGY)], told: 'POST /message: nothing to show' },
  'res-message-explicit-nulls': { outputs: [text('는 준비되는 대로')] },
  'res-message-full': {
    outputs: [
      {
        basicCard: {
          ...card('는 준비되는 대로 알려 드릴게요 예약 시간을 바꾸시려', `${IMAGE}/116595c280`).basicCard,
          ...link('네우리 가게는', `${IMAGE}/312a033f7c`),
        },
      },
    ],
    labels: ['네드릴게', '네잔 어떠세요', '딸기 케'],
  },
  'res-message-keyboard-shape-INVALID': {
    outputs: [text('골라 주세요.')],
    labels: ['menu1', 'menu2', 'menu3'],
    told: 'POST /message: no `message` around the answer',
  },
  'res-message-many-buttons': {
    outputs: [text('바꾸시려면 아래요')],
    labels: [
      ...['Global', 'United States', 'United Kingdom', 'Argentina', 'Australia', 'Canada', 'Brazil'],
      ...['Chile', 'Colombia', '다음 ▶'],
    ],
  },
  'res-message-newlines': {
    outputs: [text('침 신선한 원두를 볶아 향긋한\n커피를 내립니다\n주문하신 음료는')],
  },
  'res-message-photo-int-dims': { outputs: [card('는 매일 아침요', TALK_IMAGE)] },
  'res-message-photo-only': {
    outputs: [{ simpleImage: { imageUrl: `${IMAGE}/9481a56638.png`, altText: '사진' } }],
  },
  'res-message-photo-outside-INVALID': {
    outputs: [card('따뜻한 차', 'https://story.kakao.com/ch/homecc/fLVNNWQSJB0/photos/0')],
    labels: ['네드릴게'],
    told: 'POST /message: a photo outside `message`',
  },
  'res-message-photo-string-dims-INVALID': {
    outputs: [card('는 매일 아침요', TALK_IMAGE)],
    told: 'POST /message: a photo without whole sizes',
  },
  'res-message-placeholder-ext': { outputs: [text('please choose')], labels: ['opt_1', 'opt_2'] },
  'res-message-text-keyboard-text': { outputs: [text('드릴게요 예약 시간을 바꾸시려면 아')] },
  'res-message-text-keyboard': {
    outputs: [text('네새로 나온 딸기')],
    labels: ['우리', '요 우리요', '는요'],
  },
  'res-message-text': { outputs: [text('는 준비되는 대로 알려 드릴게요 예약 시간을 바꾸시려')] },
  'res-message-unwrapped-INVALID': {
    outputs: [text('약 시간을 바꾸시려면 아래 버튼\n 눌러 주세요 비')],
    told: 'POST /message: no `message` around the answer',
  },
};

describe('the room of a server that answers as in the sample', () => {
  const samples = samplesOf('smart-chat').filter(({ name }) => name.startsWith('res-'));

  test('is known of every sample', () => {
    expect(Object.keys(ROOMS).sort()).toEqual(samples.map(({ name }) => name).sort());
  });

  test.each(samples)('$name', async ({ name, json }) => {
    const answer = answerOfSample(json);
    const [, route = ''] = /^res-(friend|keyboard|message)/.exec(name) ?? [];
    const routes = { message: { json: { message: { text: '네' } } }, [route]: answer };
    const seen = await roomOf(routes, route === 'keyboard' ? 'arrives' : 'says');
    const { outputs, labels = [], told } = ROOMS[name] ?? {};
    expect(seen.answer.template.outputs).toEqual(outputs);
    expect(seen.labels).toEqual(labels);
    expect(seen.failed).toBe(false);
    expect(notes.map(({ outcome }) => outcome)).toEqual(told ? expect.arrayContaining([told]) : []);
  });
});

describe('an answer that Kakao might not have taken is read, and told once', () => {
  const keyboard = (...buttons: readonly unknown[]) => ({ type: 'buttons', buttons });
  const message = { text: '고르세요' };

  test.each<[string, unknown, { readonly words?: string; readonly labels?: readonly string[] }, string]>([
    ['a number', { message: { text: 42 } }, { words: '42' }, 'a number in place of a text'],
    ['a text alone', { message: '네' }, { words: '네' }, 'a text in place of `message`'],
    ['a list of bubbles', { message: [{ text: '하나' }, { text: '둘' }] }, { words: '하나' }, 'a list in'],
    ['a list around all', [{ message: { text: '하나' } }], { words: '하나' }, 'a list in place of an object'],
    ['JSON in JSON', JSON.stringify({ message: { text: '안' } }), { words: '안' }, 'JSON in a text of JSON'],
    [
      '\\u twice',
      { message: { text: '\\uBA54\\uB274\\n' } },
      { words: '메뉴' },
      'a text that is escaped twice',
    ],
    [
      'numbers as buttons',
      { message, keyboard: keyboard(1, 2) },
      { labels: ['1', '2'] },
      'a button that is no text',
    ],
    [
      'objects as buttons',
      { message, keyboard: keyboard({ label: '가' }, { name: '나' }, {}, null, '', '다') },
      { labels: ['가', '나', '다'] },
      'a button that is no text',
    ],
    [
      "PHP's list with a hole in it",
      { message, keyboard: { type: 'buttons', buttons: { 0: '가', 2: '나' } } },
      { labels: ['가', '나'] },
      'buttons that are no list',
    ],
    [
      'a keyboard without a type',
      { message, keyboard: { buttons: ['가'] } },
      { labels: ['가'] },
      'a keyboard of another type than text and buttons',
    ],
    [
      'a keyboard in the bubble',
      { message: { ...message, keyboard: keyboard('가') } },
      { labels: ['가'] },
      'a keyboard in `message`',
    ],
    [
      'a photo as a text',
      { message: { text: '봄', photo: `${IMAGE}/a.png` } },
      { words: '봄' },
      'a photo without whole sizes',
    ],
    [
      'a photo of null',
      { message: { text: '봄', photo: { url: null, width: 1, height: 1 } } },
      { words: '봄' },
      'a photo without an http or https URL',
    ],
    [
      'a link without a label',
      { message: { text: '봄', message_button: { url: IMAGE } } },
      { words: '봄' },
      'a link without a label or a URL',
    ],
  ])('%s', async (_, json, shown, told) => {
    const seen = await roomOf({ message: { json } }, 'says');
    if (shown.words !== undefined) expect(seen.words).toContain(shown.words);
    if (shown.labels !== undefined) expect(seen.labels).toEqual(shown.labels);
    expect(notes).toContainEqual({
      level: 'warn',
      what: 'smart-chat server answered as Kakao would not have taken',
      outcome: expect.stringContaining(`POST /message: ${told}`),
    });
  });

  test('of more than a hundred buttons the first hundred, each once, as Kakao cut them', () => {
    const buttons = Array.from({ length: 150 }, (_, at) => `${at + 1}번`);
    const { buttons: read } = readAnswer({ message, keyboard: keyboard('1번', ...buttons) }, () => {}) ?? {};
    expect(read).toEqual(buttons.slice(0, 100));
  });

  test('once, however often it answers so', async () => {
    const server = await startOldServer({ ...TEXT_KEYBOARD, message: { json: { text: '네' } } });
    stop = server.stop;
    const chat = openChat(smartChatServer({ appUrl: server.url }), 'open-builder');
    for (const words of ['하나', '둘', '셋']) expect((await chat.says(words)).words).toContain('네');
    expect(notes).toHaveLength(1);
  });
});

/** `{"message":{"text":"커피"},"keyboard":{"type":"buttons","buttons":["메뉴"]}}`, the words in EUC-KR. */
const EUC_KR = Buffer.concat([
  Buffer.from('{"message":{"text":"'),
  Buffer.from('c4bfc7c7', 'hex'),
  Buffer.from('"},"keyboard":{"type":"buttons","buttons":["'),
  Buffer.from('b8deb4ba', 'hex'),
  Buffer.from('"]}}'),
]);
const ESCAPED =
  '{"message":{"text":"\\ucee4\\ud53c"},"keyboard":{"type":"buttons","buttons":["\\uba54\\ub274"]}}';

test.each<[string, OldServerAnswer]>([
  ['EUC-KR', { type: 'application/json; charset=euc-kr', body: EUC_KR }],
  ['EUC-KR that is said to be UTF-8', { body: EUC_KR }],
  ['EUC-KR that is said to be nothing', { type: '', body: EUC_KR }],
  ['\\u escapes', { type: 'text/html', body: ESCAPED }],
  ['UTF-8 behind a byte order mark', { body: `\uFEFF${ESCAPED}` }],
])('a server that writes %s is read', async (_, message) => {
  const seen = await roomOf({ message }, 'says');
  expect(seen.answer.template.outputs).toEqual([text('커피')]);
  expect(seen.labels).toEqual(['메뉴']);
});

describe('a keyboard of an input line', () => {
  test.each([
    ['{"text":true,"type":"text"}', { text: true, type: 'text' }],
    ['null buttons', { type: 'text', buttons: null }],
    ['buttons that it can not have', { type: 'text', buttons: ['가'] }],
  ])('%s has no buttons, at home and below a bubble', async (_, keyboard) => {
    expect((await roomOf({ keyboard: { json: keyboard } }, 'arrives')).labels).toEqual([]);
    await stop();
    expect(
      (await roomOf({ message: { json: { message: { text: '네' }, keyboard } } }, 'says')).labels,
    ).toEqual([]);
    expect(notes).toEqual([]);
  });
});

describe('what can not be understood', () => {
  const HTML = '<!DOCTYPE html><title>오류</title><p>안녕 홍길동';

  test.each<[string, OldServerAnswer, string]>([
    ['HTML with status 200', { type: 'text/html', body: HTML }, 'HTML'],
    ['HTML with status 500', { status: 500, type: 'text/html', body: HTML }, 'status 500'],
    ['good JSON with status 404', { status: 404, body: '{"message":{"text":"네"}}' }, 'status 404'],
    ['an empty body', { body: '' }, 'an empty body'],
    ['words', { body: 'ok' }, 'no JSON'],
    ['a word of JSON', { body: '"ok"' }, 'nothing to show'],
    ['null', { body: 'null' }, 'nothing to show'],
    ['a photo that is nowhere', { body: '{"message":{"photo":{"url":"a.png"}}}' }, 'nothing to show'],
    ['more than anybody reads', { body: `{"message":{"text":"${'가'.repeat(50_000)}"}}` }, 'too-long'],
  ])(
    '%s is an apology to the user, and told to the operator without a word of it',
    async (_, message, why) => {
      const seen = await roomOf({ message }, 'says');
      expect(seen.answer.template).toEqual({ outputs: [text(APOLOGY)] });
      expect(notes).toEqual([
        { level: 'error', what: 'smart-chat server failed', outcome: `POST /message: ${why}` },
      ]);
    },
  );
});
