import type fc from 'fast-check';
import { HAS_TWO_STEPS } from './model-bot.ts';
import { DEEDS, type Schedule, type ScheduleKind, type Step, schedules } from './schedule.ts';

const QUICK: readonly Step['does'][] = ['look', 'count', 'collect', 'repeat'];
const ANY = DEEDS.filter(deed => HAS_TWO_STEPS || deed !== 'think');

const kind = (name: string, what: ScheduleKind): Kind => ({ name, schedules: schedules(what) });

interface Kind {
  readonly name: string;
  readonly schedules: fc.Arbitrary<Schedule>;
}

/** The kinds of schedules, from those where nothing goes wrong to those where everything may. */
export const KINDS = {
  calm: kind('nothing goes wrong', { deeds: ANY }),
  quick: kind('quick turns while the store has troubles', { deeds: QUICK, store: true }),
  store: kind('late turns while the store has troubles', { deeds: ANY, store: true }),
  queue: kind('the queue has troubles', { deeds: ANY, queue: true }),
  deaths: kind('workers die', { deeds: ANY, deaths: true }),
  kakao: kind('Kakao fails, and loses replies', { deeds: ANY, kakao: true }),
  everything: kind('everything goes wrong', {
    deeds: ANY,
    store: true,
    queue: true,
    deaths: true,
    kakao: true,
  }),
};
