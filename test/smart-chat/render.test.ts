import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import {
  basicCard,
  button,
  carousel,
  commerceCard,
  groupReply,
  image,
  itemCard,
  listCard,
  reply,
  type SettledReply,
  text,
  textCard,
} from '../../lambda/bot/reply.ts';
import { renderHome, renderMessage } from '../../lambda/smart-chat/render.ts';
import { settle } from '../../lambda/turn/settle.ts';
import { samplesOf } from '../kit/samples.ts';

// Without the button that brings the input line back; it has a test of its own.
const { texts } = new Bot({ session: () => ({}), texts: { type: '' } });
const render = (answer: unknown) => renderMessage(settle(answer).reply, texts);
const JPG = 'https://img.example.com/a.jpg';
const PHOTO = { url: JPG, width: 720, height: 630 };
const thumbnail = { imageUrl: JPG };

describe('a reply as one smart-chat bubble', () => {
  test('text, and nothing to tap: the user types', () => {
    expect(render(reply('안녕하세요'))).toEqual({
      answer: { message: { text: '안녕하세요' }, keyboard: { type: 'text' } },
      lost: [],
    });
  });

  test('several outputs are joined, with the first picture and the first link', () => {
    const { answer } = render(
      reply([
        text('하나'),
        basicCard({ thumbnail, title: '둘', buttons: [button.webLink('보기', 'https://a.example')] }),
        textCard({ title: '셋', description: '넷', buttons: [button.webLink('더', 'https://b.example')] }),
      ]),
    );
    expect(answer.message).toEqual({
      text: '하나\n\n둘\n\n셋\n\n넷\n더: https://b.example',
      photo: PHOTO,
      message_button: { label: '보기', url: 'https://a.example' },
    });
  });

  test('a picture alone, and one that smart-chat cannot show', () => {
    expect(render(reply(image(JPG, '고양이'))).answer.message).toEqual({ photo: PHOTO });
    expect(render(reply(image('https://a.example/b.webp', '고양이'))).answer.message).toEqual({
      message_button: { label: '고양이', url: 'https://a.example/b.webp' },
    });
    expect(render(reply(image('https://a.example/b.webp', ' '))).answer.message).toEqual({
      message_button: { label: '사진', url: 'https://a.example/b.webp' },
    });
  });

  test("a picture's link is the button where no button is, else a line", () => {
    const linked = { ...thumbnail, link: { web: 'https://p.example' } };
    expect(
      render(reply(basicCard({ thumbnail: linked, title: '카드' }))).answer.message.message_button?.url,
    ).toBe('https://p.example');
    const both = basicCard({
      thumbnail: linked,
      title: '카드',
      buttons: [button.webLink('가기', 'https://q.example')],
    });
    expect(render(reply(both)).answer.message).toMatchObject({
      text: '카드\n카드: https://p.example',
      message_button: { url: 'https://q.example' },
    });
  });

  test('the answer and what it says of the buttons that smart-chat lacks', () => {
    const { answer } = render(
      reply(
        textCard({
          title: '도움말',
          buttons: [button.phone('전화', '02-000-0000'), button.operator('상담'), button.share('공유')],
        }),
      ),
    );
    expect(answer.message.text).toBe(`도움말\n전화: 02-000-0000\n${texts.operator}`);
  });

  test('a product, with its price in words', () => {
    const product = commerceCard({
      title: '원두',
      price: 10_000,
      discountRate: 10,
      discountedPrice: 9_000,
      thumbnails: [thumbnail],
      profile: { nickname: '달빛' },
      buttons: [button.message('사기')],
    });
    expect(render(reply(product)).answer).toEqual({
      message: { text: '[달빛]\n원두\n가격 10,000원 → 9,000원 (10% 할인)', photo: PHOTO },
      keyboard: { type: 'buttons', buttons: ['사기'] },
    });
  });

  test('a list, numbered, its links as lines and its actions as keys', () => {
    const { answer, memory: labels } = render(
      reply(
        listCard({
          header: { title: '목록' },
          items: [
            { title: '가', description: '첫째', link: { web: 'https://a.example' } },
            { title: '나', imageUrl: JPG, action: 'message', messageText: '나 주세요' },
            { title: '다', action: 'block', blockId: 'b', extra: { n: 3 } },
          ],
          buttons: [button.message('처음으로')],
        }),
      ),
    );
    expect(answer.message).toEqual({
      text: '목록\n1. 가 – 첫째\nhttps://a.example\n2. 나\n3. 다',
      photo: PHOTO,
    });
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: ['나', '다', '처음으로'] });
    expect(labels).toEqual([
      { label: '나', text: '나 주세요' },
      { label: '다', text: '다', blockId: 'b', extra: { n: 3 } },
    ]);
  });

  test('a carousel, numbered, and its labels too: a label is all that comes back', () => {
    const card = (title: string, sku: number) =>
      basicCard({
        title,
        thumbnail,
        buttons: [button.block('주문', 'B1', { sku })],
      });
    const { answer, memory: labels } = render(
      reply(carousel([card('라떼', 1), card('유자차', 2)]), ['처음으로']),
    );
    expect(answer.message.text).toBe('1. 라떼\n\n2. 유자차');
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: ['처음으로', '1. 주문', '2. 주문'] });
    expect(labels).toEqual([
      { label: '1. 주문', text: '주문', blockId: 'B1', extra: { sku: 1 } },
      { label: '2. 주문', text: '주문', blockId: 'B1', extra: { sku: 2 } },
    ]);
  });

  test('equal labels of equal meaning are one key, of other meanings are told apart', () => {
    const { answer, memory: labels } = render(
      reply('고르세요', [
        '메뉴',
        button.message('메뉴'),
        button.message('메뉴', '다른 메뉴'),
        button.message('메뉴', '또 다른 메뉴'),
      ]),
    );
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: ['메뉴', '메뉴 (2)', '메뉴 (3)'] });
    expect(labels).toMatchObject([{ text: '다른 메뉴' }, { text: '또 다른 메뉴' }]);
  });

  test('labels that differ only in the space around them are told apart', () => {
    const { answer, memory: labels } = render(
      reply('고르세요', ['메뉴', button.message(' 메뉴 ', '다른 메뉴')]),
    );
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: ['메뉴', '메뉴 (2)'] });
    expect(labels).toEqual([{ label: '메뉴 (2)', text: '다른 메뉴' }]);
  });

  test('buttons come with one that brings the input line back, which they hide', () => {
    const { texts: own } = new Bot({ session: () => ({}) });
    expect(renderMessage(settle(reply('고르세요', ['메뉴'])).reply, own).answer.keyboard).toEqual({
      type: 'buttons',
      buttons: ['메뉴', own.type],
    });
    expect(renderMessage(settle('말씀하세요').reply, own).answer.keyboard).toEqual({ type: 'text' });
  });

  test.each(['', ' \n'])('a reply of nothing (%j) still has words', words => {
    expect(render(reply(words)).answer.message.text).toBe(texts.nothingToShow);
  });

  test.each(samplesOf('smart-chat').filter(({ name }) => /^pair-(text|full)/.test(name)))(
    'as in the sample $name',
    ({ json }) => {
      const { outputs, quickReplies } = json.openbuilder.template;
      const { message, keyboard = { type: 'text' } } = json.smartchat;
      const photo = message.photo && { ...message.photo, width: 720, height: 630 };
      expect(render({ outputs, quickReplies }).answer).toEqual({
        message: { ...message, ...(photo && { photo }) },
        keyboard,
      });
    },
  );

  test('as in the sample pair-commerce-degraded, whose words are made up', () => {
    const { openbuilder, smartchat } = pairOf('pair-commerce-degraded');
    const { answer } = render(openbuilder.template);
    expect(answer.message.photo).toEqual(smartchat.message.photo);
    expect(answer.message.message_button).toEqual(smartchat.message.message_button);
    expect(answer.keyboard).toEqual(smartchat.keyboard);
    expect(answer.message.text).toMatch(
      /^\[세요요\]\n아 향긋한요\n가격 10,000원.*9,000원.*\n전화: 02-000-0000$/,
    );
  });

  test('as in the sample pair-carousel-degraded, whose words are made up', () => {
    const { openbuilder, smartchat } = pairOf('pair-carousel-degraded');
    const { answer, memory } = render(openbuilder.template);
    expect(answer.message.photo).toEqual(smartchat.message.photo);
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: ['1. 시려', '2. 시려'] });
    expect(answer.message.text).toBe('1. 네눌\n나온 딸기요\n\n2. 세요\n네음료는 준');
    const said = { text: '시려', blockId: 'B1' };
    expect(memory).toEqual([
      { ...said, label: '1. 시려', extra: { sku: 1 } },
      { ...said, label: '2. 시려', extra: { sku: 2 } },
    ]);
  });
});

const pairOf = (name: string) => samplesOf('smart-chat').find(sample => sample.name === name)?.json;

describe('what smart-chat has no form for', () => {
  const lostOf = (whole: unknown) => render(whole).lost;
  const HORIZONTAL = {
    buttons: [button.message('가'), button.message('나')],
    buttonLayout: 'horizontal',
  } as const;

  test.each<[string, unknown, readonly unknown[]]>([
    ['nothing of words, a picture and a link', reply([text('말'), basicCard({ thumbnail })]), []],
    ['a second picture', reply([image(JPG), image(JPG)]), [{ what: 'picture', output: 1 }]],
    [
      'buttons of a card',
      reply(
        textCard({
          title: '도움말',
          buttons: [button.phone('전화', '02'), button.operator('상담'), button.share('공유')],
        }),
      ),
      ['dialling', 'operator-button', 'share-button'].map(what => ({ what, output: 0 })),
    ],
    ['a layout', reply(textCard({ title: '둘', ...HORIZONTAL })), [{ what: 'button-layout', output: 0 }]],
    [
      'a frame',
      reply(basicCard({ thumbnail: { ...thumbnail, fixedRatio: true } })),
      [{ what: 'alignment', output: 0 }],
    ],
    [
      "a seller's picture",
      reply(commerceCard({ price: 1, thumbnails: [thumbnail], profile: { nickname: '달', imageUrl: JPG } })),
      [{ what: 'picture', output: 0 }],
    ],
    [
      "a list's other pictures",
      reply(
        listCard({
          header: { title: '목록' },
          items: [
            { title: '가', imageUrl: JPG },
            { title: '나', imageUrl: JPG },
          ],
        }),
      ),
      [{ what: 'picture', output: 0 }],
    ],
    [
      "a list's pictures that smart-chat can't show",
      reply(
        listCard({
          header: { title: '목록' },
          items: [{ title: '가', imageUrl: 'https://a.example/a.webp' }],
        }),
      ),
      [{ what: 'picture', output: 0 }],
    ],
    [
      'cards side by side',
      reply(['말', carousel([basicCard({ thumbnail }), basicCard({ thumbnail })])]),
      [
        { what: 'swiping', output: 1, card: 0 },
        { what: 'swiping', output: 1, card: 1 },
        { what: 'picture', output: 1, card: 1 },
      ],
    ],
    [
      'passing on',
      { outputs: [{ simpleText: { text: '말', forwardable: true } }] },
      [{ what: 'forwarding', output: 0 }],
    ],
    ['what the block gets', { data: { n: 1 }, contexts: [] }, [{ what: 'data' }, { what: 'contexts' }]],
    [
      'mentions',
      groupReply('{{#mentions.user1}} 님', [{ name: 'user1', botUserKey: 'k' }]),
      [{ what: 'mention', output: 0 }],
    ],
  ])('is told: %s', (_, whole, lost) => {
    expect(lostOf(whole)).toEqual(lost);
  });

  test('are keys beyond a hundred', () => {
    const many = Array.from({ length: 101 }, (_, n) => button.message(`${n}`));
    expect(render({ outputs: [text('말')], quickReplies: many }).lost).toEqual([{ what: 'button' }]);
    expect(render({ outputs: [text('말')], quickReplies: many.slice(1) }).lost).toEqual([]);
  });
});

test('a card of facts, line by line', () => {
  const ticket = itemCard({
    profile: { title: '달빛항공' },
    imageTitle: { title: '김포 - 제주', description: '탑승권', imageUrl: JPG },
    itemList: [
      { title: '편명', description: 'KE605' },
      { title: '좌석', description: '12A' },
    ],
    itemListAlignment: 'right',
    itemListSummary: { title: '합계', description: '33,500원' },
    title: '즐거운 여행',
    description: '공항에는 한 시간 전에 오세요.',
    buttons: [button.webLink('보기', 'https://a.example'), button.message('취소')],
  });
  expect(render(reply(ticket))).toEqual({
    answer: {
      message: {
        text: '[달빛항공]\n김포 - 제주\n탑승권\n편명: KE605\n좌석: 12A\n합계: 33,500원\n즐거운 여행\n공항에는 한 시간 전에 오세요.',
        photo: PHOTO,
        message_button: { label: '보기', url: 'https://a.example' },
      },
      keyboard: { type: 'buttons', buttons: ['취소'] },
    },
    lost: [{ what: 'alignment', output: 0 }],
  });
});

test("a carousel's header comes before its first card, once", () => {
  const card = (n: number) =>
    basicCard({ title: `카드 ${n}`, description: '설명 '.repeat(200).trim(), thumbnail });
  const whole = reply(carousel([card(1), card(2)], { title: '제목', description: '머리말', thumbnail }));
  const { answer, rest } = render(whole);
  expect(answer.message.text).toMatch(/^제목\n\n머리말\n\n1\. 카드 1/);
  expect(render(rest ?? reply('none')).answer.message.text).toMatch(/^2\. 카드 2/);
});

describe('what does not fit', () => {
  const part = (n: number) => `${n}번째 문단입니다. `.repeat(60).trim();

  test('waits behind 더보기, cut between outputs', () => {
    const { answer, rest } = render(reply([part(1), part(2), part(3)], ['처음으로']));
    expect(answer.message.text).toBe(part(1));
    expect(answer.keyboard).toEqual({ type: 'buttons', buttons: [texts.more, '처음으로'] });
    expect(rest).toEqual(reply([part(2), part(3)], ['처음으로']));
  });

  test('waits behind 더보기, cut inside a long text', () => {
    const long = Array.from({ length: 200 }, (_, n) => `${n}번째 문장입니다.`).join(' ');
    const seen: string[] = [];
    for (let next: SettledReply | undefined = settle(long).reply; next; ) {
      const { answer, rest }: { answer: { message: { text?: string } }; rest?: SettledReply } = render(next);
      seen.push(answer.message.text ?? '');
      next = rest;
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.join(' ')).toBe(long);
  });

  test('waits behind 더보기, cut between the cards of a carousel', () => {
    const card = (n: number) =>
      basicCard({ title: `카드 ${n}`, description: '설명 '.repeat(75).trim(), thumbnail });
    const { answer, rest } = render(reply(carousel([card(1), card(2), card(3), card(4), card(5), card(6)])));
    expect(answer.message.text).toMatch(/^1\. 카드 1.*3\. 카드 3/s);
    expect(answer.message.text).not.toContain('카드 5');
    const second = render(rest ?? reply('none')).answer;
    expect(second.message.text).toMatch(/^\d\. 카드 \d.*6\. 카드 6/s);
    const numbers = [answer, second].flatMap(({ message }) => message.text?.match(/^\d\. 카드 \d/gm) ?? []);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6].map(n => `${n}. 카드 ${n}`));
  });

  test('waits whole, however many outputs it comes to', () => {
    const card = (words: string) => basicCard({ description: words, thumbnail });
    const whole = reply([carousel([card('긴 말 '.repeat(500)), card('짧은 말')]), '둘째 말', '셋째 말']);
    const seen: string[] = [];
    for (let next: SettledReply | undefined = settle(whole).reply; next; ) {
      const { answer, rest }: { answer: { message: { text?: string } }; rest?: SettledReply } = render(next);
      seen.push(answer.message.text ?? '');
      next = rest;
    }
    for (const words of ['짧은 말', '둘째 말', '셋째 말']) expect(seen.join('\n')).toContain(words);
  });

  test('counts the links that become lines', () => {
    const link = (n: number) => button.webLink('링크', `https://${n}.example/${'x'.repeat(480)}`);
    const { answer, rest } = render(
      reply([textCard({ title: '가', buttons: [link(1), link(2), link(3)] }), text('나')]),
    );
    expect(answer.message.text?.length).toBeLessThanOrEqual(1000);
    expect(rest).toBeDefined();
  });
});

test('the home keyboard is the bare keyboard', () => {
  expect(renderHome(['메뉴', '주문'], texts)).toEqual({ type: 'buttons', buttons: ['메뉴', '주문'] });
  expect(renderHome([], texts)).toEqual({ type: 'text' });
});
