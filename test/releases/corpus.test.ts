import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { operatorHears } from '../../lambda/bot/operator.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { formOf, moved, readCorpus, recordCorpus, releases } from './corpus.ts';
import { type ReleaseGateway, type Stored, startReleaseGateway, wordsOf } from './gateway.ts';
import { ordered } from './model.ts';
import {
  APP_USER,
  CALLBACK_ORIGIN,
  callbackFor,
  collect,
  EVERYTHING,
  goOn,
  more,
  OTHER_GROUP,
  STORIES,
  type StoryName,
} from './stories.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

type GoesOn = (gateway: ReleaseGateway, stored: Stored) => Promise<void>;

/** How each story goes on under a later release, and what its user sees. */
const GOES_ON: Readonly<Record<StoryName, GoesOn>> = {
  'a session with state': async ({ skill, unlink }) => {
    expect(wordsOf(await skill('state', '담기'))).toContain('3잔');
    // No alias names it yet: what a turn changes from now on writes one.
    for (const cups of [4, 5, 6])
      expect(wordsOf(await skill('state', '담기', { appUserId: APP_USER }))).toContain(`${cups}잔`);
    expect(await unlink(APP_USER)).toMatchObject({ status: 200 });
    expect(wordsOf(await skill('state', '담기'))).toContain('"1잔"');
  },
  'a room of smart-chat without state, whose buttons mean more than their labels': async ({ smartChat }) => {
    expect((await smartChat('labels', '라떼')).json.message.text).toBe(
      '고르신 음료: {"drink":"라떼","sugar":{"spoons":2}}',
    );
  },
  'the rest of a long answer, behind 더보기': async ({ skill }) => {
    const { json } = await skill('rest', more);
    expect(skillProblems(json)).toEqual([]);
    expect(wordsOf({ json })).toContain('419번째 문장');
    expect(wordsOf({ json })).not.toContain('"1번째 문장');
  },
  'the rest of a long answer under smart-chat, beside state': async ({ smartChat }) => {
    const { json } = await smartChat('rest-state', more);
    expect(messageProblems(json)).toEqual([]);
    expect(json.message.text).toMatch(/^\d\d번째 문장/);
    expect(wordsOf(await smartChat('rest-state', '담기'))).toContain('2잔');
  },
  'a turn that changed something, and may be delivered again': async ({ skill }) => {
    expect(wordsOf(await skill('again', '담기', { id: 'again-2' }))).toContain('2잔');
    expect(wordsOf(await skill('again', '담기', { id: 'again-1' }))).toContain('1잔');
    expect(wordsOf(await skill('again', '담기'))).toContain('3잔');
  },
  'remembered turns of which the oldest lost its reply': async ({ skill }) => {
    expect(wordsOf(await skill('trimmed', '담고 긴 글', { id: 'trimmed-1' }))).toContain('이미 들었어요');
    expect(wordsOf(await skill('trimmed', '담고 긴 글', { id: 'trimmed-5' }))).toContain('5잔. 0번째');
    expect(wordsOf(await skill('trimmed', '담기'))).toContain('6잔');
  },
  'a reply that is packed, and may be asked for again': async ({ skill }) => {
    expect(wordsOf(await skill('packed', '담고 더 긴 말', { id: 'packed-2' }))).toContain('2잔. 0번째');
    expect(wordsOf(await skill('packed', '담고 더 긴 말', { id: 'packed-1' }))).not.toContain('3잔');
    expect(wordsOf(await skill('packed', '담기'))).toContain('3잔');
  },
  'a late turn in the queue, to be collected': async ({ skill, work }) => {
    expect(wordsOf(await skill('late', '느린 담기', { id: 'late-2' }))).toContain('잠시만 기다려');
    expect(wordsOf(await skill('late', collect))).toContain('아직 준비하고');
    expect(await work()).toBe(0);
    expect(wordsOf(await skill('late', collect))).toContain('2잔째, 늦었지만');
    expect(wordsOf(await skill('late', '담기'))).toContain('3잔');
  },
  'a late turn under smart-chat, in the queue': async ({ smartChat, work }) => {
    expect(await work()).toBe(0);
    expect((await smartChat('late-smart', collect)).json.message.text).toBe('1잔째, 늦었지만');
  },
  'a late turn of a tapped label, with what the label meant': async ({ smartChat, work }) => {
    expect(await work()).toBe(0);
    expect((await smartChat('late-label', collect)).json.message.text).toBe('고르신 음료: {"drink":"라떼"}');
  },
  'a late turn of a photo': async ({ smartChat, work }) => {
    expect(await work()).toBe(0);
    const { json } = await smartChat('photo', collect);
    expect(json.message.text).toBe('사진: https://dn-m.talk.kakao.com/talkm/a.jpg');
  },
  'late replies that wait in the room': async ({ skill, work }) => {
    // The queue may deliver what was answered long ago.
    expect(await work()).toBe(0);
    const seen = wordsOf(await skill('waiting', collect));
    expect(seen).toContain('1잔째, 늦었지만');
    expect(seen).toContain('0번째 문장');
    for (const sentence of ['316번째 문장', '419번째 문장']) {
      expect(wordsOf(await skill('waiting', more))).toContain(sentence);
    }
    expect(wordsOf(await skill('waiting', '담기'))).toContain('2잔');
  },
  'a late reply with all that a reply has': async ({ skill }) => {
    const { json } = await skill('receipt', collect);
    expect(json.template.outputs).toMatchObject([
      { simpleText: { text: '접수했어요' } },
      { basicCard: { title: '접수증', buttons: [{ label: '보기', action: 'webLink' }] } },
    ]);
    expect(json).toMatchObject({
      data: { number: 'A-12' },
      context: { values: [{ name: 'ordered', lifeSpan: 5 }] },
    });
    expect(json.template.quickReplies).toMatchObject([{ label: '담기' }]);
  },
  'a late turn with a callback': async ({ sink, skill, work }) => {
    expect(await work()).toBe(0);
    const posts = sink.postsTo(moved(callbackFor('callback'), CALLBACK_ORIGIN, sink.origin));
    expect(posts.map(({ json }) => skillProblems(json))).toEqual([[]]);
    expect(wordsOf({ json: posts[0]?.json })).toContain('1잔째, 늦었지만');
    expect(wordsOf(await skill('callback', '담기'))).toContain('2잔');
  },
  'a late turn with a callback from a group room': async ({ sink, skill, work }) => {
    expect(await work()).toBe(0);
    const posts = sink.postsTo(moved(callbackFor('group'), CALLBACK_ORIGIN, sink.origin));
    expect(posts.map(({ json }) => skillProblems(json, 'group'))).toEqual([[]]);
    expect(wordsOf(await skill('group', more, { room: 'group' }))).toContain('번째 문장');
  },
  'a session of a group room': async ({ skill }) => {
    expect(wordsOf(await skill('group-state', '담기', { room: 'group' }))).toContain('2잔');
  },
  'a late turn whose worker died with its lease': async ({ skill, work }) => {
    // The lease of the dead lasts for 28 seconds: a copy is done with, and the record comes back when that is over.
    expect(await work()).toBe(0);
    expect(wordsOf(await skill('lease', collect))).toContain('아직 준비하고');
    passes(30 * SECOND);
    expect(await work(2)).toBe(0);
    expect(wordsOf(await skill('lease', collect))).toContain('1잔째, 늦었지만');
  },
  'a late turn that waits for another': async ({ sink, skill, work }) => {
    expect(await work()).toBe(0);
    const posts = sink.postsTo(moved(callbackFor('line'), CALLBACK_ORIGIN, sink.origin));
    expect(posts.map(({ json }) => skillProblems(json))).toEqual([[]]);
    for (const words of ['1잔째, 늦었지만', '2잔째, 늦었지만'])
      expect(wordsOf({ json: posts[0]?.json })).toContain(words);
    expect(wordsOf(await skill('line', '담기'))).toContain('3잔');
  },
  'a late reply that was collected a moment ago': async ({ skill }) => {
    const { json } = await skill('shown', collect);
    expect(wordsOf({ json })).toContain('접수했어요');
    expect(json.template.quickReplies).toMatchObject([{ label: '담기' }]);
    passes(60 * SECOND);
    expect(wordsOf(await skill('shown', collect))).toContain('0잔이 있어요');
  },
  'the rest of a long answer in a group room, beside a late reply in another': async ({ skill }) => {
    const rest = wordsOf(await skill('rooms', more, { room: 'group' }));
    expect(rest).toContain('번째 문장');
    expect(rest).not.toContain('늦었지만');
    const collected = wordsOf(await skill('rooms', collect, { room: 'group', userRequest: OTHER_GROUP }));
    expect(collected).toContain('1잔째, 늦었지만');
    expect(collected).not.toContain('번째 문장');
    expect(wordsOf(await skill('rooms', '담기', { room: 'group' }))).toContain('2잔');
  },
  'a rule that was begun as often as it may': async ({ skill }) => {
    const seen = wordsOf(await skill('limited', '한 번만'));
    for (const words of ['한 번뿐인 답', '다음에요']) expect(seen).toContain(words);
    passes(600 * SECOND);
    expect(wordsOf(await skill('limited', '한 번만'))).toContain('잠시만 기다려');
  },
  'a late turn that knows all that Kakao tells': async ({ skill, work }) => {
    expect(await work()).toBe(0);
    const late = wordsOf(await skill('all', collect));
    const { json } = await skill('all', '다 말해', EVERYTHING);
    expect(late).toContain(json.template.outputs[0].simpleText.text);
    for (const word of ['라떼', 'A-1', '톨', '8시요', 'REGISTERED', '주문하기', 'bot-test']) {
      expect(late).toContain(word);
    }
  },
  'a late turn of a group room whose answer is minutes away': async ({ sink, skill, work, told }) => {
    passes(180 * SECOND);
    expect(await work()).toBe(0);
    const posts = sink.postsTo(moved(callbackFor('minutes'), CALLBACK_ORIGIN, sink.origin));
    expect(posts.map(({ json }) => skillProblems(json, 'group'))).toEqual([[]]);
    expect(wordsOf({ json: posts[0]?.json })).toContain('1잔째, 늦었지만');
    // The bus tells the room of a late turn by the same pseudonym as that of any other.
    expect(wordsOf(await skill('minutes', '담기', { room: 'group' }))).toContain('2잔');
    const [late, next] = told.map(({ detail }) => detail as { group?: string });
    expect(late?.group).toEqual(expect.any(String));
    expect(late?.group).toBe(next?.group);
  },
  'a session that an alias names, with the state of a room of two': async ({ skill, unlink }) => {
    expect(wordsOf(await skill('aliased', '담기'))).toContain('4잔');
    expect(wordsOf(await skill('aliased', '함께 담기'))).toContain('함께 2잔');
    expect(await unlink(APP_USER)).toMatchObject({ status: 200 });
    expect(wordsOf(await skill('aliased', '아무 말'))).toContain('"0잔이 있어요');
    expect(wordsOf(await skill('aliased', '함께 몇 잔'))).toContain('함께 0잔');
  },
  'a session that remembers its alias, to renew it': async ({ smartChat, unlink, takeStored, putStored }) => {
    // smart-chat tells no id of the app's: the session itself must know whose alias it renews, before that has expired.
    for (const [days, cups] of [
      [29, 4],
      [2, 5],
      [2, 6],
      [27, 7],
      [5, 8],
    ] as const) {
      passes(days * DAY);
      expect((await smartChat('renewed', '담기')).json.message.text).toBe(`${cups}잔`);
    }
    // DynamoDB deletes what has expired.
    const { items, messages } = await takeStored();
    const isAlive = ({ expiresAt }: (typeof items)[number]) => Number(expiresAt?.N) * SECOND > Date.now();
    await putStored({ items: items.filter(isAlive), messages });
    expect(await unlink(APP_USER)).toMatchObject({ status: 200 });
    expect((await smartChat('renewed', '담기')).json.message.text).toBe('1잔');
  },
  'a room session of a group room': async ({ skill }) => {
    const says = async (user: string, utterance: string, id?: string) =>
      wordsOf(await skill(user, utterance, { room: 'group', ...(id && { id }) }));
    expect(await says('room-two', '함께 담기', 'room-two')).toContain('함께 2잔');
    expect(await says('room-three', '함께 담기')).toContain('함께 3잔');
    expect(await says('room-one', '함께 몇 잔')).toContain('함께 3잔');
  },
  'a late turn that changes a room session': async ({ sink, skill, work }) => {
    expect(await work()).toBe(0);
    const posts = sink.postsTo(moved(callbackFor('room-late'), CALLBACK_ORIGIN, sink.origin));
    expect(posts.map(({ json }) => wordsOf({ json }))).toEqual([expect.stringContaining('함께 2잔')]);
    expect(wordsOf(await skill('another', '함께 몇 잔', { room: 'group' }))).toContain('함께 2잔');
  },
  'an answer that grows, of which some was seen, and whose worker died': async (gateway, stored) => {
    const { work, skill } = gateway;
    // The dead may live: a copy is done with, and the record comes back when the lease is over.
    expect(await work()).toBe(0);
    passes(30 * SECOND);
    expect(await work(2)).toBe(0);
    expect(await collectedBy(gateway, 'grows', collect)).toBe(`${unseenOf(stored)}이야기의끝:died`);
    passes(60 * SECOND);
    expect(wordsOf(await skill('grows', collect))).toContain('"1잔이 있어요');
  },
  'a part of a growing answer that was posted, whose rest waits to be collected': async (gateway, stored) => {
    const { sink, skill, work } = gateway;
    // The queue may deliver what was answered long ago.
    expect(await work()).toBe(0);
    expect(await collectedBy(gateway, 'part', goOn)).toBe(`${draftIn(stored, 3)}이야기의끝:whole`);
    expect(sink.postsTo(moved(callbackFor('part'), CALLBACK_ORIGIN, sink.origin))).toEqual([]);
    passes(60 * SECOND);
    expect(wordsOf(await skill('part', goOn))).toContain('"1잔이 있어요');
  },
  'a part of a growing answer that was posted, and whose worker died': async (gateway, stored) => {
    const { sink, work } = gateway;
    passes(85 * SECOND);
    expect(await work(2)).toBe(0);
    expect(await collectedBy(gateway, 'part-dead', goOn)).toBe(`${unseenOf(stored)}이야기의끝:died`);
    expect(sink.postsTo(moved(callbackFor('part-dead'), CALLBACK_ORIGIN, sink.origin))).toEqual([]);
  },
  'a conversation with a model, with a question whether a tool may run': async ({ skill, work }) => {
    expect(wordsOf(await skill('talk', '오늘 얼마나'))).toContain('turns:2,tokens:6000,unknownTokens:0');
    ordered.length = 0;
    for (const _ of ['', 'once more']) await skill('talk', '네', { id: 'talk-yes' });
    expect(await work()).toBe(0);
    expect(await work(2)).toBe(0);
    expect(ordered).toEqual(['라떼']);
    const told = wordsOf(await skill('talk', collect));
    expect(told).toContain(
      '들은 말 5개: 모델아, 안녕 | 들은 말 1개: 모델아, 안녕 | 모델아, 라떼 주문해 줘 | 라떼, 주문할까요? | 네',
    );
    expect(told).toContain('The user agreed to order, and it was run once');
    expect(wordsOf(await skill('talk', '오늘 얼마나'))).toContain('turns:3,tokens:9000,unknownTokens:0');
    await skill('talk', '네');
    expect(await work()).toBe(0);
    expect(ordered).toEqual(['라떼']);
    expect(wordsOf(await skill('talk', '담기'))).toContain('3잔');
  },
  'a turn of a conversation in the queue, whose tokens are reserved': async ({ skill, work }) => {
    expect(wordsOf(await skill('reserved', '오늘 얼마나'))).toMatch(/turns:2,tokens:4\d{3},unknownTokens:0/);
    expect(await work()).toBe(0);
    expect(wordsOf(await skill('reserved', collect))).toContain(
      '들은 말 3개: 모델아, 안녕 | 들은 말 1개: 모델아, 안녕 | 모델아, 뭐 해',
    );
    expect(wordsOf(await skill('reserved', '오늘 얼마나'))).toContain('turns:2,tokens:6000,unknownTokens:0');
  },
  'a turn of a conversation whose worker died with its lease': async ({ skill, work }) => {
    passes(30 * SECOND);
    expect(await work(2)).toBe(0);
    expect(wordsOf(await skill('unknown', collect))).toContain('들은 말 1개: 모델아, 안녕');
    // Nobody knows what the dead has asked the model for.
    expect(wordsOf(await skill('unknown', '오늘 얼마나'))).toMatch(
      /turns:1,tokens:4\d{3},unknownTokens:1\d{3},/,
    );
  },
  'a question in a group room whether a tool may run': async ({ skill, work }) => {
    ordered.length = 0;
    await skill('asked', '네', { room: 'group', userRequest: OTHER_GROUP });
    expect(await work()).toBe(0);
    expect(ordered).toEqual([]);
    await skill('asked', '네', { room: 'group' });
    expect(await work()).toBe(0);
    expect(ordered).toEqual(['라떼']);
    expect(wordsOf(await skill('asked', '담기', { room: 'group' }))).toContain('3잔');
  },
  'a tool that its user has agreed to, before it has run': async ({ skill, work }) => {
    ordered.length = 0;
    expect(await work()).toBe(0);
    expect(await work(2)).toBe(0);
    expect(ordered).toEqual(['라떼']);
    expect(wordsOf(await skill('agreed', collect))).toContain(
      'The user agreed to order, and it was run once',
    );
    expect(wordsOf(await skill('agreed', '오늘 얼마나'))).toContain('turns:2,tokens:6000,unknownTokens:0');
    expect(wordsOf(await skill('agreed', '담기'))).toContain('3잔');
  },
  'the tokens that all users of a day have taken together': async ({ skill, work }) => {
    const asks = async (): Promise<string> => {
      await skill('another', '모두의 모델아, 안녕');
      expect(await work()).toBe(0);
      return wordsOf(await skill('another', collect));
    };
    expect(await asks()).toContain('오늘은 질문이 많아 더 답하지 못해요');
    passes(DAY);
    expect(await asks()).toContain('들은 말');
  },
};

/** The words that a tap brings, and all that is behind 더보기, without spaces. */
async function collectedBy({ skill }: ReleaseGateway, user: string, tap: string): Promise<string> {
  const seen: string[] = [];
  for (let words = tap; ; words = more) {
    const { json } = await skill(user, words);
    expect(skillProblems(json)).toEqual([]);
    const { outputs, quickReplies = [] } = json.template;
    for (const { simpleText } of outputs) seen.push(simpleText.text);
    const goesOn = quickReplies.some(({ label }: { readonly label: string }) => label === more);
    if (!goesOn || seen.length > 30) return seen.join('').replace(/\s/g, '');
  }
}

/** The pieces of a stored draft, from one of them on, in words without spaces. */
function draftIn({ items }: Stored, from = 0): string {
  const pieces: string[] = JSON.parse(items.find(({ pieces }) => pieces)?.pieces?.S ?? '[]');
  return pieces.slice(from).join('').replace(/\s/g, '');
}

/** Those that the user of a stored session has not seen; both they and those before them are some. */
function unseenOf(stored: Stored): string {
  const memory = stored.items.find(({ memory }) => memory)?.memory?.S ?? '{}';
  const [pending] = JSON.parse(memory).line;
  expect(pending).toMatchObject({ grows: true, seen: expect.any(Number) });
  expect(pending.seen).toBeGreaterThan(0);
  const unseen = draftIn(stored, pending.seen);
  expect(unseen).toMatch(/419번째문장입니다\.$/);
  return unseen;
}

let fromNowMs = 0;

/** Lets time go by, for whoever asks the clock. */
function passes(ms: number): void {
  fromNowMs += ms;
}

describe.each(releases())('what release %i has stored is read by this one', release => {
  const { recordedAt, stories } = readCorpus(release);
  let gateway: ReleaseGateway;

  beforeAll(async () => {
    gateway = await startReleaseGateway();
    operatorHears(({ level, what }) => gateway.logged.push({ level, what }));
  });

  afterAll(() => gateway?.stop());

  beforeEach(() => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + fromNowMs);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await gateway.takeStored();
  });

  test.each(Object.keys(stories))('%s', async name => {
    const goesOn = Object.entries(GOES_ON).find(([known]) => known === name)?.[1];
    const stored = stories[name];
    if (stored === undefined || goesOn === undefined) throw new Error(`nobody knows how "${name}" goes on`);
    fromNowMs = 0;
    passes(recordedAt + 15 * SECOND - Date.now());
    await gateway.putStored(moved(stored, CALLBACK_ORIGIN, gateway.sink.origin));
    gateway.logged.length = 0;
    gateway.told.length = 0;
    await goesOn(gateway, stored);
    expect(gateway.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

test('this release stores in the form of the newest corpus: another form needs a corpus of its own', async () => {
  const newest = readCorpus(releases().at(-1) ?? 0);
  const today = await recordCorpus();
  const howTo = 'npm run release:corpus';
  expect({ howTo, stories: Object.keys(today.stories) }).toEqual({
    howTo,
    stories: Object.keys(newest.stories),
  });
  expect({ howTo, ...formOf(today) }).toEqual({ howTo, ...formOf(newest) });
}, 120_000);

test('every story goes on', () => {
  expect(Object.keys(GOES_ON)).toEqual(Object.keys(STORIES));
});
