import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Bot, type Extra } from '../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { invoke, skillCall } from '../kit/http.ts';
import { skillProblems } from '../kit/kakao-accepts.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

const SENTENCES = Array.from({ length: 900 }, (_, n) => `비밀 ${n}번째 문장입니다.`);

/** Ends the held rules, by who asked. */
const release = new Map<string, () => void>();

const bot = new Bot({ session: () => ({ counted: 0 }) })
  .hears('회의록', () => SENTENCES.join(' '))
  .hears('느림', turn => `비밀 답: ${turn.user.botUserKey}`, { slow: '잠시만요' })
  .hears('붙잡힌 일', {
    slow: '잠시만요',
    work: ({ user }) => new Promise<void>(resolve => release.set(user.botUserKey ?? '', resolve)),
    then: turn => `비밀 답: ${turn.user.botUserKey}`,
  })
  .hears('긴 일', () => SENTENCES.join(' '), { slow: '잠시만요' })
  .hears('세기', turn => `${++turn.session.counted}번`)
  .fallback(() => '몰라요');

/** A group room by its key; null for one whose key Kakao does not tell, undefined for the room of two. */
type Room = string | null | undefined;

function bodyOf(user: string, utterance: string, room: Room, extra?: Extra) {
  const properties = room === undefined ? { botUserKey: user } : { botUserKey: user, botGroupKey: room };
  const chat = room === null ? { type: 'botGroupKey' } : { id: room, type: 'botGroupKey', properties };
  return {
    bot: { id: 'b' },
    userRequest: {
      utterance,
      user: { id: user, type: 'botUserKey', properties: { botUserKey: user } },
      ...(room !== undefined && { chat }),
    },
    ...(extra && { action: { clientExtra: extra } }),
  };
}

/** Something that was shown: its words, and its buttons by their labels. */
interface Seen {
  readonly words: string;
  readonly buttons: ReadonlyMap<string, { readonly messageText: string; readonly extra?: Extra }>;
}

let gateway: LateGateway;
beforeAll(async () => {
  gateway = await startLateGateway(bot);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => gateway?.stop());

async function says(
  user: string,
  utterance: string,
  room: Room,
  extra?: Extra,
  id: string = randomUUID(),
): Promise<Seen> {
  const call = skillCall(bodyOf(user, utterance, room, extra), { 'x-request-id': id });
  const { json } = await invoke(gateway.handlerOf(openBuilderHandler), call);
  expect(skillProblems(json, room === undefined ? 'private' : 'group')).toEqual([]);
  const { outputs, quickReplies = [] } = json.template;
  const buttons = new Map();
  const words: string[] = [];
  for (const { simpleText, textCard } of outputs) {
    words.push(simpleText?.text ?? textCard?.description);
    for (const button of textCard?.buttons ?? []) buttons.set(button.label, button);
  }
  for (const button of quickReplies) buttons.set(button.label, button);
  return { words: words.join('\n'), buttons };
}

/** Taps a button that somebody was shown, as Kakao tells of it. */
function taps(user: string, { buttons }: Seen, label: string, room: Room, id?: string): Promise<Seen> {
  const button = buttons.get(label);
  if (button === undefined) throw new Error(`there is no button "${label}"`);
  return says(user, button.messageText, room, button.extra, id);
}

const sessionOf = (user: string) => gateway.store.load(`live/bot/b/${user}` as never);
const isWaiting = (user: string) =>
  until(async () => Object.keys((await sessionOf(user)).leases).length === 0);
const numbersIn = ({ words }: Seen) => [...words.matchAll(/비밀 (\d+)번째/g)].map(([, n]) => Number(n));

const ELSEWHERE = { 'another group': 'H', 'the room of two': undefined, 'a group of no name': null } as const;
const { nothingMore, nothingWaiting, notYet } = bot.texts;

describe.each(Object.entries(ELSEWHERE))(
  'what is kept for a user in a group is not shown in %s',
  (where, room) => {
    test('neither the rest of an answer', async () => {
      const user = `long ${where}`;
      const shown = await says(user, '회의록', 'G');
      expect((await says(user, '더보기', room)).words).toBe('몰라요');
      expect((await taps(user, shown, '더보기', room)).words).toBe(nothingMore);
      // It is kept all the while.
      expect(numbersIn(await taps(user, shown, '더보기', 'G'))[0]).toBe((numbersIn(shown).at(-1) ?? 0) + 1);
    });

    test('nor a late answer', async () => {
      const user = `late ${where}`;
      const shown = await says(user, '느림', 'G');
      await isWaiting(user);
      expect((await says(user, '세기', room)).words).toBe('1번');
      expect((await says(user, '결과 확인', room)).words).toBe('몰라요');
      expect((await taps(user, shown, '결과 확인', room)).words).toBe(nothingWaiting);
      expect((await says(user, '세기', 'G')).words).toBe(`비밀 답: ${user}\n2번`);
    });

    test('nor that one is worked on, or lost', async () => {
      const user = `held ${where}`;
      await says(user, '붙잡힌 일', 'G');
      expect((await says(user, '세기', room)).buttons.size).toBe(0);
      await until(() => release.has(user));
      release.get(user)?.();
      await isWaiting(user);
    });
  },
);

describe('what is kept for a user in the room of two', () => {
  test('is not shown in a group, whatever a tap there says', async () => {
    await says('private', '느림', undefined);
    await isWaiting('private');
    expect((await says('private', '세기', 'G')).words).toBe('1번');
    const mark = { kakaoGateway: { button: 'collect', of: 'live/bot/b/private' } };
    expect((await says('stranger', '결과 확인', 'G', mark)).words).toBe(nothingWaiting);
    expect((await says('private', '세기', undefined)).words).toBe('비밀 답: private\n2번');
  });

  test('is shown to nobody else, though a tap in a room of two names its user: no button there does', async () => {
    await says('own', '느림', undefined);
    await isWaiting('own');
    const mark = { kakaoGateway: { button: 'collect', of: 'live/bot/b/own' } };
    expect((await says('stranger', '결과 확인', undefined, mark)).words).toBe(nothingWaiting);
    expect((await says('own', '결과 확인', undefined)).words).toBe('비밀 답: own');
  });
});

describe('a button of the gateway in a group room, tapped by another member', () => {
  test('더보기 brings the parts to their end, the same part when it is tapped twice, and nothing of the tapper changes', async () => {
    let shown = await says('A', '회의록', 'G');
    let seen = numbersIn(shown);
    expect((await says('B', '세기', 'G')).words).toBe('1번');
    const before = await sessionOf('B');
    for (let tappedBy = 0; shown.buttons.has('더보기'); tappedBy++) {
      // Everybody may tap whoever's card.
      const next = await taps(['B', 'C', 'A'][tappedBy % 3] ?? '', shown, '더보기', 'G');
      expect((await taps('C', shown, '더보기', 'G')).words).toBe(next.words);
      seen = [...seen, ...numbersIn(next)];
      shown = next;
    }
    expect(seen).toEqual(SENTENCES.map((_, n) => n));
    expect(await sessionOf('B')).toEqual(before);
    expect((await sessionOf('C')).revision).toBe(0);
  });

  test('결과 확인 brings the late answer of whoever asked, once it is there; until then it stays', async () => {
    const shown = await says('asker', '붙잡힌 일', 'G');
    await says('tapper', '세기', 'G');
    const before = await sessionOf('tapper');
    const early = await taps('tapper', shown, '결과 확인', 'G');
    expect(early.words).toBe(`${notYet}\n${bot.texts.choose}`);
    await until(() => release.has('asker'));
    release.get('asker')?.();
    await isWaiting('asker');
    const collected = await taps('tapper', early, '결과 확인', 'G');
    expect(collected.words).toBe('비밀 답: asker');
    expect((await taps('asker', shown, '결과 확인', 'G')).words).toBe('비밀 답: asker');
    expect(await sessionOf('tapper')).toEqual(before);
  });

  test.each(Object.entries(ELSEWHERE))('brings nothing in %s', async (where, room) => {
    const [long, late] = [`${where} 1`, `${where} 2`];
    const [more, wait] = [await says(long, '회의록', 'G'), await says(late, '느림', 'G')];
    await isWaiting(late);
    expect((await taps('B2', more, '더보기', room)).words).toBe(nothingMore);
    expect((await taps('B2', wait, '결과 확인', room)).words).toBe(nothingWaiting);
    expect((await sessionOf('B2')).revision).toBe(0);
  });

  test('결과 확인 brings a late answer in parts, whoever taps for the next', async () => {
    const waiting = await says('long late', '긴 일', 'G');
    await isWaiting('long late');
    const first = await taps('B3', waiting, '결과 확인', 'G');
    const second = await taps('C3', first, '더보기', 'G');
    expect(numbersIn(second)[0]).toBe((numbersIn(first).at(-1) ?? -1) + 1);
    expect((await sessionOf('B3')).revision).toBe(0);
  });

  test('brings the same when the tap is delivered again, with a button that goes on', async () => {
    const first = await says('repeated', '회의록', 'G');
    const second = await taps('B4', first, '더보기', 'G', 'the same tap');
    const again = await taps('B4', first, '더보기', 'G', 'the same tap');
    expect(again).toEqual(second);
    const third = await taps('C4', again, '더보기', 'G');
    expect(numbersIn(third)[0]).toBe((numbersIn(second).at(-1) ?? -1) + 1);
  });

  test('says so when its answer is gone', async () => {
    const [more, wait] = [await says('gone', '회의록', 'G'), await says('gone 2', '느림', 'G')];
    await isWaiting('gone 2');
    // It brings no part of another answer of the same user.
    await says('gone', '회의록', 'G');
    expect((await taps('B', more, '더보기', 'G')).words).toBe(nothingMore);
    // Whoever asked has gone on.
    await says('gone', '세기', 'G');
    expect((await taps('B', more, '더보기', 'G')).words).toBe(nothingMore);
    await says('gone 2', '세기', 'G');
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + READABLE_MS);
    expect((await taps('B', wait, '결과 확인', 'G')).words).toBe(nothingWaiting);
  });

  test('names the asker by no more than one key, which no log has', async () => {
    const { buttons } = await says('A3', '느림', 'G');
    expect(buttons.get('결과 확인')?.extra).toEqual({
      kakaoGateway: { button: 'collect', of: 'live/bot/b/A3' },
    });
    await isWaiting('A3');
    expect(JSON.stringify(gateway.logged)).not.toContain('live/bot/b/A3');
  });
});

describe('two group rooms whose names Kakao does not tell', () => {
  test('share nothing: what is too long for one answer is not shown by a word of the next', async () => {
    const shown = await says('unnamed', '회의록', null);
    expect((await says('unnamed', '더보기', null)).words).toBe('몰라요');
    expect((await taps('unnamed', shown, '더보기', null)).words).toBe(nothingMore);
  });

  test('have the late answer that a callback brings: it knows its room', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const body = bodyOf('unnamed 3', '느림', null);
    const { json } = await gateway.skillBody({ ...body, userRequest: { ...body.userRequest, callbackUrl } });
    expect(json).toMatchObject({ useCallback: true, data: { text: '잠시만요' } });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    expect(JSON.stringify(gateway.sink.postsTo(callbackUrl)[0]?.json)).toContain('비밀 답: unnamed 3');
    expect((await says('unnamed 3', '세기', null)).words).toBe('1번');
  });

  test('share no late answer: a slow rule is answered there at once, since nobody knows where it would be collected', async () => {
    expect((await says('unnamed 2', '느림', null)).words).toBe('비밀 답: unnamed 2');
    expect((await says('unnamed 2', '세기', null)).words).toBe('1번');
  });
});
