import { describe, expect, test } from '@jest/globals';
import { Bot, roomSession } from '../../lambda/bot/index.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { openChat } from '../kit/chat.ts';
import { saying, take } from '../kit/turns.ts';

const initial = () => ({ yes: 0 });

describe('a room session is declared', () => {
  test.each(['', '1st', 'two words', '__proto__', 'x'.repeat(41), '투표'])('by no name like %j', name => {
    expect(() => roomSession({ name, initial })).toThrow(
      `a room session's name must be a letter, then at most 39 letters, digits, - and _, not "${name}"`,
    );
  });

  test('by a name of 40 letters, or one that objects have of their own', () => {
    for (const name of ['x'.repeat(40), 'constructor', 'quiz-2_b']) roomSession({ name, initial });
  });

  test('with a function for new rooms', () => {
    const options = { name: 'vote', initial: { yes: 0 } };
    // @ts-expect-error it is no function
    expect(() => roomSession(options)).toThrow('the room session "vote" needs an initial');
  });

  test.each([0, 1.5, -1, 2])('with no version %d that has no way there', version => {
    expect(() => roomSession({ name: 'vote', initial, version })).toThrow(
      `the version of the room session "vote" must be 1, 2, 3…, and from 2 on with a migrate, not ${version}`,
    );
  });
});

describe('a room session', () => {
  const vote = roomSession({ name: 'constructor', initial });

  test('begins as its `initial` makes it, whatever its name', async () => {
    const bot = new Bot().fallback(async turn => JSON.stringify(await vote.read(turn)));
    expect((await openChat(bot, 'open-builder').says('?')).words).toBe('{"yes":0}');
  });

  test('refuses a change that waits: one sentence names it', async () => {
    const bot = new Bot().fallback(async turn => {
      // @ts-expect-error it can't wait
      await vote.change(turn, async () => undefined);
      return '?';
    });
    const chat = openChat(bot, 'open-builder');
    expect((await chat.says('?')).failed).toBe(true);
  });

  test('asked for where nothing keeps rooms is an error that names it', async () => {
    const bot = new Bot().fallback(async turn => String(await vote.read(turn)));
    expect(await take(bot, new MemorySessionStore(), saying('?'))).toMatchObject({
      kind: 'failed',
      error: {
        message:
          'the room session "constructor" is asked for where nothing keeps it: give the gateway its rooms',
      },
    });
  });
});
