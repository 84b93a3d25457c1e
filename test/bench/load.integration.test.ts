import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runLoad } from '../../bench/load/command.ts';
import { readLoadOptions } from '../../bench/load/options.ts';
import { endLines, REASONS } from '../../bench/load/report.ts';
import { holdRung, type Rung, turnsOf, usdOf } from '../../bench/load/rungs.ts';
import { textsOf } from '../../lambda/bot/texts.ts';
import { type RanCommand, runHere } from '../kit/ran-command.ts';
import { SELF_SIGNED } from '../kit/test-certificates.ts';
import {
  type Served,
  type ServedCall,
  SKILL_ANSWER,
  startVisitedServer,
  type VisitedServer,
  wellBehaved,
} from '../kit/visited-server.ts';

const SECRET = 'a-test-secret-of-the-load';
const servers: VisitedServer[] = [];

afterAll(() => Promise.all(servers.map(server => server.stop())));

async function served(
  serve: (call: ServedCall) => Served,
  tls?: Parameters<typeof startVisitedServer>[1],
): Promise<VisitedServer> {
  const server = await startVisitedServer(serve, tls);
  servers.push(server);
  return server;
}

const load = (args: readonly string[], stdin = ''): Promise<RanCommand> =>
  runHere(() =>
    runLoad(args, {
      environment: { LANG: 'C', GATEWAY_SECRET: SECRET },
      stdin: Readable.from([Buffer.from(stdin)]),
    }),
  );

/** Answers so many calls in a second, and no more. */
function atMost(perSecond: number): (call: ServedCall) => Served {
  const answeredAt: number[] = [];
  return call => {
    const now = performance.now();
    while ((answeredAt[0] ?? now) < now - 1_000) answeredAt.shift();
    if (answeredAt.length >= perSecond) return { status: 429, body: { message: 'Too Many Requests' } };
    answeredAt.push(now);
    return wellBehaved(SECRET)(call);
  };
}

const few = async (serve: (call: ServedCall) => Served): Promise<Rung> => {
  const { url } = await served(serve);
  return holdRung({
    url: `${url}/open-builder/skill`,
    ...{ secret: SECRET, rate: 50, seconds: 0.2, users: 3, says: ['메뉴', '주문'], lateMs: 300 },
  });
};

describe('npm run load', () => {
  test('finds the rate above which a gateway refuses, and the setting that it is', async () => {
    const { url } = await served(atMost(60));
    const args = ['--url', url, '--from', '40', '--to', '160', '--seconds', '1'];
    const { code, stdout } = await load(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +40 .* 200 × 40$/m);
    expect(stdout).toMatch(/^ +80 .* 429 × \d+$/m);
    expect(stdout).not.toMatch(/^ +160 /m);
    expect(stdout).toMatch(
      /It broke at 80 turns a second, and bore 40 before\. .* throttleRate and throttleBurst/,
    );
    expect(stdout).not.toContain(SECRET);
  });

  test('says when every rate was borne, in JSON, too', async () => {
    const { url } = await served(wellBehaved(SECRET));
    const args = ['--url', url, '--from', '10', '--to', '10', '--seconds', '1', '--json', '--secret-stdin'];
    const { code, stdout } = await load(args, `${SECRET}\n`);
    expect(code).toBe(0);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ url, rungs: [{ asked: 10, endings: { 200: 10 } }] });
    expect(json).not.toHaveProperty('breaks');
    expect(endLines(json.rungs, 'en')).toContain('✓ It bore every rate, up to 10 turns a second.');
    expect(endLines(json.rungs, 'ko')).toContain('✓ 초당 10턴을 모두 버텼습니다.');
  });

  test('speaks as users that are known as its own, each call in the form of Kakao and none twice', async () => {
    const server = await served(wellBehaved(SECRET));
    await holdRung({
      url: `${server.url}/open-builder/skill`,
      ...{ secret: SECRET, rate: 30, seconds: 0.2, users: 2, says: ['메뉴', '주문', '영업시간'] },
    });
    const bodies = server.calls.map(({ body }) => JSON.parse(body).userRequest);
    expect(new Set(bodies.map(({ user }) => user.id))).toEqual(
      new Set(['kakao-gateway-load-0', 'kakao-gateway-load-1']),
    );
    expect(new Set(bodies.map(({ user }) => user.properties.plusfriendUserKey))).toEqual(
      new Set(['kakao-gateway-load-0', 'kakao-gateway-load-1']),
    );
    expect(bodies.slice(0, 3).map(({ utterance }) => utterance)).toEqual(['메뉴', '주문', '영업시간']);
    expect(new Set(server.calls.map(({ headers }) => headers['x-request-id'])).size).toBe(6);
  });

  test.each<[breaks: string, serve: (call: ServedCall) => Served]>([
    ['late', () => 'hang'],
    ['crowded', () => ({ status: 503, body: { message: 'Service Unavailable' } })],
    [
      'apologies',
      () => ({
        body: { ...SKILL_ANSWER, template: { outputs: [{ simpleText: { text: textsOf({}).apology } }] } },
      }),
    ],
    ['refused', wellBehaved('another-secret')],
    ['broken', () => 'hang-up'],
    ['oddly', () => ({ status: 404, body: {} })],
  ])('tells what gives way: %s', async (breaks, serve) => {
    expect(await few(serve)).toMatchObject({ breaks, answered: 0 });
  });

  test('takes one turn in a hundred for an accident, and two for none', async () => {
    const failing = (times: number) => {
      let calls = 0;
      return (call: ServedCall): Served =>
        calls++ < times ? { status: 503, body: {} } : wellBehaved()(call);
    };
    const hold = async (times: number): Promise<Rung> => {
      const { url } = await served(failing(times));
      return holdRung({ url, secret: SECRET, rate: 500, seconds: 0.2, users: 1, says: ['메뉴'] });
    };
    expect(await hold(1)).not.toMatchObject({ breaks: 'crowded' });
    expect(await hold(2)).toMatchObject({ breaks: 'crowded' });
  });

  test('gives the secret to no server whose certificate is not to be trusted', async () => {
    const server = await served(wellBehaved(SECRET), SELF_SIGNED);
    const { code, stderr } = await load(['--url', server.url]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${REASONS.broken.en}\n` });
    expect(server.calls).toEqual([]);
  });

  test('begins with one turn, and with no load where that is refused', async () => {
    const server = await served(wellBehaved('another-secret'));
    const { code, stdout, stderr } = await load(['--url', server.url]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${REASONS.refused.en}\n` });
    expect(server.calls).toHaveLength(1);
  });

  test('does nothing to a gateway elsewhere before somebody agrees to the price', async () => {
    const { code, stdout, stderr } = await load(['--url', 'https://bot.example.com']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('up to 12700 turns would cost about $0.05 there');
    expect(stderr).toContain('add --yes-it-costs');
    expect(
      readLoadOptions(['--url', 'https://bot.example.com', '--yes-it-costs'], { GATEWAY_SECRET: SECRET }),
    ).toMatchObject({ rates: [10, 20, 40, 80, 160, 320, 640], seconds: 10, secret: SECRET });
  });

  test('takes the gateway of npm start and its secret where nothing else is said', () => {
    expect(readLoadOptions([], {})).toMatchObject({
      target: { base: 'http://127.0.0.1:3000' },
      secret: 'local-secret',
    });
  });

  test.each([
    [['--url', 'http://bot.example.com'], /--url must be https/],
    [['--url', 'https://bot.example.com', '--yes-it-costs'], /The secret is missing/],
    [['--from', '0'], /--from must be a whole number from 1 to 5000/],
    [['--from', '20', '--to', '10'], /--from must not be more than --to/],
    [['--seconds', '1e3'], /--seconds must be a whole number/],
    [['--secret', SECRET, '--secret-stdin'], /either --secret or --secret-stdin/],
    [['--secret', `${SECRET} 비밀`], /without spaces/],
    [[SECRET], /An option is unknown/],
    [['--lang', 'fr'], /--lang must be en or ko/],
  ])('tells in one sentence, without a value, what is wrong with %j', async (args, sentence) => {
    expect(() => readLoadOptions(args, {})).toThrow(sentence);
    expect(() => readLoadOptions(args, {})).not.toThrow(SECRET);
  });

  test('explains itself', async () => {
    const { code, stdout } = await load(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--yes-it-costs');
  });
});

test('a load is priced as docs/cost.md has it, rounded up', () => {
  expect(turnsOf([10, 20], 10)).toBe(300);
  expect(usdOf([10, 20], 10)).toBe('0.01');
  expect(usdOf([100_000], 10)).toBe('3.66');
});
