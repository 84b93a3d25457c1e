import { describe, expect, test } from '@jest/globals';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import {
  type Answer,
  basicCard,
  button,
  carousel,
  commerceCard,
  listCard,
  reply,
} from '../../lambda/bot/reply.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { checkSmartChat } from '../../lambda/smart-chat/check.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { startLateGateway, until } from '../kit/late-gateway.ts';

const thumbnail = { imageUrl: 'https://img.example.com/a.jpg' };
/** As a rule in JavaScript would answer, or one whose URL came from elsewhere. */
const BROKEN: Readonly<Record<string, { answer: unknown; rule: string; shown: RegExp; gone: RegExp }>> = {
  '그림 없는 카드': {
    answer: { outputs: [{ simpleText: { text: '남는 말' } }, { basicCard: { title: '남는 카드' } }] },
    rule: 'basicCard.thumbnail.required',
    shown: /남는 말.*textCard.*남는 카드/,
    gone: /"basicCard":/,
  },
  '항목 여섯': {
    answer: {
      listCard: {
        header: { title: '목록' },
        items: ['1', '2', '3', '4', '5', '사라질 항목'].map(title => ({ title })),
      },
    },
    rule: 'listCard.items',
    shown: /목록/,
    gone: /사라질 항목/,
  },
  '주소 아닌 주소': {
    answer: reply(
      [
        '남는 말',
        basicCard({ title: '카드', thumbnail, buttons: [button.webLink('사라질 링크', 'javascript:1')] }),
      ],
      [],
    ),
    rule: 'url',
    shown: /카드/,
    gone: /사라질 링크/,
  },
  '주소 없는 그림': {
    answer: reply(basicCard({ title: '예약 A-12', description: '내일 7시', thumbnail: { imageUrl: '' } }), [
      '취소',
    ]),
    rule: 'url',
    shown: /예약 A-12.*내일 7시.*취소/,
    gone: /죄송해요|"basicCard":/,
  },
  '그림 하나 없는 카드들': {
    answer: reply(
      carousel([
        basicCard({ title: '하나', thumbnail }),
        basicCard({ title: '둘', thumbnail: { imageUrl: '/img/a.png' }, buttons: [button.message('담기')] }),
        basicCard({ title: '셋', thumbnail }),
      ]),
    ),
    rule: 'url',
    shown: /carousel.*하나.*셋.*textCard.*둘.*담기/,
    gone: /img\/a\.png/,
  },
  '반 원': {
    answer: reply(commerceCard({ title: '원두', price: 1500.5, thumbnails: [thumbnail] })),
    rule: 'type',
    shown: /commerceCard.*1501/,
    gone: /1500\.5/,
  },
  '머리 없는 목록': {
    answer: reply(listCard({ header: { title: ' ' }, items: [{ title: '하나' }] })),
    rule: 'listHeader.title.required',
    shown: /목록.*하나/,
    gone: /" "/,
  },
  '성한 것이 없는 답': {
    answer: {
      outputs: [{ listCard: { header: { title: '사라질 목록' } } }],
      quickReplies: [button.message('처음으로')],
    },
    rule: 'listCard.items.required',
    shown: /죄송해요.*처음으로/,
    gone: /사라질 목록/,
  },
};

function brokenBot(): Bot<object> {
  const bot = new Bot({ session: () => ({}) });
  for (const [said, { answer }] of Object.entries(BROKEN)) bot.hears(said, () => answer as Answer);
  return bot
    .hears('긴 이름', () => reply('말', ['열네 자를 넘어서 카카오톡에서 잘려 보이는 이름']))
    .hears('느린 답', () => BROKEN['항목 여섯']?.answer as Answer, { slow: '잠시만요.' });
}

function gatewayOf(bot: Bot<object>) {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry): void => {
    if (entry.level !== 'info') entries.push(entry);
  };
  const tools = { bot, store: new MemorySessionStore(), secret: testSecret, log };
  const skill = openBuilderHandler(tools);
  const smartChat = smartChatHandler(tools);
  const bodyOf = (utterance: string) => ({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } });
  return {
    entries,
    says: async (words: string) => invoke(skill, skillCall(bodyOf(words))),
    writes: async (content: string) =>
      invoke(smartChat, smartChatCall('POST', '/message', { user_key: 'u', type: 'text', content })),
  };
}

test('the log tells of limits, and not what was said', async () => {
  const bot = new Bot({ session: () => ({}) }).fallback(
    ({ text }) =>
      ({
        outputs: [
          { textCard: { title: '말', buttons: [{ label: '말', action: text }] } },
          { simpleText: { text: '{{#mentions.홍길동}}', [text]: 1 } },
        ],
      }) as unknown as Answer,
  );
  const { says, entries } = gatewayOf(bot);
  await says('비밀 이야기');
  await says('비밀 이야기');
  expect(entries.length).toBeGreaterThan(1);
  expect(JSON.stringify(entries)).not.toContain('비밀');
});

describe('an answer that Kakao would drop', () => {
  test.each(Object.entries(BROKEN))('does not leave as it is: %s', async (said, { rule, shown, gone }) => {
    const { says, entries } = gatewayOf(brokenBot());
    const { status, json } = await says(said);
    expect(status).toBe(200);
    expect(checkSkillResponse(json).filter(({ severity }) => severity === 'rejected')).toEqual([]);
    expect(JSON.stringify(json)).toMatch(shown);
    expect(JSON.stringify(json)).not.toMatch(gone);
    expect(entries).toEqual([
      expect.objectContaining({
        level: 'error',
        what: 'answer repaired',
        outcome: 'answered',
        requestId: expect.any(String),
        rule: `hears ${said}`,
        violations: [expect.objectContaining({ rule })],
        metrics: expect.objectContaining({ Turns: 1, AnswersRepaired: 1 }),
      }),
    ]);
    expect(JSON.stringify(entries)).not.toMatch(gone);
  });

  test.each(Object.keys(BROKEN))('is one that smart-chat shows all the same: %s', async said => {
    const { writes } = gatewayOf(brokenBot());
    const { status, json } = await writes(said);
    expect(status).toBe(200);
    expect(checkSmartChat(json)).toEqual([]);
  });
});

test('what is only shown shorter is told once for a place', async () => {
  const { says, entries } = gatewayOf(brokenBot());
  const { json } = await says('긴 이름');
  expect(json.template.quickReplies[0].label).toContain('잘려 보이는 이름');
  await says('긴 이름');
  expect(entries).toEqual([
    expect.objectContaining({
      level: 'warn',
      what: 'answer shortened',
      requestId: expect.any(String),
      rule: 'hears 긴 이름',
      violations: [{ rule: 'quickReply.label', path: 'quickReplies[0].label', value: expect.any(Number) }],
      metrics: expect.objectContaining({ AnswersShortened: 1 }),
    }),
  ]);
});

test('a late answer is repaired, too, before it is posted', async () => {
  const gateway = await startLateGateway(brokenBot());
  try {
    const url = gateway.sink.newUrl();
    await gateway.skill('u', '느린 답', { callbackUrl: url });
    await until(() => gateway.sink.postsTo(url).length > 0);
    const [post] = gateway.sink.postsTo(url);
    expect(checkSkillResponse(post?.json).filter(({ severity }) => severity === 'rejected')).toEqual([]);
    expect(post?.json.template.outputs[0].listCard.items).toHaveLength(5);
    await until(() => gateway.logged.length > 1);
    expect(gateway.logged.slice(1)).toEqual([
      expect.objectContaining({
        what: 'answer repaired',
        outcome: 'answered',
        rule: 'hears 느린 답',
        violations: [expect.objectContaining({ path: 'outputs[0].listCard.items', value: 6 })],
      }),
    ]);
  } finally {
    await gateway.stop();
  }
});
