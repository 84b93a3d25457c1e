import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { MAX_ROOM_BYTES, MemoryRoomStore } from '../../lambda/turn/rooms.ts';
import { SESSION_LIFETIME_DAYS } from '../../lambda/turn/session.ts';
import { openChat } from '../kit/testing.ts';
import { bot } from '../types/group-rooms.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

describe.each(['docs/group-rooms.md', 'docs/group-rooms.ko.md'])('%s', page => {
  const text = read(page);
  const [shared = '', tested = '', noticed = ''] = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(
    ([, code = '']) => code,
  );

  test('shows code that compiles', () => {
    const compiled = read('test/types/group-rooms.ts');
    expect(shared).toContain('roomSession(');
    expect(compiled).toContain(shared);
    expect(noticed).toContain('bot.notices(');
    expect(compiled).toContain(noticed);
  });

  test('shows a test that passes', () => {
    expect(read('test/docs/group-rooms.test.ts').replace(/^ {2}/gm, '')).toContain(tested);
  });

  test('has the figures of rooms', () => {
    expect(text).toContain(MAX_ROOM_BYTES.toLocaleString('en-US'));
    expect(text).toMatch(new RegExp(`\\b${SESSION_LIFETIME_DAYS}(?: days|일)`));
  });
});

test('the vote of the page counts who chose, each once', async () => {
  const roomStore = new MemoryRoomStore();
  const one = openChat(bot, 'open-builder', { room: 'group', userKey: 'one', roomStore });
  const other = openChat(bot, 'open-builder', { room: 'group', userKey: 'other', roomStore });
  await one.says('김밥');
  expect((await other.says('국수')).words).toBe('2명이 골랐어요.');
  expect((await one.says('국수')).words).toBe('2명이 골랐어요.');
  expect((await one.says('결과')).words).toBe('김밥 0명\n국수 2명\n덮밥 0명');
  await other.says('점심 끝');
  expect((await one.says('결과')).words).toBe('김밥 0명\n국수 0명\n덮밥 0명');
});
