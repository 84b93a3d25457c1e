import { CALM, type Schedule, type Step } from './schedule.ts';

const of = (...steps: readonly Partial<Step>[]): Schedule => ({
  seed: 0,
  steps: steps.map(step => ({ ...CALM, ...step })),
});

const DEAD = { store: [], dies: { at: 0, when: 'before' } } as const;

/** The schedules that once broke a promise, each as small as it could be made. */
export const KEPT: readonly { readonly name: string; readonly schedule: Schedule }[] = [
  {
    name: 'a late turn is answered by the rule that was chosen for it',
    schedule: of({ does: 'choose', queueMs: 700 }, { afterMs: 300, does: 'count' }),
  },
  {
    name: 'an answer waits in its own room, while the user is in another',
    schedule: of({ does: 'ask' }, { afterMs: 60, place: 'group-2', does: 'ask' }),
  },
  {
    name: 'the rest of the room says nothing of a late turn elsewhere',
    schedule: of({ does: 'ask' }, { afterMs: 4_000, place: 'group-2', does: 'look' }),
  },
  {
    name: 'two late turns are worked on one after the other',
    schedule: of({ does: 'learn' }, { afterMs: 60, does: 'ask' }),
  },
  {
    name: 'a late turn is not overtaken, though another took its place in the session',
    schedule: of({ does: 'learn' }, { afterMs: 60, does: 'count' }, { does: 'learn' }),
  },
  {
    name: 'an overrun and a slow rule beside it are worked on once each',
    schedule: of({ does: 'overrun', workMs: 8_000 }, { afterMs: 60, does: 'learn', workMs: 8_000 }),
  },
  {
    name: 'three long turns at once are answered, or apologised for, each in its room',
    schedule: of(
      { does: 'overrun' },
      { does: 'learn', workMs: 8_000 },
      { afterMs: 60, place: 'group-2', does: 'learn', workMs: 8_000 },
    ),
  },
  {
    name: 'a save that is done, and whose answers get lost, is no apology while it can be read',
    schedule: of({ does: 'count', front: ['none', 'lose thrice'] }),
  },
  {
    name: 'a save that hangs past the deadline leaves nothing behind its apology',
    schedule: of({ does: 'overrun', workMs: 3_600, front: ['none', 'hang'] }),
  },
  {
    name: 'a turn that nobody can name has one effect, though its save met another',
    schedule: of({ hasId: false, does: 'count', front: ['none', 'lose'] }, { afterMs: 60, does: 'learn' }),
  },
  {
    name: 'a turn of smart-chat has one effect, though its save met another',
    schedule: of(
      { afterMs: 60, does: 'count' },
      { place: 'smart-chat', does: 'count', front: ['none', 'lose'] },
    ),
  },
  {
    name: 'a late turn that the queue has after all is no apology',
    schedule: of({ does: 'learn', queue: 'lose thrice' }),
  },
  {
    name: "a mark that is taken back leaves another turn's answer there",
    schedule: of(
      { does: 'overrun', workMs: 20_000, queue: 'hang thrice' },
      { afterMs: 172, does: 'learn', workMs: 3_600 },
    ),
  },
  {
    name: 'a turn whose workers all died is told of, whatever the user says next',
    schedule: of({ does: 'learn', workers: [DEAD, DEAD, DEAD] }, { afterMs: 100_000, does: 'look' }),
  },
  {
    name: 'a turn whose workers all died is told of where it has a callback, too',
    schedule: of({ does: 'learn', hasCallback: true, workers: [DEAD, DEAD, DEAD] }),
  },
  {
    name: 'an answer that was saved by a worker which died of posting it is not lost',
    schedule: of({
      does: 'learn',
      hasCallback: true,
      workers: [{ store: [], dies: { at: 3, when: 'before' } }, DEAD, DEAD],
    }),
  },
  {
    name: 'an answer stays readable for a minute after a reply that got lost',
    schedule: of({ does: 'ask' }, { afterMs: 3_000, does: 'collect', isUnseen: true }),
  },
  {
    name: 'work that is done is not done again because it could not be saved at once',
    schedule: of({ does: 'ask', workers: [{ store: ['none', 'refuse'] }] }),
  },
  {
    name: 'an answer that was saved and not posted is not apologised for, though the table fails whoever comes next',
    schedule: of(
      {
        does: 'learn',
        hasCallback: true,
        workers: [
          { store: [], dies: { at: 3, when: 'before' } },
          { store: ['refuse'] },
          { store: ['refuse'] },
        ],
      },
      { afterMs: 60, does: 'look' },
    ),
  },
];
