import type { Schedule, Step } from './schedule.ts';
import type { BrokenPromise, History } from './turns.ts';

/** A schedule that broke promises, as somebody can read it: what was to happen, and what did. */
export function readable(schedule: Schedule, { trace }: History, broken: readonly BrokenPromise[]): string {
  return [
    ...broken.map(({ promise, turn }) => `broken: ${promise} (turn ${turn})`),
    `the schedule, with seed ${schedule.seed}:`,
    ...schedule.steps.map(step => `  ${wordsOf(step)}`),
    'and so it went, by milliseconds:',
    ...trace,
    `to be kept: ${JSON.stringify(schedule)}`,
  ].join('\n');
}

function wordsOf(step: Step): string {
  const { afterMs, user, place, does, workMs, hasCallback, hasId, isUnseen } = step;
  const facts = [
    hasCallback && 'with a callback',
    !hasId && 'without an id',
    isUnseen && 'its reply unseen',
    ...(['front', 'queue', 'workers', 'kakao'] as const).map(
      part => isTrouble(step[part]) && `${part}: ${JSON.stringify(step[part])}`,
    ),
  ];
  const slow = ['ask', 'learn', 'choose', 'overrun', 'think'].includes(does) ? ` (${workMs} ms)` : '';
  return [`after ${afterMs} ms ${user} in ${place}: ${does}${slow}`, ...facts.filter(Boolean)].join(', ');
}

function isTrouble(part: unknown): boolean {
  return /[a-z]/.test(JSON.stringify(part).replaceAll('none', '').replaceAll('"store":[]', ''));
}
