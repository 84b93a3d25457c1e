import { expect, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { Bot } from '../../lambda/bot/index.ts';
import { valid } from '../../lambda/bot/validation.ts';
import { judgeValue } from '../../lambda/turn/judge-value.ts';
import type { Session } from '../../lambda/turn/session.ts';

test('whoever has no key is a new user to a validation, and nobody asks the store', async () => {
  const bot = new Bot({ session: () => ({ cups: 0 }) }).validates('수량', async (_, asked) =>
    valid(`${(await asked.session()).cups}`),
  );
  const store = {
    load: async (): Promise<Session> => {
      throw new Error('asked');
    },
  };
  const user = { channelKind: 'live', isFriend: false } as const;
  const asked = { parameter: '수량', value: { value: '1' }, user, text: '1잔', isFillingSlots: false };
  expect(await judgeValue({ bot, store }, asked, deadlineAt(Date.now() + 1_000))).toEqual({
    kind: 'judged',
    verdict: valid('0'),
  });
});
