import { describe, expect, test } from '@jest/globals';
import { CLIENT_CONFIG } from '../../lambda/aws/clients.ts';
import { LATE_QUEUE } from '../../lambda/aws/late-queue-settings.ts';
import { SigningHash } from '../../lambda/aws/signing-hash.ts';
import { LONGEST_REST_MS } from '../../lambda/bot/growing.ts';
import { LONGEST_WORK_MS } from '../../lambda/bot/slow-rule.ts';
import { CALL_LIMITS } from '../../lambda/open-builder/limits.ts';
import * as budget from '../../lambda/turn/time-budget.ts';

/**
 * A sentence, and the two lengths of time that make it true: the first is no longer than the second. A term is a number of
 * the budget by its name, or milliseconds and what they are: "2 × POST_TIMEOUT_MS + 100 ms the SDK pauses".
 */
type Promised = readonly [sentence: string, shorter: string, longer: string];

const ONE_ANSWER: readonly Promised[] = [
  [
    'an answer is there before API Gateway gives up',
    'ANSWER_WITHIN_MS + 100 ms to serve it',
    'INTEGRATION_TIMEOUT_MS',
  ],
  ['API Gateway gives up before Kakao does', 'INTEGRATION_TIMEOUT_MS', 'KAKAO_WAITS_MS'],
  ['an answer has time for its way', 'ANSWER_WITHIN_MS + 500 ms from Kakao and back', 'KAKAO_WAITS_MS'],
  ['a function is ended when nobody waits for it', 'KAKAO_WAITS_MS + 1000 ms', 'FUNCTION_TIMEOUT_SECONDS'],
  ['a rule that is cut off can be deferred', 'RULE_WITHIN_MS + DEFER_MS', 'ANSWER_WITHIN_MS'],
  ['what a rule has made of its answer without a worker is saved in time', '5 × MARK_MS', 'GROWN_END_MS'],
  ['a turn is marked, and sent to the queue', '2 × MARK_MS + 200 ms to connect', 'DEFER_MS'],
  [
    'an answer is called slow before its rule is cut off',
    'SLOW_ANSWER_MS + 100 ms to save',
    'RULE_WITHIN_MS',
  ],
  ['an answer is not called slow at half of its time', '500 ms + 500 ms a cold start', 'SLOW_ANSWER_MS'],
  ['who met other turns can try twice again', '2 × LONGEST_PAUSE_MS + DEFER_MS', 'ANSWER_WITHIN_MS'],
  ['who meets another in a room tries again soon', 'FIRST_ROOM_PAUSE_MS', 'MARK_MS'],
  ['a repeated delivery is recognised', '4 × KAKAO_WAITS_MS', 'REMEMBER_TURN_MS'],
  [
    'a turn that nobody can name again is recognised while its function lives',
    'FUNCTION_TIMEOUT_SECONDS',
    'REMEMBER_BRIEFLY_MS',
  ],
  ['it is forgotten before one that can be', 'REMEMBER_BRIEFLY_MS', 'REMEMBER_TURN_MS'],
  [
    'a rule that is run again has time to meet other turns twice',
    '3 × RERUN_WITHIN_MS + 2 × LONGEST_PAUSE_MS',
    'RULE_WITHIN_MS',
  ],
  [
    'a rule can do without the answer of a plugin that hangs',
    'AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + PLUGIN_TIMEOUT_MS',
    'RULE_WITHIN_MS',
  ],
  [
    'a rule can tell of a secret text that can not be read, after a session that hung once',
    'AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + SECRET_TEXT_WITHIN_MS',
    'RULE_WITHIN_MS',
  ],
  [
    'a secret text is read though one try hangs, or the connection to it',
    'AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 500 ms',
    'SECRET_TEXT_WITHIN_MS',
  ],
  [
    "what a bot does for a notice ends before Kakao Developers' three seconds",
    'NOTICE_WITHIN_MS + 400 ms on the way',
    '3000 ms',
  ],
  [
    'a turn that waits for its alias answers before it is called slow',
    'ALIAS_WITHIN_MS + AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses',
    'SLOW_ANSWER_MS',
  ],
  [
    'the event bus is told over a connection yet to be made',
    '200 ms to connect + 50 ms to call',
    'BUS_WITHIN_MS',
  ],
  [
    'a slow answer has time to tell the event bus, and is not later for it than the deadline',
    'SLOW_ANSWER_MS + BUS_WITHIN_MS',
    'ANSWER_WITHIN_MS',
  ],
  ['a verdict is there before an answer would be', 'VALIDATE_WITHIN_MS', 'ANSWER_WITHIN_MS'],
  ['the probe takes the latest apology for one', 'ANSWER_WITHIN_MS + 200 ms on the way', 'PROBE_WITHIN_MS'],
  ['an answer that the probe takes, Kakao takes', 'PROBE_WITHIN_MS', 'KAKAO_WAITS_MS'],
  [
    'a cold start and a session that hung once are not slow to the probe',
    '400 ms a cold start + 2 × AWS_REQUEST_TIMEOUT_MS',
    'PROBE_SLOW_MS',
  ],
  ['a probe that is slow is no longer one that failed', 'PROBE_SLOW_MS + 1000 ms', 'PROBE_WITHIN_MS'],
  [
    'the probe outlives a secret that hangs and a gateway that does not answer',
    'AWS_TRIES × AWS_REQUEST_TIMEOUT_MS + 300 ms the SDK pauses + KAKAO_WAITS_MS',
    'PROBE_TIMEOUT_SECONDS',
  ],
  ['one probe is over before the next', 'PROBE_TIMEOUT_SECONDS', 'PROBE_EVERY_MS'],
  [
    'a validation stands a session that hung once',
    'AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 200 ms to judge',
    'VALIDATE_WITHIN_MS',
  ],
];

const CALLS_TO_AWS: readonly Promised[] = [
  ['a connection is given up before its try', 'AWS_CONNECTION_TIMEOUT_MS', 'AWS_REQUEST_TIMEOUT_MS'],
  ['a service that is well has answered by then', '500 ms', 'AWS_REQUEST_TIMEOUT_MS'],
  [
    'all tries of a call that hangs fit into the time to answer',
    'AWS_TRIES × AWS_REQUEST_TIMEOUT_MS + 300 ms the SDK pauses',
    'ANSWER_WITHIN_MS',
  ],
  [
    'one load that hangs, and its second try, leave the rule its time',
    '2 × AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 500 ms the rule',
    'RULE_WITHIN_MS',
  ],
  [
    'after one load that hung, a turn can be deferred',
    '2 × AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + DEFER_MS',
    'ANSWER_WITHIN_MS',
  ],
  [
    'after a cold start, and a secret and a session that hung once each, a rule can answer',
    '400 ms a cold start + 2 × AWS_REQUEST_TIMEOUT_MS + 200 ms the SDK pauses + 100 ms the rule',
    'RULE_WITHIN_MS',
  ],
  [
    'what a start does ahead is asked again no later than by a second try',
    'WARM_UP_MS',
    'AWS_REQUEST_TIMEOUT_MS',
  ],
  [
    'after a start that did nothing ahead in its time, and a secret or a session that hung once, a rule can answer',
    '400 ms a cold start + WARM_UP_MS + 2 × AWS_REQUEST_TIMEOUT_MS + 200 ms the SDK pauses + 100 ms the rule',
    'RULE_WITHIN_MS',
  ],
  [
    'after such a start, a value can be judged where nothing hangs',
    '400 ms a cold start + WARM_UP_MS + 300 ms to read the secret + 200 ms to judge',
    'VALIDATE_WITHIN_MS',
  ],
  ['who shows a value that was ended soon learns it', 'SECRET_RECHECK_MS', '10000 ms'],
  ['a value that a rotation ended ends unasked in a minute and a half', 'SECRET_FRESH_MS', '90000 ms'],
  ['and in three minutes however seldom it is shown', 'SECRET_TRUSTED_MS', '180000 ms'],
  ['a secret is asked for less often than the probe asks', 'PROBE_EVERY_MS + 1000 ms', 'SECRET_FRESH_MS'],
  [
    'a secret that may be newer, and a session that hung once, leave the rule its time',
    'SECRET_REFRESH_MS + AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 500 ms the rule',
    'RULE_WITHIN_MS',
  ],
];

const LATE_TURNS: readonly Promised[] = [
  ['SQS takes what the queue is set to', '60000 ms the least that it allows', 'QUEUE_RETENTION_SECONDS'],
  ['the queue keeps a turn while its callback lives', 'CALLBACK_LIVES_MS', 'QUEUE_RETENTION_SECONDS'],
  ['be that of a group room', 'GROUP_CALLBACK_LIVES_MS', 'QUEUE_RETENTION_SECONDS'],
  [
    'a worker is dead before another gets its turn',
    'WORKER_TIMEOUT_SECONDS + 1000 ms',
    'QUEUE_VISIBILITY_SECONDS',
  ],
  [
    'a worker that dies at its very end leaves time for an apology by its record that comes back, though two calls hang',
    'DEFER_MS + QUEUE_VISIBILITY_SECONDS + 1000 ms a cold start + 2 × AWS_REQUEST_TIMEOUT_MS + POST_TIMEOUT_MS',
    'POST_UNTIL_MS',
  ],
  [
    'so does the worker of a rule that overran, where nothing hangs',
    'ANSWER_WITHIN_MS + QUEUE_VISIBILITY_SECONDS + 1000 ms a cold start + 10 × MARK_MS + 1000 ms a post',
    'POST_UNTIL_MS',
  ],
  [
    'the last answer is saved, though that hung once, and posted twice',
    'LATE_ANSWER_WITHIN_MS + AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 2 × POST_TIMEOUT_MS + FIRST_POST_PAUSE_MS',
    'POST_UNTIL_MS',
  ],
  [
    'so it is in the time that no rule gets',
    'AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 2 × POST_TIMEOUT_MS + FIRST_POST_PAUSE_MS + POST_ARRIVES_MS',
    'SAVE_AND_POST_MS',
  ],
  [
    'so is the last answer in a group room',
    'GROUP_LATE_ANSWER_WITHIN_MS + AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses + 2 × POST_TIMEOUT_MS + FIRST_POST_PAUSE_MS',
    'GROUP_POST_UNTIL_MS',
  ],
  ['a post arrives while its callback lives', 'POST_UNTIL_MS + 500 ms to Kakao', 'CALLBACK_LIVES_MS'],
  ['so it does in a group room', 'GROUP_POST_UNTIL_MS + 500 ms to Kakao', 'GROUP_CALLBACK_LIVES_MS'],
  [
    'in a group room the records of three dead workers come back in time for a whole rule',
    'ANSWER_WITHIN_MS + 3 × QUEUE_VISIBILITY_SECONDS + 4000 ms four cold starts + LONGEST_LATE_RULE_MS',
    'GROUP_LATE_ANSWER_WITHIN_MS',
  ],
  [
    'a group turn that waits for others is looked at three times before it must be answered',
    '3 × SECOND_RECORD_SECONDS + LONGEST_LATE_RULE_MS',
    'GROUP_LATE_ANSWER_WITHIN_MS',
  ],
  [
    'a record that comes back to post finds its turn remembered',
    'QUEUE_VISIBILITY_SECONDS + 2000 ms a cold start',
    'REMEMBER_TURN_MS',
  ],
  ['a post does not overtake the first answer', '500 ms to Kakao', 'POST_NOT_BEFORE_MS'],
  [
    'the longest rule of a turn that was deferred in time ends before the last answer',
    'KAKAO_WAITS_MS + LONGEST_LATE_RULE_MS',
    'LATE_ANSWER_WITHIN_MS',
  ],
  [
    'a worker can save and post what its longest rule said',
    'LONGEST_LATE_RULE_MS + FINISH_MS',
    'WORKER_TIMEOUT_SECONDS',
  ],
  ['a rule has no more than the longest unless it asks', 'LATE_RULE_WITHIN_MS', 'LONGEST_LATE_RULE_MS'],
  [
    'a worker of a rule that asked for no more has its turn to the end',
    'LATE_RULE_WITHIN_MS + FINISH_MS',
    'LEASE_MS',
  ],
  [
    'a worker says that it lives before its lease is over, though that hangs once',
    'RENEW_LEASE_MS + 2 × AWS_REQUEST_TIMEOUT_MS + 100 ms the SDK pauses',
    'LEASE_MS',
  ],
  ['a rule that asked for no more is done when that would be said', 'LATE_RULE_WITHIN_MS', 'RENEW_LEASE_MS'],
  [
    'a second record finds the lease of a dead worker over',
    'LEASE_MS + 1000 ms a cold start',
    'SECOND_RECORD_SECONDS',
  ],
  [
    'a second record waits for the lease of a dead worker that began late',
    'LEASE_MS + 5000 ms it began late',
    'SECOND_RECORD_SECONDS + AWAIT_LEASE_MS',
  ],
  [
    'a second worker has half of a rule’s time, and a cold start',
    'ANSWER_WITHIN_MS + SECOND_RECORD_SECONDS + 1000 ms a cold start + 12000 ms the rule',
    'LATE_ANSWER_WITHIN_MS',
  ],
  [
    'a second record comes before the first comes back',
    'SECOND_RECORD_SECONDS + AWAIT_LEASE_MS',
    'QUEUE_VISIBILITY_SECONDS',
  ],
  [
    'SQS holds a second record back for so long',
    'SECOND_RECORD_SECONDS',
    '900000 ms the longest that it allows',
  ],
  [
    'a turn that no worker took keeps others waiting until its record must have come',
    'ANSWER_WITHIN_MS + 1000 ms a cold start + 5000 ms a queue that is slow',
    'STALLED_AFTER_MS',
  ],
  ['and no longer than until its second record', 'STALLED_AFTER_MS', 'SECOND_RECORD_SECONDS'],
  [
    'in a bot whose answers grow a worker can save what there is, work on, and save the rest',
    'LONGEST_LATE_RULE_MS + KEEP_MS + LONGEST_GROWING_REST_MS + FINISH_MS',
    'GROWING_WORKER_TIMEOUT_SECONDS',
  ],
  [
    'such a worker is dead, too, before another gets its turn',
    'GROWING_WORKER_TIMEOUT_SECONDS + 1000 ms',
    'GROWING_VISIBILITY_SECONDS',
  ],
  [
    'a third record comes when the first worker has had to save and post what there was',
    'LATE_ANSWER_WITHIN_MS + AWS_REQUEST_TIMEOUT_MS + 1000 ms a post',
    'THIRD_RECORD_SECONDS',
  ],
  [
    'and when the lease of a worker that did not is over',
    'LATE_ANSWER_WITHIN_MS + KEEP_MS',
    'THIRD_RECORD_SECONDS',
  ],
  [
    'it comes early enough to post what it finds',
    'THIRD_RECORD_SECONDS + 500 ms rounded up + 1000 ms a cold start + 10 × MARK_MS + POST_TIMEOUT_MS',
    'POST_UNTIL_MS',
  ],
  ['a third record comes after a second', 'SECOND_RECORD_SECONDS + AWAIT_LEASE_MS', 'THIRD_RECORD_SECONDS'],
  [
    'a record whose worker died in the rest comes back while it is worth it',
    'ANSWER_WITHIN_MS + GROWING_VISIBILITY_SECONDS + 1000 ms a cold start',
    'GROWING_RECORD_MS',
  ],
  ['and while the queue keeps it', 'GROWING_RECORD_MS', 'QUEUE_RETENTION_SECONDS'],
  [
    'a growing turn counts as lost when that record is over',
    'ANSWER_WITHIN_MS + GROWING_RECORD_MS',
    'GROWING_LOST_AFTER_MS',
  ],
  ['what it came to outlasts whoever works on it', '2 × GROWING_LOST_AFTER_MS', 'WORTH_MS'],
  ['its lease outlasts it', 'FREE_SINCE_MS + GROWING_LOST_AFTER_MS', 'FORGET_LEASE_MS'],
  [
    'whoever taps is shown more than one draft before they lose patience',
    '2 × DRAFT_EVERY_MS',
    'KAKAO_WAITS_MS',
  ],
  ['a rule that yields its last pieces leaves the time to keep them', '10 × LAST_PIECES_MS', 'KEEP_MS'],
  ['a draft is saved though a try hangs, before the next one', 'AWS_REQUEST_TIMEOUT_MS', 'DRAFT_EVERY_MS'],
  ['who waits for a turn looks before it could have been taken', 'LOOK_EVERY_MS', 'AWAIT_LEASE_MS'],
  ['a turn that was replaced ends before its worker would', '2 × LOOK_EVERY_MS', 'FINISH_MS'],
  ['a worker has one try of a post, and can keep the reply', 'POST_TIMEOUT_MS + KEEP_MS', 'FINISH_MS'],
  ['a reply is kept by a whole try', 'AWS_REQUEST_TIMEOUT_MS', 'KEEP_MS'],
  ['a worker that meets other turns pauses shortly', '10 × WORKER_PAUSE_MS', 'KEEP_MS'],
  ['a worker whose table fails asks again before its lease ends', '2 × LONGEST_PAUSE_MS', 'FINISH_MS'],
  [
    'a turn counts as lost when its callback is over, and its record',
    'ANSWER_WITHIN_MS + CALLBACK_LIVES_MS',
    'LOST_AFTER_MS',
  ],
  [
    'that of a group room when the queue has forgotten it',
    'ANSWER_WITHIN_MS + QUEUE_RETENTION_SECONDS',
    'GROUP_LOST_AFTER_MS',
  ],
  ['what is kept in the room outlasts whoever works on it', '2 × LOST_AFTER_MS', 'WORTH_MS'],
  ['so it does in a group room', 'GROUP_LOST_AFTER_MS + WORKER_TIMEOUT_SECONDS', 'WORTH_MS'],
  [
    'a second worker finds what the first one saved',
    'QUEUE_VISIBILITY_SECONDS + KEEP_MS',
    'REMEMBER_TURN_MS',
  ],
  [
    'a change of a room is remembered while its turn may run again',
    'GROUP_LOST_AFTER_MS + GROWING_WORKER_TIMEOUT_SECONDS',
    'REMEMBER_CHANGE_MS',
  ],
  ['a lease is free though a clock is wrong', '30000 ms between two clocks', 'FREE_SINCE_MS'],
  ['a lease outlasts its turn', 'FREE_SINCE_MS + LOST_AFTER_MS', 'FORGET_LEASE_MS'],
  ['be it of a group room', 'FREE_SINCE_MS + GROUP_LOST_AFTER_MS', 'FORGET_LEASE_MS'],
  [
    'the alarm on waiting turns goes off before the queue forgets them',
    'SLOW_QUEUE_SECONDS + 1000 ms',
    'QUEUE_RETENTION_SECONDS',
  ],
  [
    'it goes off while an apology can be posted',
    'SLOW_QUEUE_SECONDS + 1000 ms a cold start',
    'POST_UNTIL_MS',
  ],
  ['an answer that was shown can be read again by a tap, and another', '4 × KAKAO_WAITS_MS', 'READABLE_MS'],
  ['an answer that can be read again is worth it', 'READABLE_MS', 'WORTH_MS'],
  ['a turn that waits for a second worker is no alarm yet', 'QUEUE_VISIBILITY_SECONDS', 'SLOW_QUEUE_SECONDS'],
  [
    'nor is one whose answer grows as long as it may, and whose worker dies then',
    'GROWING_VISIBILITY_SECONDS',
    'GROWING_SLOW_QUEUE_SECONDS',
  ],
  [
    'there, too, the alarm goes off before the queue forgets turns',
    'GROWING_SLOW_QUEUE_SECONDS + 1000 ms',
    'QUEUE_RETENTION_SECONDS',
  ],
];

const NUMBERS = new Map<string, number>(Object.entries(budget));

function lengthOf(name: string): number {
  const value = NUMBERS.get(name);
  if (value === undefined) throw new Error(`the budget has no ${name}`);
  return name.endsWith('_SECONDS') ? value * 1_000 : value;
}

/** The milliseconds of a sum, and the sum with what its names stand for. */
function sumOf(sum: string): { readonly ms: number; readonly told: string } {
  let ms = 0;
  const told = sum.split(' + ').map(term => {
    const [, literal] = /^(\d+) ms( |$)/.exec(term) ?? [];
    if (literal !== undefined) {
      ms += Number(literal);
      return term;
    }
    const [name = '', times = '1'] = term.split(' × ').reverse();
    const value = lengthOf(name);
    ms += (/^\d+$/.test(times) ? Number(times) : lengthOf(times)) * value;
    return `${term} (${value} ms)`;
  });
  return { ms, told: told.join(' + ') };
}

describe.each([
  ['the answer', ONE_ANSWER],
  ['calls to AWS', CALLS_TO_AWS],
  ['late turns', LATE_TURNS],
])('of %s', (_, promised) => {
  test.each(promised)('%s', (_, shorter, longer) => {
    const [one, other] = [sumOf(shorter), sumOf(longer)];
    const sum = shorter.includes(' + ') ? ` = ${one.ms} ms` : '';
    const broken = one.ms > other.ms ? [`${one.told}${sum} is more than ${other.told}`] : [];
    expect(broken).toEqual([]);
  });
});

test('every number of the budget has a sentence', () => {
  const sums = [...ONE_ANSWER, ...CALLS_TO_AWS, ...LATE_TURNS].flatMap(([, ...both]) => both);
  const named = new Set(sums.flatMap(sum => sum.match(/[A-Z_]{4,}/g) ?? []));
  expect([...NUMBERS.keys()].filter(name => !named.has(name))).toEqual([]);
});

test("the AWS clients, the queue, slow rules and Kakao's limits have their numbers from the budget", () => {
  expect(LONGEST_WORK_MS).toBe(budget.LONGEST_LATE_RULE_MS);
  expect(LONGEST_REST_MS).toBe(budget.LONGEST_GROWING_REST_MS);
  expect(CLIENT_CONFIG).toEqual({
    sha256: SigningHash,
    maxAttempts: budget.AWS_TRIES,
    requestHandler: {
      connectionTimeout: budget.AWS_CONNECTION_TIMEOUT_MS,
      requestTimeout: budget.AWS_REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  expect(LATE_QUEUE).toMatchObject({
    retentionSeconds: budget.QUEUE_RETENTION_SECONDS,
    visibilitySeconds: budget.QUEUE_VISIBILITY_SECONDS,
    workerTimeoutSeconds: budget.WORKER_TIMEOUT_SECONDS,
  });
  expect(CALL_LIMITS).toMatchObject({
    skillTimeoutMs: budget.KAKAO_WAITS_MS,
    callbackValidMs: budget.CALLBACK_LIVES_MS,
    callbackValidMsGroup: budget.GROUP_CALLBACK_LIVES_MS,
  });
});
