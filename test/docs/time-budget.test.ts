import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as budget from '../../lambda/turn/time-budget.ts';

/** The pages' sentences about the time budget: {NAME} is that number in seconds, {NAME in minutes} or {NAME in ms} as it says. */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  'README.md': [
    'Kakao waits {KAKAO_WAITS_MS} s; the gateway answers within {ANSWER_WITHIN_MS} s of API Gateway',
    'has no second effect for {REMEMBER_TURN_MS in minutes} minute;',
  ],
  'README.ko.md': [
    '카카오는 {KAKAO_WAITS_MS}초를 기다립니다. 게이트웨이는 API Gateway가 요청을 받은 때부터 {ANSWER_WITHIN_MS}초 안에 답합니다.',
    '다시 와도(`X-Request-Id`) {REMEMBER_TURN_MS in minutes}분 동안',
  ],
  'lambda/bot/turn.ts': [
    'the 프로필 plugin in this parameter; takes {PLUGIN_TIMEOUT_MS} s at most',
    'the 위치 plugin in this parameter; takes {PLUGIN_TIMEOUT_MS} s at most',
  ],
  'lambda/bot/secret-text.ts': ['good for five minutes; takes {SECRET_TEXT_WITHIN_MS} s at most'],
  'lambda/bot/slow-rule.ts': [
    'may work (ms), at most {LONGEST_LATE_RULE_MS in ms}. Default: {LATE_RULE_WITHIN_MS in ms},',
    'when no callback brings it (ms). Default: {WORTH_MS in ms}, ten minutes.',
  ],
  'docs/late-turns.md': [
    'Kakao waits {KAKAO_WAITS_MS} seconds for an answer.',
    'If it has not answered {RULE_WITHIN_MS} seconds after the request',
    'how long the rule may work: {LONGEST_LATE_RULE_MS} seconds at most | {LATE_RULE_WITHIN_MS} seconds |',
    'when no callback brings it | {WORTH_MS in minutes} minutes |',
    '**`then` has {KEEP_MS} second.**',
    'within {READABLE_MS in minutes} minute after it was shown',
    'behind "더보기" can be read again for {READABLE_MS in minutes} minute, too',
    'comes {SECOND_RECORD_SECONDS} seconds after the first',
    'comes back {QUEUE_VISIBILITY_SECONDS} seconds after it began',
    '{LOST_AFTER_MS} seconds after the request it counts as lost',
    'works longer than {RENEW_LEASE_MS} seconds, to say that its worker lives',
    'within the {CALLBACK_LIVES_MS in minutes} minute that its callback lives',
    '| {LATE_ANSWER_WITHIN_MS} seconds after the request, or `upToMs` ({LONGEST_LATE_RULE_MS} seconds unless',
    'for `restUpToMs`: {LONGEST_GROWING_REST_MS} seconds, the default',
    'In a group room, whose callback lives {GROUP_CALLBACK_LIVES_MS in minutes} minutes',
    'worker lives {GROWING_WORKER_TIMEOUT_SECONDS} seconds instead of {WORKER_TIMEOUT_SECONDS}.',
    'and then every {DRAFT_EVERY_MS} seconds at most',
    '{THIRD_RECORD_SECONDS} seconds after the request:',
    'comes back {GROWING_VISIBILITY_SECONDS} seconds after it began: `then` gets',
    '{GROWING_LOST_AFTER_MS} seconds after the request it counts as lost: what there is',
    'a write every {DRAFT_EVERY_MS} seconds while',
  ],
  'docs/group-rooms.md': [
    'lives {GROUP_CALLBACK_LIVES_MS in minutes} minutes, not {CALLBACK_LIVES_MS in minutes}',
    'as long as elsewhere, {LONGEST_LATE_RULE_MS} seconds at most',
    'begins | until {LATE_ANSWER_WITHIN_MS} seconds after its request | until {GROUP_LATE_ANSWER_WITHIN_MS} seconds |',
    'for {POST_UNTIL_MS} seconds, the last with an apology | for {GROUP_POST_UNTIL_MS} seconds, with the answer |',
    'is posted again | for {POST_UNTIL_MS} seconds | for {GROUP_POST_UNTIL_MS} seconds |',
    'after {LOST_AFTER_MS} seconds | after {GROUP_LOST_AFTER_MS} seconds |',
    'what the function does: {NOTICE_WITHIN_MS} seconds',
  ],
  'docs/group-rooms.ko.md': [
    '콜백은 {CALLBACK_LIVES_MS in minutes}분이 아니라 {GROUP_CALLBACK_LIVES_MS in minutes}분 동안',
    '{LONGEST_LATE_RULE_MS}초까지 일할 수 있고',
    '요청에서 {LATE_ANSWER_WITHIN_MS}초까지 | {GROUP_LATE_ANSWER_WITHIN_MS}초까지 |',
    '{POST_UNTIL_MS}초까지, 마지막에는 사과로 | {GROUP_POST_UNTIL_MS}초까지, 답으로 |',
    '다시 보내는 때 | {POST_UNTIL_MS}초까지 | {GROUP_POST_UNTIL_MS}초까지 |',
    '{LOST_AFTER_MS}초 뒤 | {GROUP_LOST_AFTER_MS}초 뒤 |',
    '아무도 기다리지 않습니다. {NOTICE_WITHIN_MS}초입니다',
  ],
  'docs/late-turns.ko.md': [
    '카카오는 답을 {KAKAO_WAITS_MS}초 기다립니다.',
    '요청을 받은 지 {RULE_WITHIN_MS}초가 되도록 답하지 못하면',
    '규칙이 일할 수 있는 시간: {LONGEST_LATE_RULE_MS}초까지 | {LATE_RULE_WITHIN_MS}초 |',
    '답이 사용자를 기다릴 수 있는 시간 | {WORTH_MS in minutes}분 |',
    '**`then`의 시간은 {KEEP_MS}초입니다.**',
    '보여 준 지 {READABLE_MS in minutes}분 안에',
    '마지막 부분도 {READABLE_MS in minutes}분 동안 다시 볼 수',
    '첫 기록보다 {SECOND_RECORD_SECONDS}초 늦게',
    '시작한 지 {QUEUE_VISIBILITY_SECONDS}초 뒤에 자기 기록이',
    '요청에서 {LOST_AFTER_MS}초가 지나면',
    '규칙이 {RENEW_LEASE_MS}초보다 오래 일하면',
    '콜백이 살아 있는 {CALLBACK_LIVES_MS in minutes}분 안에',
    '| 요청에서 {LATE_ANSWER_WITHIN_MS}초, 또는 규칙이 시작하고 `upToMs`(더 짧게 정하지 않으면 {LONGEST_LATE_RULE_MS}초) 뒤',
    '(기본값이자 최대 {LONGEST_GROWING_REST_MS}초)',
    '콜백이 {GROUP_CALLBACK_LIVES_MS in minutes}분 동안 사는 단톡방에서는',
    '워커는 {WORKER_TIMEOUT_SECONDS}초가 아니라 {GROWING_WORKER_TIMEOUT_SECONDS}초를 삽니다',
    '{DRAFT_EVERY_MS}초에 한 번까지 저장합니다',
    '요청에서 {THIRD_RECORD_SECONDS}초 뒤에 오는',
    '시작한 지 {GROWING_VISIBILITY_SECONDS}초 뒤에 자기 기록이 돌아옵니다. `then`은',
    '요청에서 {GROWING_LOST_AFTER_MS}초 뒤에 사라진',
    '{DRAFT_EVERY_MS}초에 쓰기 한 번',
  ],
  'docs/logs.md': [
    'answers that left after {ANSWER_WITHIN_MS} s;',
    'since a rule threw or was not done in {VALIDATE_WITHIN_MS} s,',
    '| {SECRET_RECHECK_MS} seconds at most: whoever',
    '{SECRET_FRESH_MS} seconds while it is called, {SECRET_TRUSTED_MS} seconds at most where',
    'gets none after {SECRET_TRUSTED_MS in minutes} minutes',
  ],
  'docs/logs.ko.md': [
    '그리고 {ANSWER_WITHIN_MS} s 뒤에 나간 답',
    '{VALIDATE_WITHIN_MS} s 안에 끝나지 않았거나',
    '길어야 {SECRET_RECHECK_MS}초. 그 값을',
    '호출되는 동안에는 {SECRET_FRESH_MS}초, Lambda가 그 사이에 얼려 두면 길어야 {SECRET_TRUSTED_MS}초',
    '{SECRET_TRUSTED_MS in minutes}분 뒤부터',
  ],
  'docs/event-bus.md': [
    '{BUS_WITHIN_MS in ms} ms at most, and never past its deadline of {ANSWER_WITHIN_MS} seconds',
  ],
  'docs/event-bus.ko.md': ['길어야 {BUS_WITHIN_MS in ms} ms이고, {ANSWER_WITHIN_MS}초인 기한을'],
  'docs/runbook.md': [
    '503 with {INTEGRATION_TIMEOUT_MS in ms} ms is a function that did not answer in time',
    "answers just before Kakao's {KAKAO_WAITS_MS} seconds are over",
    'Turns took more than {SLOW_ANSWER_MS} s,',
    'One that is over {RULE_WITHIN_MS} s is put off to the worker',
    'is one that was not done in {VALIDATE_WITHIN_MS} seconds',
    'it is over after {QUEUE_RETENTION_SECONDS} seconds',
    'some turn is in the queue for {SLOW_QUEUE_SECONDS} seconds (of a bot whose answers grow for {GROWING_SLOW_QUEUE_SECONDS},',
    "that Kakao's {KAKAO_WAITS_MS} seconds may not be enough",
    "the queue forgets a turn after {QUEUE_RETENTION_SECONDS} seconds, of which a room of two's is worth {CALLBACK_LIVES_MS}",
  ],
  'docs/runbook.ko.md': [
    '{INTEGRATION_TIMEOUT_MS in ms} ms에 503이면',
    '카카오의 {KAKAO_WAITS_MS}초가 끝나기 직전의 답',
    '턴이 {SLOW_ANSWER_MS}초를 넘겼습니다',
    '{RULE_WITHIN_MS}초를 넘긴 규칙은 워커로 미뤄져',
    '{VALIDATE_WITHIN_MS}초 안에 끝나지 않은 것입니다',
    '{QUEUE_RETENTION_SECONDS}초면 끝납니다',
    '대기열에 {SLOW_QUEUE_SECONDS}초 동안 있고(답이 자라는 봇이라면 워커가 그만큼 일할 수 있어서 {GROWING_SLOW_QUEUE_SECONDS}초),',
    '카카오의 {KAKAO_WAITS_MS}초로 모자랄',
    '대기열은 {QUEUE_RETENTION_SECONDS}초가 지난 턴을',
    '둘만의 채팅방의 턴은 {CALLBACK_LIVES_MS}초 동안만',
  ],
  'docs/incoming.md': [
    '{PLUGIN_TIMEOUT_MS} seconds were not enough',
    "a verdict must be there within {VALIDATE_WITHIN_MS} seconds of API Gateway's receipt",
  ],
  'docs/incoming.ko.md': [
    '{PLUGIN_TIMEOUT_MS}초로 모자랐거나',
    '판정은 API Gateway가 받은 지 {VALIDATE_WITHIN_MS}초 안에',
  ],
  'docs/sessions.md': [
    'The turns of {REMEMBER_TURN_MS in minutes} minute that changed',
    'lies in the queue, words included, for at most {QUEUE_RETENTION_SECONDS} seconds',
    'those shown in the last {READABLE_MS in minutes} minute included',
    'worked longer than {RERUN_WITHIN_MS in ms} ms',
  ],
  'docs/sessions.ko.md': [
    '바꾼 {REMEMBER_TURN_MS in minutes}분 동안의 턴을',
    '큐에 {QUEUE_RETENTION_SECONDS}초까지',
    '보여 준 지 {READABLE_MS in minutes}분이 안 된 것도',
    '{RERUN_WITHIN_MS in ms} ms보다 오래 걸린',
  ],
  'docs/your-aws.md': ['takes {SECRET_TEXT_WITHIN_MS} seconds at most'],
  'docs/your-aws.ko.md': ['길어야 {SECRET_TEXT_WITHIN_MS}초 걸리며'],
  'docs/webhooks.md': [
    'wait {SECRET_RECHECK_MS} seconds, and make',
    'refused after {SECRET_TRUSTED_MS in minutes} minutes at the latest',
    'The function has {NOTICE_WITHIN_MS} seconds from the request.',
    'waits for at most {ALIAS_WITHIN_MS in ms} ms; the session',
    'lies there for {QUEUE_RETENTION_SECONDS} seconds',
  ],
  'docs/webhooks.ko.md': [
    '{SECRET_RECHECK_MS}초를 기다린 뒤',
    '늦어도 {SECRET_TRUSTED_MS in minutes}분 뒤에는',
    '요청을 받은 때부터 {NOTICE_WITHIN_MS}초입니다.',
    '길어야 {ALIAS_WITHIN_MS in ms} ms를 기다립니다',
    '길어야 {QUEUE_RETENTION_SECONDS}초 동안 있습니다',
  ],
  'docs/personal-data.md': ['what the user said | {QUEUE_RETENTION_SECONDS} seconds |'],
  'docs/personal-data.ko.md': ['사용자의 말과 함께 늦은 턴 | {QUEUE_RETENTION_SECONDS}초 |'],
  'docs/restore.md': [
    'the queue is empty after {QUEUE_RETENTION_SECONDS} seconds',
    'are worth {WORTH_MS in minutes} minutes, and over',
    'is known for {REMEMBER_TURN_MS in minutes} minute,',
  ],
  'docs/restore.ko.md': [
    '대기열은 {QUEUE_RETENTION_SECONDS}초 뒤면',
    '값어치가 {WORTH_MS in minutes}분이라',
    '{REMEMBER_TURN_MS in minutes}분 동안 알아보며',
  ],
  'docs/llm.md': [
    'what there is must be sent | {LONGEST_LATE_RULE_MS} seconds |',
    'may go on after that | {LONGEST_GROWING_REST_MS} seconds |',
    'after {LATE_ANSWER_WITHIN_MS} seconds what there is',
    'writes what there is every {DRAFT_EVERY_MS} seconds',
  ],
  'docs/llm.ko.md': [
    '모델이 쓸 수 있는 시간 | {LONGEST_LATE_RULE_MS}초 |',
    '더 쓸 수 있는 시간 | {LONGEST_GROWING_REST_MS}초 |',
    '{LATE_ANSWER_WITHIN_MS}초에 있는 만큼',
    '{DRAFT_EVERY_MS}초마다 있는 만큼을',
  ],
  'docs/replies.md': ['Kakao waits {KAKAO_WAITS_MS} seconds.'],
  'docs/replies.ko.md': ['카카오는 {KAKAO_WAITS_MS}초를 기다립니다.'],
  'docs/deploy-test.md': [
    'a 200 within {KAKAO_WAITS_MS} seconds, which Kakao would show',
    'comes to another worker by its second record, {SECOND_RECORD_SECONDS} seconds after the first',
  ],
  'docs/other-languages.md': [
    'What is not answered {RULE_WITHIN_MS} seconds after the request',
    'asks again and waits for {LATE_RULE_WITHIN_MS} seconds',
    'in the same way, within {NOTICE_WITHIN_MS} seconds',
  ],
  'docs/other-languages.ko.md': [
    '요청을 받은 지 {RULE_WITHIN_MS}초가 되도록 답하지 못하면',
    '{LATE_RULE_WITHIN_MS}초를 기다립니다',
    '같은 방법으로, {NOTICE_WITHIN_MS}초 안에',
  ],
  'docs/cost.md': [
    "within Kakao's {KAKAO_WAITS_MS} seconds",
    "as the user's draft, every {DRAFT_EVERY_MS} seconds at most",
    'A worker may live for {GROWING_WORKER_TIMEOUT_SECONDS} seconds.',
  ],
  'docs/cost.ko.md': [
    '카카오의 {KAKAO_WAITS_MS}초 안에',
    '길어야 {DRAFT_EVERY_MS}초마다 사용자의 초안으로',
    '워커는 {GROWING_WORKER_TIMEOUT_SECONDS}초까지 살 수 있습니다.',
  ],
  'docs/probe.md': [
    "no more than Kakao's {KAKAO_WAITS_MS} seconds of patience",
    'that is no apology, within {PROBE_WITHIN_MS} s.',
    'the call took more than {PROBE_SLOW_MS} s, half',
    '`no answer within {KAKAO_WAITS_MS} s`',
    'later than {PROBE_WITHIN_MS} s |',
  ],
  'docs/probe.ko.md': [
    '카카오가 기다리는 {KAKAO_WAITS_MS}초보다',
    '200이 {PROBE_WITHIN_MS}초 안에',
    '절반인 {PROBE_SLOW_MS}초를 넘겼을',
    '`no answer within {KAKAO_WAITS_MS} s`',
    '| {PROBE_WITHIN_MS}초보다 늦었습니다',
  ],
  'docs/quotas.md': [
    '| an answer | {KAKAO_WAITS_MS} seconds, then',
    'once, for {CALLBACK_LIVES_MS in minutes} minute; {GROUP_CALLBACK_LIVES_MS in minutes} minutes in a group',
  ],
  'docs/quotas.ko.md': [
    '| 답 | {KAKAO_WAITS_MS}초.',
    '한 번, {CALLBACK_LIVES_MS in minutes}분 동안. 단톡방은 {GROUP_CALLBACK_LIVES_MS in minutes}분 |',
  ],
  'docs/old-bots.md': ['Kakao waited {KAKAO_WAITS_MS} seconds, and never asked twice'],
  'docs/old-bots.ko.md': ['카카오는 {KAKAO_WAITS_MS}초를 기다렸고, 두 번 묻지 않았습니다'],
  'docs/kakao-console.md': [
    "or take nearly all of Kakao's {KAKAO_WAITS_MS} s (`nearly-late`)",
    'no answer in {KAKAO_WAITS_MS} s, or no connection',
    'smart-chat got no answer in {KAKAO_WAITS_MS} s',
  ],
  'docs/kakao-console.ko.md': [
    '카카오의 {KAKAO_WAITS_MS}초를 거의 다 쓰는',
    '{KAKAO_WAITS_MS}초 안에 답이 없거나',
    '스마트채팅이 {KAKAO_WAITS_MS}초 안에 답을 받지 못함',
  ],
};

/** The lengths of time on those pages that are no part of the budget. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  // How far behind the table its backups are, and the emulator's window.
  'docs/restore.md': ['5 minutes', '1 second'],
  'docs/restore.ko.md': ['5분', '1초'],
  // How long a secret text is good for.
  'docs/your-aws.md': ['5 minutes'],
  'docs/your-aws.ko.md': ['5분'],
  // Streams, as examples and of the bill; how long a tool asks, and a guard may think.
  'docs/llm.md': [
    '3 s',
    '20 s',
    '44 s',
    '70 s',
    '10 minutes',
    '3 seconds',
    '3 s',
    '20 s',
    '44 s',
    '70 s',
    '110 s',
  ],
  'docs/llm.ko.md': ['3초', '20초', '44초', '70초', '10분', '3초', '3 s', '20 s', '44 s', '70 s', '110 s'],
  // Of what is refused.
  'lambda/bot/slow-rule.ts': ['0 ms', '0 ms'],
  // A call's log line, the rotation of the secret.
  'docs/logs.md': ['10 seconds'],
  'docs/logs.ko.md': ['10초'],
  // A button of smart-chat's is remembered as long as Kakao shows it.
  'docs/replies.md': ['10 minutes'],
  'docs/replies.ko.md': ['10분'],
  // The run of the test itself.
  'docs/deploy-test.md': ['180 seconds', '25 seconds', '5 minutes', '300 seconds'],
  // The skew of clocks.
  'docs/other-languages.md': ['5 minutes'],
  'docs/other-languages.ko.md': ['5분'],
  // The function that sends events.
  'docs/event-api.md': ['15 minutes'],
  'docs/event-api.ko.md': ['15분'],
  // The periods of the alarms by the probe.
  'docs/probe.md': ['30 minutes', '30 minutes'],
  'docs/probe.ko.md': ['30분', '30분'],
  'docs/runbook.md': ['10 seconds', '30 minutes'],
  'docs/runbook.ko.md': ['10초', '30분'],
  // A canary.
  'docs/deploy.md': ['5 minutes', '5 minutes'],
  'docs/deploy.ko.md': ['5분', '5분'],
  // An outage that is simulated, and how long alarms look.
  'docs/alarms.md': ['4 seconds', '3 minutes', ...Array(3).fill('4 seconds'), '13 minutes', '4 minutes'],
  'docs/alarms.ko.md': ['4초', '30분', '3분', ...Array(3).fill('4초'), '12분', '13분', '4분'],
  // How long a keyboard of Kakao's lived, and how long an old server is told of a friend.
  'docs/old-bots.md': ['10 minutes', '10 minutes', '1 second', '10 minutes'],
  'docs/old-bots.ko.md': ['10분', '10분', '1초', '10분'],
  // An example of a script's.
  'docs/play.md': ['30s'],
  'docs/play.ko.md': ['30s'],
  // Of AWS's quotas; how long a read of the secret is good for.
  'docs/quotas.md': ['10 seconds', '30 minutes', '90 seconds'],
  'docs/quotas.ko.md': ['10초', '30분', '90초'],
  // The doctor's own end.
  'docs/kakao-console.md': ['30 s'],
  'docs/kakao-console.ko.md': ['30초'],
  // Of the processor.
  'docs/kakao-check.md': ['2 seconds'],
  'docs/kakao-check.ko.md': ['2초'],
  // Assumed of a turn, and how far the table was when it was measured.
  'docs/cost.md': ['3 s', '5 s', '20 s', '10 seconds', '20 seconds', '4 ms', '20 ms', '200 ms'],
  'docs/cost.ko.md': ['3 s', '5 s', '20 s', '10초', '20초', '4 ms', '20 ms', '200 ms'],
  // Measured.
  'docs/event-bus.md': ['1 ms', '2 ms'],
  'docs/event-bus.ko.md': ['1 ms', '2 ms'],
  // A processor's period, the delays of the stubs, how long the bench takes.
  'docs/performance.md': ['10 ms', '4 ms', '12 ms', '5 minutes'],
  'docs/performance.ko.md': ['10 ms', '4 ms', '12 ms', '5분'],
};

const NUMBERS = new Map<string, number>(Object.entries(budget));

/** The sentence as the page must have it, with the numbers of today. */
function filled(sentence: string): string {
  return sentence.replace(/\{([A-Z_]+)(?: in (minutes|ms))?\}/g, (_, name: string, unit = 'seconds') => {
    const value = NUMBERS.get(name);
    if (value === undefined) throw new Error(`the budget has no ${name}`);
    const ms = name.endsWith('_SECONDS') ? value * 1_000 : value;
    const lengths: Readonly<Record<string, number>> = { minutes: ms / 60_000, seconds: ms / 1_000, ms };
    return (lengths[unit] ?? Number.NaN).toLocaleString('en-US');
  });
}

const whereIs = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const textOf = (page: string): string =>
  readFileSync(whereIs(page), 'utf8')
    .replace(/^ *```.*?^ *```/gms, '')
    // Written by the bench.
    .replace(/<!-- figures.*?<!-- end of figures -->/gs, '')
    .replace(/\s+/g, ' ');

const PAGES = [
  'README.md',
  'README.ko.md',
  // What an author reads of a rule's time, in the editor.
  'lambda/bot/turn.ts',
  'lambda/bot/secret-text.ts',
  'lambda/bot/slow-rule.ts',
  ...readdirSync(whereIs('docs'))
    .filter(file => file.endsWith('.md'))
    .map(file => `docs/${file}`),
];

describe.each(PAGES)('%s', page => {
  const text = textOf(page);
  const { [page]: sentences = [] } = SENTENCES;

  test('tells the time budget as it is', () => {
    const stale = sentences
      .filter(sentence => !text.includes(filled(sentence)))
      .map(
        sentence =>
          `${page} should say "${filled(sentence)}", by ${sentence.match(/[A-Z_]{4,}/g)?.join(', ')}`,
      );
    expect(stale).toEqual([]);
  });

  test('tells no length of time that nobody has looked at', () => {
    const rest = sentences.reduce((left, sentence) => left.replaceAll(filled(sentence), ''), text);
    const lengths = rest.match(/\d[\d.,]* ?(?:seconds?|minutes?|ms|s|초|분)(?![a-z])/g) ?? [];
    expect(lengths).toEqual(OTHERS[page] ?? []);
  });
});

test('no page has gone', () => {
  expect(PAGES).toEqual(expect.arrayContaining([...Object.keys(SENTENCES), ...Object.keys(OTHERS)]));
});
