import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { operatorHears } from '../../lambda/bot/operator.ts';
import { runs } from '../kit/property.ts';
import { brokenPromises } from './invariants.ts';
import { KEPT } from './kept.ts';
import { KINDS } from './kinds.ts';
import { play } from './play.ts';
import { readable } from './readable.ts';
import type { Schedule } from './schedule.ts';

// Tables fail by the thousand here.
beforeAll(() => operatorHears(() => {}));

/** Plays it. @throws with the schedule and everything that happened, when a promise is broken */
async function keepsItsPromises(schedule: Schedule): Promise<void> {
  const history = await play(schedule);
  const broken = brokenPromises(history);
  if (broken.length > 0) throw new Error(readable(schedule, history, broken));
}

/** Ten thousand schedules in all. */
const RUNS_A_KIND = Math.ceil(10_000 / Object.keys(KINDS).length);

describe('whatever users do, and whatever goes wrong meanwhile, every promise is kept', () => {
  test.each(Object.values(KINDS))(
    '$name',
    async ({ schedules }) => {
      await fc.assert(fc.asyncProperty(schedules, keepsItsPromises), runs(RUNS_A_KIND));
    },
    300_000,
  );
});

describe('a schedule that once broke a promise keeps it', () => {
  test.each(KEPT)('$name', ({ schedule }) => keepsItsPromises(schedule));
});

test('a schedule plays the same every time, whatever the hour', async () => {
  const [any] = fc.sample(KINDS.everything.schedules, runs(1));
  if (any === undefined) throw new Error('there is none');
  const { trace } = await play(any);
  expect(trace.length).toBeGreaterThan(0);
  expect((await play(any)).trace).toEqual(trace);
});
