import { Session } from 'node:inspector/promises';
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
  type SettledReply,
} from '../../lambda/bot/reply.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { checkSkillResponse } from '../../lambda/open-builder/check.ts';
import { checkSmartChat } from '../../lambda/smart-chat/check.ts';
import {
  EMPTY_SESSION,
  type Memory,
  MemorySessionStore,
  type SessionStore,
} from '../../lambda/turn/session.ts';
import { invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { startLateGateway, until } from '../kit/late-gateway.ts';
import { type Logged, logInto } from '../kit/log.ts';

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

function gatewayOf(bot: Bot<object>, store: SessionStore = new MemorySessionStore()) {
  const entries: Logged[] = [];
  const log = (entry: LogEntry): void => {
    if (entry.level !== 'info') logInto(entries)(entry);
  };
  const tools = { bot, store, secret: testSecret, log };
  const skill = openBuilderHandler(tools);
  const smartChat = smartChatHandler(tools);
  const bodyOf = (utterance: string) => ({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } });
  return {
    entries,
    says: async (words: string, headers: Readonly<Record<string, string>> = {}) =>
      invoke(skill, skillCall(bodyOf(words), headers)),
    saysInGroup: async (words: string) => {
      const { bot, userRequest } = bodyOf(words);
      const chat = { id: 'g', type: 'botGroupKey' };
      return invoke(skill, skillCall({ bot, userRequest: { ...userRequest, chat } }));
    },
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

describe('what both renderers once threw for', () => {
  test.each<[string, unknown, RegExp]>([
    ['a text that is a number', { simpleText: { text: 3 } }, /죄송해요/],
    ['a picture that is null', { basicCard: { title: '남는 제목', thumbnail: null } }, /남는 제목/],
  ])('is answered in both protocols, and in a group room: %s', async (_, answer, shown) => {
    const { says, writes, saysInGroup, entries } = gatewayOf(
      new Bot({ session: () => ({}) }).fallback(() => answer as Answer),
    );
    const [skill, message, group] = [await says('말'), await writes('말'), await saysInGroup('말')];
    for (const { status, json } of [skill, message, group]) {
      expect(status).toBe(200);
      expect(JSON.stringify(json)).toMatch(shown);
    }
    expect(checkSkillResponse(skill.json)).toEqual([]);
    expect(checkSkillResponse(group.json, 'group')).toEqual([]);
    expect(checkSmartChat(message.json)).toEqual([]);
    expect(entries.map(({ what, outcome }) => [what, outcome])).toEqual(
      Array(3).fill(['answer repaired', 'answered']),
    );
  });
});

test('a lone broken card is looked through twice in all: when it is settled, and when its answer leaves', async () => {
  const { says } = gatewayOf(
    new Bot({ session: () => ({}) }).fallback(
      () => ({ basicCard: { title: '카드', thumbnail: null } }) as unknown as Answer,
    ),
  );
  await says('한 번');
  const counted = await callsOf(() => says('또 한 번'));
  expect([counted('turn/settle.ts', 'settleForm'), counted('check/inspect.ts', 'inspect')]).toEqual([1, 1]);
  expect(counted('open-builder/render.ts', 'renderSkill')).toBe(1);
});

describe('an answer that a renderer broke', () => {
  const bot = () => {
    const made = new Bot({ session: () => ({}) })
      .hears('느린 답', () => '긴 말입니다. '.repeat(1_000), { slow: '잠시만요.' })
      .fallback(() => '긴 말입니다. '.repeat(1_000));
    // A label that shows nothing, which no constructor lets through: so the renderers break their promise.
    return Object.assign(made, { texts: { ...made.texts, more: '\u3164' } });
  };

  test('leaves as the apology, and is told as a bug of ours', async () => {
    const { says, writes, entries } = gatewayOf(bot());
    const apology = bot().texts.apology;
    expect((await says('말')).json).toEqual({
      version: '2.0',
      template: { outputs: [{ simpleText: { text: apology } }] },
    });
    expect((await writes('말')).json.message).toEqual({ text: apology });
    expect(entries).toMatchObject([
      {
        level: 'error',
        what: 'answer broken',
        outcome: 'answered',
        violations: [
          { rule: 'quickReply.label.required', path: 'template.quickReplies[0].label' },
          { rule: 'simpleText.fold' },
        ],
        metrics: { AnswersRepaired: 1 },
      },
      { level: 'error', what: 'answer broken', violations: [{ rule: 'buttonText' }, {}] },
    ]);
  });

  test('is posted as the apology', async () => {
    const gateway = await startLateGateway(bot());
    try {
      const url = gateway.sink.newUrl();
      await gateway.skill('u', '느린 답', { callbackUrl: url });
      await until(() => gateway.sink.postsTo(url).length > 0);
      expect(gateway.sink.postsTo(url)[0]?.json.template.outputs).toEqual([
        { simpleText: { text: bot().texts.apology } },
      ]);
      await until(() => gateway.logged.length > 1);
      expect(gateway.logged[1]).toMatchObject({ level: 'error', what: 'answer broken' });
    } finally {
      await gateway.stop();
    }
  });
});

describe('what a release before stored as its rules answered it', () => {
  const OLD_REPLY = {
    outputs: [{ basicCard: { title: '옛 카드', thumbnail: null } }, { simpleText: { text: 3 } }],
  } as unknown as SettledReply;
  const remembering = async (kept: Partial<Memory>) => {
    const store = new MemorySessionStore();
    const key = userKeyOf('live', { botId: 'b', botUserKey: 'u' });
    const memory = { turns: [], ...kept };
    await store.save(key, EMPTY_SESSION, { ...EMPTY_SESSION, memory, version: 1 });
    return gatewayOf(new Bot({ session: () => ({}) }), store);
  };

  test.each<[string, Partial<Memory>, string]>([
    ['the rest of an answer', { rest: { id: 'r', reply: OLD_REPLY, next: 0 } }, '더보기'],
    ['a late answer', { late: [{ id: 'l', reply: OLD_REPLY, expiresAt: Date.now() + 60_000 }] }, '결과 확인'],
    ['the answer to a turn', { turns: [{ id: 'kakao-1', at: Date.now(), reply: OLD_REPLY }] }, '말'],
  ])('is settled when it is read, and not told a second time: %s', async (_, kept, said) => {
    const { says, entries } = await remembering(kept);
    const { json } = await says(said, { 'x-request-id': 'kakao-1' });
    expect(json.template.outputs).toEqual([{ textCard: { title: '옛 카드' } }]);
    expect(entries).toEqual([]);
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

test('a late answer that waits in the room is told of once: by the worker, and not when it is collected', async () => {
  const gateway = await startLateGateway(brokenBot());
  try {
    await gateway.skill('u', '느린 답');
    await until(() => gateway.logged.some(({ what }) => what === 'answer repaired'));
    await gateway.idle();
    const { json } = await gateway.skill('u', '결과 확인');
    expect(json.template.outputs[0].listCard.items).toHaveLength(5);
    expect(gateway.logged.map(({ what }) => what)).toEqual([
      'turn deferred',
      'answer repaired',
      'turn answered',
    ]);
    expect(gateway.logged[1]).toMatchObject({
      rule: 'hears 느린 답',
      violations: [{ path: 'outputs[0].listCard.items', value: 6 }],
      metrics: { LateAnswered: 1, AnswersRepaired: 1 },
    });
  } finally {
    await gateway.stop();
  }
});

/** Counts the calls of our functions meanwhile, by file and name. */
async function callsOf(work: () => Promise<unknown>): Promise<(file: string, name: string) => number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return (file, name) =>
      result
        .filter(({ url }) => url.endsWith(`lambda/${file}`))
        .flatMap(({ functions }) => functions.filter(({ functionName }) => functionName === name))
        .reduce((calls, { ranges: [range] }) => calls + (range?.count ?? 0), 0);
  } finally {
    session.disconnect();
  }
}
