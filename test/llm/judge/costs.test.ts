import { describe, expect, test } from '@jest/globals';
import { numberedSentences } from '../../kit/fake-model.ts';
import { chatBot } from './chat-bot.ts';
import { Listener, type Way } from './listener.ts';
import type { TableCosts } from './table-bill.ts';
import { inWorld } from './world.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** The costs of a user's nth question, whose answer of 1,100 characters streams for so many seconds, with a tap every ten. */
function costsOf(way: Way, seconds: number, nth: number): Promise<TableCosts> {
  const { bot, words } = chatBot(() => ({ words: numberedSentences(30), overMs: seconds * 1_000 }));
  return inWorld(bot, { seed: 1 }, async world => {
    const listener = new Listener(world, bot.texts, way, words);
    const asks = async () => {
      await listener.says('라떼는 어떤 커피인가요? 산미가 있는지도 알려 주세요.');
      await listener.listens(() => 10_000);
      // The second and the third record come, and all that is remembered for a minute is forgotten.
      await pause(120_000);
    };
    for (let question = 1; question < nth; question++) await asks();
    world.bill.since();
    await asks();
    return world.bill.since();
  });
}

/** At most, by the seconds of the stream: calls and DynamoDB's units of a question in the middle of a talk. */
const AT_MOST: Readonly<
  Record<'callback' | 'room', readonly (readonly [seconds: number, most: TableCosts])[]>
> = {
  callback: [
    [3, { reads: 4, readUnits: 8, writes: 6, writeUnits: 20 }],
    [20, { reads: 4, readUnits: 8, writes: 14, writeUnits: 36 }],
    [44, { reads: 4, readUnits: 8, writes: 27, writeUnits: 65 }],
  ],
  room: [
    [3, { reads: 5, readUnits: 10, writes: 7, writeUnits: 27 }],
    [20, { reads: 10, readUnits: 12, writes: 17, writeUnits: 46 }],
    [44, { reads: 14, readUnits: 16, writes: 32, writeUnits: 85 }],
  ],
};

describe.each(['callback', 'room'] as const)('the table is asked for a question of a talk by %s', way => {
  test.each(AT_MOST[way])(
    'whose answer streams for %d s: so often, and no oftener',
    async (seconds, most) => {
      const costs = await costsOf(way, seconds, 6);
      for (const [name, value] of Object.entries(most))
        expect([name, Math.max(costs[name as keyof TableCosts], value)]).toEqual([name, value]);
      // Drafts are written every two seconds, and nothing else depends on how long an answer takes.
      expect(costs.writes).toBeGreaterThan(seconds / 2);
    },
  );
});
