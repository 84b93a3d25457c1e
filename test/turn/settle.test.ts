import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../lambda/bot/bot.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { COMPONENTS } from '../../lambda/check/components.ts';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { renderSkill } from '../../lambda/open-builder/render.ts';
import { checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { renderMessage } from '../../lambda/smart-chat/render.ts';
import { settle, settleAnswer } from '../../lambda/turn/settle.ts';
import { cpuMs } from '../kit/cpu.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import {
  anyBrokenOutput,
  anyJunk,
  anyReplacement,
  anySpoil,
  cyclic,
  nested,
  revoked,
  throwing,
} from '../kit/malformed.ts';
import { runs } from '../kit/property.ts';
import { anyGroupReply, anyReply } from '../kit/replies.ts';

const { texts } = new Bot({ session: () => ({}) });

const ROOMS = {
  'a private room': (reply: SettledReply) => {
    const { answer, rest } = renderSkill(reply, texts, 'private');
    return {
      answer,
      rest,
      violations: checkSkillResponse(answer, 'private'),
      problems: skillProblems(answer),
    };
  },
  'a group room': (reply: SettledReply) => {
    const { answer, rest } = renderSkill(reply, texts, 'group');
    const problems = skillProblems(answer, 'group');
    return { answer, rest, violations: checkSkillResponse(answer, 'group'), problems };
  },
  'smart-chat': (reply: SettledReply) => {
    const { answer, rest } = renderMessage(reply, texts);
    return { answer, rest, violations: checkSmartChat(answer), problems: messageProblems(answer) };
  },
};

const isRejected = ({ severity }: { readonly severity: string }): boolean => severity === 'rejected';
const rejectedOf = (answer: unknown) => settle(answer).violations.filter(isRejected);
const toldOf = (answer: unknown) => rejectedOf(answer).map(({ path, rule }) => `${path}: ${rule}`);
const replyOf = (answer: unknown) => settle(answer).reply;
const outputsOf = (answer: unknown) => replyOf(answer).outputs;

/** All that a room shows of a settled reply, behind 더보기 too; Kakao must take each part of it. */
function shownIn(room: keyof typeof ROOMS, reply: SettledReply): string {
  let shown = '';
  for (let next: SettledReply | undefined = reply; next !== undefined; ) {
    const { answer, rest, violations, problems }: ReturnType<(typeof ROOMS)['smart-chat' | 'a group room']> =
      ROOMS[room](next);
    expect([violations.filter(isRejected), problems]).toEqual([[], []]);
    shown += JSON.stringify(answer);
    next = rest;
  }
  return bare(shown);
}

const bare = (words: string): string => words.replace(/\\n|\s/g, '');
const WORDS = new Set(['text', 'title', 'description', 'nickname']);

/** The words of an output that every room shows: not those of buttons, which may be cut by their number. */
function wordsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (typeof member === 'string') return WORDS.has(key) ? [bare(JSON.stringify(member).slice(1, -1))] : [];
    return key === 'buttons' ? [] : wordsOf(member);
  });
}

/** The part that every room shows of these outputs: they are not long, or where a bubble ends would have to be known. */
function expectShown(reply: SettledReply, outputs: readonly unknown[]): void {
  const words = outputs.flatMap(wordsOf).filter(one => one.length < 400);
  for (const room of Object.keys(ROOMS) as (keyof typeof ROOMS)[]) {
    const shown = shownIn(room, reply);
    const told = room === 'a group room' ? words : words.map(one => one.replace('{{#mentions.user1}}', ''));
    // Once for all of them: expecting costs more than finding.
    expect(told.filter(one => !shown.includes(one))).toEqual([]);
  }
}

const anyRightReply = fc.oneof<fc.Arbitrary<SettledReply>[]>(
  anyReply() as unknown as fc.Arbitrary<SettledReply>,
  anyGroupReply() as unknown as fc.Arbitrary<SettledReply>,
);

describe('20,000 malformed replies', () => {
  test('with broken parts beside right ones: what is right is all there, and shown in every room', () => {
    fc.assert(
      fc.property(anyRightReply, anySpoil, (right, spoil) => {
        const { reply } = settle(spoil(right));
        expect(reply).toEqual(right);
        expectShown(reply, right.outputs);
      }),
      runs(8_000),
    );
  });

  test('with something wrong inside one output: the others are shown in every room', () => {
    fc.assert(
      fc.property(anyRightReply, fc.nat(), anyReplacement, (right, place, replace) => {
        const at = place % right.outputs.length;
        const { reply } = settle({
          ...right,
          outputs: right.outputs.map((one, index) => (index === at ? replace(one) : one)),
        });
        expectShown(reply, right.outputs.toSpliced(at, 1));
      }),
      runs(8_000),
    );
  });

  test('with junk anywhere: Kakao takes what is left, and it settles to itself', () => {
    const anyAnswer = fc.oneof(
      anyJunk,
      anyBrokenOutput,
      fc.tuple(anyRightReply, anyReplacement).map(
        ([right, replace]) =>
          () =>
            replace(right),
      ),
    );
    fc.assert(
      fc.property(anyAnswer, answer => {
        const { reply } = settle(answer());
        for (const room of Object.keys(ROOMS) as (keyof typeof ROOMS)[]) shownIn(room, reply);
        expect(settle(reply).reply).toEqual(reply);
        expect(rejectedOf(reply)).toEqual([]);
        expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
      }),
      runs(4_000),
    );
  });
});

describe('what a rule returned', () => {
  test('is never changed', () => {
    fc.assert(
      fc.property(anyRightReply, fc.nat(), (right, place) => {
        const broken = {
          ...right,
          outputs: [...right.outputs, { basicCard: { title: '말', thumbnail: null, unknown: place } }, 3],
          quickReplies: [null, { label: 3 }],
        };
        const before = structuredClone(broken);
        settle(deepFrozen(broken));
        expect(broken).toEqual(before);
      }),
      runs(300),
    );
  });

  test('is read once: what a getter says later is not shown', () => {
    let reads = 0;
    const card = {
      get title() {
        return ++reads === 1 ? '처음' : 3;
      },
    };
    const { reply } = settle({ textCard: card });
    expect([reply.outputs, reads]).toEqual([[{ textCard: { title: '처음' } }], 1]);
  });

  test.each<[string, unknown]>([
    ['a cycle', cyclic()],
    ['cycles inside', { outputs: [cyclic(), { basicCard: cyclic() }, { carousel: cyclic() }] }],
    ['a proxy that throws', throwing({})],
    ['a proxy that was revoked', revoked()],
    [
      'proxies inside',
      { outputs: [throwing({}), revoked()], quickReplies: throwing([]), data: throwing({}) },
    ],
    ['a list that throws', { outputs: throwing([]) }],
    ['thousands of levels', nested(50_000)],
    ['thousands of levels of its own', { data: nested(50_000) }],
    ['a tree that shares its branches', { data: branching(40) }],
    ['a deep tree that shares its branches', { data: branching(60) }],
    ['a list without an end', { outputs: endless() }],
    ['prototypes without an end', { outputs: [{ textCard: descended() }], data: descended() }],
  ])('comes to an end: %s', (_, answer) => {
    const started = cpuMs();
    const { reply } = settle(answer);
    expect(cpuMs() - started).toBeLessThan(2_000);
    for (const room of Object.keys(ROOMS) as (keyof typeof ROOMS)[]) shownIn(room, reply);
  });

  test('costs none of the others, however much one of its parts holds', () => {
    const data = Object.fromEntries(Array.from({ length: 19_000 }, (_, at) => [`m${at}`, at]));
    const heavy = { textCard: { title: '.', buttons: Array(5).fill({ ...say, extra: { data } }) } };
    expect(outputsOf({ outputs: [heavy, heavy, text('말')], quickReplies: [say] })).toEqual([text('말')]);
    expect(replyOf({ outputs: [heavy], quickReplies: [say] }).quickReplies).toEqual([say]);
  });

  test('is shown in the form that it had at one look', () => {
    let looks = 0;
    const carousel = {
      items: [{ title: '가' }, { title: '나' }],
      get type() {
        return ++looks === 1 ? 'textCard' : 'basicCard';
      },
    };
    expect(outputsOf({ carousel })).toEqual([
      { carousel: { type: 'textCard', items: [{ title: '가' }, { title: '나' }] } },
    ]);
  });

  test('has what is its own alone, as JSON has', () => {
    const card = Object.assign(Object.create({ title: '물려받은 제목' }), { description: '제 말' });
    expect(outputsOf({ textCard: card })).toEqual([{ textCard: { description: '제 말' } }]);
  });

  test('nests no deeper than what may come back in a request', () => {
    const nesting = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    expect(replyOf({ data: nesting(40) }).data).toEqual(nesting(40));
    expect(settle({ data: nesting(60) })).toMatchObject({
      reply: { outputs: [] },
      violations: [{ path: 'data', rule: 'type', value: 'no JSON' }],
    });
  });

  test('takes bounded time with 300,000 broken parts, of which a thousand are told at most', () => {
    const many = <T>(one: T): T[] => Array(300_000).fill(one);
    const broken = { textCard: { title: '.', buttons: many(3) } };
    for (const answer of [
      { outputs: many(broken), quickReplies: many({ label: 1 }), mentions: many(null), contexts: many({}) },
      { outputs: [{ carousel: { type: 'textCard', items: many(broken.textCard) } }] },
      { outputs: [Object.fromEntries(many(0).map((_, at) => [`card${at}`, {}]))] },
      { textCard: { title: '.', ...Object.fromEntries(many(0).map((_, at) => [`member${at}`, {}])) } },
    ]) {
      const started = cpuMs();
      const { violations } = settle(answer);
      expect(cpuMs() - started).toBeLessThan(2_000);
      expect(violations.length).toBeLessThanOrEqual(1_000);
    }
  });
});

const card = { title: '카드', thumbnail: { imageUrl: 'https://img.example.com/a.jpg' } };
const say = { label: '담기', action: 'message', messageText: '담기' };

describe('a wrong part', () => {
  test.each<[string, unknown, unknown, readonly string[]]>([
    [
      'a button',
      { textCard: { title: '.', buttons: [say, { label: '.', action: 'fly' }, { ...say, label: ' ' }] } },
      [{ textCard: { title: '.', buttons: [say] } }],
      [
        'outputs[0].textCard.buttons[1].action: button.action',
        'outputs[0].textCard.buttons[2].label: button.label.required',
      ],
    ],
    [
      'a button that has no page to open',
      { textCard: { title: '.', buttons: [{ label: '.', action: 'webLink' }, say] } },
      [{ textCard: { title: '.', buttons: [say] } }],
      ['outputs[0].textCard.buttons[0].action: button.action.webLink'],
    ],
    [
      'a list item',
      { listCard: { header: { title: '.' }, items: [{ title: '' }, { title: '라떼', imageUrl: 'a.jpg' }] } },
      [{ listCard: { header: { title: '.' }, items: [{ title: '라떼' }] } }],
      [
        'outputs[0].listCard.items[0].title: listItem.title.required',
        'outputs[0].listCard.items[1].imageUrl: url',
      ],
    ],
    [
      "what a list item's tap says",
      { listCard: { header: { title: '.' }, items: [{ title: '라떼', action: 'message' }] } },
      [{ listCard: { header: { title: '.' }, items: [{ title: '라떼' }] } }],
      ['outputs[0].listCard.items[0].action: listItem.action.message'],
    ],
    [
      'an output',
      { outputs: [{ videoCard: {} }, { simpleText: { text: 3 } }, { simpleText: { text: '말' } }] },
      [{ simpleText: { text: '말' } }],
      ['outputs[0].videoCard: component', 'outputs[1].simpleText.text: type'],
    ],
    [
      'a component beside another',
      { simpleText: { text: '말' }, basicCard: null },
      [{ simpleText: { text: '말' } }],
      ['outputs[0].basicCard: output.components'],
    ],
    [
      'the profile beside a head',
      {
        itemCard: {
          itemList: [{ title: '.', description: '.' }],
          head: { title: '.' },
          profile: { title: '.' },
        },
      },
      [{ itemCard: { itemList: [{ title: '.', description: '.' }], head: { title: '.' } } }],
      ['outputs[0].itemCard.profile: itemCard.headOrProfile'],
    ],
    [
      'a bubble that is too heavy',
      {
        outputs: [
          { textCard: { title: '.', buttons: [{ ...say, extra: { note: 'x'.repeat(31_000) } }] } },
          { textCard: { title: '말' } },
        ],
      },
      [{ textCard: { title: '말' } }],
      ['outputs[0]: output.bytes'],
    ],
    [
      "a bot's own value that is no JSON",
      {
        textCard: {
          title: '.',
          buttons: [
            { ...say, extra: { n: 1n } },
            { ...say, extra: { at: new Date(0) } },
          ],
        },
      },
      [
        {
          textCard: { title: '.', buttons: [say, { ...say, extra: { at: '1970-01-01T00:00:00.000Z' } }] },
        },
      ],
      ['outputs[0].textCard.buttons[0].extra: type'],
    ],
    [
      'the third button side by side: they stand below each other',
      { textCard: { title: '.', buttons: [say, say, say], buttonLayout: 'horizontal' } },
      [{ textCard: { title: '.', buttons: [say, say, say], buttonLayout: 'vertical' } }],
      ['outputs[0].textCard.buttons: buttons.horizontal'],
    ],
    [
      "a carousel's fourth button",
      { carousel: { type: 'textCard', items: [{ title: '.', buttons: [say, say, say, say] }] } },
      [{ carousel: { type: 'textCard', items: [{ title: '.', buttons: [say, say, say] }] } }],
      ['outputs[0].carousel.items[0].buttons: buttons.vertical'],
    ],
  ])('costs itself: %s', (_, answer, outputs, told) => {
    expect(outputsOf(answer)).toEqual(outputs);
    expect(toldOf(answer)).toEqual(told);
  });

  test('costs itself beside the outputs, too', () => {
    expect(
      settle({
        outputs: [{ simpleText: { text: '말' } }],
        quickReplies: [say, { label: 3, action: 'message' }, { ...say, messageText: '' }],
        mentions: [{ name: '가' }, { name: '나', appUserId: '7' }],
        contexts: [
          { name: '주문', turns: -1 },
          { name: '배달', turns: 1, params: { 음료: '라떼', 잔: 2 } },
        ],
        data: { ok: true, fail: undefined },
      }),
    ).toEqual({
      reply: {
        outputs: [{ simpleText: { text: '말' } }],
        quickReplies: [say, { ...say, messageText: '담기' }],
        mentions: [{ name: '나', appUserId: '7' }],
        contexts: [{ name: '배달', turns: 1, params: { 음료: '라떼' } }],
        data: { ok: true },
      },
      violations: [
        expect.objectContaining({ path: 'quickReplies[1].label', rule: 'type' }),
        expect.objectContaining({ path: 'mentions[0]', rule: 'mention.id.required' }),
        expect.objectContaining({ path: 'contexts[0].turns', rule: 'contextValue.turns.min' }),
        expect.objectContaining({ path: 'contexts[1].params["잔"]', rule: 'contextValue.params' }),
      ],
    });
  });

  test('is lost before what is surplus', () => {
    const items = [...'123456'].map(title => ({ title }));
    expect(outputsOf({ listCard: { header: { title: '.' }, items: [{ title: 3 }, ...items] } })).toEqual([
      { listCard: { header: { title: '.' }, items: items.slice(0, 5) } },
    ]);
  });
});

describe('a part that lacks something', () => {
  test.each<[string, unknown, unknown]>([
    [
      'a card without a picture is one of words',
      { basicCard: { title: '예약', description: '내일', thumbnail: null, buttons: [say] } },
      [{ textCard: { title: '예약', description: '내일', buttons: [say] } }],
    ],
    [
      'a product without a picture is one of words, with its price',
      { commerceCard: { title: '원두', price: 9_000, thumbnails: [], buttons: [say] } },
      [{ textCard: { title: '원두', description: '9,000원', buttons: [say] } }],
    ],
    [
      'a price in fractions is in whole won',
      { commerceCard: { price: 1500.5, discount: 0.4, thumbnails: [card.thumbnail] } },
      [{ commerceCard: { price: 1501, discount: 0, thumbnails: [card.thumbnail] } }],
    ],
    [
      'a list without a head gets one',
      { listCard: { items: [{ title: '하나' }] } },
      [{ listCard: { header: { title: '목록' }, items: [{ title: '하나' }] } }],
    ],
    [
      'a picture without a URL is its words',
      { simpleImage: { imageUrl: '/a.jpg', altText: '고양이' } },
      [{ simpleText: { text: '고양이' } }],
    ],
    [
      "a carousel's header without its picture is words before it",
      { carousel: { type: 'basicCard', items: [card], header: { title: '제목', description: '설명' } } },
      [{ simpleText: { text: '제목\n설명' } }, { carousel: { type: 'basicCard', items: [card] } }],
    ],
    [
      'a header above cards that can have none is words before them',
      {
        carousel: {
          type: 'textCard',
          items: [{ title: '.' }],
          header: { title: '제목', description: '설명', thumbnail: card.thumbnail },
        },
      },
      [{ simpleText: { text: '제목\n설명' } }, { carousel: { type: 'textCard', items: [{ title: '.' }] } }],
    ],
    [
      'cards without a picture go on after their carousel',
      { carousel: { type: 'basicCard', items: [{ title: '하나' }, card, { title: '둘' }] } },
      [
        { carousel: { type: 'basicCard', items: [card] } },
        { carousel: { type: 'textCard', items: [{ title: '하나' }, { title: '둘' }] } },
      ],
    ],
    [
      'item cards that are unlike the most go on after their carousel',
      {
        carousel: {
          type: 'itemCard',
          items: [
            { itemList: [{ title: '가', description: '1' }], head: { title: '표' } },
            { itemList: [{ title: '나', description: '2' }] },
            { itemList: [{ title: '다', description: '3' }], head: { title: '표' } },
          ],
        },
      },
      [
        {
          carousel: {
            type: 'itemCard',
            items: [
              { itemList: [{ title: '가', description: '1' }], head: { title: '표' } },
              { itemList: [{ title: '다', description: '3' }], head: { title: '표' } },
            ],
          },
        },
        { itemCard: { itemList: [{ title: '나', description: '2' }] } },
      ],
    ],
  ])('is repaired: %s', (_, answer, outputs) => {
    expect(outputsOf(answer)).toEqual(outputs);
    expect(rejectedOf(answer)).toHaveLength(
      1 + Number(JSON.stringify(answer).includes('0.4')) + Number(JSON.stringify(answer).includes('둘')),
    );
    expect(rejectedOf({ outputs })).toEqual([]);
  });
});

describe('an answer', () => {
  test.each([[undefined], [null], [{}], [7], [[]], [() => 1]])(
    'is not %p: the rule forgot to return',
    nothing => {
      expect(() => settleAnswer(nothing, texts)).toThrow(/^a rule must answer a string.*does it return\?$/);
      expect(settle(nothing).reply).toEqual({ outputs: [] });
    },
  );

  test('of which nothing is left is the apology, with what else is right', () => {
    const answer = { outputs: [{ basicCard: {} }], quickReplies: [say], data: { n: 1 } };
    expect(settleAnswer(answer, texts).reply).toEqual({
      outputs: [{ simpleText: { text: texts.apology } }],
      quickReplies: [say],
      data: { n: 1 },
    });
    for (const broken of [{ data: 3 }, { foo: 1 }, { outputs: 3 }, { outputs: null }, [text('말')]])
      expect(settleAnswer(broken, texts).reply.outputs).toEqual([text(texts.apology)]);
  });

  test.each<[string, unknown, unknown]>([
    ['block data alone', { data: { n: 1 } }, { outputs: [], data: { n: 1 } }],
    ['contexts alone', { contexts: [] }, { outputs: [], contexts: [] }],
    ['no output', { outputs: [] }, { outputs: [] }],
    ['a blank text', ' ', { outputs: [text(' ')] }],
  ])('that says nothing on purpose stays so: %s', (_, answer, reply) => {
    expect(settleAnswer(answer, texts)).toEqual({ reply, violations: [] });
  });

  test('is told of what is only shown shorter', () => {
    const { reply, violations } = settle({
      outputs: [text('가'.repeat(700))],
      quickReplies: [{ ...say, label: '열네 자를 넘어서 잘려 보이는 이름' }],
    });
    expect(reply.outputs).toEqual([text('가'.repeat(700))]);
    expect(violations).toMatchObject([
      { path: 'outputs[0].simpleText.text', rule: 'simpleText.fold', value: 700, severity: 'shortened' },
      { path: 'quickReplies[0].label', rule: 'quickReply.label', severity: 'shortened' },
    ]);
  });
});

test("every object of the table that has a shape is one, and the others are the bot's own", () => {
  const unshaped = Object.entries(COMPONENTS).flatMap(([name, members]) =>
    Object.entries(members).flatMap(([key, { kind, of = key }]: [string, { kind: string; of?: string }]) =>
      /object|list/.test(kind) && !Object.hasOwn(COMPONENTS, of) ? [`${name}.${key}`] : [],
    ),
  );
  expect(unshaped).toEqual(['listItem.extra', 'carousel.items', 'button.extra', 'quickReply.extra']);
});

function text(words: string) {
  return { simpleText: { text: words } };
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFrozen(member);
  }
  return value;
}

/** An object that JSON would write as two to the power of `levels` objects. */
function branching(levels: number): object {
  let one: object = {};
  for (let level = 0; level < levels; level++) one = { one, other: one };
  return one;
}

/** An object whose prototypes have prototypes. */
function descended(): object {
  return new Proxy({ title: '.' }, { getPrototypeOf: descended });
}

function endless(): unknown {
  return new Proxy([], {
    get: (_, key) => (key === 'length' ? Number.POSITIVE_INFINITY : { simpleText: {} }),
  });
}
