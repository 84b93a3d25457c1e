import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { inRequest, log, writeLogBy } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { Verdict } from '../../lambda/bot/validation.ts';
import { GatewayError, UnavailableError } from '../../lambda/errors.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { validationHandler } from '../../lambda/gateway/validation.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { VALIDATE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { metricsIn } from '../kit/stdout.ts';

let written: string[];

beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('where the log goes', () => {
  afterEach(() => writeLogBy(line => process.stdout.write(line)));

  test('is standard output, a line of JSON each', () => {
    log({ level: 'info', what: 'first' });
    log({ level: 'warn', what: 'second' });
    expect(written.map(line => [line.endsWith('}\n'), JSON.parse(line).what])).toEqual([
      [true, 'first'],
      [true, 'second'],
    ]);
  });

  test('is a writer of a local run in its place, which gets the same lines', () => {
    log({ level: 'info', what: 'told' });
    const lines: string[] = [];
    writeLogBy(line => lines.push(line));
    log({ level: 'info', what: 'told' });
    const withoutTime = (line = '') => line.replace(/"time":"[^"]*"/, '');
    expect(written).toHaveLength(1);
    expect(lines.map(withoutTime)).toEqual(written.map(withoutTime));
  });
});

describe('metrics in a line', () => {
  const counted = { level: 'info', what: 'counted', metrics: { Turns: 1 } } as const;
  const protocols = () => written.map(line => metricsIn(line).dimensions.map(({ Protocol }) => Protocol));

  test('count for the protocol of the request, and for a turn of another protocol that the line is about', () => {
    inRequest({ requestId: 'r', protocol: 'open-builder' }, () => {
      log(counted);
      log({ ...counted, protocol: 'smart-chat' });
    });
    log({ ...counted, protocol: 'smart-chat' });
    log(counted);
    expect(protocols()).toEqual([
      ['open-builder', undefined],
      ['smart-chat', undefined],
      ['smart-chat', undefined],
      [undefined],
    ]);
  });
});

describe('the version in a line', () => {
  afterEach(() => {
    delete process.env[ENVIRONMENT.version];
  });

  test('is that of the code, in each line, however long; on a machine where none is set there is none', () => {
    log({ level: 'info', what: 'on a machine' });
    process.env[ENVIRONMENT.version] = '';
    log({ level: 'info', what: 'on a machine' });
    process.env[ENVIRONMENT.version] = '0.1.0+1a2b3c4';
    log({ level: 'info', what: 'deployed' });
    const long = 'x'.repeat(1_000);
    const error = Array.from({ length: 40 }).reduce<Error>(
      cause => new GatewayError(long, { cause }),
      new Error(),
    );
    const violations = Array.from({ length: 20 }, () => ({ rule: long, path: long }));
    log({
      level: 'error',
      what: 'too long',
      rule: long,
      violations,
      error: new AggregateError([error, error, error]),
    });
    expect(written.map(line => JSON.parse(line).version)).toEqual([
      ...[undefined, undefined],
      ...['0.1.0+1a2b3c4', '0.1.0+1a2b3c4'],
    ]);
  });
});

describe('the log', () => {
  const SAID = '내 번호는 010-1234-5678';
  const failures = new Bot({ session: () => ({}) })
    .hears('망각', () => undefined as never)
    .hears(/번호/, turn => JSON.parse(turn.text))
    .hears(/주소/, turn => {
      throw new Error(`no such place: ${turn.text}`);
    })
    .hears(/가격/, turn => JSON.parse('{}')[turn.text].won);
  const handler = openBuilderHandler({
    bot: failures,
    store: new MemorySessionStore(),
    secret: testSecret,
    log,
  });
  const say = (utterance: string) =>
    invoke(
      handler,
      skillCall(
        { userRequest: { utterance, user: { id: 'a-user-key-of-kakao' } } },
        { 'x-request-id': 'chp-1' },
      ),
    );

  test.each([SAID, '주소는 서울시 어딘가', '가격은 01012345678'])(
    'tells which rule failed and where, and not a word of %j',
    async utterance => {
      const { status, json } = await say(utterance);
      expect({ status, apologised: JSON.stringify(json).includes(failures.texts.apology) }).toEqual({
        status: 200,
        apologised: true,
      });
      const [line = ''] = written;
      expect(JSON.parse(line)).toMatchObject({
        level: 'error',
        what: 'turn failed',
        rule: expect.stringContaining('hears'),
        error: {
          name: expect.stringMatching(/Error$/),
          frames: expect.arrayContaining([expect.stringMatching(/^at test\/aws\/log\.test\.ts:\d+:\d+$/)]),
        },
      });
      for (const word of [...utterance.split(' '), 'a-user-key-of-kakao', SECRET])
        expect(line).not.toContain(word);
    },
  );

  test('tells a rule that forgot to return, in our own words', async () => {
    await say('망각');
    expect(JSON.parse(written[0] ?? '').error.message).toContain('not undefined: does it return?');
  });

  test('tells what AWS said to us, and not what it said to a rule', () => {
    const aws = Object.assign(new Error('said by AWS'), { $metadata: {}, name: 'ThrottlingException' });
    log({ level: 'error', what: 'ours', error: new UnavailableError('late queue', { cause: aws }) });
    log({ level: 'error', what: 'of a rule', error: aws });
    expect(written.map(line => JSON.parse(line))).toMatchObject([
      {
        part: 'late queue',
        error: {
          name: 'UnavailableError',
          message: 'the late queue did not do its work',
          cause: { name: 'ThrottlingException', message: 'said by AWS' },
        },
      },
      { error: { name: 'Error' } },
    ]);
    expect(written[1]).not.toContain('said by AWS');
    expect(written[1]).not.toContain('Throttling');
  });

  test("tells that a rule was too late in our own words, and not in the rule's", async () => {
    const bot = new Bot({ session: () => ({}) })
      .validates('약속', (value, { deadline }) =>
        deadline.race(`${value} 찾기`, new Promise<Verdict>(() => {})),
      )
      .validates('번호', (_, { deadline: { signal } }) => {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
    const tools = { bot, store: new MemorySessionStore(), secret: testSecret, log };
    // On one clock: the rule's own race begins first, and is over first.
    jest.useFakeTimers();
    for (const parameter of ['약속', '번호']) {
      const path = `/open-builder/validation/${encodeURIComponent(parameter)}`;
      const asked = { ...skillCall({ value: { origin: SAID }, user: { id: 'u' } }), path };
      const answered = invoke(validationHandler(tools), { ...asked, receivedAt: Date.now() });
      await jest.advanceTimersByTimeAsync(VALIDATE_WITHIN_MS);
      await answered;
    }
    const [raced, aborted] = written.map(line => JSON.parse(line).error);
    expect(raced.name).toBe('DeadlineError');
    expect(raced).not.toHaveProperty('message');
    expect(aborted).toMatchObject({
      name: 'DeadlineError',
      message: 'the rule "validates 번호" did not finish before the deadline',
    });
    expect(written.join()).not.toContain('010-1234');
  });

  test('tells of a session that a later release stored, although the rule is what fails then', async () => {
    const store = new MemorySessionStore();
    const said = skillCall({ userRequest: { utterance: '보기', user: { id: 'u' } } });
    const botOf = (version: number) => {
      const options = { session: () => ({ cups: 0 }), version, migrate: () => ({ cups: 0 }) };
      return new Bot(options).hears('보기', turn => `${++turn.session.cups}잔`);
    };
    for (const version of [2, 1])
      await invoke(openBuilderHandler({ bot: botOf(version), store, secret: testSecret, log }), said);
    expect(JSON.parse(written[1] ?? '')).toMatchObject({
      what: 'turn failed',
      error: {
        name: 'SessionVersionError',
        message: expect.stringContaining('version 2 and this bot knows 1'),
      },
    });
  });

  test('tells a code of the system, and no other', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EHONGGILDONG', '01012345678', 7])
      log({ level: 'error', what: 'coded', error: Object.assign(new Error('no'), { code }) });
    expect(written.map(line => JSON.parse(line).error.code)).toEqual([
      'ECONNREFUSED',
      'ENOTFOUND',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('tells a class of the bot by the kind that everybody knows', () => {
    class OutOfStock extends TypeError {}
    const aborted = AbortSignal.abort().reason;
    for (const error of [new OutOfStock(), aborted, new AggregateError([new RangeError()])])
      log({ level: 'error', what: 'kinds', error });
    expect(written.map(line => JSON.parse(line).error)).toMatchObject([
      { name: 'TypeError' },
      { name: 'AbortError' },
      { name: 'AggregateError', errors: [{ name: 'RangeError' }] },
    ]);
  });

  test('tells where V8 says that an error was made, and no place that its text tells', () => {
    const place = `file://${process.cwd()}/package.json?${SAID}`;
    const forged = Object.assign(new Error('no'), { stack: `Error\n    at ${SAID} (${place}:1:1)` });
    for (const error of [forged, new Error(`no\n    at ${SAID} (${place}:1:1)`)])
      log({ level: 'error', what: 'placed', error });
    const [replaced, said] = written.map(line => JSON.parse(line).error.frames);
    expect(replaced).toEqual([]);
    expect(said[0]).toMatch(/^at test\/aws\/log\.test\.ts:\d+:\d+$/);
    for (const line of written) expect(line).not.toMatch(/번호|010-1234|package/);
  });

  test('tells the place of an error each time that it is told', () => {
    const error = new Error('no');
    for (const what of ['first', 'again']) log({ level: 'error', what, error });
    const [first, again] = written.map(line => JSON.parse(line).error.frames);
    expect(first.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
    expect(error.stack).toMatch(/^Error: no\n {4}at /);
  });

  test('is one line of JSON an entry', () => {
    inRequest({ requestId: 'r\n' }, () => log({ level: 'warn', what: 'two\nlines' }));
    expect(written).toHaveLength(1);
    expect(written[0]?.trimEnd().split('\n')).toHaveLength(1);
  });

  const cyclic = new Error('around');
  cyclic.cause = new Error('and around', { cause: cyclic });
  const get = (): never => {
    throw new Error('looked at');
  };
  const revocable = Proxy.revocable(new Error('over'), {});
  revocable.revoke();
  test.each<[string, () => unknown, object]>([
    [
      'is its own cause',
      () => cyclic,
      { name: 'Error', cause: { name: 'Error', cause: { name: 'told above' } } },
    ],
    [
      'throws when its cause is read',
      () => Object.defineProperty(new Error(), 'cause', { get }),
      { name: 'Error', cause: { name: 'unreadable' } },
    ],
    [
      'throws whatever is read',
      () =>
        Object.defineProperties(new RangeError(), {
          // V8 reads the others to make it.
          stack: { get },
          name: { get },
          message: { get },
          code: { get },
          cause: { get },
          toJSON: { get },
        }),
      { name: 'RangeError', frames: [], cause: { name: 'unreadable' } },
    ],
    ['is a proxy that is over', () => revocable.proxy, { name: 'unreadable' }],
    [
      'has such a cause',
      () => new Error('no', { cause: revocable.proxy }),
      { cause: { name: 'unreadable' } },
    ],
    [
      'has a kind without an end',
      () => Object.setPrototypeOf({}, new Proxy({}, { getPrototypeOf: () => ({}) })),
      { name: 'object' },
    ],
    ['is no error', () => 7n, { name: 'bigint' }],
    ['is null', () => null, { name: 'null' }],
  ])('is written of an error that %s', (_, errorOf, told) => {
    const entry = { level: 'error', what: 'told', outcome: 'failed', error: errorOf() } as const;
    inRequest({ requestId: 'r' }, () => log(entry));
    expect(written.map(line => JSON.parse(line))).toMatchObject([
      { level: 'error', what: 'told', requestId: 'r', outcome: 'failed', error: told },
    ]);
  });

  test('is written of a cause of a cause, and so on a thousand times', () => {
    let error = new Error('the first');
    for (let depth = 0; depth < 1_000; depth++) error = new Error('next', { cause: error });
    log({ level: 'error', what: 'deep', error });
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ what: 'deep', error: { name: 'Error' } });
    expect(written[0]?.match(/"cause"/g)?.length).toBeLessThan(10);
    expect(written[0]).toContain('"left out"');
  });

  test('is written of what is no text and no number, and says so', () => {
    const told = { get: () => 1, toJSON: get };
    const entry = { level: 'warn', what: 'odd', outcome: 7n, rule: told, user: Symbol('u'), ms: Number.NaN };
    log({ ...entry, violations: [{ rule: told, path: 'p' }, null] } as never);
    log(Object.defineProperty({ level: 'warn', what: 'thrown' }, 'ms', { get, enumerable: true }) as never);
    log({ level: 'warn', what: 'without an end', ms: Number.POSITIVE_INFINITY });
    expect(written.map(line => JSON.parse(line))).toMatchObject([
      {
        what: 'odd',
        outcome: 'unreadable',
        rule: 'unreadable',
        user: 'unreadable',
        ms: 'NaN',
        violations: 'unreadable',
      },
      { what: 'thrown', ms: 'unreadable' },
      { what: 'without an end', ms: 'Infinity' },
    ]);
  });

  test('has the members that there are, and no others', () => {
    log({ level: 'info', what: 'bare' });
    log({ level: 'info', what: 'with nothing', user: null, rule: undefined, violations: [] } as never);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(written.map(line => JSON.parse(line))).toEqual([
      { time, level: 'info', what: 'bare' },
      { time, level: 'info', what: 'with nothing', violations: [] },
    ]);
  });

  test('says of a list that it is no text, and of an error that throws when it is asked for', () => {
    log({ level: 'warn', what: 'listed', rule: ['내 번호'] } as never);
    log(Object.defineProperty({ level: 'warn', what: 'thrown' }, 'error', { get }) as never);
    expect(written.map(line => JSON.parse(line))).toMatchObject([
      { what: 'listed', rule: 'unreadable' },
      { what: 'thrown', error: { name: 'unreadable' } },
    ]);
  });

  test('tells of the first twenty limits that an answer broke', () => {
    const violations = Array.from({ length: 21 }, (_, at) => ({
      rule: 'too long',
      path: `${at}`,
      value: at,
    }));
    log({ level: 'warn', what: 'broken', violations });
    expect(JSON.parse(written[0] ?? '').violations).toEqual(violations.slice(0, 20));
  });

  test('counts what is a number, and leaves out what is none', () => {
    log({ level: 'info', what: 'counted', metrics: { Turns: 1, TurnMs: Number.NaN, LateMs: Infinity } });
    expect(metricsIn(written[0] ?? '').metrics).toEqual({ Turns: 1 });
    expect(JSON.parse(written[0] ?? '')).not.toHaveProperty('TurnMs');
  });

  test('has at most 32 KB a line, and keeps its metrics then', () => {
    const long = '\u0001긴'.repeat(100_000);
    const ids = { requestId: long, kakaoRequestId: long, footprint: long, deferredBy: long, user: long };
    const violations = Array.from({ length: 100 }, () => ({ rule: long, path: long }));
    const error = new GatewayError(long, { cause: new GatewayError(long) });
    inRequest(ids, () => {
      log({ level: 'error', what: long, rule: long, outcome: long, violations, error });
    });
    log({ level: 'error', what: 'long', violations, error, metrics: { Turns: 1 } });
    for (const line of written) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(32 * 1024 + 1);
    expect(JSON.parse(written[1] ?? '')).toMatchObject({
      what: 'long',
      error: { name: 'too long to be told' },
    });
    expect(metricsIn(written[1] ?? '').metrics).toEqual({ Turns: 1 });
  });

  test('is whole to the last byte of its 32 KB, and of one that has more the part of the cloud that was ill is told', () => {
    const error = new UnavailableError('late queue');
    const write = (bytes: number): string => {
      const text = '긴'.repeat(bytes / 3) + 'x'.repeat(bytes % 3);
      const violations = Array.from({ length: 20 }, (_, at) => ({
        rule: text.slice(600 * at, 600 * at + 300),
        path: text.slice(600 * at + 300, 600 * at + 600),
      }));
      log({ level: 'error', what: 'long', violations, error });
      return written.at(-1)?.trimEnd() ?? '';
    };
    const least = Buffer.byteLength(write(0));
    const longest = write(32 * 1024 - least);
    expect(Buffer.byteLength(longest)).toBe(32 * 1024);
    expect(JSON.parse(longest)).toMatchObject({ part: 'late queue', error: { name: 'UnavailableError' } });
    const tooLong = write(32 * 1024 - least + 1);
    expect(JSON.parse(tooLong)).toMatchObject({ part: 'late queue', error: { name: 'too long to be told' } });
  });

  test('has the line of what was written, where what runs was made of it, and no file that was made up', () => {
    const source = readFileSync('lambda/turn/settle.ts', 'utf8').split('\n');
    const line = 1 + source.findIndex(text => text.includes('throw new GatewayError('));
    const script = `
      import { compileFunction } from 'node:vm';
      import { log } from './lambda/aws/log.ts';
      import { settleAnswer } from './lambda/turn/settle.ts';
      const made = compileFunction('throw new Error("no")', [], { filename: 'file:///회원 홍길동.js?x' });
      for (const fail of [settleAnswer.bind(undefined, undefined, {}), made])
        try { fail(); } catch (error) { log({ level: 'error', what: 'placed', error }); }`;
    const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = spawnSync(process.execPath, options, { encoding: 'utf8' });
    const [written, made] = stdout
      .trim()
      .split('\n')
      .map(told => JSON.parse(told).error.frames);
    expect(written).toEqual([expect.stringMatching(new RegExp(`^at lambda/turn/settle\\.ts:${line}:\\d+$`))]);
    expect(made).toEqual([]);
    expect(stdout).not.toContain('홍길동');
  });
});
