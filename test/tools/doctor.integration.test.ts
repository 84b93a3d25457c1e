import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { CHECKS } from '../../tools/doctor/check-names.ts';
import { runDoctor } from '../../tools/doctor/command.ts';
import { SENTENCES } from '../../tools/doctor/diagnostics.ts';
import { type Checked, type Examination, examine, type Section } from '../../tools/doctor/examine.ts';
import { secretHider } from '../../tools/doctor/hide-secret.ts';
import { readOptions } from '../../tools/doctor/options.ts';
import { problemsOf } from '../../tools/doctor/problems-of.ts';
import { exitCodeOf, jsonReport, sectionLines, summaryLines } from '../../tools/doctor/report.ts';
import { targetOf } from '../../tools/doctor/target.ts';
import { diagnosticOf, tlsDiagnosticOf } from '../../tools/doctor/visit.ts';
import { UsageError } from '../../tools/usage-error.ts';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { npmStart, type StartedGateway } from '../kit/npm-start.ts';
import { runs } from '../kit/property.ts';
import { type RanCommand, runHere, runNode } from '../kit/ran-command.ts';
import { samplesOf } from '../kit/samples.ts';
import {
  EXPIRED,
  SELF_SIGNED,
  TEST_ROOT,
  WHOLE_CHAIN,
  WITHOUT_INTERMEDIATE,
} from '../kit/test-certificates.ts';
import {
  type Served,
  type ServedCall,
  SKILL_ANSWER,
  startVisitedServer,
  type VisitedServer,
  wellBehaved,
} from '../kit/visited-server.ts';

const SECRET = 'a-test-secret-of-the-doctor';
const BOTH = ['open-builder', 'smart-chat'] as const;

let gateway: StartedGateway;
let command: BuiltCommand;
/** The five seconds that the command waits, spent while the others run. */
let hangingRun: Promise<RanCommand>;
const servers: VisitedServer[] = [];

beforeAll(async () => {
  const start = await builtCommand('dev/start.ts');
  gateway = await npmStart({ GATEWAY_SECRET: SECRET }, { built: start }).finally(start.remove);
  command = await builtCommand('bin/doctor.ts');
  const { url } = await startVisitedServer(call => (call.path === '/health' ? { body: {} } : 'hang')).then(
    keep,
  );
  hangingRun = spawnedDoctor(['--url', url, '--secret', SECRET, '--only', 'smart-chat', '--json']);
});

afterAll(async () => {
  await gateway?.interrupt();
  await Promise.all(servers.map(server => server.stop()));
  await command?.remove();
});

function keep(server: VisitedServer): VisitedServer {
  servers.push(server);
  return server;
}

interface Input {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs the command as `npm run doctor` does, but bundled: for what a process alone shows, or beside other tests. */
const spawnedDoctor = (args: readonly string[], { env, stdin = '' }: Input = {}): Promise<RanCommand> =>
  runNode([command.path, ...args], { cwd: '.', env: { LANG: 'C', ...env }, stdin });

/** Runs it here, where it costs its calls alone. */
const doctor = (args: readonly string[], { env, stdin = '' }: Input = {}): Promise<RanCommand> =>
  runHere(() =>
    runDoctor(args, {
      environment: { LANG: 'C', ...env },
      stdin: Readable.from([Buffer.from(stdin)]),
      hasColours: false,
    }),
  );

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
}

async function examined(
  url: string,
  options: Partial<Examination> & { connect?: string } = {},
): Promise<Section[]> {
  const { connect, ...more } = options;
  const { target } = targetOf(url, connect);
  const sections: Section[] = [];
  for await (const section of examine({ target, secret: SECRET, protocols: BOTH, ...more }))
    sections.push(section);
  return sections;
}

const examinedServer = async (
  serve: (call: ServedCall) => Served,
  options: Partial<Examination> = {},
): Promise<Section[]> => examined((await startVisitedServer(serve).then(keep)).url, options);

const all = (sections: readonly Section[]): Checked[] => sections.flatMap(({ checked }) => [...checked]);
const wordsOf = ({ mark, diagnostic }: Checked): string =>
  diagnostic && mark !== 'ok' ? `${mark}: ${diagnostic.code}` : mark;

/** How every check ended, by its id. */
const outcomes = (sections: readonly Section[]): Record<string, string> =>
  Object.fromEntries(all(sections).map(check => [check.id, wordsOf(check)]));

/** Every check of a kind with one outcome. */
const each = (outcome: string, ...ids: readonly string[]): Record<string, string> =>
  Object.fromEntries(ids.map(id => [id, outcome]));

/** The text that an operator reads, without the line breaks. */
const printed = (sections: readonly Section[], language: 'en' | 'ko' = 'en'): string =>
  sections
    .flatMap(section => sectionLines(section, language))
    .join('\n')
    .replace(/\s+/g, ' ');

const SKILL = [
  'skill-test',
  'bot-test',
  'live-channel',
  'dev-channel',
  'welcome',
  'picture',
  'button',
  'long',
  'callback',
];
const API_TEST = ['api-keyboard', 'api-make-friend', 'api-block-friend', 'api-leave-room'];
const MESSAGES = ['message-text', 'message-photo', 'message-no-user'];
const SMART_CHAT = [...MESSAGES, 'double-slash', 'app-wrong-secret'];
const EVERY = Object.keys(CHECKS);
const HEALTHY = { ...each('ok', ...EVERY), tls: 'skipped: tls-plain' };

describe('the doctor', () => {
  test('finds nothing wrong with the gateway of npm start', async () => {
    const sections = await examined(gateway.url);
    expect(outcomes(sections)).toEqual(HEALTHY);
    expect(exitCodeOf(sections)).toBe(0);
  });

  test('tells the first call of a function from the later ones', async () => {
    const sections = await examinedServer(wellBehaved(SECRET));
    expect(
      all(sections)
        .filter(({ isFirst }) => isFirst)
        .map(({ id }) => id),
    ).toEqual(['connection', 'tls', 'skill-test', ...API_TEST]);
    const [smartChatOnly] = await examinedServer(wellBehaved(SECRET), { protocols: ['smart-chat'] });
    expect(smartChatOnly?.checked.at(-1)).toMatchObject({ id: 'health', isFirst: true });
  });

  test('calls the function for a skill before anything else, so that a cold start is measured', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET)));
    await examined(server.url);
    expect(server.calls.slice(0, 3).map(({ path }) => path)).toEqual([
      '/open-builder/skill',
      '/health',
      '/open-builder/skill',
    ]);
  });

  test("makes the API TEST's calls, at once", async () => {
    const server = keep(
      await startVisitedServer(call => {
        const served = wellBehaved(SECRET)(call);
        // The others, one after the other, would only take longer.
        const isApiTest = server.calls.length >= 2 && server.calls.length <= 5;
        return typeof served === 'string' || !isApiTest ? served : { ...served, afterMs: 300 };
      }),
    );
    await examined(server.url, { protocols: ['smart-chat'] });
    const [sequence] = samplesOf('smart-chat').filter(({ name }) => name === 'kakao-apitest-sequence');
    const made = server.calls.slice(1, 5).map(({ method, path, body }) => ({
      method,
      path: path.replace(`/smart-chat/${SECRET}`, ''),
      ...(body !== '' && { body: JSON.parse(body) }),
    }));
    expect(made).toHaveLength(4);
    expect(made).toEqual(expect.arrayContaining(sequence?.json.body));
    expect(server.mostAtOnce()).toBe(4);
  });

  test('is the same made-up users whenever it comes, and never the same call', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET)));
    await examined(server.url);
    const after = server.calls.length;
    await examined(server.url);
    const usersOf = (calls: readonly ServedCall[]) =>
      new Set(
        calls.flatMap(
          ({ body }) => body.match(/"(?:id|user_key|plusfriendUserKey|botUserKey)":"[^"]+"/g) ?? [],
        ),
      );
    expect(usersOf(server.calls.slice(after))).toEqual(usersOf(server.calls.slice(0, after)));
    for (const member of ['id', 'user_key', 'botUserKey', 'plusfriendUserKey'])
      expect(usersOf(server.calls)).toContain(`"${member}":"kakao-gateway-doctor"`);
    const requestIds = server.calls.flatMap(({ headers }) => headers['x-request-id'] ?? []);
    expect(new Set(requestIds).size).toBe(requestIds.length);
    expect(requestIds).toContainEqual(expect.stringMatching(/^chp-[0-9a-f]{32}$/));
  });

  test('sends what the testers and channels of Kakao send', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET)));
    await examined(server.url, { protocols: ['open-builder'] });
    const bodies = server.calls
      .filter(({ path, body }) => path.endsWith('/skill') && body.endsWith('}'))
      .map(({ body }) => JSON.parse(body));
    const paths = (value: unknown, at = ''): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`))
        : [at];
    const sampleOf = (number: string) =>
      samplesOf('open-builder/requests').find(({ name }) => name.startsWith(number))?.json;
    const [skillTest, botTest, live, dev, welcome, picture, button, long, callback] = bodies;
    expect(paths(skillTest).sort()).toEqual(paths(sampleOf('20')).sort());
    // The sample's block has a parameter, and the doctor's has none.
    expect(paths(botTest).sort()).toEqual(
      paths(sampleOf('16'))
        .filter(path => !path.includes('.subject'))
        .sort(),
    );
    expect(paths(live).sort()).toEqual(paths(sampleOf('14')).sort());
    expect(botTest.userRequest.utterance).toMatch(/\n$/);
    expect(dev.bot.id).toBe(`${live.bot.id}!`);
    expect(welcome.userRequest.block.name).toBe('웰컴 블록');
    expect(picture.userRequest.params.media).toEqual({ type: 'image', url: picture.userRequest.utterance });
    expect(button.action.clientExtra).not.toEqual({});
    expect(Buffer.byteLength(long.userRequest.utterance)).toBe(30 * 1024);
    expect(callback.userRequest.callbackUrl).toMatch(
      /^https:\/\/bot-api\.kakao\.com\/v1\/bots\/\w+\/callback\/cbtoken:/,
    );
  });

  test('accepts the promise of a callback where there is one, and nowhere else', async () => {
    const defers = (call: ServedCall): Served =>
      call.path.endsWith('/skill')
        ? { body: { version: '2.0', useCallback: true, data: { text: '잠시만요' } } }
        : wellBehaved(SECRET)(call);
    expect(outcomes(await examinedServer(defers))).toMatchObject({
      'bot-test': 'failed: callback-unasked',
      callback: 'ok',
    });
  });

  test.each<[what: string, body: object, type: string, outcome: string]>([
    [
      'data that is no object',
      { template: { outputs: [] }, data: '잠시만요' },
      'application/json',
      'failed: not-accepted',
    ],
    ['a template, which is not read', { template: { outputs: [] } }, 'application/json', 'ok'],
    ['another content type', {}, 'text/plain', 'warning: content-type'],
  ])('looks at the promise of a callback, too: %s', async (_, body, type, outcome) => {
    const defers = (call: ServedCall): Served =>
      call.path.endsWith('/skill')
        ? { type, body: { version: '2.0', useCallback: true, ...body } }
        : wellBehaved(SECRET)(call);
    expect(outcomes(await examinedServer(defers))).toMatchObject({ callback: outcome });
  });

  test('gives the callback request another place to lead to', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET)));
    await examined(server.url, { callbackOrigin: 'http://127.0.0.1:4000' });
    expect(server.calls.some(({ body }) => body.includes('"callbackUrl":"http://127.0.0.1:4000/v1/'))).toBe(
      true,
    );
  });
});

describe('a server that', () => {
  const skillAnswers =
    (served: Served) =>
    (call: ServedCall): Served => {
      const own = wellBehaved(SECRET)(call);
      const isOk = own !== 'hang' && own !== 'hang-up' && own.status === undefined;
      return isOk && call.path.endsWith('/skill') ? served : own;
    };
  const smartChatAnswers =
    (served: Partial<Exclude<Served, string>>) =>
    (call: ServedCall): Served => {
      const own = wellBehaved(SECRET)(call);
      return typeof own !== 'string' && call.path.startsWith('/smart-chat') ? { ...own, ...served } : own;
    };
  const silent = {
    ...each('skipped: not-tried', ...EVERY),
    ...each('failed: timeout', 'skill-test', 'health', ...API_TEST),
    connection: 'ok',
    tls: 'skipped: tls-plain',
  };
  const withSkill = (outcome: string) => ({ ...HEALTHY, ...each(outcome, ...SKILL) });

  test.each<
    [
      what: string,
      serve: (call: ServedCall) => Served,
      outcome: Record<string, string>,
      sentence: RegExp,
      exit: number,
    ]
  >([
    ['hangs', () => 'hang', silent, /No whole answer within 0\.5 s/, 1],
    [
      'answers late',
      call => {
        const served = wellBehaved(SECRET)(call);
        return typeof served === 'string' ? served : { ...served, afterMs: 2_500 };
      },
      silent,
      /look for a timeout in the log/,
      1,
    ],
    [
      'has another secret',
      wellBehaved('another-secret'),
      {
        ...HEALTHY,
        ...each('failed: secret-refused', ...SKILL, 'broken-json', 'validation'),
        ...each('failed: app-secret-refused', ...API_TEST, ...MESSAGES, 'double-slash'),
      },
      /SecretCommand of cdk deploy, and enter it under 헤더값 입력/,
      1,
    ],
    [
      'answers in the format of 2018',
      skillAnswers({ body: { contents: [{ type: 'text', text: '안녕' }] } }),
      withSkill('failed: v1'),
      /"version": "2\.0"/,
      1,
    ],
    [
      'asks for no secret',
      wellBehaved(),
      { ...HEALTHY, ...each('failed: open', 'no-secret', 'wrong-secret', 'app-wrong-secret') },
      /anybody who finds the URL can use the bot/,
      1,
    ],
    [
      'answers web pages',
      () => ({ type: 'text/html', body: '<!doctype html><p>Welcome to nginx!' }),
      {
        ...each('failed: html', ...SKILL, 'validation', 'api-keyboard', ...MESSAGES, 'double-slash'),
        ...each('failed: open', 'no-secret', 'wrong-secret', 'app-wrong-secret'),
        ...each('ok', 'connection', 'health', 'api-make-friend', 'api-block-friend', 'api-leave-room'),
        'broken-json': 'warning: broken-json-taken',
        tls: 'skipped: tls-plain',
      },
      /It answers a web page/,
      1,
    ],
    [
      'serves something else',
      () => ({ status: 404, body: { message: 'Not Found' } }),
      {
        ...each('failed: not-found', ...SKILL, 'api-keyboard', ...MESSAGES, 'double-slash'),
        ...each('warning: optional-status', 'api-make-friend', 'api-block-friend', 'api-leave-room'),
        ...each('warning: refused-oddly', 'no-secret', 'wrong-secret', 'app-wrong-secret'),
        ...each('ok', 'connection', 'broken-json'),
        health: 'warning: health-missing',
        validation: 'warning: validation-missing',
        tls: 'skipped: tls-plain',
      },
      /register http:\/\/127\.0\.0\.1:\d+\/open-builder\/skill, .* http:\/\/127\.0\.0\.1:\d+\/smart-chat\/<the secret>/,
      1,
    ],
    ['fails', skillAnswers({ status: 502, body: {} }), withSkill('failed: server-error'), /answers 502/, 1],
    [
      'redirects',
      skillAnswers({ status: 308, headers: { location: '/elsewhere' }, body: '' }),
      withSkill('failed: redirect'),
      /follows no redirect of a POST/,
      1,
    ],
    [
      'says 202',
      skillAnswers({ status: 202, body: SKILL_ANSWER }),
      withSkill('failed: wrong-status'),
      /answers 202 where Kakao takes 200 alone/,
      1,
    ],
    ['hangs up', skillAnswers('hang-up'), withSkill('failed: hung-up'), /look for a crash/, 1],
    [
      'answers no JSON',
      skillAnswers({ body: '{version' }),
      withSkill('failed: not-json'),
      /no JSON in UTF-8/,
      1,
    ],
    [
      'answers without end',
      skillAnswers({ body: `"${'x'.repeat(1_100_000)}"` }),
      withSkill('failed: too-large'),
      /larger than 1 MB/,
      1,
    ],
    [
      'answers with more values than anybody reads',
      call =>
        call.body.includes('callbackUrl')
          ? { body: `{"version":"2.0","template":{"outputs":[${'{},'.repeat(333_000)}{}]}}` }
          : wellBehaved(SECRET)(call),
      { ...HEALTHY, callback: 'failed: too-much' },
      /more than 200,000 values, .*: answer less\./,
      1,
    ],
    [
      'says four things at once',
      skillAnswers({
        body: { version: '2.0', template: { outputs: Array(4).fill({ simpleText: { text: '하나' } }) } },
      }),
      withSkill('failed: not-accepted'),
      /말풍선 가이드 위반.*: template\.outputs has 4 entries/,
      1,
    ],
    [
      'calls its JSON text',
      skillAnswers({ type: 'text/plain', body: SKILL_ANSWER }),
      withSkill('warning: content-type'),
      /answer application\/json; charset=utf-8/,
      0,
    ],
    [
      'leaves the charset to smart-chat',
      smartChatAnswers({ type: 'application/json' }),
      { ...HEALTHY, ...each('failed: content-type-smart-chat', 'api-keyboard', ...MESSAGES, 'double-slash') },
      /"wrong keyboard initialization", or garbles Korean/,
      1,
    ],
    [
      'takes broken JSON for its own fault',
      call => (call.body.endsWith(':') ? { status: 500, body: {} } : wellBehaved(SECRET)(call)),
      { ...HEALTHY, 'broken-json': 'failed: broken-json-fails' },
      /as if the gateway were ill/,
      1,
    ],
    [
      'validates without a status',
      call => (call.path.endsWith('/validation') ? { body: {} } : wellBehaved(SECRET)(call)),
      { ...HEALTHY, validation: 'failed: validation-status' },
      /SUCCESS, FAIL, ERROR or IGNORE/,
      1,
    ],
  ])('%s', async (_, serve, outcome, sentence, exit) => {
    const isSilent = outcome === silent;
    const sections = await examinedServer(serve, isSilent ? { limitMs: 500 } : {});
    expect(outcomes(sections)).toEqual(outcome);
    expect(printed(sections)).toMatch(sentence);
    expect(exitCodeOf(sections)).toBe(exit);
  });

  // "안녕" in EUC-KR, for which Node has no encoder.
  const inEucKr = Buffer.concat([
    Buffer.from('{"version":"2.0","template":{"outputs":[{"simpleText":{"text":"'),
    Buffer.from([0xbe, 0xc8, 0xb3, 0xe7]),
    Buffer.from('"}}]}}'),
  ]);
  const inUtf16 = Buffer.from(JSON.stringify(SKILL_ANSWER), 'utf16le');
  const text = JSON.stringify(SKILL_ANSWER);
  const refusesHealth =
    (status: number) =>
    (call: ServedCall): Served =>
      call.path === '/health' ? { status, body: { message: 'Forbidden' } } : wellBehaved(SECRET)(call);

  test.each<[what: string, served: Served, code: string, sentence: RegExp]>([
    [
      'says another charset',
      { type: 'application/json; charset=EUC-KR', body: SKILL_ANSWER },
      'charset',
      /says charset=euc-kr, by which a client reads Korean as garbage/,
    ],
    ['writes EUC-KR', { body: inEucKr }, 'not-utf-8', /JSON in EUC-KR \(CP949\) instead of UTF-8/],
    ['writes UTF-16', { body: inUtf16 }, 'not-utf-8', /JSON in UTF-16 instead of UTF-8/],
    [
      'compresses unasked',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) },
      'compressed',
      /compressed \(gzip\) though nobody asked for it/,
    ],
    [
      'compresses without a word',
      { body: gzipSync(text) },
      'compressed',
      /compressed \(gzip\) though nobody asked for it/,
    ],
    [
      'has a number as its version',
      { body: { ...SKILL_ANSWER, version: 2 } },
      'version',
      /has "version": 2, and Kakao knows the text "2\.0" alone/,
    ],
    [
      'has a version of its own',
      { body: { ...SKILL_ANSWER, version: '1.0' } },
      'version',
      /has "version": "1\.0", and Kakao/,
    ],
    [
      "leaves a Lambda's answer as it is",
      { body: { statusCode: 200, headers: {}, body: text } },
      'wrapped',
      /still wrapped as a function returns it to API Gateway/,
    ],
    [
      'makes a text of its JSON twice',
      { body: JSON.stringify(text) },
      'json-in-text',
      /was turned into text twice/,
    ],
    [
      'is flooded',
      { status: 429, body: { message: 'Too Many Requests' } },
      'throttled',
      /answers 429, so more calls came than it takes/,
    ],
    [
      'stands behind something that refuses',
      { status: 403, body: { message: 'Forbidden' } },
      'forbidden',
      /answers 403, and the gateway's own answer to a wrong secret is 401/,
    ],
  ])('%s is told for what it is', async (_, served, code, sentence) => {
    const sections = await examinedServer(skillAnswers(served), { protocols: ['open-builder'] });
    const outcome = outcomes(sections);
    for (const id of SKILL) expect(outcome).toHaveProperty(id, `failed: ${code}`);
    expect(outcome).toMatchObject({ health: 'ok', validation: 'ok', 'wrong-secret': 'ok' });
    expect(printed(sections)).toMatch(sentence);
    expect(exitCodeOf(sections)).toBe(1);
  });

  test('says another charset to smart-chat, or wraps its answer there, is told for that, too', async () => {
    const type = 'application/json; charset=EUC-KR';
    const { 'message-text': charset } = outcomes(
      await examinedServer(smartChatAnswers({ type }), { protocols: ['smart-chat'] }),
    );
    expect(charset).toBe('failed: charset');
    const body = { statusCode: 200, body: '{}' };
    const { 'message-text': wrapped, 'api-keyboard': keyboard } = outcomes(
      await examinedServer(smartChatAnswers({ body }), { protocols: ['smart-chat'] }),
    );
    expect([wrapped, keyboard]).toEqual(['failed: wrapped', 'failed: wrapped']);
  });

  test('leaves its refusals in their wrapping is not taken for open', async () => {
    const wraps = (call: ServedCall): Served => {
      const own = wellBehaved(SECRET)(call);
      if (typeof own === 'string' || call.path === '/health') return own;
      return { body: { statusCode: own.status ?? 200, body: JSON.stringify(own.body) } };
    };
    const outcome = outcomes(await examinedServer(wraps));
    for (const id of ['wrong-secret', 'no-secret', 'app-wrong-secret', 'broken-json', 'validation', ...SKILL])
      expect(outcome).toHaveProperty(id, 'failed: wrapped');
  });

  test.each([
    ['that says utf-8 where a compression stands', { 'content-encoding': 'utf-8' }, 'application/json'],
    ['that writes its charset as it likes', {}, 'application/json;charset="UTF8"'],
  ])('has a header %s is left alone', async (_, headers, type) => {
    const sections = await examinedServer(skillAnswers({ headers, type, body: SKILL_ANSWER }));
    expect(outcomes(sections)).toEqual(HEALTHY);
  });

  test.each([401, 403])('refuses /health by %i is not told to have another secret', async status => {
    const sections = await examinedServer(refusesHealth(status));
    expect(outcomes(sections)).toEqual({ ...HEALTHY, health: 'warning: health-refused' });
    expect(printed(sections)).toContain(`/health answers ${status}, though it asks for no secret`);
    expect(exitCodeOf(sections)).toBe(0);
  });

  const slowly =
    (afterMs: number) =>
    (call: ServedCall): Served => {
      const served = wellBehaved(SECRET)(call);
      return typeof served === 'string' ? served : { ...served, afterMs };
    };

  test('takes nearly all the time everywhere is nearly late, which three calls say', async () => {
    const [skill, smartChat] = await Promise.all(
      BOTH.map(protocol => examinedServer(slowly(870), { limitMs: 1_000, protocols: [protocol] })),
    );
    const [known, reached] = ['skipped: slow-enough', { connection: 'ok', tls: 'skipped: tls-plain' }];
    expect(outcomes(skill ?? [])).toEqual({
      ...each(known, ...SKILL, 'broken-json', 'no-secret', 'wrong-secret', 'validation'),
      ...reached,
      ...each('warning: nearly-late', 'skill-test', 'health', 'bot-test'),
    });
    expect(outcomes(smartChat ?? [])).toEqual({
      ...each(known, ...SMART_CHAT),
      ...reached,
      ...each('warning: nearly-late', 'health', ...API_TEST, 'message-text'),
    });
    expect(printed(skill ?? [])).toMatch(/Nearly late: it answered after 0\.9 of 1 s/);
    const [first, ...more] = summaryLines(skill ?? [], 'en');
    expect(first).toMatch(/^! Begin with GET \/health: Nearly late: /);
    expect(more.at(-1)).toMatch(/^! 1 ok, 3 to look at, 0 failed/);
  });

  test('is slow, but not nearly late, is examined until the whole time is over', async () => {
    const sections = await examinedServer(slowly(100), { limitMs: 500, wholeMs: 1_000 });
    const outcome = outcomes(sections);
    expect(outcome).toMatchObject({
      'skill-test': 'ok',
      health: 'ok',
      'app-wrong-secret': 'skipped: out-of-time',
    });
    expect(printed(sections)).toContain('the doctor stops after 1 s');
  });

  test('refuses a wrong secret is asked for one refusal alone, unless strangers are played', async () => {
    const refusals = async (options: Partial<Examination>): Promise<number> => {
      let refused = 0;
      await examinedServer(call => {
        const served = wellBehaved(SECRET)(call);
        if (typeof served !== 'string' && (served.status ?? 200) >= 400) refused++;
        return served;
      }, options);
      return refused;
    };
    expect(await refusals({ playsStrangers: false })).toBe(1);
    expect(await refusals({ playsStrangers: false, protocols: ['smart-chat'] })).toBe(1);
    expect(await refusals({ playsStrangers: true })).toBe(4);
    // Here is nothing that alarms.
    expect(await refusals({})).toBe(4);
    const open = await examinedServer(wellBehaved(), { playsStrangers: false });
    expect(outcomes(open)).toMatchObject({
      'wrong-secret': 'failed: open',
      'no-secret': 'skipped: left-out',
    });
  });

  test('fails is told by what fails first, before the counts, in both languages and in JSON', async () => {
    const serve = (call: ServedCall): Served =>
      call.body.includes('웰컴') ? { status: 502, body: {} } : wellBehaved(SECRET)(call);
    const sections = await examinedServer(serve);
    const [first, second = ''] = [summaryLines(sections, 'en')[0], summaryLines(sections, 'ko')[0]];
    expect(first).toMatch(/^✗ Begin with 웰컴 블록 \(welcome\): It answers 502/);
    expect(second).toMatch(/^✗ 먼저 볼 것: 웰컴 블록: 502/);
    const { target } = targetOf('http://127.0.0.1:3000');
    expect(jsonReport(target, sections, 'en')).toMatchObject({
      first: { id: 'welcome', mark: 'failed', code: 'server-error' },
    });
  });

  test('starts slowly is told apart from one that is slow', async () => {
    let calls = 0;
    const sections = await examinedServer(
      call => {
        const served = wellBehaved(SECRET)(call);
        return typeof served === 'string' || calls++ > 0 ? served : { ...served, afterMs: 1_500 };
      },
      { limitMs: 2_000, protocols: ['open-builder'] },
    );
    expect(
      all(sections)
        .filter(({ mark }) => mark === 'warning')
        .map(({ id }) => id),
    ).toEqual(['skill-test']);
    expect(printed(sections)).toMatch(/Answered after 1\.\d of 2 s/);
  });

  test('is not there is not called a second time', async () => {
    const { url, stop } = await startVisitedServer(() => 'hang');
    await stop();
    const sections = await examined(url);
    expect(outcomes(sections)).toEqual({
      ...each('skipped: not-tried', ...EVERY),
      connection: 'failed: refused',
    });
    expect(printed(sections)).toContain(`Nobody listens at ${new URL(url).host}`);
    expect(exitCodeOf(sections)).toBe(1);
  });

  test('fails the API TEST is shown as the admin centre shows it', async () => {
    const sections = await examinedServer(
      call =>
        call.path.endsWith('/keyboard') || call.method === 'POST'
          ? { body: { keyboard: { type: 'text' } } }
          : 'hang',
      { limitMs: 500, protocols: ['smart-chat'] },
    );
    expect(all(sections).flatMap(({ apiTest }) => apiTest ?? [])).toEqual([
      { need: 'Required', status: 415, body: 'wrong keyboard initialization' },
      { need: 'Optional', status: 200, body: '{"keyboard":{"type":"text"}}' },
      { need: 'Optional', status: 408, body: 'request timeout' },
      { need: 'Optional', status: 408, body: 'request timeout' },
    ]);
  });
});

describe('TLS', () => {
  afterEach(() => {
    jest.useRealTimers();
  });
  const withTls = async (tls: object, options: Partial<Examination> & { host?: string } = {}) => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET), tls));
    const { host = '127.0.0.1', ...more } = options;
    const { port } = new URL(server.url);
    const sections = await examined(`https://${host}:${port}`, {
      ca: [TEST_ROOT],
      connect: server.url,
      ...more,
    });
    return { server, sections, tls: outcomes(sections).tls };
  };

  test('with a whole chain is as it should be, by name and by address', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const { sections } = await withTls(WHOLE_CHAIN, { host });
      expect(outcomes(sections)).toEqual(each('ok', ...EVERY));
      expect(printed(sections)).toMatch(/TLS 1\.2 is served, and the certificate lasts \d{5} more days/);
    }
  });

  test.each([
    [
      'without the intermediate certificate',
      WITHOUT_INTERMEDIATE,
      {},
      'tls-chain',
      /missing intermediate certificate/,
    ],
    ['signed by itself', SELF_SIGNED, {}, 'tls-self-signed', /signed by itself/],
    [
      'of an authority that nobody knows',
      WHOLE_CHAIN,
      { ca: [] },
      'tls-authority',
      /leads to no authority that Kakao knows/,
    ],
    ['run out', EXPIRED, {}, 'tls-expired', /has run out/],
    [
      "of another's name",
      WHOLE_CHAIN,
      { host: 'bot.example.com' },
      'tls-name',
      /another name than bot\.example\.com/,
    ],
  ])('%s is refused, and the secret stays here', async (_, certificate, options, code, sentence) => {
    const { server, sections, tls } = await withTls(certificate, options);
    expect(tls).toBe(`failed: ${code}`);
    expect(printed(sections)).toMatch(sentence);
    expect(server.calls).toEqual([]);
    expect(all(sections).filter(({ mark }) => mark === 'skipped')).toHaveLength(EVERY.length - 2);
  });

  test('1.3 alone is something to look at', async () => {
    expect((await withTls({ ...WHOLE_CHAIN, minVersion: 'TLSv1.3' })).tls).toBe('warning: tls-1-2');
  });

  test('that runs out in a week is something to look at', async () => {
    jest.useFakeTimers({
      now: Date.parse('2119-12-25'),
      doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'performance', 'queueMicrotask'],
    });
    const { tls, sections } = await withTls(WHOLE_CHAIN);
    expect(tls).toBe('warning: tls-expires');
    expect(printed(sections)).toContain('runs out in 7 days');
  });

  test('that is none is told', async () => {
    const { url } = keep(await startVisitedServer(wellBehaved(SECRET)));
    const sections = await examined(url.replace('http:', 'https:'));
    expect(outcomes(sections).tls).toBe('failed: tls-to-http');
    expect(printed(sections)).toContain('speaks plain HTTP on this port, and https was asked of it');
  });

  test('that was not asked for is told, and nothing more is sent in the open', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET), WHOLE_CHAIN));
    const sections = await examined(server.url.replace('https:', 'http:'));
    expect(outcomes(sections)).toEqual({
      ...each('skipped: not-tried', ...EVERY),
      connection: 'ok',
      tls: 'skipped: tls-plain',
      'skill-test': 'failed: http-to-tls',
    });
    expect(printed(sections)).toContain('speaks TLS on this port, and plain http was asked of it');
    expect(server.calls).toEqual([]);
  });

  test('that is not begun where somebody listens and hangs up is told as that', async () => {
    const server = createServer(socket => socket.destroy());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const sections = await examined(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    expect(outcomes(sections).tls).toBe('failed: tls-handshake');
  });

  test.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['HPE_INVALID_CONSTANT', 'not-http'],
    ['ECONNRESET', 'hung-up'],
    ['EPROTO', 'tls-handshake'],
  ])('and other errors of connections have a cause: %s', (code, finding) => {
    expect(diagnosticOf(Object.assign(new Error('no'), { code }), 'host').code).toBe(finding);
  });

  test('errors that are new are told by their code', () => {
    expect(tlsDiagnosticOf('CERT_REVOKED', 'host')).toMatchObject({
      code: 'tls-untrusted',
      values: { code: 'CERT_REVOKED' },
    });
  });
});

describe('the gateway is found', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://api.example.com/open-builder/skill', 'https://api.example.com'],
    ['https://api.example.com/smart-chat/<secret>', 'https://api.example.com'],
    ['https://api.example.com/prod/open-builder/skill', 'https://api.example.com/prod'],
    ['https://api.example.com/health', 'https://api.example.com'],
    ['http://localhost:3000/open-builder/skill', 'http://localhost:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('by %s', (url, base) => {
    expect(targetOf(url)).toMatchObject({ target: { base } });
    expect(targetOf(url)).not.toHaveProperty('secretInUrl');
  });

  test('by an app URL with the secret in it, which is not kept in the base', () => {
    const { target, secretInUrl } = targetOf(`https://api.example.com/smart-chat/${SECRET}/keyboard`);
    expect({ base: target.base, secretInUrl }).toEqual({
      base: 'https://api.example.com',
      secretInUrl: SECRET,
    });
  });

  test.each([
    ['http://api.example.com', /must be https/],
    ['http://127.0.0.1.example.com', /must be https/],
    ['ftp://api.example.com', /must be a URL like/],
    ['api.example.com', /must be a URL like/],
    ['https://me:word@api.example.com', /no user name and password/],
  ])('but not by %s', (url, sentence) => {
    expect(() => targetOf(url)).toThrow(sentence);
  });

  test('elsewhere, where it is to be connected to', async () => {
    const server = keep(await startVisitedServer(wellBehaved(SECRET)));
    const sections = await examined('https://abc.execute-api.ap-northeast-2.amazonaws.com/', {
      connect: server.url,
    });
    expect(outcomes(sections)).toEqual({
      ...HEALTHY,
      tls: 'skipped: tls-elsewhere',
      ...each('skipped: left-out', 'broken-json', 'no-secret', 'app-wrong-secret'),
    });
    expect(new Set(server.calls.map(({ headers }) => headers.host))).toEqual(
      new Set(['abc.execute-api.ap-northeast-2.amazonaws.com']),
    );
  });
});

describe('npm run doctor', () => {
  test('says that all is well, what to do next, and never the secret', async () => {
    const { code, stdout, stderr } = await spawnedDoctor(['--url', gateway.url, '--secret', SECRET]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('✓ 24 ok, 0 to look at, 0 failed, 1 skipped.');
    expect(stdout).toContain(`스킬 URL: ${gateway.url}/open-builder/skill`);
    expect(stdout).toContain('x-gateway-secret = <the secret>');
    expect(stdout).toContain(`앱 URL: ${gateway.url}/smart-chat/<the secret>`);
    expect(stdout).toMatch(/✓ keyboard +\d+ ms +Required +200 +\{"type":"buttons"/);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).not.toContain('\u001b');
  });

  test.each([{ LANG: 'ko_KR.UTF-8' }, { LC_ALL: 'ko_KR.UTF-8', LANG: 'en_US.UTF-8' }])(
    'speaks Korean to those who do: %j',
    async env => {
      const { stdout } = await doctor(['--url', gateway.url, '--only', 'open-builder'], {
        env: { ...env, GATEWAY_SECRET: SECRET },
      });
      expect(stdout).toContain('✓ 정상');
      expect(stdout).toContain('다음 할 일: 챗봇 관리자센터');
      expect(stdout).not.toContain('스마트채팅');
    },
  );

  test('takes the secret from the standard input', async () => {
    const args = ['--url', gateway.url, '--secret-stdin', '--only', 'smart-chat', '--json'];
    const { code, stdout } = await spawnedDoctor(args, { stdin: `${SECRET}\n` });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ url: gateway.url, ok: 11, failed: 0, limitMs: 5_000 });
  });

  test.each<[what: string, serve: ((call: ServedCall) => Served) | undefined, sentence: RegExp]>([
    ['a wrong secret', wellBehaved('another-secret'), /The secret is refused/],
    ['an answer in the format of 2018', () => ({ body: { contents: [] } }), /reads it as the format of 2018/],
    ['a gateway without a secret', wellBehaved(), /anybody who finds the URL/],
    ['a web page', () => ({ type: 'text/html', body: '<p>nginx' }), /It answers a web page/],
    ['nobody', undefined, /Nobody listens at/],
  ])('ends with 1 for %s', async (_, serve, sentence) => {
    const server = await startVisitedServer(serve ?? (() => 'hang'));
    if (serve === undefined) await server.stop();
    else keep(server);
    const { code, stdout, stderr } = await doctor(['--url', server.url, '--secret', SECRET]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replace(/\s+/g, ' ')).toMatch(sentence);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).not.toContain('    at ');
  });

  test.each([
    [[], /--url is missing/],
    [['--url', 'https://api.example.com'], /The secret is missing/],
    [['--url', 'http://api.example.com', '--secret', SECRET], /--url must be https/],
    [['--url'], /--url needs a value/],
    [['--url', 'https://api.example.com', '--secret='], /--secret needs a value/],
    [
      ['--url', 'https://api.example.com', '--secret', SECRET, '--only', 'telegram'],
      /--only must be open-builder or smart-chat/,
    ],
    [['--url', 'https://api.example.com', '--secret', SECRET, '--lang', 'fr'], /--lang must be en or ko/],
    [
      ['--url', 'https://api.example.com', '--secret', SECRET, '--secret-stdin'],
      /either --secret or --secret-stdin/,
    ],
    [['--url', 'https://api.example.com', '--secret-stdin', SECRET], /needs its option before it/],
    [['--url', 'https://api.example.com', `--secret-stdin=${SECRET}`], /--secret-stdin takes no value/],
    [['--url', 'https://api.example.com', `--secret${SECRET}`], /begins with --secret is no option/],
    [['--url', 'https://api.example.com', '--secret', `${SECRET} 비밀`], /without spaces/],
    [['--url', 'https://api.example.com', '--verbose', '--secret', SECRET], /--verbose is no option/],
  ])('tells in one sentence, without a value, what is wrong with %j', (args, sentence) => {
    const told = messageOf(() => readOptions(args, {}));
    expect(told).toMatch(sentence);
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain('\n');
  });

  test('ends with 2 when it was called wrongly, and names no value', async () => {
    const url = 'https://api.example.com';
    const wrong = [
      ['--url', url],
      ['--url', url, SECRET],
      ['--url', url, '--secret-stdin'],
    ];
    for (const args of wrong) {
      const ran = await spawnedDoctor(args, { stdin: `${SECRET} ${SECRET}` });
      expect(ran).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^The secret|^Every value/),
      });
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
      expect(ran.stderr).not.toContain(SECRET);
    }
  });

  test('takes the secret of the command line before the one of the app URL, and that before the environment', () => {
    const url = ['--url', 'https://api.example.com/smart-chat/of-the-url'];
    const environment = { GATEWAY_SECRET: 'of-the-environment' };
    expect(readOptions([...url, '--secret', SECRET], environment)?.secret).toBe(SECRET);
    expect(readOptions(url, environment)?.secret).toBe('of-the-url');
    expect(readOptions(['--url', 'https://api.example.com'], environment)?.secret).toBe('of-the-environment');
  });

  test('explains itself', async () => {
    const { code, stdout } = await doctor(['--help']);
    expect(code).toBe(0);
    for (const option of [
      'url',
      'secret',
      'secret-stdin',
      'only',
      'json',
      'connect',
      'callback-from',
      'lang',
    ])
      expect(stdout).toContain(`--${option}`);
  });
});

describe('the secret never appears', () => {
  const echo = (call: ServedCall, status: number): Served => {
    const shown = decodeURIComponent(call.path.split('/')[2] ?? '');
    const secret = String(call.headers['x-gateway-secret'] ?? shown);
    const body = [call.path, JSON.stringify(call.headers), secret, encodeURIComponent(secret)].join(' ');
    // The excerpt that is shown would end within the secret.
    return {
      status,
      body: `${'x'.repeat(190)}${secret} ${body}`,
      headers: { 'x-echo': encodeURIComponent(secret) },
    };
  };

  test.each([
    ['plain', SECRET],
    ['a secret of signs', `pa%ss/w"rd+{1}&${SECRET}`],
  ])('when a server says it back: %s', async (_, secret) => {
    // One after the other: tests of time run beside these.
    for (const [status, ...format] of [[200], [400], [400, '--json']] as const) {
      const { url } = keep(await startVisitedServer(call => echo(call, status)));
      const { code, stdout, stderr } = await doctor(['--url', url, '--secret', secret, ...format]);
      expect(code).toBe(1);
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
        expect(stdout + stderr).not.toContain(form);
      expect(stdout + stderr).not.toContain(secret.slice(0, 9));
      expect(stdout).toContain('<the secre');
    }
  });

  test.each([
    [`/smart-chat/${SECRET}`, 0],
    [`/${SECRET}/smart-chat/${SECRET}`, 1],
  ])('when the URL contains it: %s', async (path, exit) => {
    const args = ['--url', `${gateway.url}${path}`, '--only', 'smart-chat'];
    for (const format of [[], ['--json']]) {
      const { code, stdout, stderr } = await doctor([...args, ...format]);
      expect(code).toBe(exit);
      expect(stdout + stderr).not.toContain(SECRET);
    }
  });

  test('whatever it is and wherever it stands', () => {
    const secrets = fc.string({
      minLength: 13,
      maxLength: 40,
      unit: fc.constantFrom(...'abcXYZ019-_%"\\/+'),
    });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const hide = secretHider(secret);
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret)])
          expect(hide(`${before}${form}${after}`)).not.toContain(form);
      }),
      runs(100),
    );
  });
});

describe('its words', () => {
  test('have the same places in both languages', () => {
    for (const { en, ko } of Object.values(SENTENCES)) {
      const placesOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
      expect(placesOf(ko)).toEqual(placesOf(en));
    }
  });

  test('are one sentence each', () => {
    for (const { en } of Object.values(SENTENCES)) expect(en).toMatch(/^[^.]*(\.\S[^.]*)*[.}]$/);
  });
});

describe('its own look at answers', () => {
  const named = samplesOf('open-builder/responses').filter(({ json }) => 'template' in json);

  test.each(named.filter(({ name }) => !/INVALID|OLD|group|GROUP|eventapi/.test(name)))(
    'accepts $name',
    ({ json }) => {
      expect(problemsOf(json, 'skill')).toEqual([]);
    },
  );

  test.each([
    [null, 'skill'],
    [{ version: '2.0', template: { outputs: [] } }, 'skill'],
    [{ version: '2.0', template: { outputs: [{ simpleText: {} }] } }, 'skill'],
    [{ version: '2.0', template: { outputs: [{ constructor: {} }] } }, 'skill'],
    [{ version: '2.0', template: { outputs: [{ basicCard: { title: '제목' } }] } }, 'skill'],
    [{ ...SKILL_ANSWER, template: { ...SKILL_ANSWER.template, quickReplies: Array(11).fill({}) } }, 'skill'],
    [{ message: {} }, 'message'],
    [{ message: { photo: { url: 'https://a', width: '720', height: 630 } } }, 'message'],
    [{ message: { text: '' } }, 'message'],
    [{ keyboard: { type: 'text' } }, 'keyboard'],
    [{ type: 'buttons', buttons: [] }, 'keyboard'],
  ] as const)('finds what is wrong with %j', (answer, kind) => {
    expect(problemsOf(answer, kind)).not.toEqual([]);
  });
});

describe('npm run doctor', () => {
  test('that runs while the others are tested waits five seconds, as Kakao does, and not for every call', async () => {
    const { code, stdout } = await hangingRun;
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: { id: string; ms?: number; code?: string }[] };
    const timeouts = checks.filter(check => check.code === 'timeout');
    expect(timeouts.map(({ id }) => id)).toEqual(API_TEST);
    for (const { ms = 0 } of timeouts) expect(ms).toBeGreaterThanOrEqual(4_990);
    expect(checks.filter(check => check.code === 'not-tried').map(({ id }) => id)).toEqual(SMART_CHAT);
  });
});
