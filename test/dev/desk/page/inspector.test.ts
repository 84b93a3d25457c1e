import { describe, expect, test } from '@jest/globals';
import type { Exchange } from '../../../../dev/desk/desk-api.ts';
import {
  fateOf,
  saidIn,
  secondsLeft,
  shareOfWait,
} from '../../../../dev/desk/page/inspector/exchange-facts.ts';
import {
  isWithin,
  jsonText,
  membersOf,
  nearestPlace,
} from '../../../../dev/desk/page/inspector/json-places.ts';
import { AT, bubble, exchange, shown } from './exchanges.ts';

const words = { ko: '한 문장', en: 'A sentence' };
const fateIn = (given: Partial<Exchange>): string => {
  const { says, tone } = fateOf(exchange('1', given));
  return `${says.en} (${tone})`;
};
const deferred = { fate: { kind: 'deferred', text: '' } } as const;
const callback = (state: 'open' | 'taken' | 'expired', ...posts: readonly boolean[]) => ({
  expiresAt: AT + 60_000,
  state,
  posts: posts.map(isTaken => ({ at: AT, ms: 0, isTaken, message: '', violations: [] })),
});

describe('a row of the inspector', () => {
  test.each<[Partial<Exchange>, string]>([
    [{}, 'Waiting (plain)'],
    [{ fate: { kind: 'shown' } }, 'Shown (good)'],
    [
      {
        fate: { kind: 'shown' },
        violations: [{ path: '', rule: 'length', severity: 'shortened', says: words }],
      },
      'Shown, shortened (late)',
    ],
    [{ fate: { kind: 'silent', says: words } }, 'No bubble (plain)'],
    [{ fate: { kind: 'judged', status: 'SUCCESS', says: words } }, 'Judged SUCCESS (good)'],
    [{ fate: { kind: 'judged', status: 'FAIL', says: words } }, 'Judged FAIL (late)'],
    [{ fate: { kind: 'dropped', reason: 'timeout', says: words } }, 'Over 5 s (lost)'],
    [{ fate: { kind: 'dropped', reason: 'violation', says: words } }, 'Invalid (lost)'],
    [{ ...deferred, callback: callback('open') }, 'Callback awaited (late)'],
    [{ ...deferred, callback: callback('open', false) }, 'Callback refused (lost)'],
    [{ ...deferred, callback: callback('taken', false, true) }, 'Called back (good)'],
    [{ ...deferred, callback: callback('expired', false) }, 'Callback refused (lost)'],
    [{ ...deferred, callback: callback('expired') }, 'Callback expired (lost)'],
  ])('tells the fate of %j', (given, fate) => {
    expect(fateIn(given)).toBe(fate);
  });

  test("draws its milliseconds against Kakao's five seconds", () => {
    const took = (ms: number) => shown('1', {}, { answer: { status: 200, headers: {}, text: '', ms } });
    expect([1_250, 5_000, 7_000].map(ms => shareOfWait(took(ms)))).toEqual([0.25, 1, 1]);
    expect(shareOfWait(exchange('1'))).toBe(0);
    const late = exchange('1', { fate: { kind: 'dropped', reason: 'timeout', says: words } });
    expect(shareOfWait(late)).toBe(1);
  });

  test('has the words that were said, or else what was done', () => {
    const { said: _, ...silent } = exchange('1', { act: { kind: 'enters' } });
    expect(saidIn(exchange('1')).en).toBe('메뉴');
    expect(saidIn(silent).en).toBe('Entered the room.');
    expect(saidIn(exchange('1', { repeats: '0' })).en).toBe('메뉴 (again)');
    const photo = { kind: 'sends', media: 'photo', url: 'https://example.com/1.jpg' } as const;
    expect(saidIn({ ...silent, act: photo }).en).toBe('Sent a photo.');
    expect(saidIn({ ...silent, repeats: '0' }).en).toBe('Entered the room. (again)');
  });

  test.each([
    [0, 60],
    [59_001, 1],
    [60_000, 0],
    [90_000, 0],
  ])('counts the seconds that a callback has left: %d ms after the request', (ms, seconds) => {
    expect(secondsLeft(AT + 60_000, AT + ms)).toBe(seconds);
  });
});

describe('JSON in the inspector', () => {
  const answer = { version: '2.0', template: { outputs: [{ basicCard: { title: 'a', 'x-y': 1 } }] } };

  test('has its members at their places, as violations name them', () => {
    const paths = (value: unknown, path: string) => membersOf(value, path, 10).members.map(one => one.path);
    expect(paths(answer, '')).toEqual(['version', 'template']);
    expect(paths(answer.template.outputs, 'template.outputs')).toEqual(['template.outputs[0]']);
    expect(membersOf(null, '', 10)).toEqual({ members: [], count: 0 });
    expect(membersOf('text', '', 10)).toEqual({ members: [], count: 0 });
  });

  test('shows at most so many members of an object or a list, and tells how many there are', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => at);
    expect(membersOf(many, 'all', 3)).toMatchObject({ members: [{}, {}, {}], count: 1_000 });
    expect(membersOf({ ...many }, '', 3).members).toHaveLength(3);
  });

  test.each([
    ['template.outputs[0].basicCard.title', 'template.outputs[0].basicCard.title'],
    ['template.outputs[0].basicCard.thumbnail', 'template.outputs[0].basicCard'],
    ['template.outputs[3].simpleText', 'template.outputs'],
    ['template.outputs[0].basicCard.thumbnail.imageUrl', 'template.outputs[0].basicCard'],
    ['', ''],
    ['message.text', ''],
  ])('marks a violation at the nearest place that is there: %s', (path, place) => {
    expect(nearestPlace(path, answer)).toBe(place);
  });

  test('opens on the way to a violation', () => {
    expect(isWithin('template.outputs[0].basicCard', 'template.outputs')).toBe(true);
    expect(isWithin('template.outputs[10]', 'template.outputs[1]')).toBe(false);
    expect(isWithin('templates', 'template')).toBe(false);
    expect(isWithin('anything', '')).toBe(true);
  });

  test('is copied as a person reads it', () => {
    expect(jsonText(bubble('안녕'))).toContain('\n  "template": {');
    expect(jsonText(undefined)).toBe('');
  });
});
