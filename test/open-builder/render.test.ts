import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import {
  basicCard,
  button,
  carousel,
  commerceCard,
  groupReply,
  itemCard,
  listCard,
  reply,
  textCard,
} from '../../lambda/bot/reply.ts';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { renderSkill } from '../../lambda/open-builder/render.ts';
import { renderOutput } from '../../lambda/open-builder/render-output.ts';
import { settle } from '../../lambda/turn/settle.ts';
import { samplesOf } from '../kit/samples.ts';

const { texts } = new Bot({ session: () => ({}) });
const render = (answer: unknown, room: 'private' | 'group' = 'private') =>
  renderSkill(settle(answer).reply, texts, room);
const templateOf = (whole: unknown, room?: 'group') => {
  const { template } = render(whole, room).answer;
  if (template === undefined) throw new Error('no template');
  return template;
};
const thumbnail = { imageUrl: 'https://img.example.com/a.jpg' };

/** Without what Kakao's documents no longer have: a basicCard's profile, members that name a type, osLink. */
function withoutOldForms(answer: unknown): unknown {
  const kept = structuredClone(answer);
  for (const { rule, path } of checkSkillResponse(answer, 'group')) {
    if (rule !== 'unknown' && rule !== 'button.action.osLink') continue;
    const steps = path.split(/[.[\]]+/).slice(0, rule === 'unknown' ? undefined : -1);
    const last = steps.pop() ?? '';
    // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered
    const place = steps.reduce((value: any, step) => value[step], kept);
    if (Array.isArray(place)) place.splice(Number(last), 1);
    else delete place[last];
  }
  return kept;
}

describe('a reply as a skill response', () => {
  const replies = samplesOf('open-builder/responses').filter(
    ({ name, json }) => json.template?.outputs?.length > 0 && !/INVALID/.test(name),
  );

  test.each(replies)('is what Kakao documents: $name', ({ name, json }) => {
    const { outputs, quickReplies } = json.template;
    const { version, template } = json;
    const whole = { outputs, ...(quickReplies && { quickReplies }) };
    expect(render(whole, name.includes('group') ? 'group' : 'private').answer).toEqual(
      withoutOldForms({ version, template }),
    );
  });

  test('samples of all components are compared', () => {
    const components = replies.flatMap(({ json }) => json.template.outputs.flatMap(Object.keys));
    expect([...new Set(components)].sort()).toEqual([
      'basicCard',
      'carousel',
      'commerceCard',
      'itemCard',
      'listCard',
      'simpleImage',
      'simpleText',
      'textCard',
    ]);
  });

  test('has its cards as they are, without a copy, but for a list of buttons with gaps', () => {
    const card = { title: '라떼', buttons: [button.message('담기')] } as const;
    expect(Object.values(renderOutput({ textCard: card }))[0]).toBe(card);
    const gaps = { title: '라떼', buttons: [button.message('담기'), undefined] } as const;
    expect(renderOutput({ textCard: gaps } as never)).toEqual({ textCard: card });
    expect(renderOutput({ textCard: { title: '라떼', buttons: [] } })).toEqual({
      textCard: { title: '라떼' },
    });
  });

  test('what it gives its block, with words or without', () => {
    const data = { 이름: '라이언' };
    const contexts = [
      { name: '주문', turns: 5, ttlSeconds: 60, params: { 음료: '라떼' } },
      { name: '지난 주문', turns: 0 },
    ];
    const context = {
      values: [
        { name: '주문', lifeSpan: 5, ttl: 60, params: { 음료: '라떼' } },
        { name: '지난 주문', lifeSpan: 0 },
      ],
    };
    expect(render({ data, contexts }).answer).toEqual({ version: '2.0', data, context });
    expect(render(reply('말', [], { data, contexts })).answer).toEqual({
      version: '2.0',
      template: { outputs: [{ simpleText: { text: '말' } }] },
      data,
      context,
    });
  });

  test('what the block got comes with the first part alone', () => {
    const { rest } = render(reply('긴 말입니다. '.repeat(1_000), [], { data: { n: 1 }, contexts: [] }));
    expect(Object.keys(rest ?? {})).toEqual(['outputs']);
  });

  test("pictures of facts side by side are 2:1, as Kakao's rule is, whatever they say alone", () => {
    const ticket = itemCard({ itemList: [{ title: '편명', description: 'KE605' }], thumbnail });
    const { outputs } = templateOf(reply(carousel([ticket, ticket])));
    expect(outputs).toMatchObject([
      { carousel: { items: [{ thumbnail: { width: 800, height: 400 } }, { thumbnail: { width: 800 } }] } },
    ]);
  });

  test('a carousel of one card is that card, unless it has a header', () => {
    const one = basicCard({ title: '하나', thumbnail });
    const header = { title: '제목', description: '설명', thumbnail };
    expect(templateOf(reply(carousel([one]))).outputs).toEqual([one]);
    expect(templateOf(reply(carousel([one], header))).outputs).toEqual([
      { carousel: { type: 'basicCard', header, items: [one.basicCard] } },
    ]);
  });

  test('every button, in its own spelling', () => {
    const buttons = [
      button.webLink('웹', 'https://a.example'),
      button.message('말', '말하기', { n: 1 }),
      button.block('블록', 'b1', { n: 2 }),
    ] as const;
    const more = [button.phone('전화', '02'), button.share('공유'), button.operator('상담')] as const;
    expect(
      templateOf(reply([textCard({ title: '1', buttons }), textCard({ title: '2', buttons: more })])).outputs,
    ).toEqual([
      {
        textCard: {
          title: '1',
          buttons: [
            { label: '웹', action: 'webLink', webLinkUrl: 'https://a.example' },
            { label: '말', action: 'message', messageText: '말하기', extra: { n: 1 } },
            { label: '블록', action: 'block', blockId: 'b1', extra: { n: 2 } },
          ],
        },
      },
      {
        textCard: {
          title: '2',
          buttons: [
            { label: '전화', action: 'phone', phoneNumber: '02' },
            { label: '공유', action: 'share' },
            { label: '상담', action: 'operator' },
          ],
        },
      },
    ]);
  });

  test('a bubble without content is left out, and an answer without bubbles says so', () => {
    expect(templateOf(reply(['', '말']))).toEqual({ outputs: [{ simpleText: { text: '말' } }] });
    expect(templateOf(reply(' '))).toEqual({ outputs: [{ simpleText: { text: texts.nothingToShow } }] });
  });
});

describe('what does not fit into three bubbles of 1,000', () => {
  const long = Array.from({ length: 500 }, (_, n) => `${n}번째 문장입니다.`).join(' ');

  test('goes on in further bubbles and waits behind 더보기', () => {
    const { answer, rest } = render(reply([long, textCard({ title: '끝' })], ['처음으로']));
    expect(answer.template?.outputs).toHaveLength(3);
    expect(answer.template?.quickReplies?.map(({ label }) => label)).toEqual([texts.more, '처음으로']);
    const seen = answer.template?.outputs
      .map(output => ('simpleText' in output ? output.simpleText.text : ''))
      .join(' ');
    const [first, last] = rest?.outputs ?? [];
    expect(first && 'simpleText' in first && `${seen} ${first.simpleText.text}`).toBe(long);
    expect(last).toEqual(textCard({ title: '끝' }));
  });

  test("hides the author's own 더보기 while it waits", () => {
    const { answer } = render(reply(long, ['더보기', '처음으로']));
    expect(answer.template?.quickReplies?.map(({ label }) => label)).toEqual([texts.more, '처음으로']);
  });

  test('leaves room for 더보기 among ten quick replies', () => {
    const ten = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const;
    const { answer, rest } = render(reply(long, ten));
    expect(answer.template?.quickReplies).toHaveLength(10);
    expect(rest?.quickReplies).toHaveLength(10);
    expect(render(reply(long, ten)).lost).toEqual([{ what: 'button' }]);
    expect(render(reply('짧은 말', ten)).lost).toEqual([]);
  });
});

describe('in a group room', () => {
  const card = (n: number) =>
    basicCard({
      title: `카드 ${n}`,
      description: '설명',
      thumbnail,
      buttons: [button.message('담기', `담기 ${n}`)],
    });

  test('quick replies are the buttons of a card', () => {
    const { outputs, quickReplies } = templateOf(reply('안녕', ['1', '2', '3', '4', '5', '6']), 'group');
    expect(quickReplies).toBeUndefined();
    const labels = outputs.map(
      output => 'textCard' in output && output.textCard.buttons?.map(({ label }) => label),
    );
    expect(labels).toEqual([false, ['1', '2', '3', '4', '5'], ['6']]);
  });

  test('quick replies that carry much are spread over cards, and what no card holds is told', () => {
    const heavy = (label: string, bytes: number) => button.message(label, label, { note: 'x'.repeat(bytes) });
    const { answer, lost } = render(
      reply('안녕', [heavy('0', 31_000), heavy('1', 20_000), heavy('2', 15_000), '4']),
      'group',
    );
    const { outputs = [] } = answer.template ?? {};
    expect(outputs).toMatchObject([
      { simpleText: {} },
      { textCard: { buttons: [{ label: '1' }] } },
      { textCard: { buttons: [{ label: '2' }, { label: '4' }] } },
    ]);
    expect(checkSkillResponse(answer, 'group').filter(({ severity }) => severity === 'rejected')).toEqual([]);
    expect(lost).toEqual([{ what: 'button' }]);
  });

  test('more buttons than a card has room for are offered below', () => {
    const buttons = ['1', '2', '3', '4', '5', '6'].map(label => button.message(label));
    expect(templateOf({ textCard: { title: '.', buttons } }, 'group').outputs).toMatchObject([
      { textCard: { buttons: buttons.slice(0, 5) } },
      { textCard: { description: texts.choose, buttons: [{ label: '6' }] } },
    ]);
  });

  test('the rest waits behind the button of a card', () => {
    const { answer, rest } = render(reply('긴 말입니다. '.repeat(1_000)), 'group');
    expect(answer.template?.outputs).toHaveLength(3);
    expect(answer.template?.outputs[2]).toMatchObject({
      textCard: { buttons: [{ label: texts.more, messageText: texts.more }] },
    });
    expect(rest).toBeDefined();
  });

  test('a carousel is a list whose items do what the first button of a card did', () => {
    const { outputs } = templateOf(
      reply(carousel([card(1), card(2), card(3), card(4), card(5), card(6)])),
      'group',
    );
    expect(outputs).toHaveLength(2);
    expect(outputs[0]).toMatchObject({
      listCard: {
        items: [
          {
            title: '카드 1',
            description: '설명',
            imageUrl: thumbnail.imageUrl,
            action: 'message',
            messageText: '담기 1',
          },
          {},
          {},
          {},
          {},
        ],
      },
    });
    expect(templateOf(reply(carousel([card(1)])), 'group').outputs).toEqual([card(1)]);
  });

  test('a product is a card with its price in words', () => {
    const product = commerceCard({ title: '원두', price: 10_000, discount: 1_000, thumbnails: [thumbnail] });
    expect(templateOf(reply(product), 'group').outputs).toEqual([
      basicCard({ title: '원두', description: '10,000원 → 9,000원', thumbnail }),
    ]);
  });

  test('mentions, and what else only a group room has', () => {
    const whole = groupReply(
      [
        { simpleText: { text: '{{#mentions.user1}} 님', extra: { markdown: true } } },
        { textCard: { title: '안내', buttons: [button.group('안내', 'guide')] } },
        { listCard: { listLayout: 'ranking', header: { title: '순위' }, items: [{ title: '가' }] } },
      ],
      [
        { name: 'user1', botUserKey: 'k1' },
        { name: 'user2', appUserId: '7' },
      ],
    );
    expect(render(whole, 'group')).toEqual({
      answer: {
        version: '2.0',
        template: { outputs: whole.outputs },
        extra: {
          mentions: { user1: { type: 'botUserKey', id: 'k1' }, user2: { type: 'appUserId', id: '7' } },
        },
      },
      lost: [],
    });
    expect(render(whole)).toMatchObject({
      answer: {
        version: '2.0',
        template: {
          outputs: [
            { simpleText: { text: ' 님' } },
            { textCard: { title: '안내', buttonLayout: 'vertical' } },
            { listCard: { header: { title: '순위' }, items: [{ title: '가' }], buttonLayout: 'vertical' } },
          ],
        },
      },
      lost: [
        { what: 'markdown', output: 0 },
        { what: 'mention', output: 0 },
        { what: 'group-button', output: 1 },
        { what: 'ranking', output: 2 },
      ],
    });
  });

  test("a group room's surplus buttons are quick replies in a private chat", () => {
    const five = {
      title: '고르세요',
      buttons: ['1', '2', '3', '4', '5'].map(label => button.message(label)),
    };
    const { outputs, quickReplies } = templateOf({ outputs: [{ textCard: five }] });
    expect(outputs).toMatchObject([
      { textCard: { buttons: [{ label: '1' }, { label: '2' }, { label: '3' }] } },
    ]);
    expect(quickReplies?.map(({ label }) => label)).toEqual(['4', '5']);
  });

  test('of a carousel, each list and each card of facts is a bubble, and its header comes first', () => {
    const list = listCard({ header: { title: '목록' }, items: [{ title: '가' }] });
    expect(templateOf(reply(carousel([list, list])), 'group').outputs).toEqual([list, list]);
    const facts = itemCard({ itemList: [{ title: '편명', description: 'KE605' }] });
    const header = { title: '제목', description: '설명', thumbnail };
    expect(render(reply(carousel([facts, facts], header)), 'group')).toMatchObject({
      answer: { template: { outputs: [{ simpleText: { text: '제목\n설명' } }, facts, facts] } },
      lost: [
        { what: 'picture', output: 0 },
        { what: 'swiping', output: 0 },
      ],
    });
  });

  test('what a list item has no room for is told', () => {
    const two = basicCard({
      title: '둘',
      thumbnail: { ...thumbnail, link: { web: 'https://p.example' } },
      buttons: [button.message('담기'), button.message('자세히'), button.share('공유')],
    });
    const three = basicCard({
      title: '셋',
      thumbnail,
      buttons: [button.phone('전화', '02-111-1111'), button.operator('상담')],
    });
    const { answer, lost } = render(reply(carousel([card(1), two, three])), 'group');
    expect(answer.template?.outputs).toMatchObject([
      {
        listCard: { items: [{}, { messageText: '담기' }, { title: '셋', description: '전화: 02-111-1111' }] },
      },
    ]);
    expect(lost).toEqual([
      { what: 'swiping', output: 0 },
      { what: 'button', output: 0, card: 1 },
      { what: 'share-button', output: 0, card: 1 },
      { what: 'button', output: 0, card: 1 },
      { what: 'dialling', output: 0, card: 2 },
      { what: 'operator-button', output: 0, card: 2 },
    ]);
  });

  test('a list stays a list', () => {
    const list = listCard({ header: { title: '목록' }, items: [{ title: '가' }] });
    expect(templateOf(reply(list), 'group').outputs).toEqual([list]);
  });
});
