import { expect, test } from '@jest/globals';
import { mailsOf } from './play-alarms.ts';
import type { PlayedAlarm } from './read-alarms.ts';

/** The minutes of the mails of an alarm from 1 on, whose values are one a minute; `-` is none. */
function mailsFor(alarm: Partial<PlayedAlarm>, values: string): readonly string[] {
  const played: PlayedAlarm = {
    ...{ kind: 'some', periodMinutes: 1, points: 1, outOf: 1, missing: 'notBreaching', tellsEnd: true },
    isBreaching: value => value >= 1,
    valuesIn: () => Float64Array.from(values, value => (value === '-' ? Number.NaN : Number(value))),
    ...alarm,
  };
  return mailsOf([played], { minutes: values.length, counts: new Map() }).map(
    ({ says, at }) => `${says} ${at - DELAY}`,
  );
}

/** Until metrics are there and were looked at. */
const DELAY = 2;

test.each([
  ['goes off at the minute that breaches, and is over with it', {}, '00100', ['ALARM 2', 'OK 3']],
  ['waits for as many periods as it must be', { points: 2, outOf: 3 }, '010100000', ['ALARM 3', 'OK 4']],
  ['goes on as long as they are among those that it looks at', { outOf: 4 }, '0100000', ['ALARM 1', 'OK 5']],
  ['tells no end where it must not', { tellsEnd: false }, '0100', ['ALARM 1']],
  [
    'counts its periods back from each minute',
    { periodMinutes: 3, points: 2, outOf: 2 },
    '100100000',
    ['ALARM 3', 'OK 4'],
  ],
  ['looks at older data where newer lacks', {}, '01----', ['ALARM 1', 'OK 4']],
  ['takes what lacks as bad where it says so', { missing: 'breaching' }, '00---', ['ALARM 4']],
  [
    'stays as it is for want of data where it says so',
    { missing: 'ignore' },
    '01------0',
    ['ALARM 1', 'OK 8'],
  ],
])('an alarm %s', (_, alarm, values, expected) => {
  expect(mailsFor(alarm, values)).toEqual(expected);
});
