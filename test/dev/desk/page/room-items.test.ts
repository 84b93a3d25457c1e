import { describe, expect, test } from '@jest/globals';
import type { Act, Exchange, Scene } from '../../../../dev/desk/desk-api.ts';
import {
  isAwaited,
  keyboardOf,
  quickRepliesOf,
  type RoomItem,
} from '../../../../dev/desk/page/room/room-items.ts';
import { roomItems, roomLines } from '../../../../dev/desk/page/room/room-layout.ts';
import { wordsOf } from '../../../../dev/desk/page/room/words-of.ts';
import { AT, bubble, exchange, SCENE, STATE, shown } from './exchanges.ts';

const words = { ko: '한 문장', en: 'A sentence' };
const itemsOf = (...exchanges: readonly Exchange[]): readonly RoomItem[] => roomItems(exchanges, SCENE);
const told = (items: readonly RoomItem[]): string[] =>
  items.map(item => `${item.kind} ${wordsOf(item, 'en')}`);
const deferred = (given: Partial<Exchange>): Exchange =>
  exchange('1', { fate: { kind: 'deferred', text: '잠시만요' }, ...given });
const OPEN = { expiresAt: AT + 60_000, state: 'open', posts: [] } as const;
const post = (isTaken: boolean, message: string) => ({
  at: AT + 3_000,
  ms: 3_000,
  json: bubble('유자차를 추천해요.'),
  isTaken,
  message,
  violations: [],
});

describe('the room shows', () => {
  test('what was said, and the answer to it', () => {
    expect(told(itemsOf(shown('1', bubble('안녕하세요'))))).toEqual(['said 메뉴', 'answer 안녕하세요']);
  });

  test("what Kakao tells a user of smart-chat's whose bot does not respond, and of Open Builder's nothing", () => {
    const fate = { kind: 'dropped', reason: 'status', says: words } as const;
    const smart = { ...SCENE, protocol: 'smart-chat' } as const;
    const request = (method: 'GET' | 'POST', path: string) => ({
      method,
      url: `http://b${path}`,
      headers: {},
    });
    const lost = (scene: Scene, sent: Exchange['request']) =>
      told(roomItems([exchange('1', { fate, scene, request: sent })], scene)).slice(1);
    expect(lost(smart, request('POST', '/message'))).toEqual([
      expect.stringContaining('자동응답 시스템이 응답을 하지 않습니다'),
      'note A sentence',
    ]);
    expect(lost(smart, request('GET', '/keyboard'))).toEqual(['note A sentence']);
    expect(lost(SCENE, request('POST', '/skill'))).toEqual(['note A sentence']);
  });

  test("a refused value's message, by which Kakao asks for it again", () => {
    const judged = (status: string, json: unknown) =>
      told(itemsOf(shown('1', json, { fate: { kind: 'judged', status, says: words } }))).slice(1);
    const message = '휴대전화 번호를 적어 주세요';
    expect(judged('FAIL', { status: 'FAIL', message })).toEqual([
      `waiting ${message}`,
      'note FAIL: A sentence',
    ]);
    for (const json of [{ status: 'FAIL' }, { message: 7 }, { message: '' }, null, 'FAIL'])
      expect(judged('FAIL', json)).toEqual(['note FAIL: A sentence']);
    expect(judged('SUCCESS', { message })).toEqual(['note SUCCESS: A sentence']);
  });

  test("the errors of the bot's own log, and nothing else of it", () => {
    const failed = shown('1', bubble('죄송해요'), {
      log: [
        { level: 'error', text: 'hears 메뉴: turn failed\nError: 우유가 없어요\n  at bot.ts:7:3' },
        { level: 'info', text: 'turn answered' },
      ],
    });
    expect(told(itemsOf(failed))).toEqual([
      'said 메뉴',
      'answer 죄송해요',
      "note The bot's log tells of an error. hears 메뉴: turn failed: Error: 우유가 없어요",
    ]);
  });

  test('that the bot has yet to answer', () => {
    expect(isAwaited(exchange('1'))).toBe(true);
    expect(isAwaited(shown('1', bubble('안녕하세요')))).toBe(false);
    expect(isAwaited(deferred({ callback: OPEN }))).toBe(true);
    expect(isAwaited(deferred({ callback: { ...OPEN, state: 'taken' } }))).toBe(false);
    expect(isAwaited(deferred({ callback: { ...OPEN, state: 'expired' } }))).toBe(false);
  });

  test('why Kakao dropped an answer, in place of it', () => {
    const dropped = exchange('1', { fate: { kind: 'dropped', reason: 'timeout', says: words } });
    expect(told(itemsOf(dropped))).toEqual(['said 메뉴', 'note A sentence']);
  });

  test('the waiting words and a note that a callback will come; then the callback, where it came', () => {
    expect(told(itemsOf(deferred({ callback: OPEN })))).toEqual([
      'said 메뉴',
      'waiting 잠시만요',
      'note The bot will answer later by its callback (useCallback).',
    ]);
    const taken = deferred({ callback: { ...OPEN, state: 'taken', posts: [post(true, 'SUCCESS')] } });
    expect(told(itemsOf(taken)).slice(3)).toEqual([
      'answer 유자차를 추천해요.',
      'note This answer came by callback after 3.0 s.',
    ]);
  });

  test.each(['open', 'expired'] as const)(
    "Kakao's words where it refused a callback, which is %s then",
    state => {
      const refused = deferred({
        callback: { ...OPEN, state, posts: [post(false, 'Invalid callback token.')] },
      });
      expect(told(itemsOf(refused)).slice(3)).toEqual([
        'note Kakao refused the callback that came after 3.0 s: Invalid callback token.',
      ]);
    },
  );

  test('that a callback never came', () => {
    const expired = deferred({ callback: { ...OPEN, state: 'expired' } });
    expect(told(itemsOf(expired)).slice(3)).toEqual([
      'note No callback came within 60.0 s: the user gets no answer.',
    ]);
  });

  test('a request that came twice once, and whether the answers differ', () => {
    const first = shown('1', bubble('하나'));
    const again = (text: string) => shown('2', bubble(text), { repeats: '1' });
    expect(told(itemsOf(first, again('하나')))).toEqual([
      'said 메뉴',
      'answer 하나',
      'note The request went twice; both answers are the same.',
    ]);
    expect(told(itemsOf(first, again('둘'))).at(-1)).toMatch(/^note The request went twice, and .* differ/);
    expect(told(itemsOf(exchange('1'), again('둘')))).toEqual(['said 메뉴']);
  });

  test('a late answer where it came, behind what was said meanwhile', () => {
    const taken = deferred({ callback: { ...OPEN, state: 'taken', posts: [post(true, 'SUCCESS')] } });
    const meanwhile = shown('2', bubble('네'), { at: AT + 1_000, said: '안녕' });
    expect(told(itemsOf(taken, meanwhile)).map(line => line.split(' ')[0])).toEqual([
      ...['said', 'waiting', 'note', 'said', 'answer', 'answer', 'note'],
    ]);
  });

  test.each<[Act, string]>([
    [{ kind: 'enters' }, 'did Entered the room.'],
    [{ kind: 'calls-block', block: '예약' }, 'did Called a block: 예약'],
    [{ kind: 'adds-friend' }, 'did Added the channel as a friend.'],
    [{ kind: 'leaves' }, 'did Left the room.'],
    [{ kind: 'sends', media: 'photo', url: 'https://example.com/1.jpg' }, 'sent https://example.com/1.jpg'],
  ])('what was done without words: %j', (act, line) => {
    const { said: _, ...silent } = exchange('1', { act, fate: { kind: 'silent', says: words } });
    expect(told(itemsOf(silent))).toEqual([line, 'note A sentence']);
  });

  test("smart-chat's home keyboard without a bubble", () => {
    const scene: Scene = { ...SCENE, protocol: 'smart-chat' };
    const { said: _, ...entered } = shown('1', { type: 'text' }, { scene, act: { kind: 'enters' } });
    expect(told(itemsOf(entered))).toEqual(['did Entered the room.']);
  });

  test("this user's private room alone, in both protocols; a group's whole talk", () => {
    const other = { ...SCENE.user, name: '철수', botUserKey: 'b'.repeat(66) };
    const group = { name: '모임', kind: 'group', id: 'g1' } as const;
    const exchanges = [
      shown('1', bubble('내 방')),
      shown('2', bubble('남의 방'), { scene: { ...SCENE, user: other } }),
      shown('3', { message: { text: '스마트채팅' } }, { scene: { ...SCENE, protocol: 'smart-chat' } }),
      shown('4', bubble('모임에서'), { scene: { ...SCENE, user: other, room: group }, said: '모두 안녕' }),
    ];
    const answers = (scene: Scene) =>
      roomItems(exchanges, scene)
        .filter(({ kind }) => kind === 'answer')
        .map(item => wordsOf(item, 'en'));
    expect(answers(SCENE)).toEqual(['내 방', '스마트채팅']);
    const inGroup: Scene = { ...SCENE, room: group };
    expect(answers(inGroup)).toEqual(['모임에서']);
    const sides = roomLines(roomItems(exchanges, inGroup), inGroup).flatMap(line =>
      line.kind === 'item' ? [line.side] : [],
    );
    expect(sides).toEqual(['other', 'bot']);
  });

  test('the items of an exchange as the same objects as long as it is the same', () => {
    const one = shown('1', bubble('안녕하세요'));
    const [before, after] = [itemsOf(one), itemsOf(one, exchange('2', { at: AT + 1_000 }))];
    expect(after.slice(0, 2).every((item, at) => item === before[at])).toBe(true);
  });
});

describe('a line of the room', () => {
  test('begins a day once, a name once, and ends a minute once', () => {
    const items = itemsOf(
      shown('1', bubble('하나')),
      shown('2', bubble('둘'), { at: AT + 10_000, said: '', act: { kind: 'calls-block', block: '예약' } }),
      shown('3', bubble('셋'), { at: AT + 86_400_000 }),
    );
    const lines = roomLines(items, SCENE).map(line =>
      line.kind === 'day'
        ? 'day'
        : `${line.side}${line.isFirst ? ' first' : ''}${line.hasMinute ? ' minute' : ''}`,
    );
    expect(lines).toEqual([
      ...['day', 'own first minute', 'bot first minute', 'middle first minute', 'bot first minute'],
      ...['day', 'own first minute', 'bot first minute'],
    ]);
  });

  test('is one of several bubbles of a minute: the name at the first, the time at the last', () => {
    const first = deferred({ callback: { ...OPEN, state: 'taken', posts: [post(true, 'SUCCESS')] } });
    const bot = roomLines(itemsOf(first), SCENE).flatMap(line =>
      line.kind === 'item' && line.side === 'bot' ? [line] : [],
    );
    expect(bot.map(({ hasMinute }) => hasMinute)).toEqual([false, true]);
  });
});

test('the name of a group bot stands once over what it answers to two members', () => {
  const room = { name: '모임', kind: 'group', id: 'g1' } as const;
  const [scene, other] = [SCENE.user, { ...SCENE.user, name: '철수', botUserKey: 'b'.repeat(66) }].map(
    (user): Scene => ({ ...SCENE, room, user }),
  );
  const answers = [scene, other].map((asking, at) =>
    shown(String(at), bubble('네'), {
      scene: asking ?? SCENE,
      said: '',
      act: { kind: 'says', text: '' },
      at: AT + at,
    }),
  );
  const lines = roomLines(roomItems(answers, scene ?? SCENE), scene ?? SCENE).slice(1);
  expect(lines.map(line => line.kind === 'item' && line.isFirst)).toEqual([true, false]);
  expect(lines.map(line => line.kind === 'item' && line.hasMinute)).toEqual([false, true]);
});

describe('quick replies', () => {
  const asking = shown('1', bubble('무엇을 드릴까요?', '메뉴', '주문'));

  test('stand under the last bubble', () => {
    expect(quickRepliesOf(itemsOf(asking), SCENE)?.exchange).toBe(asking);
  });

  test('are gone once something is said', () => {
    expect(quickRepliesOf(itemsOf(asking, exchange('2', { at: AT + 1_000 })), SCENE)).toBeUndefined();
  });

  test('stay behind a note of the desk, which no user sees', () => {
    const again = shown('2', bubble('무엇을 드릴까요?', '메뉴', '주문'), { repeats: '1' });
    expect(quickRepliesOf(itemsOf(asking, again), SCENE)?.exchange).toBe(asking);
  });

  test('are none of a group room, which shows none', () => {
    const scene: Scene = { ...SCENE, room: { name: '모임', kind: 'group', id: 'g1' } };
    expect(quickRepliesOf(roomItems([{ ...asking, scene }], scene), scene)).toBeUndefined();
  });

  test('are none of smart-chat, which has a keyboard in place of the input', () => {
    const scene: Scene = { ...SCENE, protocol: 'smart-chat' };
    const keyboard = { type: 'buttons', buttons: ['메뉴', '주문'] } as const;
    expect(quickRepliesOf(itemsOf(asking), scene)).toBeUndefined();
    expect(keyboardOf({ ...STATE, scene, keyboard })).toEqual(['메뉴', '주문']);
    expect(keyboardOf({ ...STATE, keyboard })).toBeUndefined();
    expect(keyboardOf({ ...STATE, scene })).toBeUndefined();
  });
});

describe('the text that is copied of a bubble', () => {
  test('is everything that a user reads of a card, without its buttons', () => {
    const card = {
      title: '아메리카노',
      description: '볶은 원두로 내려요.',
      thumbnail: { imageUrl: 'https://example.com/1.jpg' },
      buttons: [{ label: '담기', action: 'message', messageText: '담기' }],
    };
    const answer = {
      template: {
        outputs: [{ carousel: { type: 'basicCard', items: [card] } }, { simpleText: { text: '끝' } }],
      },
    };
    const [, item] = itemsOf(shown('1', answer));
    expect(item && wordsOf(item, 'en')).toBe('아메리카노\n볶은 원두로 내려요.\n끝');
  });

  test.each([
    null,
    7,
    'text',
    [],
    { template: null },
    { template: { outputs: 'x' } },
    { template: { outputs: [null] } },
  ])('is some text of whatever a bot sends: %j', answer => {
    const item = itemsOf(shown('1', answer)).at(-1);
    expect(typeof (item && wordsOf(item, 'en'))).toBe('string');
  });
});
