import { describe, expect, test } from '@jest/globals';
import { EMPTY_FEED, type FeedStep, follow, keyOf, MOST_EXCHANGES } from '../../../../dev/desk/page/feed.ts';
import { AT, bubble, exchange, STATE, shown } from './exchanges.ts';

const told = (...exchanges: readonly ReturnType<typeof exchange>[]): FeedStep[] => [
  { kind: 'connected' },
  { kind: 'state', state: STATE },
  ...exchanges.map(one => ({ kind: 'exchange', exchange: one }) as const),
];

describe('the page', () => {
  test('knows the desk as it was last told', () => {
    const { connection, state, exchanges } = follow(EMPTY_FEED, told(exchange('1')));
    expect({ connection, state, ids: exchanges.map(({ id }) => id) }).toEqual({
      connection: 'open',
      state: STATE,
      ids: ['1'],
    });
  });

  test('replaces an exchange that changed, at its place, and leaves the others the same objects', () => {
    const before = follow(EMPTY_FEED, told(exchange('1'), exchange('2')));
    const changed = shown('1', bubble('안녕하세요'));
    const { exchanges } = follow(before, [{ kind: 'exchange', exchange: changed }]);
    expect(exchanges[0]).toBe(changed);
    expect(exchanges[1]).toBe(before.exchanges[1]);
    expect(exchanges).toHaveLength(2);
  });

  test('keeps the last 200 exchanges, and remembers no other', () => {
    const many = Array.from({ length: MOST_EXCHANGES + 50 }, (_, at) =>
      exchange(String(at), { at: AT + at }),
    );
    const feed = follow(EMPTY_FEED, told(...many));
    expect(feed.exchanges).toEqual(many.slice(-MOST_EXCHANGES));
    expect(feed.remembered.size).toBe(MOST_EXCHANGES);
  });

  test('shows on when the desk is lost, and says so', () => {
    const before = follow(EMPTY_FEED, told(exchange('1')));
    const { connection, exchanges, state } = follow(before, [{ kind: 'lost' }]);
    expect({ connection, exchanges, state }).toEqual({
      connection: 'lost',
      exchanges: before.exchanges,
      state: STATE,
    });
  });

  test('keeps what was said before a restart of the desk, which remembers none of it and counts from 1 again', () => {
    const [old, fresh] = [exchange('1'), exchange('1', { at: AT + 60_000 })];
    const { exchanges, remembered } = follow(EMPTY_FEED, [...told(old), { kind: 'lost' }, ...told(fresh)]);
    expect(exchanges).toEqual([old, fresh]);
    expect([...remembered]).toEqual([keyOf(fresh)]);
  });

  test('shows nothing twice when the connection is made again to the same desk', () => {
    const one = exchange('1');
    const { exchanges, remembered } = follow(EMPTY_FEED, [...told(one), { kind: 'lost' }, ...told(one)]);
    expect(exchanges).toEqual([one]);
    expect([...remembered]).toEqual([keyOf(one)]);
  });

  test('is clean when the room was cleared', () => {
    const { exchanges, remembered } = follow(EMPTY_FEED, [...told(exchange('1')), { kind: 'cleared' }]);
    expect({ exchanges, remembered: remembered.size }).toEqual({ exchanges: [], remembered: 0 });
  });
});
