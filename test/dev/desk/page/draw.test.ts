import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldText } from '../../../../dev/desk/page/draw/fold.ts';
import type { DrawnOutput } from '../../../../dev/desk/page/draw/model.ts';
import { isForwardable } from '../../../../dev/desk/page/draw/model.ts';
import { readGroupPieces, readMarkdown, readPieces } from '../../../../dev/desk/page/draw/pieces.ts';
import { readPrice } from '../../../../dev/desk/page/draw/price.ts';
import { readMessageAnswer, readSkillAnswer } from '../../../../dev/desk/page/draw/read-answer.ts';
import { placeSigns } from '../../../../dev/desk/page/draw/signs.ts';
import { hostOf, pictureUrl, webLink } from '../../../../dev/desk/page/draw/web-link.ts';
import { GALLERY_ANSWERS } from '../../../../dev/desk/page/gallery-answers.ts';
import { COMPONENTS } from '../../../../lambda/check/components.ts';
import type { ToldViolation } from '../../../../tools/kakao-simulator/exchange.ts';
import { answersOfSamples } from '../../../kit/gallery-answers.ts';
import { runs } from '../../../kit/property.ts';

const outputsOf = (...outputs: readonly unknown[]): readonly DrawnOutput[] =>
  readSkillAnswer({ version: '2.0', template: { outputs } }).outputs;

const cardOf = (component: string, card: object) => outputsOf({ [component]: card })[0];

const PICTURE = 'https://img.example.com/latte.jpg';

describe('a price', () => {
  const NONE = { price: undefined, discount: undefined, discountRate: undefined, discountedPrice: undefined };

  test.each([
    ['stands alone', { price: 4_500 }, { toPay: '4,500원' }],
    ['less its discount', { price: 10_000, discount: 1_000 }, { toPay: '9,000원', before: '10,000원' }],
    [
      'is the discounted one, whatever the discount says',
      { price: 10_000, discount: 1_000, discountedPrice: 7_000 },
      { toPay: '7,000원', before: '10,000원' },
    ],
    [
      'has its rate beside the discounted one, and not the discount',
      { price: 10_000, discount: 3_000, discountRate: 20, discountedPrice: 8_000 },
      { toPay: '8,000원', before: '10,000원', rate: '20%' },
    ],
    ['has no rate without the discounted one', { price: 10_000, discountRate: 20 }, { toPay: '10,000원' }],
    [
      'has no rate beside a discount alone',
      { price: 10_000, discount: 1_000, discountRate: 10 },
      { toPay: '9,000원', before: '10,000원' },
    ],
    ['is not struck where nothing is off', { price: 5_000, discount: 0 }, { toPay: '5,000원' }],
    ['may be nothing', { price: 3_000, discountedPrice: 0 }, { toPay: '0원', before: '3,000원' }],
    ['is not there', {}, undefined],
  ])('%s', (_, members, drawn) => {
    expect(readPrice({ ...NONE, ...members })).toEqual(drawn);
  });
});

describe('a text', () => {
  test('of 500 characters is whole, a longer one is folded', () => {
    expect(foldText('가'.repeat(500))).toEqual({ shown: '가'.repeat(500), isFolded: false });
    expect(foldText('가'.repeat(501))).toEqual({ shown: '가'.repeat(500), isFolded: true });
  });

  test('is never folded within a letter', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(foldText(`${'가'.repeat(495)}${family}!`)).toEqual({ shown: '가'.repeat(495), isFolded: true });
  });

  test('has its links as links, without the punctuation behind them', () => {
    expect(readPieces('지도(https://map.example.com/cafe?a=1). 끝')).toEqual([
      { kind: 'words', text: '지도(' },
      { kind: 'link', text: 'https://map.example.com/cafe?a=1', url: 'https://map.example.com/cafe?a=1' },
      { kind: 'words', text: ').' },
      { kind: 'words', text: ' 끝' },
    ]);
  });

  test.each(['javascript:alert(1)', 'http://', 'ftp://files.example.com/a', '<a href="x">x</a>'])(
    'has no link in %s',
    text => {
      expect(readPieces(text).map(({ kind }) => kind)).not.toContain('link');
    },
  );

  test('names members in a group room alone', () => {
    expect(readGroupPieces('{{#mentions.asker}} 안녕')).toEqual([
      { kind: 'mention', name: 'asker' },
      { kind: 'words', text: ' 안녕' },
    ]);
    expect(readPieces('{{#mentions.asker}}')).toEqual([{ kind: 'words', text: '{{#mentions.asker}}' }]);
  });

  test('is Markdown where it says so', () => {
    const text =
      '## 메뉴\n- **라떼** ~~5,000원~~\n1. *차*\n> 오늘만\n```js\nlet a;```\n[지도](https://map.example.com)';
    expect(readMarkdown(text)).toEqual([
      { kind: 'heading', pieces: [{ kind: 'words', text: '메뉴' }] },
      {
        kind: 'item',
        lead: '•',
        pieces: [
          { kind: 'strong', pieces: [{ kind: 'words', text: '라떼' }] },
          { kind: 'words', text: ' ' },
          { kind: 'struck', pieces: [{ kind: 'words', text: '5,000원' }] },
        ],
      },
      {
        kind: 'item',
        lead: '1.',
        pieces: [{ kind: 'emphasis', pieces: [{ kind: 'words', text: '차' }] }],
      },
      { kind: 'quote', pieces: [{ kind: 'words', text: '오늘만' }] },
      { kind: 'code', pieces: [{ kind: 'words', text: 'let a;' }] },
      {
        kind: 'paragraph',
        pieces: [{ kind: 'link', text: '지도', url: 'https://map.example.com/' }],
      },
    ]);
  });

  const PARTS = [
    'https://',
    'http:',
    'a.example',
    '/',
    '.',
    ')',
    '(',
    ' ',
    '\n',
    '`',
    '가',
    '👨‍👩‍👧',
    '{{#mentions.x}}',
    '<b>',
  ];

  test('loses none of its characters, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }).map(parts => parts.join('')),
        text => {
          const words = readPieces(text).map(piece => ('text' in piece ? piece.text : ''));
          expect(words.join('')).toBe(text);
        },
      ),
      runs(500),
    );
  });
});

describe('a link', () => {
  test.each(['https://cafe.example.com/a', 'http://cafe.example.com/a'])('may be %s', url => {
    expect(webLink(url)).toBe(url);
  });

  test.each([
    ['a script', 'javascript:alert(1)'],
    ['a document in itself', 'data:text/html,x'],
    ["an app's", 'kakaotalk://'],
    ['a path of the desk', '/desk/acts'],
    ['nothing', ''],
    ['longer than any', `https://a.example.com/${'a'.repeat(2_100)}`],
  ])('is never %s', (_, url) => {
    expect(webLink(url)).toBeUndefined();
  });
});

describe('a picture', () => {
  const ORIGIN = 'http://127.0.0.1:3000';

  test.each([
    [PICTURE, true, PICTURE],
    [PICTURE, false, undefined],
    ['http://img.example.com/latte.jpg', true, undefined],
    ['data:image/png;base64,AA==', true, undefined],
    [`${ORIGIN}/desk/photos/1`, false, `${ORIGIN}/desk/photos/1`],
    [`${ORIGIN}/desk/session`, true, undefined],
    ['http://127.0.0.1:4000/desk/photos/1', true, undefined],
    ['https://img.example.com/desk/photos/1', false, undefined],
  ])('of %s, where pictures are wished: %s, is loaded from %s', (url, showsImages, loaded) => {
    expect(pictureUrl(url, ORIGIN, showsImages)).toBe(loaded);
  });

  test('that is not loaded is told by its host', () => {
    expect(hostOf(PICTURE)).toBe('img.example.com');
    expect(hostOf('no url')).toBe('');
  });
});

describe('a card', () => {
  test.each([
    ['below each other', {}, false],
    ['side by side where it says so', { buttonLayout: 'horizontal' }, true],
    ['side by side below a square picture', { thumbnail: { imageUrl: PICTURE, fixedRatio: true } }, true],
    [
      'below each other where it says so, whatever its picture',
      { thumbnail: { imageUrl: PICTURE, fixedRatio: true }, buttonLayout: 'vertical' },
      false,
    ],
  ])('has its buttons %s', (_, members, isRow) => {
    expect(cardOf('basicCard', members)).toMatchObject({ isRow });
    const { thumbnail, ...others } = { thumbnail: undefined, ...members };
    expect(
      cardOf('commerceCard', { ...others, ...(thumbnail ? { thumbnails: [thumbnail] } : {}) }),
    ).toMatchObject({
      isRow,
    });
  });

  test('has a picture of 2:1, and a whole one of 1:1 where its ratio is fixed', () => {
    expect(cardOf('basicCard', { thumbnail: { imageUrl: PICTURE } })).toMatchObject({
      picture: { isSquare: false, isWhole: false },
    });
    expect(cardOf('basicCard', { thumbnail: { imageUrl: PICTURE, fixedRatio: true } })).toMatchObject({
      picture: { isSquare: true, isWhole: true },
    });
  });

  test('of facts has a square picture, unless its size says otherwise or it is in a carousel', () => {
    const card = (size: object) => ({ thumbnail: { imageUrl: PICTURE, ...size } });
    expect(cardOf('itemCard', card({}))).toMatchObject({ picture: { isSquare: true } });
    expect(cardOf('itemCard', card({ width: 800, height: 400 }))).toMatchObject({
      picture: { isSquare: false },
    });
    expect(cardOf('carousel', { type: 'itemCard', items: [card({})] })).toMatchObject({
      cards: [{ picture: { isSquare: false } }],
    });
  });

  test('leads where `web` says, before `mobile` and `pc`', () => {
    const link = {
      web: 'https://a.example.com/',
      mobile: 'https://b.example.com/',
      pc: 'https://c.example.com/',
    };
    const leads = (of: object) => cardOf('basicCard', { thumbnail: { imageUrl: PICTURE, link: of } });
    expect(leads(link)).toMatchObject({ picture: { link: 'https://a.example.com/' } });
    expect(leads({ ...link, web: undefined })).toMatchObject({ picture: { link: 'https://b.example.com/' } });
    expect(leads({ pc: link.pc })).toMatchObject({ picture: { link: 'https://c.example.com/' } });
  });

  test('may be passed on only where a tap does nothing', () => {
    const isPassedOn = (component: string, card: object) =>
      outputsOf({ [component]: { forwardable: true, ...card } }).map(isForwardable);
    expect(isPassedOn('textCard', {})).toEqual([true]);
    expect(isPassedOn('simpleText', { text: '쿠폰' })).toEqual([true]);
    expect(isPassedOn('textCard', { buttons: [{ label: '담기', action: 'message' }] })).toEqual([false]);
    expect(isPassedOn('listCard', { items: [{ title: '라떼' }] })).toEqual([true]);
    expect(isPassedOn('listCard', { items: [{ title: '라떼', link: { web: PICTURE } }] })).toEqual([false]);
    expect(isPassedOn('carousel', { type: 'textCard', items: [{ title: '라떼' }] })).toEqual([false]);
  });
});

describe('what can be tapped', () => {
  test('is named by its path', () => {
    const { outputs, quickReplies } = readSkillAnswer({
      template: {
        outputs: [
          { simpleText: { text: '메뉴예요' } },
          { listCard: { items: [{ title: '라떼', action: 'message', messageText: '라떼 담기' }] } },
          { carousel: { type: 'textCard', items: [{}, { buttons: [{ label: '담기', action: 'block' }] }] } },
        ],
        quickReplies: [{ label: '처음으로', action: 'message' }],
      },
    });
    expect(outputs[1]).toMatchObject({
      items: [
        { button: { path: 'template.outputs[1].listCard.items[0]', label: '라떼', action: 'message' } },
      ],
    });
    expect(outputs[2]).toMatchObject({
      cards: [{}, { buttons: [{ path: 'template.outputs[2].carousel.items[1].buttons[0]' }] }],
    });
    expect(quickReplies).toEqual([
      { path: 'template.quickReplies[0]', label: '처음으로', action: 'message' },
    ]);
  });

  test('leads to no address that is none of the web', () => {
    const buttons = [{ label: '열기', action: 'webLink', webLinkUrl: 'javascript:alert(1)' }];
    expect(cardOf('textCard', { buttons })).toMatchObject({
      buttons: [{ label: '열기', action: 'webLink' }],
    });
    expect(cardOf('textCard', { buttons })).not.toHaveProperty('buttons[0].url');
    const message = { message_button: { label: '열기', url: 'data:text/html,x' } };
    expect(readMessageAnswer({ message })).not.toHaveProperty('button.url');
  });
});

describe('a violation', () => {
  const told = (path: string): ToldViolation => ({
    path,
    rule: 'length',
    severity: 'shortened',
    says: { ko: '길어요', en: 'Too long' },
  });
  const drawn = readSkillAnswer({
    template: { outputs: [{ basicCard: { title: '라떼', buttons: [{ label: '담기' }] } }] },
  });

  test.each([
    ['template.outputs[0].basicCard.title', 'template.outputs[0].basicCard.title'],
    ['template.outputs[0].basicCard.thumbnail', 'template.outputs[0].basicCard'],
    ['template.outputs[0].basicCard.buttons[0].label', 'template.outputs[0].basicCard.buttons[0]'],
    ['template.outputs[10]', ''],
    ['version', ''],
  ])('of %s is told at %s', (path, place) => {
    expect([...placeSigns(drawn, [told(path)]).keys()]).toEqual([place]);
  });

  test('stands beside another of the same place', () => {
    const two = [told('template.outputs[0].basicCard.title'), told('template.outputs[0].basicCard.title')];
    expect(placeSigns(drawn, two).get('template.outputs[0].basicCard.title')).toEqual(two);
  });
});

describe('an answer of anybody', () => {
  const member = fc.constantFrom(
    ...['version', 'template', 'outputs', 'quickReplies', 'simpleText', 'text', 'simpleImage', 'imageUrl'],
    ...[
      'textCard',
      'basicCard',
      'commerceCard',
      'listCard',
      'itemCard',
      'carousel',
      'type',
      'items',
      'header',
    ],
    ...['title', 'description', 'thumbnail', 'thumbnails', 'buttons', 'label', 'action', 'price', 'discount'],
    ...[
      'itemList',
      'itemListSummary',
      'imageTitle',
      'head',
      'profile',
      'link',
      'web',
      'message',
      'photo',
      'url',
    ],
    ...['message_button', '__proto__', 'constructor', 'toString'],
  );
  const { anything } = fc.letrec(tie => ({
    anything: fc.oneof(
      { maxDepth: 8 },
      fc.anything({ maxDepth: 0 }),
      fc.array(tie('anything'), { maxLength: 4 }),
      fc.dictionary(member, tie('anything'), { maxKeys: 6 }),
    ),
  }));

  test('is read without an exception, and every text of it is one', () => {
    fc.assert(
      fc.property(anything, answer => {
        const inTemplate = readSkillAnswer({ template: { outputs: [answer, { basicCard: answer }] } });
        for (const drawn of [readSkillAnswer(answer), inTemplate, readMessageAnswer({ message: answer })]) {
          expect(JSON.stringify(drawn).length).toBeLessThan(1_000_000);
        }
      }),
      runs(1_000),
    );
  });

  test('is drawn to a bounded size, however long it is', () => {
    const items = Array.from({ length: 1_000 }, () => ({
      title: '가'.repeat(20_000),
      buttons: Array(100).fill({}),
    }));
    const outputs = Array.from({ length: 100 }, () => ({ carousel: { type: 'basicCard', items } }));
    const drawn = JSON.stringify(readSkillAnswer({ template: { outputs } }));
    expect(drawn.length).toBeLessThan(1_000_000);
    expect(drawn).toContain('가'.repeat(20_000));
  });

  test.each(['videoCard', 'constructor', undefined, 7])('may be a carousel of the type %j', type => {
    expect(outputsOf({ carousel: { type, items: [{ title: '라떼' }] } })).toMatchObject([
      { kind: 'carousel', cards: [{ kind: 'basicCard', title: { text: '라떼' } }] },
    ]);
  });

  test('may name what Kakao has not', () => {
    expect(outputsOf({ videoCard: {} }, null, [], 'text', { constructor: {} })).toEqual([
      { kind: 'unknown', path: 'template.outputs[0]', name: 'videoCard' },
      ...[1, 2, 3].map(at => ({ kind: 'unknown', path: `template.outputs[${at}]`, name: '' })),
      { kind: 'unknown', path: 'template.outputs[4]', name: 'constructor' },
    ]);
  });
});

test.each(Object.keys(COMPONENTS.output))('a component of Kakao is drawn: %s', name => {
  expect(outputsOf({ [name]: {} })).not.toMatchObject([{ kind: 'unknown' }]);
});

test('the gallery has every valid sample in which a user sees something', () => {
  expect(GALLERY_ANSWERS).toEqual(answersOfSamples());
  expect(GALLERY_ANSWERS.length).toBeGreaterThan(45);
});
