import type fc from 'fast-check';
import { HAS_TWO_STEPS } from './model-bot.ts';
import { DEEDS, type Schedule, type ScheduleKind, type Step, schedules } from './schedule.ts';

const QUICK: readonly Step['does'][] = ['look', 'count', 'collect', 'repeat'];
// A bot whose answers grow has other workers, and a kind of schedules of its own.
const ANY = DEEDS.filter(deed => deed !== 'grow' && (HAS_TWO_STEPS || deed !== 'think'));
const GROWING: readonly Step['does'][] = ['grow', 'grow', 'grow', 'look', 'count', 'collect', 'repeat'];

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
  growing: kind('answers grow', { deeds: GROWING }),
  growingDeaths: kind('workers die while answers grow', { deeds: GROWING, deaths: true }),
  growingKakao: kind('Kakao fails while answers grow', { deeds: GROWING, kakao: true }),
  growingAll: kind('the store and Kakao fail, and workers die, while answers grow', {
    deeds: GROWING,
    store: true,
    deaths: true,
    kakao: true,
  }),
};
