import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot, type Turn } from '../../lambda/bot/index.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';
import { runs } from '../kit/property.ts';
import { skillBodies } from '../kit/samples.ts';
import { takeBody } from '../kit/turns.ts';

type Seen = Turn<Record<string, never>>;

/** A bot that only looks. */
function lookingBot(): { bot: Bot<Record<string, never>>; seen: Seen[] } {
  const seen: Seen[] = [];
  const bot = new Bot<Record<string, never>>({ session: () => ({}) }).fallback(turn => {
    seen.push(turn);
    return '봤어요';
  });
  return { bot, seen };
}

const sample = (start: string) => skillBodies().find(({ name }) => name.startsWith(start))?.json;

/** The turn that a rule sees of a skill request. */
async function turnOf(body: unknown): Promise<Seen> {
  const { bot, seen } = lookingBot();
  await takeBody({ bot, store: new MemorySessionStore() }, openBuilder, body, 'id');
  const [turn] = seen;
  if (turn === undefined) throw new Error('no rule was asked');
  return turn;
}

test('what was said is composed and trimmed under both protocols, whatever it is', async () => {
  const { bot, seen } = lookingBot();
  const store = new MemorySessionStore();
  const unit = fc.oneof(
    fc.constantFrom(
      ...'메뉴MENU1 ',
      ...'메뉴 각'.normalize('NFD'),
      '가',
      '\u11a8',
      'e',
      '\u0301',
      '\u0323',
      'é',
      'Å',
      '\u212b',
    ),
    fc.constantFrom('\n', '\t', '\r\n', '\u3000', '\u00a0', '\ufeff'),
    fc.string({ unit: anyCharacter, maxLength: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(unit, { maxLength: 10 }), async parts => {
      // No words of the gateway's own, which no rule hears.
      const said = `${parts.join('')}!${parts.toReversed().join('')}`;
      seen.length = 0;
      const skill = { userRequest: { utterance: said, user: { id: 'u' } } };
      await takeBody({ bot, store }, openBuilder, skill);
      await takeBody({ bot, store }, smartChat, { user_key: 'u', content: said });
      const spoken = said.normalize('NFC').trim();
      expect(seen.map(({ text }) => text)).toEqual([spoken, spoken]);
    }),
    runs(1_000),
  );
});

describe('a rule of Open Builder', () => {
  test('knows that a quick reply was tapped, and in which block', async () => {
    const { trigger, lastBlock, channel, tester, group } = await turnOf(sample('14'));
    const block = { id: '9a7de0e7ac79962a0ea2dd8a', name: '폴백 블록' };
    expect(trigger).toEqual({
      how: 'tapped',
      on: 'quick-reply',
      does: 'message',
      from: block,
      type: 'QUICKREPLY_BUTTON_MESSAGE',
    });
    expect({ lastBlock, channel, tester, group }).toEqual({
      lastBlock: block,
      channel: 'live',
      tester: undefined,
      group: undefined,
    });
  });

  test.each([
    ['10', { how: 'tapped' }],
    ['11', { how: 'unknown' }],
    ['33', { how: 'uploaded', type: 'IMAGE_UPLOAD' }],
  ])('knows what it can of the older samples: %s', async (start, trigger) => {
    expect((await turnOf(sample(start))).trigger).toEqual(trigger);
  });

  test('knows a tap of a kind that is new to the gateway by what it carries', async () => {
    const flow = { trigger: { type: 'HOLOGRAM' } };
    const tapped = { ...sample('10'), flow };
    expect((await turnOf(tapped)).trigger).toEqual({ how: 'tapped', type: 'HOLOGRAM' });
    expect((await turnOf({ ...sample('11'), flow })).trigger).toEqual({ how: 'unknown', type: 'HOLOGRAM' });
  });

  test.each([
    ['02', 'dev', undefined],
    ['11', 'live', undefined],
    ['16', 'dev', 'bot-test'],
    ['18', 'live', 'bot-test'],
    ['20', 'live', 'skill-test'],
    ['21', 'live', 'skill-test'],
  ])('knows the channel and the tester: %s', async (start, channel, tester) => {
    const turn = await turnOf(sample(start));
    expect({ channel: turn.channel, tester: turn.tester }).toEqual({ channel, tester });
  });

  test('knows every id of the user', async () => {
    expect((await turnOf(sample('22'))).user).toEqual({
      key: 'live/channel/RCLO4oDiClYZ',
      channelKind: 'live',
      isFriend: true,
      botUserKey: 'cd7844be3a3ef41c2ebffd1ee9ee2f86e4d70cab61ca134be4d81446da5c3584f2',
      plusfriendUserKey: 'RCLO4oDiClYZ',
      appUserId: '1234567890',
      appUserStatus: 'REGISTERED',
    });
  });

  test('knows the group room', async () => {
    expect((await turnOf(sample('26'))).group).toEqual({
      key: 'c9f596229fefaaad8c9fc7359070c43a94b3f4121801daa85820f6ddb908402763',
    });
  });

  test('knows the contexts, resolved or plain', async () => {
    const { contexts } = await turnOf(sample('08'));
    expect(contexts.product).toMatchObject({ turnsLeft: 1, ttlSeconds: 600 });
    expect(contexts.product?.params).toMatchObject({
      productPrice: '100000',
      productImg: expect.stringMatching(/^\{"privacyAgreement":"Y"/),
    });
    expect((await turnOf(sample('32'))).contexts).toEqual({
      Score: { turnsLeft: 8, ttlSeconds: 3_600, params: { score: '10' } },
    });
    expect((await turnOf(sample('11'))).contexts).toEqual({});
  });

  test.each([
    [[{ name: 'a', lifeSpan: 3 }], { a: { turnsLeft: 3, params: {} } }],
    [[{ name: 'a', lifespan: '2', ttl: '60' }], { a: { turnsLeft: 2, ttlSeconds: 60, params: {} } }],
    [
      [{ name: 'a', params: { p: { value: 'v' }, q: 7, r: null } }],
      { a: { turnsLeft: 0, params: { p: 'v', q: '7' } } },
    ],
    [[{ name: 7 }, null, 'a', { lifespan: 1 }], {}],
    ['none', {}],
    [null, {}],
  ])('takes contexts as they come: %j', async (contexts, seen) => {
    expect((await turnOf({ ...sample('11'), contexts })).contexts).toEqual(seen);
  });

  test('knows what 지식+ found', async () => {
    const { knowledge } = await turnOf(sample('27'));
    const found = {
      question: '예약 변경할게요',
      answer: '오늘 영업해요?',
      categories: ['배송 언제 와요', '매장 위치 알려줘', '안녕하세요 👋', '상담원 연결'],
    };
    expect(knowledge).toEqual([found, found]);
    const urls = { imageUrl: 'https://img.example.com/a.jpg', landingUrl: 'http://example.com' };
    const intent = { id: 'i', extra: { knowledge: { matchedKnowledges: [{ question: 'q', ...urls }, 7] } } };
    expect((await turnOf({ ...sample('11'), intent })).knowledge).toEqual([
      { question: 'q', answer: '', categories: [], ...urls },
    ]);
    expect((await turnOf(sample('11'))).knowledge).toEqual([]);
  });

  test('knows what the Event API sent along, and none of what Kakao itself does', async () => {
    expect((await turnOf(sample('37'))).eventParams).toEqual({ orderId: 'A-1' });
    for (const start of ['11', '16', '33']) expect((await turnOf(sample(start))).eventParams).toEqual({});
  });
});

describe('a rule of smart-chat', () => {
  test('knows a tap by a label that means more than it says, and else not how it was said', async () => {
    const { bot, seen } = lookingBot();
    bot.hears('버튼', () => ({
      textCard: {
        title: '제목',
        buttons: [
          { label: '자세히', action: 'message', messageText: '자세히 라떼', extra: { drink: '라떼' } },
          { label: '담기', action: 'message', messageText: '담기 라떼' },
          { label: '블록', action: 'block', blockId: 'b1' },
        ],
      },
    }));
    const store = new MemorySessionStore();
    const say = (content: string) => takeBody({ bot, store }, smartChat, { user_key: 'u', content });
    for (const tapped of ['자세히', '담기', '블록']) {
      await say('버튼');
      await say(tapped);
    }
    await say('아무 말');
    expect(seen.map(({ text, trigger }) => [text, trigger])).toEqual([
      ['자세히 라떼', { how: 'tapped', does: 'message' }],
      ['담기 라떼', { how: 'tapped', does: 'message' }],
      ['블록', { how: 'tapped', does: 'block' }],
      ['아무 말', { how: 'unknown' }],
    ]);
  });

  test('knows nothing that the protocol has not', async () => {
    const { bot, seen } = lookingBot();
    const body = { user_key: 'u', type: 'photo', content: 'https://img.example.com/a.jpg' };
    await takeBody({ bot, store: new MemorySessionStore() }, smartChat, body);
    const [turn] = seen;
    expect(turn?.trigger).toEqual({ how: 'uploaded' });
    expect(turn?.params.names).toEqual([]);
    expect(turn?.contexts).toEqual({});
    expect(turn?.knowledge).toEqual([]);
    expect(turn?.eventParams).toEqual({});
    expect([turn?.channel, turn?.lastBlock, turn?.tester, turn?.group]).toEqual([
      'live',
      undefined,
      undefined,
      undefined,
    ]);
    expect(await turn?.askProfile('프로필')).toEqual({ ok: false, reason: 'missing' });
  });
});

describe('a late turn', () => {
  let gateway: LateGateway | undefined;

  afterEach(() => gateway?.stop());

  test('knows in the worker what it knew before the queue', async () => {
    const looks: unknown[] = [];
    const bot = new Bot({ session: () => ({}) }).fallback(
      turn => {
        const { params, trigger, contexts, eventParams, lastBlock, user } = turn;
        looks.push({
          date: params.date('sys_date'),
          number: params.number('amount'),
          trigger,
          contexts,
          eventParams,
          lastBlock,
          status: user.appUserStatus,
        });
        return '늦은 답';
      },
      { slow: '기다려 주세요.' },
    );
    gateway = await startLateGateway(bot);
    const block = { id: 'b1', name: '블록' };
    await gateway.skillBody({
      ...sample('18'),
      action: { ...sample('18').action, params: { ...sample('18').action.params, amount: '3' } },
      userRequest: {
        ...sample('18').userRequest,
        params: { surface: 'Kakaotalk.plusfriend', orderId: 'A-1' },
        user: { id: 'u', properties: { appUserStatus: 'REGISTERED' } },
      },
      contexts: sample('32').contexts,
      flow: { lastBlock: block, trigger: { type: 'LIST_ITEM_BLOCK', referrerBlock: block } },
    });
    await gateway.idle();
    expect(looks).toEqual([
      {
        date: { date: '2020-11-21', tag: 'today' },
        number: { amount: 3 },
        trigger: { how: 'tapped', on: 'list-item', does: 'block', type: 'LIST_ITEM_BLOCK', from: block },
        contexts: { Score: { turnsLeft: 8, ttlSeconds: 3_600, params: { score: '10' } } },
        eventParams: { orderId: 'A-1' },
        lastBlock: block,
        status: 'REGISTERED',
      },
    ]);
  });
});
