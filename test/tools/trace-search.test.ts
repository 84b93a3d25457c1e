import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { runTrace } from '../../tools/trace/command.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { deferInto } from '../kit/deferred.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';
import { CONTEXT, httpEvent, SECRET, skillCall, smartChatCall } from '../kit/http.ts';
import { runHere } from '../kit/ran-command.ts';
import { secretClient } from '../kit/secret-client.ts';
import { takeStdout } from '../kit/stdout.ts';
import { type FakeAws, STACK, startFakeAws } from './fake-logs.ts';

const ORDERED = '주문하신 따뜻한 아메리카노 2잔을 담았어요.\n합계는 9,000원이에요.';
/** Of the gateway's own texts one whose turns are told from others by the hash alone. */
const { notUnderstood: NOT_UNDERSTOOD } = textsOf({});
const LATE = '오래 걸린 답이에요. 사주 풀이를 모두 마쳤어요.';

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('담기', () => ORDERED)
  .hears('더 담기', () => ORDERED.replace('2잔', '3잔'))
  .hears('고장', () => {
    throw new TypeError('broken');
  })
  .hears('느린 일', () => LATE, { slow: '풀이하고 있어요' })
  .hears('느린 고장', () => Promise.reject(new RangeError('broken')), { slow: '풀이하고 있어요' });

const SKILL = '/aws/lambda/open-builder';
const SMART_CHAT = '/aws/lambda/smart-chat';
const WORKER = '/aws/lambda/late-turn';
const ACCESS = '/aws/api/access';

let aws: FakeAws;
let sink: CallbackSink;

const ENVIRONMENT = {
  AWS_REGION: 'ap-northeast-2',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a-secret-key',
  AWS_MAX_ATTEMPTS: '2',
};

beforeAll(async () => {
  aws = await startFakeAws();
  sink = await startCallbackSink();
  Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL: aws.url });
  aws.secret.AWSCURRENT = SECRET;
  const store = new MemorySessionStore();
  const deferred: DeferredTurn[] = [];
  const secret = gatewaySecret(secretClient({ AWSCURRENT: SECRET }), 'gateway-secret');
  const callbackOrigins = [sink.origin];
  const gateway = { bot, store, secret, log, defer: deferInto(deferred), callbackOrigins };
  const skill = openBuilderHandler(gateway);
  const smartChat = smartChatHandler(gateway);
  const worker = lateTurnHandler({ bot, store, log, deliverers, callbackOrigins });
  const lines = takeStdout();
  const taken = (group: string): void => {
    const written = lines.splice(0).map(message => ({ at: Date.parse(JSON.parse(message).time), message }));
    aws.groups[group] = [...(aws.groups[group] ?? []), ...written];
  };
  const said = async (utterance: string, user: string, isLate = false): Promise<string> => {
    const callbackUrl = sink.newUrl();
    const call = skillCall(
      {
        bot: { id: 'b' },
        userRequest: {
          utterance,
          user: { id: `bot-${user}`, properties: { plusfriendUserKey: user } },
          ...(isLate && { callbackUrl }),
        },
      },
      { 'x-chappie-footprint': `chp-${user}`, 'x-request-id': `req-${user}-${utterance.length}` },
    );
    const event = httpEvent(call);
    await skill(event, CONTEXT);
    taken(SKILL);
    return event.requestContext.requestId;
  };
  /** Both at once: a callback waits until the first answer is surely there. */
  const work = async (): Promise<void> => {
    const taking = deferred.splice(0).map(turn => {
      const attributes = { ApproximateReceiveCount: '1', SentTimestamp: `${Date.now()}` };
      const record = { messageId: 'm', body: JSON.stringify(turn), attributes };
      return worker({ Records: [record] } as unknown as SQSEvent, CONTEXT);
    });
    await Promise.all(taking);
    taken(WORKER);
  };
  const answered = await said('담기', 'ana');
  await said('더 담기', 'ben');
  await said('고장', 'cho');
  await said('느린 일', 'dan', true);
  await said('느린 고장', 'eun', true);
  await work();
  await smartChat(
    httpEvent(smartChatCall('POST', '/message', { user_key: 'ana', type: 'text', content: '담기' })),
    CONTEXT,
  );
  taken(SMART_CHAT);
  jest.restoreAllMocks();
  const call = { routeKey: 'POST /open-builder/skill', responseLatency: '9', integrationError: '-' };
  aws.groups[ACCESS] = [
    { ...call, requestId: answered, status: '200', integrationLatency: '8' },
    { ...call, requestId: 'throttled-1=', status: '429', integrationLatency: '-' },
    { ...call, requestId: 'throttled-2=', status: '429', integrationLatency: '-' },
    { ...call, requestId: 'wrong-secret=', status: '401', integrationLatency: '3' },
  ].map(line => ({ at: Date.now(), message: JSON.stringify(line) }));
}, 30_000);

afterAll(async () => {
  await sink?.stop();
  await aws?.stop();
  for (const name of [...Object.keys(ENVIRONMENT), 'AWS_ENDPOINT_URL']) delete process.env[name];
});

afterEach(() => {
  aws.failing = undefined;
});

const trace = (args: readonly string[], stdin = '', environment: Record<string, string> = {}) =>
  runHere(() =>
    runTrace(['--assembly', 'no-such-folder', ...args], {
      environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ...environment },
      stdin: Readable.from([Buffer.from(stdin)]),
    }),
  );

/** Of the last minutes of the stack. */
const found = (...args: readonly string[]) => trace(['--stack', STACK, '--within', '10m', ...args]);

const rulesIn = (text: string): string[] =>
  [...text.matchAll(/hears ([^·\n]+?) ·/g)].map(([, rule = '']) => rule);

describe('a complaint leads to its turn', () => {
  test('by the words of a bubble, whatever its lines, spaces and signs', async () => {
    const { code, stdout, stderr } = await found(
      '--said',
      '주문하신 따뜻한 아메리카노 2잔을\n담았어요 합계는 9000원 이에요!',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rulesIn(stdout)).toEqual(['담기', '담기']);
    expect(stdout).toContain('these words are a whole bubble of it');
    expect(stdout).toMatch(/· open-builder · hears 담기 · answered · \d+ ms/);
    expect(stdout).toMatch(/· smart-chat · hears 담기 · answered · \d+ ms/);
    expect(stdout).toContain('Turns that only begin with the same words, not shown: 1.');
  });

  test('by the beginning of a bubble, of all turns that begin so', async () => {
    const { code, stdout } = await found('--said', '주문하신 따뜻한 아메리카노 2잔을 담았어요.');
    expect(code).toBe(0);
    expect(rulesIn(stdout)).toEqual(['담기', '더 담기', '담기']);
    expect(stdout).toContain('a bubble of it begins with these words');
  });

  test('with the time in Korea and in UTC, the ids, and what API Gateway told of the call', async () => {
    const { stdout } = await found('--said', ORDERED, '--footprint', 'chp-ana');
    const { time, requestId } = JSON.parse(aws.groups[SKILL]?.[0]?.message ?? '');
    const korea = new Date(Date.parse(time) + 9 * 3_600_000).toISOString().slice(0, 23).replace('T', ' ');
    expect(stdout).toContain(`${korea} KST (${time})`);
    expect(stdout).toContain(`requestId ${requestId}  kakaoRequestId req-ana-2  footprint chp-ana`);
    expect(stdout).toContain('API Gateway: 200 · POST /open-builder/skill · 9 ms');
    expect(rulesIn(stdout)).toEqual(['담기']);
  });

  test('by the words of a late answer: from its deferral to its delivery', async () => {
    const { code, stdout } = await found('--said', LATE);
    expect(code).toBe(0);
    expect(rulesIn(stdout)).toEqual(['느린 일', '느린 일']);
    expect(stdout).toMatch(/^ {2}turn deferred · open-builder .*\n {2}\+\d+\.\d s {2}late turn answered · /m);
  });

  test("by the gateway's own words, which need no secret: as the failures that they stand for", async () => {
    const { AWSCURRENT = '' } = aws.secret;
    delete aws.secret.AWSCURRENT;
    const args = ['--said', '죄송해요, 지금은 답을 드리지 못했어요.', '--within', '10m'];
    const groups = [SKILL, WORKER].flatMap(group => ['--log-group', group]);
    const { stdout } = await trace([...args, ...groups]);
    aws.secret.AWSCURRENT = AWSCURRENT;
    expect(stdout).toContain('That is the gateway\'s own text "apology"');
    expect(stdout).toMatch(/turn failed · open-builder · hears 고장 · failed .*\n {4}TypeError\n {4} {4}at /);
    expect(stdout).toMatch(/late turn failed · open-builder · hears 느린 고장 · failed.*\n {4}RangeError/);
  });

  test("by a user's id, given where no history keeps it, and by the value before a rotation, too", async () => {
    const ofAna = await trace(['--stack', STACK, '--user', '-', '--within', '10m'], 'ana\n');
    expect(ofAna.code).toBe(0);
    expect(rulesIn(ofAna.stdout)).toEqual(['담기', '담기']);
    Object.assign(aws.secret, { AWSCURRENT: 'a new value', AWSPREVIOUS: SECRET });
    const after = await found('--user', 'ana');
    const said = await found('--said', LATE);
    aws.secret.AWSCURRENT = SECRET;
    delete aws.secret.AWSPREVIOUS;
    expect(after.stdout).toBe(ofAna.stdout.replace(/^Searched.*$/m, after.stdout.split('\n')[0] ?? ''));
    expect(rulesIn(said.stdout)).toEqual(['느린 일', '느린 일']);
  });

  test("by Kakao's ids and by API Gateway's, of calls, too, that it refused itself", async () => {
    expect(rulesIn((await found('--footprint', 'chp-dan')).stdout)).toEqual(['느린 일', '느린 일']);
    expect(rulesIn((await found('--footprint', 'req-ben-4')).stdout)).toEqual(['더 담기']);
    const { stdout, code } = await found('--request', 'throttled-1=');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}API Gateway: 429 · POST \/open-builder\/skill/m);
  });

  test('by its time alone: all turns of that time, and what was refused in it', async () => {
    const { code, stdout } = await trace([
      '--stack',
      STACK,
      '--at',
      `${new Date().toISOString().slice(0, 19)}Z`,
    ]);
    expect(code).toBe(0);
    expect(rulesIn(stdout)).toEqual(
      expect.arrayContaining(['담기', '더 담기', '고장', '느린 일', '느린 고장']),
    );
    expect(stdout).toContain('API Gateway itself refused calls, which no function saw: 429 ×2.');
    expect(stdout).toContain("functions' calls ended with an error: 401 ×1.");
  });

  test.each([
    ['--footprint', 'chp-ben', '--user', 'ana'],
    ['--user', 'ben', '--said', ORDERED],
    ['--footprint', 'chp-ben', '--said', ORDERED],
  ])('which must be all that was told of it: %j', async (...args) => {
    const { code, stdout } = await found(...args);
    expect([code, rulesIn(stdout)]).toEqual(args.includes(ORDERED) ? [0, ['더 담기']] : [1, []]);
  });

  test('as JSON, with every line of it', async () => {
    const { code, stdout } = await found('--said', LATE, '--json');
    expect(code).toBe(0);
    const { turns, refused } = JSON.parse(stdout);
    expect(turns).toMatchObject([{ likeness: 'whole', lines: [{ group: SKILL }, { group: WORKER }] }]);
    expect(refused).toMatchObject([{ status: '401' }, { status: '429', count: 2, byGateway: true }]);
  });

  test('in Korean', async () => {
    const { stdout } = await found('--said', ORDERED, '--lang', 'ko');
    expect(stdout).toContain('이 말이 말풍선 하나와 같습니다');
    expect(stdout).toMatch(/429 ×2/);
  });
});

describe('nothing that is secret', () => {
  test("is asked of CloudWatch: neither words nor a user's id", async () => {
    await found('--said', ORDERED);
    await found('--user', 'ana');
    const patterns = aws.asked.map(({ filterPattern }) => filterPattern).join('\n');
    expect(patterns).not.toContain('주문');
    expect(patterns).not.toMatch(/"ana"|channel\/ana/);
    expect(patterns).toMatch(/\?"[\da-f]{8}"/);
  });

  test('and nothing that lines hold is obeyed by a terminal', async () => {
    const at = Date.now();
    const line = {
      what: HOSTILE,
      rule: HOSTILE,
      outcome: 'failed',
      requestId: 'hostile',
      error: { name: HOSTILE },
    };
    aws.groups[SKILL]?.push({ at, message: JSON.stringify(line) });
    const { stdout, stderr } = await found('--request', 'hostile');
    aws.groups[SKILL]?.pop();
    expect(unseenIn(stdout + stderr)).toEqual([]);
    expect(forgedIn(stdout + stderr)).toEqual([]);
    expect(stdout).toContain('requestId hostile');
  });
});

describe('where nothing is found', () => {
  test('it says where was looked, and what else to try', async () => {
    const { code, stdout } = await found('--said', '한 번도 하지 않은 말이라서 없습니다');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Searched 20\S+ \S+ – 20\S+ \S+ \(Korea's time\) in the log groups: .*late-turn/);
    expect(stdout).toContain('No turn was found.');
    expect(stdout).toContain('at least 12 letters and digits');
    expect(stdout).toContain('after a second rotation');
    expect(stdout).toContain('429 ×2');
  });

  test("of an app's id of the user, it says what leads from it to a turn, and that does", async () => {
    const { code, stdout } = await found('--user', '1234567890');
    expect(code).toBe(1);
    expect(stdout).toContain('user show <appUserId> tells its userKeys, and --user takes each of them');
    const byKey = await found('--user', 'live/channel/ana', '--footprint', 'chp-ana');
    expect([byKey.code, rulesIn(byKey.stdout)]).toEqual([0, ['담기']]);
  });

  test('of a time when nothing was, the range is what to change', async () => {
    const { code, stdout } = await trace(['--stack', STACK, '--at', '2026-01-02 03:04', '--lang', 'ko']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      '2026-01-02 02:59:00.000 – 2026-01-02 03:10:00.000(한국 시각)에 찾아본 로그 그룹: ',
    );
    expect(stdout).toContain('--within 1h');
  });

  test('a search that would never end is cut, and says so', async () => {
    aws.pageSize = 0;
    const { code, stderr } = await found('--footprint', 'chp-ana');
    aws.pageSize = 2;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^trace: not searched to the end, .*open-builder.*; make it shorter/);
  });
});

describe('what AWS refuses is told in one sentence', () => {
  test.each([
    [
      'DescribeStacks',
      'ValidationError',
      'Stack with id x does not exist',
      /^trace: Stack with id x does not exist in ap-northeast-2 of this account: see --stack/,
    ],
    [
      'FilterLogEvents',
      'AccessDeniedException',
      'User: u is not authorized to perform: logs:FilterLogEvents',
      /does not allow it to these credentials: .*logs:FilterLogEvents/,
    ],
    [
      'FilterLogEvents',
      'ResourceNotFoundException',
      'The specified log group does not exist.',
      /^trace: not there, .*log group/,
    ],
    [
      'GetSecretValue',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      /expired or are wrong/,
    ],
    [
      'FilterLogEvents',
      'InvalidSignatureException',
      'Signature not yet current: 20261123T000000Z is still later than 20261122T120000Z',
      /^trace: AWS refuses what was signed at another time than it is: set this machine's clock right/,
    ],
  ])('%s: %s', async (action, name, message, sentence) => {
    aws.failing = { action, name, message };
    const { code, stdout, stderr } = await found('--said', ORDERED);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(sentence)]);
  });

  test('throttling, after some tries', async () => {
    aws.failing = { action: 'FilterLogEvents', name: 'ThrottlingException', message: 'Rate exceeded' };
    const { code, stderr } = await found('--footprint', 'chp-ana');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^trace: AWS was asked too often at once/);
  });

  test.each([
    [
      'no network',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      /^trace: AWS can't be reached in ap-northeast-2 \(.*ECONNREFUSED/,
    ],
    [
      'no credentials',
      {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
      /^trace: no credentials of AWS: sign in/,
    ],
  ])('%s', async (_, environment, sentence) => {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    const { code, stderr } = await found('--footprint', 'chp-ana');
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('no stack without log groups', async () => {
    const { groups } = aws;
    const kept = { ...groups };
    for (const name of Object.keys(groups)) delete groups[name];
    const { code, stderr } = await found('--footprint', 'chp-ana');
    Object.assign(groups, kept);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^trace: The stack has no log groups: --stack is the stack of the gateway/);
  });
});

describe('the command line', () => {
  const where = ['--stack', STACK];
  test.each([
    [['--said', '말'], /tell where to look: --stack/],
    [where, /tell which turn: --at, --said, --user, --footprint or --request/],
    [[...where, '--at', 'gestern'], /--at is a time such as .*, not gestern/],
    [[...where, '--at', '2026-02-31T10:00'], /--at is a time such as/],
    [[...where, '--at', '25:10'], /--at is a time such as/],
    [[...where, '--at', '오후 13:10'], /--at is a time such as/],
    [[...where, '--at', '2999-01-01T00:00'], /is still to come/],
    [
      [...where, '--at', '10:00', '--within', '8d'],
      /--within is a length such as 90s, 5m, 2h or at most 7d, not 8d/,
    ],
    [[...where, '--footprint', '"} x'], /--footprint is an id/],
    [['--log-group', 'a b', '--at', '10:00'], /--log-group is the name of a log group/],
    [['--stack', 'a/b', '--at', '10:00'], /--stack is the name of a stack/],
    [[...where, '--bot-id', 'b', '--at', '10:00'], /--bot-id goes with --user/],
    [[...where, '--user', '-'], /standard input must hold the user's key/],
    [[...where, '--said', '😊'], /--said must have letters or digits/],
    [[...where, '--at', '10:00', '{"what":"x"}'], /a line of the log goes without the options/],
    [['--json', '{"what":"x"}'], /--json is for turns that are looked for/],
    [['--log-group', SKILL, '--said', ORDERED], /need the gateway's secret, .* --secret-id/],
    [['--log-group', SKILL, '--said', NOT_UNDERSTOOD], /need the gateway's secret, .* --secret-id/],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, stdout, stderr } = await trace(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
