import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import {
  basicCard,
  button,
  carousel,
  commerceCard,
  type LongReply,
  listCard,
  reply,
  textCard,
} from '../../lambda/bot/reply.ts';
import { renderSkill } from '../../lambda/open-builder/render.ts';
import { samplesOf } from '../kit/samples.ts';

const { texts } = new Bot({ session: () => ({}) });
const render = (whole: LongReply, room: 'private' | 'group' = 'private') => renderSkill(whole, texts, room);
const templateOf = (whole: LongReply, room?: 'group') => render(whole, room).answer.template;
const thumbnail = { imageUrl: 'https://img.example.com/a.jpg' };

describe('a reply as a skill response', () => {
  // Fields that come with the whole vocabulary, or that Kakao documents no longer.
  const later =
    /itemCard|"(header|buttonLayout|forwardable|profile|social|type|osLink|listLayout|guide|markdown)":/;
  const replies = samplesOf('open-builder/responses').filter(
    ({ name, json }) =>
      json.template?.outputs?.length > 0 &&
      !/INVALID|group/.test(name) &&
      !later.test(JSON.stringify(json).replace(/"listCard":\{"header":|"type":"basicCard"/g, '')),
  );

  test.each(replies)('is what Kakao documents: $name', ({ json }) => {
    const { outputs, quickReplies } = json.template;
    const { version, template } = json;
    expect(render({ outputs, ...(quickReplies && { quickReplies }) }).answer).toEqual({ version, template });
  });

  test('samples of most components are compared', () => {
    expect(replies.length).toBeGreaterThanOrEqual(8);
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
    expect(answer.template.outputs).toHaveLength(3);
    expect(answer.template.quickReplies?.map(({ label }) => label)).toEqual([texts.more, '처음으로']);
    const seen = answer.template.outputs
      .map(output => ('simpleText' in output ? output.simpleText.text : ''))
      .join(' ');
    const [first, last] = rest?.outputs ?? [];
    expect(first && 'simpleText' in first && `${seen} ${first.simpleText.text}`).toBe(long);
    expect(last).toEqual(textCard({ title: '끝' }));
  });

  test("hides the author's own 더보기 while it waits", () => {
    const { answer } = render(reply(long, ['더보기', '처음으로']));
    expect(answer.template.quickReplies?.map(({ label }) => label)).toEqual([texts.more, '처음으로']);
  });

  test('leaves room for 더보기 among ten quick replies', () => {
    const ten = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'] as const;
    const { answer, rest } = render(reply(long, ten));
    expect(answer.template.quickReplies).toHaveLength(10);
    expect(rest?.quickReplies).toHaveLength(10);
  });
});

describe('in a group room', () => {
  const card = (n: number) => ({
    title: `카드 ${n}`,
    description: '설명',
    thumbnail,
    buttons: [button.message('담기', `담기 ${n}`)] as const,
  });

  test('quick replies are the buttons of a card', () => {
    const { outputs, quickReplies } = templateOf(reply('안녕', ['1', '2', '3', '4', '5', '6']), 'group');
    expect(quickReplies).toBeUndefined();
    const labels = outputs.map(
      output => 'textCard' in output && output.textCard.buttons?.map(({ label }) => label),
    );
    expect(labels).toEqual([false, ['1', '2', '3', '4', '5'], ['6']]);
  });

  test('the rest waits behind the button of a card', () => {
    const { answer, rest } = render(reply('긴 말입니다. '.repeat(1_000)), 'group');
    expect(answer.template.outputs).toHaveLength(3);
    expect(answer.template.outputs[2]).toMatchObject({
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
    expect(templateOf(reply(carousel([card(1)])), 'group').outputs).toEqual([basicCard(card(1))]);
  });

  test('a product is a card with its price in words', () => {
    const product = commerceCard({ title: '원두', price: 10_000, discount: 1_000, thumbnails: [thumbnail] });
    expect(templateOf(reply(product), 'group').outputs).toEqual([
      basicCard({ title: '원두', description: '10,000원 → 9,000원', thumbnail }),
    ]);
  });

  test('a list stays a list', () => {
    const list = listCard({ header: { title: '목록' }, items: [{ title: '가' }] });
    expect(templateOf(reply(list), 'group').outputs).toEqual([list]);
  });
});
