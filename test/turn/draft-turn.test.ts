import { describe, expect, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import type { TurnRequest } from '../../lambda/bot/incoming.ts';
import { Bot } from '../../lambda/bot/index.ts';
import type { Plugins } from '../../lambda/bot/plugins.ts';
import { openBuilder } from '../../lambda/open-builder/protocol.ts';
import { smartChat } from '../../lambda/smart-chat/protocol.ts';
import { DraftTurn } from '../../lambda/turn/draft-turn.ts';
import type { Protocol } from '../../lambda/turn/protocol.ts';
import { skillBodies } from '../kit/samples.ts';
import { saying } from '../kit/turns.ts';

interface Cups {
  cups: number;
}

/** A bot of the second version, whose first kept a plain number. */
const bot = new Bot<Cups>({
  session: () => ({ cups: 0 }),
  version: 2,
  migrate: cups => ({ cups: Number(cups) }),
});

const NEW = { state: undefined, version: 0 };
const KEPT = { state: '{"cups":3}', version: 2 };
const OLDER = { state: '3', version: 1 };
const LATER = { state: '{"litres":1}', version: 3 };

const deadline = deadlineAt(Date.now() + 60_000);

const draft = (
  request: TurnRequest = saying('담기'),
  stored = KEPT as typeof KEPT | typeof NEW,
  plugins?: Plugins,
) => new DraftTurn<Cups>(bot, request, deadline, stored, plugins);

/** The request that a protocol makes of a body. */
function requestOf<A, Other>(protocol: Protocol<A, Other>, body: unknown): TurnRequest {
  const parsed = protocol.parse(body, { requestId: 'r', kakaoRequestId: 'k', callbackOrigins: [] });
  if (parsed.kind !== 'turn') throw new Error('the body is no turn');
  return parsed.request;
}

const sample = (start: string): TurnRequest =>
  requestOf(openBuilder, skillBodies().find(({ name }) => name.startsWith(start))?.json);

describe('a turn, as its rule sees it', () => {
  test('tells who did what, by when it must be answered, and its text', () => {
    const request = saying('담기', 'an-id');
    const turn = draft(request);
    expect(turn).toMatchObject({ id: 'an-id', incoming: request.incoming, user: request.user, text: '담기' });
    expect(turn.deadline).toBe(deadline);
    expect(turn.channel).toBe('live');
  });

  test('has the text of a welcome, and none of a file', () => {
    expect(draft(sample('33')).text).toBe('');
    const block = { id: 'b', name: '웰컴' };
    expect(draft({ ...saying(''), incoming: { kind: 'arrival', text: '웰컴', block } }).text).toBe('웰컴');
  });

  test('has the parameters of its block, read once', () => {
    const turn = draft({ ...saying('담기'), params: { drink: { value: '라떼' } } });
    expect(turn.params.text('drink')).toBe('라떼');
    expect(turn.params).toBe(turn.params);
  });

  test.each([
    ['of a quick reply', sample('14'), { how: 'tapped', on: 'quick-reply' }],
    ['that carries something', sample('10'), { how: 'tapped' }],
    ['of words alone', sample('11'), { how: 'unknown' }],
    ['of a file', sample('33'), { how: 'uploaded', type: 'IMAGE_UPLOAD' }],
    [
      'of a file, in smart-chat',
      requestOf(smartChat, { user_key: 'u', type: 'photo', content: 'https://a.example/1.jpg' }),
      { how: 'uploaded' },
    ],
    ['of words, in smart-chat', requestOf(smartChat, { user_key: 'u', content: '안녕' }), { how: 'unknown' }],
  ])('tells as far as is known how it came about: %s', (_, request, trigger) => {
    expect(draft(request).trigger).toMatchObject(trigger);
    expect(draft({ ...request, trigger: { how: 'typed' } }).trigger).toEqual({ how: 'typed' });
  });

  test('tells of how it came about no more than is known', () => {
    const { trigger: _, ...said } = saying('안녕');
    expect(draft(said).trigger).toEqual({ how: 'unknown' });
    expect(draft({ ...said, trigger: { how: 'unknown', type: 'HOLOGRAM' } }).trigger).toEqual({
      how: 'unknown',
      type: 'HOLOGRAM',
    });
    const tapped = { kind: 'utterance', text: '안녕', extra: { drink: '라떼' } } as const;
    expect(draft({ ...said, incoming: tapped }).trigger).toEqual({ how: 'tapped' });
    expect(
      draft({ ...said, incoming: tapped, trigger: { how: 'unknown', type: 'HOLOGRAM' } }).trigger,
    ).toEqual({ how: 'tapped', type: 'HOLOGRAM' });
    const arrived = { kind: 'arrival', text: '웰컴', block: { id: 'b', name: '웰컴' } } as const;
    expect(draft({ ...said, incoming: arrived }).trigger).toEqual({ how: 'unknown' });
  });

  test('has what Kakao tells of it', () => {
    const group = sample('26');
    expect(draft(group).group).toEqual({ key: expect.stringMatching(/^c9f5/) });
    expect(draft(sample('14')).lastBlock).toEqual({ id: expect.any(String), name: '폴백 블록' });
    expect(draft(sample('16')).tester).toBe('bot-test');
    expect(draft(sample('32')).contexts).toEqual({
      Score: { turnsLeft: 8, ttlSeconds: 3_600, params: { score: '10' } },
    });
    expect(draft(sample('27')).knowledge).toHaveLength(2);
    expect(draft(sample('37')).eventParams).toEqual({ orderId: 'A-1' });
  });

  test('has nothing where Kakao tells nothing', () => {
    const { lastBlock, tester, group, contexts, knowledge, eventParams } = draft();
    expect({ lastBlock, tester, group, contexts, knowledge, eventParams }).toEqual({
      lastBlock: undefined,
      tester: undefined,
      group: undefined,
      contexts: {},
      knowledge: [],
      eventParams: {},
    });
  });

  test('asks each plugin for what its parameter holds, by the deadline', async () => {
    const asked: unknown[] = [];
    const plugins: Plugins = {
      profile: async (...args) => {
        asked.push(args);
        return { ok: true, profile: { nickname: '길동' } };
      },
      location: async (...args) => {
        asked.push(args);
        return { ok: true, location: { latitude: 37, longitude: 127 } };
      },
    };
    const otp = (kind: string) => `https://talk-plugin.kakao.com/otp/a1b2c3/${kind}`;
    const params = {
      me: { value: JSON.stringify({ otp: otp('profile'), app_user_id: 7 }) },
      here: { value: JSON.stringify({ otp: otp('location') }) },
    };
    const turn = draft({ ...saying('담기'), params }, KEPT, plugins);
    expect(await turn.askProfile('me')).toEqual({ ok: true, profile: { nickname: '길동' } });
    expect(await turn.askLocation('here')).toEqual({ ok: true, location: { latitude: 37, longitude: 127 } });
    expect(asked).toEqual([
      [turn.params.profile('me'), deadline],
      [turn.params.location('here'), deadline],
    ]);
    expect(JSON.stringify(asked)).toContain('a1b2c3');
    expect(await turn.askProfile('nobody')).toEqual({ ok: false, reason: 'missing' });
    expect(await draft({ ...saying('담기'), params }).askLocation('here')).toEqual({
      ok: false,
      reason: 'no-key',
    });
  });
});

describe('what may stand in the words of an error, and is taken out of them', () => {
  test('is all that a rule knows of the user, and no name that the admin gave', async () => {
    const turn = draft({
      ...saying('담기'),
      user: { ...saying('').user, botUserKey: 'bot-user', isFriend: true },
      incoming: {
        kind: 'utterance',
        text: '담기',
        extra: { drink: '라떼' },
        block: { id: 'b', name: '주문' },
      },
      params: { size: { value: '톨' } },
      group: { key: 'room' },
      contexts: { Score: { turnsLeft: 1, params: { score: '10' } } },
      eventParams: { orderId: 'A-1' },
    });
    const told = await turn.askProfile('me');
    turn.session.cups++;
    expect(turn.said()).toEqual([
      { text: '담기', extra: { drink: '라떼' } },
      { botUserKey: 'bot-user', isFriend: true },
      { key: 'room' },
      { orderId: 'A-1' },
      [told],
      { value: '톨' },
      '10',
      { cups: 3 },
      { cups: 4 },
    ]);
  });

  test('is little of a new user whose state no rule looked at', () => {
    const said = [{ text: '안녕', extra: {} }, { isFriend: true }];
    const none = undefined;
    expect(draft(saying('안녕'), NEW).said()).toEqual([...said, none, none, [], null, none]);
  });
});

describe('the state that a turn leaves', () => {
  test.each([
    ['kept', KEPT],
    ['new', NEW],
    ['older', OLDER],
    ['later', LATER],
  ])('is the stored one as it is where no rule looks: %s', (_, stored) => {
    expect(draft(saying('안녕'), stored).result()).toEqual({ ...stored, changed: false });
  });

  test.each([
    ['kept', KEPT, 3],
    ['new', NEW, 0],
    ['older', OLDER, 3],
  ])('is the stored one as it is where a rule only looks: %s', (_, stored, cups) => {
    const turn = draft(saying('보기'), stored);
    expect(turn.session).toEqual({ cups });
    expect(turn.result()).toEqual({ ...stored, changed: false });
  });

  test.each([
    ['kept', KEPT, 4],
    ['new', NEW, 1],
    ['older', OLDER, 4],
  ])("is what a rule makes of it, in the bot's version: %s", (_, stored, cups) => {
    const turn = draft(saying('담기'), stored);
    turn.session.cups++;
    expect(turn.session.cups).toBe(cups);
    expect(turn.result()).toEqual({ state: `{"cups":${cups}}`, version: 2, changed: true });
  });

  test('is what a rule puts in its place', () => {
    for (const stored of [KEPT, NEW, OLDER]) {
      const turn = draft(saying('비우기'), stored);
      turn.session = { cups: 0 };
      expect(turn.session).toEqual({ cups: 0 });
      expect(turn.result()).toEqual({ state: '{"cups":0}', version: 2, changed: true });
    }
  });

  test('is no change where a rule puts the same in its place, unless that meant something else before', () => {
    const same = draft();
    same.session = { cups: 3 };
    expect(same.result()).toMatchObject({ changed: false });
    const older = draft(saying('담기'), { ...KEPT, version: 1 });
    older.session = { cups: 3 };
    expect(older.result()).toEqual({ ...KEPT, changed: true });
  });

  test('is neither read nor replaced where a later release stored it', () => {
    const turn = draft(saying('담기'), LATER);
    expect(() => turn.session).toThrow('the session has version 3 and this bot knows 2');
    expect(() => {
      turn.session = { cups: 0 };
    }).toThrow('the session has version 3 and this bot knows 2');
    expect(turn.result()).toEqual({ ...LATER, changed: false });
  });
});
