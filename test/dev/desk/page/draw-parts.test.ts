import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { GALLERY_ANSWERS } from '../../../../dev/desk/page/gallery-answers.ts';
import { partsOfPage } from '../../../kit/page-part.ts';
import { runs } from '../../../kit/property.ts';
import type { SmallNode } from '../../../kit/small-dom.ts';

const draw = await partsOfPage([
  'draw/skill-bubbles.tsx',
  'draw/skill-quick-replies.tsx',
  'draw/smart-chat-bubble.tsx',
  'draw/smart-chat-keyboard.tsx',
  'draw/text-bubble.tsx',
  'draw/typing-dots.tsx',
  'gallery.tsx',
]);

const BASE = { language: 'ko', showsImages: true };
const bubbles = (outputs: readonly unknown[], props: object = {}): SmallNode =>
  draw('SkillBubbles', { ...BASE, answer: { version: '2.0', template: { outputs } }, ...props });
const classesIn = (drawn: SmallNode): string[] =>
  drawn.all('').map(node => node.attributes.get('class') ?? '');
const textsOf = (nodes: readonly SmallNode[]): string[] => nodes.map(node => node.textContent);

const LATTE = 'https://img.example.com/latte.jpg';

describe('a bubble of text', () => {
  test('has its links as links that know nothing of the page', () => {
    const [link] = bubbles([{ simpleText: { text: '보기: https://cafe.example.com/menu' } }]).all('a');
    expect(Object.fromEntries(link?.attributes ?? [])).toMatchObject({
      href: 'https://cafe.example.com/menu',
      target: '_blank',
      rel: 'noopener noreferrer',
    });
  });

  test('has HTML as the text that it is', () => {
    const html = '<img src=x onerror=alert(1)><script>alert(1)</script>';
    const drawn = bubbles([{ simpleText: { text: html } }, { textCard: { title: html, description: html } }]);
    expect(drawn.textContent).toBe(html.repeat(3));
    expect([...drawn.all('img'), ...drawn.all('script')]).toEqual([]);
  });

  test('past 500 characters is folded behind 전체 보기, which has the whole of it', () => {
    const text = '가'.repeat(499) + '나'.repeat(10);
    const drawn = bubbles([{ simpleText: { text } }]);
    expect(textsOf(drawn.all('.bubble-words'))).toEqual([`${'가'.repeat(499)}나…`]);
    expect(textsOf(drawn.all('button.see-all'))).toEqual(['전체 보기›']);
    expect(textsOf(drawn.all('.whole-words'))).toEqual([text]);
    const english = bubbles([{ simpleText: { text } }], { language: 'en' });
    expect(textsOf(english.all('button.see-all'))).toEqual(['See all›']);
  });

  test('is Markdown, and names members, in a group room alone', () => {
    const answer = [{ simpleText: { text: '**안녕** {{#mentions.asker}}', extra: { markdown: true } } }];
    expect(bubbles(answer, { room: 'group' }).textContent).toBe('안녕 @asker');
    expect(textsOf(bubbles(answer, { room: 'group' }).all('strong'))).toEqual(['안녕']);
    expect(bubbles(answer, { room: 'private' }).textContent).toBe('**안녕** {{#mentions.asker}}');
  });

  test('names a member whom it knows as the room does', () => {
    const text = '{{#mentions.asker}} {{#mentions.other}} {{#mentions.constructor}}';
    const answer = {
      template: { outputs: [{ simpleText: { text } }] },
      extra: {
        mentions: {
          asker: { type: 'botUserKey', id: 'a key' },
          other: { type: 'botUserKey', id: 'another' },
        },
      },
    };
    const users = [{ name: '하늘', botUserKey: 'a key', plusfriendUserKey: 'a', isFriend: true }];
    expect(draw('SkillBubbles', { ...BASE, answer, users }).textContent).toBe('@하늘 @other @constructor');
  });

  test("is a user's, too", () => {
    const drawn = draw('TextBubble', { side: 'user', text: '메뉴', language: 'ko', hasTail: true });
    expect(classesIn(drawn)).toContain('bubble text-bubble is-user has-tail');
    expect(drawn.textContent).toBe('메뉴');
  });

  test('that is still written is three dots, told in words', () => {
    const drawn = draw('TypingDots', { language: 'ko' });
    expect(drawn.all('.dot')).toHaveLength(3);
    expect(drawn.textContent).toBe('답을 쓰고 있어요');
  });
});

describe('a card', () => {
  test('of a product has what is to pay, the rate and the struck price before', () => {
    const card = {
      price: 15_000,
      discountedPrice: 12_000,
      discountRate: 20,
      thumbnails: [{ imageUrl: LATTE }],
    };
    const drawn = bubbles([{ commerceCard: card }]);
    expect(textsOf(drawn.all('.price-to-pay'))).toEqual(['12,000원']);
    expect(textsOf(drawn.all('.price-rate'))).toEqual(['20%']);
    expect(textsOf(drawn.all('s'))).toEqual(['할인 전 가격 15,000원']);
  });

  test('of facts has them as terms and descriptions, the sum last', () => {
    const drawn = bubbles([
      {
        itemCard: {
          head: { title: '주문 1024' },
          itemList: [{ title: '매장', description: '1층' }],
          itemListAlignment: 'right',
          itemListSummary: { title: '합계', description: '9,000원' },
        },
      },
    ]);
    expect(textsOf(drawn.all('dt'))).toEqual(['매장', '합계']);
    expect(textsOf(drawn.all('dd'))).toEqual(['1층', '9,000원']);
    expect(classesIn(drawn)).toEqual(expect.arrayContaining(['facts is-right', 'fact is-summary']));
  });

  test('of a list is numbered as a ranking in a group room alone', () => {
    const answer = [{ listCard: { listLayout: 'ranking', items: [{ title: '라떼' }, { title: '유자차' }] } }];
    expect(textsOf(bubbles(answer, { room: 'group' }).all('.rank'))).toEqual(['1', '2']);
    expect(bubbles(answer, { room: 'private' }).all('.rank')).toEqual([]);
  });

  test('has buttons by their labels, and tells a tap with its place', () => {
    const onTap = jest.fn();
    const buttons = [
      { label: '담기', action: 'message', messageText: '담기 라떼' },
      { label: '전화', action: 'phone', phoneNumber: '02-000-0000' },
      { label: '보기', action: 'webLink', webLinkUrl: 'https://cafe.example.com/' },
    ];
    const drawn = bubbles([{ textCard: { title: '라떼', buttons } }], { onTap });
    expect(textsOf(drawn.all('button'))).toEqual(['담기', '전화']);
    expect(textsOf(drawn.all('a'))).toEqual(['보기']);
    for (const tapped of [...drawn.all('button'), ...drawn.all('a')]) tapped.click();
    const path = (at: number): string => `template.outputs[0].textCard.buttons[${at}]`;
    expect(onTap.mock.calls).toEqual([
      [{ path: path(0), label: '담기', action: 'message' }],
      [{ path: path(1), label: '전화', action: 'phone' }],
      [{ path: path(2), label: '보기', action: 'webLink', url: 'https://cafe.example.com/' }],
    ]);
  });

  test('that can no more be tapped has buttons that say so', () => {
    const drawn = bubbles([{ textCard: { buttons: [{ label: '담기', action: 'message' }] } }]);
    expect(drawn.all('button')[0]?.attributes.get('disabled')).toBe('true');
  });

  test('in a carousel is one of a list, each with its number', () => {
    const items = [{ title: '라떼' }, { title: '유자차' }];
    const drawn = bubbles([{ carousel: { type: 'textCard', items } }]);
    expect(drawn.all('li').map(card => card.attributes.get('aria-label'))).toEqual([
      '카드 1 / 2',
      '카드 2 / 2',
    ]);
    expect(drawn.all('.arrow').map(arrow => arrow.attributes.get('aria-label'))).toEqual([
      '이전 카드',
      '다음 카드',
    ]);
  });
});

describe('a picture', () => {
  const picture = (showsImages: boolean, thumbnail: object): SmallNode =>
    bubbles([{ basicCard: { thumbnail } }], { showsImages });

  test('is loaded where the developer wishes, without telling where from', () => {
    const [loaded] = picture(true, { imageUrl: LATTE, altText: '라떼' }).all('img');
    expect(Object.fromEntries(loaded?.attributes ?? [])).toMatchObject({
      src: LATTE,
      alt: '라떼',
      referrerpolicy: 'no-referrer',
    });
  });

  test('is a box with its description otherwise, or with its host', () => {
    const unwished = picture(false, { imageUrl: LATTE, altText: '라떼' });
    expect(unwished.all('img')).toEqual([]);
    expect(textsOf(unwished.all('.picture-box'))).toEqual(['라떼']);
    expect(textsOf(picture(false, { imageUrl: LATTE }).all('.picture-box'))).toEqual(['img.example.com']);
    expect(picture(true, { imageUrl: 'http://img.example.com/a.jpg' }).all('img')).toEqual([]);
  });
});

describe('below the bubbles', () => {
  test('stand the quick replies, and nothing where there are none', () => {
    const onTap = jest.fn();
    const template = {
      outputs: [],
      quickReplies: [{ label: '메뉴', action: 'message', messageText: '메뉴' }],
    };
    const [chip] = draw('SkillQuickReplies', { ...BASE, answer: { template }, onTap }).all('button');
    expect(chip?.textContent).toBe('메뉴');
    chip?.click();
    expect(onTap.mock.calls).toEqual([
      [{ path: 'template.quickReplies[0]', label: '메뉴', action: 'message' }],
    ]);
    expect(draw('SkillQuickReplies', { ...BASE, answer: {} }).childNodes).toEqual([]);
  });

  test("stand smart-chat's keys under Kakao's heading, in their order", () => {
    const onTap = jest.fn();
    const drawn = draw('SmartChatKeyboard', {
      keyboard: { type: 'buttons', buttons: ['라떼', '유자차', '라떼'] },
      onTap,
    });
    expect(textsOf(drawn.all('p'))).toEqual(['원하는 버튼을 선택하세요']);
    expect(textsOf(drawn.all('button'))).toEqual(['라떼', '유자차', '라떼']);
    drawn.all('button')[2]?.click();
    expect(onTap.mock.calls).toEqual([[{ path: 'keyboard.buttons[2]', label: '라떼', action: 'message' }]]);
    expect(draw('SmartChatKeyboard', { keyboard: { type: 'text' } }).childNodes).toEqual([]);
  });
});

describe("smart-chat's bubble", () => {
  test('has its text, the photo below it, and its link last', () => {
    const message = {
      text: '라떼예요',
      photo: { url: LATTE, width: 720, height: 630 },
      message_button: { label: '사기', url: 'https://cafe.example.com/' },
    };
    const drawn = draw('SmartChatBubble', { ...BASE, answer: { message } });
    const order = ['.bubble-words', 'img', 'a'].map(part =>
      drawn.all('').indexOf(drawn.all(part)[0] ?? drawn),
    );
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(order).not.toContain(-1);
    expect(textsOf(drawn.all('a'))).toEqual(['사기']);
  });

  test('of a blank text alone is none', () => {
    expect(draw('SmartChatBubble', { ...BASE, answer: { message: { text: '' } } }).all('.bubble')).toEqual(
      [],
    );
  });
});

describe('a violation', () => {
  const told = (path: string, severity: 'rejected' | 'shortened') => ({
    path,
    rule: 'a rule',
    severity,
    says: { ko: `${path} 확인`, en: `Check ${path}` },
  });

  test('stands at the part that it is about, as a sign that opens to its sentence', () => {
    const violations = [
      told('template.outputs[0].textCard.buttons[0].label', 'shortened'),
      told('template.outputs[5]', 'rejected'),
    ];
    const drawn = bubbles([{ textCard: { buttons: [{ label: '담기' }] } }], { violations });
    const [atButton, atAnswer] = drawn.all('details');
    expect(atButton?.parentNode?.attributes.get('class')).toBe('button-place');
    expect(textsOf(atButton?.all('summary') ?? [])).toEqual(['…카카오톡이 줄여요']);
    expect(textsOf(atButton?.all('p') ?? [])).toEqual(['template.outputs[0].textCard.buttons[0].label 확인']);
    expect(textsOf(atAnswer?.all('.spoken') ?? [])).toEqual(['카카오가 버려요']);
  });

  test.each([
    [
      'SkillQuickReplies',
      { template: { outputs: [{}], quickReplies: [{ label: '메뉴' }] } },
      'template.quickReplies[0].label',
      1,
    ],
    [
      'SkillQuickReplies',
      { template: { outputs: [{}], quickReplies: [{ label: '메뉴' }] } },
      'template.outputs[0]',
      0,
    ],
    [
      'SkillBubbles',
      { template: { outputs: [{}], quickReplies: [{ label: '메뉴' }] } },
      'template.quickReplies[0].label',
      0,
    ],
    ['SmartChatBubble', { message: { text: '가' } }, 'message.text', 1],
    ['SmartChatBubble', { message: { photo: {} } }, 'message.photo.width', 1],
  ])('is told by %s of %j at %s %d times', (part, answer, path, times) => {
    const drawn = draw(part, { ...BASE, answer, violations: [told(path, 'rejected')] });
    expect(drawn.all('details')).toHaveLength(times);
  });
});

describe('any answer', () => {
  test('is drawn without an exception', () => {
    const names = [
      'title',
      'description',
      'items',
      'type',
      'buttons',
      'thumbnail',
      'imageUrl',
      'itemList',
      'price',
    ];
    const component = fc.constantFrom(
      ...[
        'simpleText',
        'simpleImage',
        'textCard',
        'basicCard',
        'commerceCard',
        'listCard',
        'itemCard',
        'carousel',
      ],
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        'textCard',
        'listCard',
        'itemCard',
        LATTE,
        [{ label: '가', action: 'message' }],
        [{}, null],
      ),
    );
    const output = fc.dictionary(component, fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(output, fc.jsonValue()), { maxLength: 4 }), outputs => {
        const answer = { template: { outputs, quickReplies: outputs }, message: outputs[0] };
        for (const part of ['SkillBubbles', 'SkillQuickReplies', 'SmartChatBubble']) {
          expect(() => draw(part, { ...BASE, answer })).not.toThrow();
        }
      }),
      runs(500),
    );
  });

  test('of the gallery is drawn, light and dark, with all its words', () => {
    const drawn = draw('Gallery', { language: 'ko' });
    expect(textsOf(drawn.all('h2'))).toEqual(expect.arrayContaining(GALLERY_ANSWERS.map(({ name }) => name)));
    expect(drawn.all('.gallery-room')).toHaveLength(2 * (GALLERY_ANSWERS.length + 1));
    expect(drawn.textContent).not.toContain('카카오에 없는 말풍선이에요');
    expect(drawn.all('img')).toEqual([]);
  });
});
