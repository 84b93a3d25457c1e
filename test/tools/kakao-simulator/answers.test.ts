import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import type { SimulatorOptions } from '../../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../../tools/kakao-simulator/start.ts';
import type { Sentence } from '../../../tools/language.ts';
import { keyboardProblems, messageProblems, skillProblems } from '../../kit/kakao-accepts.ts';
import { anyBody } from '../../kit/mutations.ts';
import { runs } from '../../kit/property.ts';
import { samplesOf } from '../../kit/samples.ts';
import { SELF_SIGNED } from '../../kit/test-certificates.ts';
import { type Served, startVisitedServer } from '../../kit/visited-server.ts';
import { bubble, GROUP, SCENE, SMART, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;
let next: Served;
const others: { stop(): Promise<void> }[] = [];

/** Stopped after its test, whatever comes of it. */
function keep<T extends { stop(): Promise<void> }>(other: T): T {
  others.push(other);
  return other;
}

const startKakao = async (options: SimulatorOptions) => keep(await startKakaoSimulator(options));
const startBot = async (...settings: Parameters<typeof startSomeBot>) =>
  keep(await startSomeBot(...settings));

/** A skill in plain node. */
async function startSkill(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  keep({
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
});

beforeAll(async () => {
  bot = await startSomeBot(() => next);
});

afterAll(() => bot.stop());

// The home keyboard would be kept for a minute.
beforeEach(() => bot.kakao.clear());

const SAYS: Act = { kind: 'says', text: '메뉴' };

const answered = (served: Served, scene = SCENE, act: Act = SAYS): Promise<Exchange> => {
  next = served;
  return bot.kakao.act(act, scene);
};

const reasonOf = ({ fate }: Exchange): string => (fate.kind === 'dropped' ? fate.reason : fate.kind);
const rulesOf = ({ violations }: Exchange): readonly string[] => violations.map(({ rule }) => rule);

describe('a skill’s answer of the samples', () => {
  const answers = samplesOf('open-builder/responses').filter(
    ({ json }) => 'template' in json || 'version' in json,
  );
  const fates: Readonly<Record<string, string>> = {
    '14-context-control-only': 'silent',
    '15-data-only': 'silent',
    '16-useCallback-minimal': 'deferred',
    '17-useCallback-data': 'deferred',
    '24-empty-outputs-send-nothing-GROUP-EVENT-ONLY': 'silent',
  };

  test.each(answers.filter(({ name }) => !name.includes('INVALID')))(
    '$name is shown, or as it asks',
    async ({ name, json }) => {
      const exchange = await answered({ body: json }, /group/i.test(name) ? GROUP : SCENE);
      expect(reasonOf(exchange)).toBe(fates[name] ?? 'shown');
      expect(exchange.violations.filter(({ severity }) => severity === 'rejected')).toEqual([]);
      expect(exchange.answer?.json).toEqual(json);
    },
  );

  test.each([
    ['41-INVALID-basicCard-without-thumbnail-error-2461', 'basicCard.thumbnail.required'],
    ['42-INVALID-carousel-listCard-6-cards', 'carousel.listCards'],
    ['43-INVALID-no-version', 'answer.version.required'],
  ])('%s is dropped, since %s', async (name, rule) => {
    const exchange = await answered({ body: answers.find(one => one.name === name)?.json });
    expect(reasonOf(exchange)).toBe('violation');
    expect(rulesOf(exchange)).toContain(rule);
  });

  test('is dropped in a room where it has no place', async () => {
    const commerce = answers.find(({ name }) => name.startsWith('07-'))?.json;
    expect(reasonOf(await answered({ body: commerce }))).toBe('shown');
    expect(reasonOf(await answered({ body: commerce }, GROUP))).toBe('violation');
    expect(reasonOf(await answered({ body: { version: '2.0', template: { outputs: [] } } }))).toBe(
      'violation',
    );
  });
});

describe('smart-chat’s answer of the samples', () => {
  const responses = samplesOf('smart-chat').filter(({ name }) => name.startsWith('res-'));
  const actOf = (name: string): Act =>
    name.startsWith('res-keyboard')
      ? { kind: 'enters' }
      : name.startsWith('res-friend')
        ? { kind: 'adds-friend' }
        : SAYS;
  const servedOf = ({
    status,
    headers,
    body,
    rawBody,
  }: {
    status: number;
    headers: Record<string, string>;
    body: unknown;
    rawBody: string;
  }): Served => {
    const { 'Content-Type': type = null, ...more } = headers;
    return { status, type, headers: more, body: rawBody ?? body };
  };
  const wrong: Readonly<Record<string, string>> = {
    'res-keyboard-html-content-type-INVALID': 'content-type',
    'res-keyboard-message-shape-INVALID': 'violation',
    'res-keyboard-unquoted-INVALID': 'not-json',
    'res-keyboard-wrapped-INVALID': 'violation',
    'res-message-202-INVALID': 'status',
    'res-message-301-INVALID': 'redirect',
    'res-message-429-INVALID': 'status',
    'res-message-500-INVALID': 'status',
    'res-message-empty-object': 'violation',
    'res-message-empty-text': 'violation',
    'res-message-keyboard-shape-INVALID': 'violation',
    'res-message-photo-string-dims-INVALID': 'violation',
    'res-message-unwrapped-INVALID': 'violation',
  };

  test.each(responses)('$name: $json.outcome', async ({ name, json }) => {
    const exchange = await answered(servedOf(json.response), SMART, actOf(name));
    const isNotice = name.startsWith('res-friend');
    expect(reasonOf(exchange)).toBe(wrong[name] ?? (isNotice ? 'silent' : 'shown'));
  });

  test.each(['res-message-camelcase-button-INVALID', 'res-message-photo-outside-INVALID'])(
    '%s is shown without what Kakao does not know',
    async name => {
      const sample = responses.find(one => one.name === name)?.json;
      const exchange = await answered(servedOf(sample.response), SMART);
      expect(exchange).toMatchObject({
        fate: { kind: 'shown' },
        violations: [{ rule: 'unknown', severity: 'shortened' }],
      });
    },
  );
});

describe('an answer is dropped, and the reason told', () => {
  const refusals: readonly (readonly [string, Served, RegExp])[] = [
    ['unreachable', 'hang-up', /127\.0\.0\.1:\d+ broke the connection off before it had answered/],
    ['redirect', { status: 307, headers: { location: '/other' }, body: bubble('네') }, /answered 307/],
    ['status', { status: 500, body: bubble('네') }, /answered 500.*answer 200/],
    ['status', { status: 404, body: '' }, /answered 404/],
    ['not-json', { type: 'text/html', body: '<html>' }, /no JSON.*"version": "2\.0"/],
    ['not-json', { body: '' }, /no JSON/],
    ['too-long', { body: `"${'x'.repeat(1024 * 1024)}"` }, /more than 1 MB/],
    ['too-long', { body: `[${'0,'.repeat(210_000)}0]` }, /200,000 values/],
    ['violation', { body: { version: '2.0' } }, /Kakao shows nothing, since .*template/],
    ['violation', { body: 'null' }, /Kakao shows nothing, since the answer/],
  ];

  test.each(refusals)('%s, case %#', async (reason, served, words) => {
    const { fate } = await answered(served);
    expect(fate).toMatchObject({ kind: 'dropped', reason });
    if (fate.kind !== 'dropped') return;
    expect(fate.says.en).toMatch(words);
    expect(fate.says.ko).toMatch(/[가-힣]{3}/);
  });

  test('that is not there after five seconds, or however many this one waits', async () => {
    const slow = await startBot(() => 'hang', { answerWithinMs: 100 });
    const { fate } = await slow.kakao.act(SAYS, SCENE);
    expect(fate).toMatchObject({ kind: 'dropped', reason: 'timeout' });
    expect(fate).toMatchObject({ says: { en: expect.stringMatching(/after 0\.1 s.*useCallback/) } });
    const { says } = (await slow.kakao.act(SAYS, SMART)).fate as { says: Sentence };
    expect(says.en).toMatch(/after 0\.1 s.*tells the user.*answer sooner$/);
  });

  test('where nobody listens, by the host and the cause', async () => {
    const nobody = await startKakao({
      target: { skill: { url: 'http://127.0.0.1:1/skill', headers: {} } },
    });
    const { fate } = await nobody.act(SAYS, SCENE);
    expect(fate).toMatchObject({
      reason: 'unreachable',
      says: { en: expect.stringMatching(/127\.0\.0\.1:1 .*ECONNREFUSED/) },
    });
  });

  test('where the certificate is none that Kakao trusts', async () => {
    const { url, ...server } = keep(await startVisitedServer(() => ({ body: bubble('네') }), SELF_SIGNED));
    const kakao = await startKakao({ target: { skill: { url, headers: {} } } });
    const { fate } = await kakao.act(SAYS, SCENE);
    expect(server.calls).toEqual([]);
    expect(fate).toMatchObject({
      reason: 'unreachable',
      says: { en: expect.stringMatching(/CERT.*whole chain/) },
    });
  });

  test('whose last byte comes too late, though it began in time', async () => {
    const url = await startSkill((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"version":"2.0",');
    });
    const kakao = await startKakao({ target: { skill: { url, headers: {} } }, answerWithinMs: 100 });
    const exchange = await kakao.act(SAYS, SCENE);
    expect(reasonOf(exchange)).toBe('timeout');
    expect(exchange).not.toHaveProperty('answer');
  });

  test('that is JSON, but not in UTF-8', async () => {
    const url = await startSkill((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        Buffer.from(
          '{"version":"2.0","template":{"outputs":[{"simpleText":{"text":"\xb0\xa1"}}]}}',
          'latin1',
        ),
      );
    });
    const kakao = await startKakao({ target: { skill: { url, headers: {} } } });
    expect(reasonOf(await kakao.act(SAYS, SCENE))).toBe('not-json');
  });
});

describe('an answer that Kakao reads', () => {
  test('by any 2xx of a skill, whatever its Content-Type, which is told of', async () => {
    expect(reasonOf(await answered({ status: 201, body: bubble('네') }))).toBe('shown');
    const odd = await answered({ type: 'text/html', body: bubble('네') });
    expect(odd).toMatchObject({
      fate: { kind: 'shown' },
      violations: [{ rule: 'content-type', severity: 'shortened' }],
    });
    expect(rulesOf(await answered({ type: 'application/json', body: bubble('네') }))).toEqual([]);
  });

  test('with what is cut or folded told of', async () => {
    const exchange = await answered({ body: bubble('가'.repeat(600)) });
    expect(exchange).toMatchObject({
      fate: { kind: 'shown' },
      violations: [
        { path: 'template.outputs[0].simpleText.text', rule: 'simpleText.fold', severity: 'shortened' },
      ],
    });
    expect(exchange.violations[0]?.says.ko).toContain('전체 보기');
    const long = await answered({ body: { message: { text: '가'.repeat(1_001) } } }, SMART);
    expect(long).toMatchObject({ fate: { kind: 'shown' }, violations: [{ path: 'message.text' }] });
  });

  test('of data alone shows the block’s own answer', async () => {
    const { fate } = await answered({ body: { version: '2.0', data: { name: '라이언' } } });
    expect(fate).toMatchObject({
      kind: 'silent',
      says: { en: expect.stringContaining("the block's own answer") },
    });
  });

  test('of a promise shows its waiting text, or the block’s own', async () => {
    const promise = { version: '2.0', useCallback: true };
    expect((await answered({ body: { ...promise, data: { text: '잠시만요' } } })).fate).toEqual({
      kind: 'deferred',
      text: '잠시만요',
    });
    expect((await answered({ body: promise })).fate).toEqual({
      kind: 'deferred',
      text: '블록의 기본응답메시지',
    });
  });

  test('but not a promise where nobody gave a callback URL', async () => {
    const plain = await startBot(() => ({ body: { version: '2.0', useCallback: true } }), {
      hasCallbacks: false,
    });
    const exchange = await plain.kakao.act(SAYS, SCENE);
    expect(plain.got[0]?.json.userRequest).not.toHaveProperty('callbackUrl');
    expect(exchange).toMatchObject({
      fate: { kind: 'dropped', reason: 'violation' },
      violations: [{ path: 'useCallback', severity: 'rejected' }],
    });
  });
});

describe('a redirect', () => {
  const there = (path: string): Served => ({ status: 301, headers: { location: path }, body: '' });

  test('is followed from GET and DELETE, and not from POST', async () => {
    const moved = await startBot(({ path, method }) => {
      if (!path.startsWith('/new')) return there('/new');
      return { body: method === 'GET' ? { type: 'buttons', buttons: ['메뉴'] } : {} };
    });
    expect(await moved.kakao.act({ kind: 'enters' }, SMART)).toMatchObject({ fate: { kind: 'shown' } });
    expect(await moved.kakao.act({ kind: 'leaves' }, SMART)).toMatchObject({ answer: { status: 200 } });
    expect(reasonOf(await moved.kakao.act(SAYS, SMART))).toBe('redirect');
    expect(moved.got.map(({ method, path }) => `${method} ${path.startsWith('/new')}`)).toEqual([
      ...['GET false', 'GET true', 'DELETE false', 'DELETE true', 'POST false'],
    ]);
  });

  test('that leads in a circle ends', async () => {
    const round = await startBot(() => there('/round'));
    expect(reasonOf(await round.kakao.act({ kind: 'enters' }, SMART))).toBe('redirect');
    expect(round.got.length).toBeLessThan(10);
  });
});

describe('beside a judge who knows nothing of it', () => {
  // Kakao shows these all the same: cut, without what it ignores, with a label
  // of which a tap tells nothing more, or with a link that may not open.
  const isHarmless = (problem: string): boolean =>
    /is longer than|is ignored|of one label|a text keyboard has no buttons|not 1 to 100 buttons|message_button\.url is no http/.test(
      problem,
    );
  const bodies = samplesOf('open-builder/responses').map(({ json }) => json);
  const messages = samplesOf('smart-chat').flatMap(({ json }) =>
    json.response?.body ? [json.response.body] : [],
  );
  const parsed = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };

  test('no answer of a skill is shown that breaks a rule', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody(bodies), fc.constantFrom(SCENE, GROUP), async (body, scene) => {
        const { kind } = (await answered({ body }, scene)).fate;
        const problems = skillProblems(parsed(body), scene.room.kind).filter(problem => !isHarmless(problem));
        if (kind === 'shown') expect(problems).toEqual([]);
      }),
      runs(1_000),
    );
  });

  test('no answer of smart-chat is shown that breaks a rule', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody(messages), fc.boolean(), async (body, isHome) => {
        bot.kakao.clear();
        const { kind } = (await answered({ body }, SMART, isHome ? { kind: 'enters' } : SAYS)).fate;
        const judge = isHome ? keyboardProblems : messageProblems;
        if (kind === 'shown') expect(judge(parsed(body)).filter(problem => !isHarmless(problem))).toEqual([]);
      }),
      runs(1_000),
    );
  });
});

describe('an answer that nests without end', () => {
  const deep = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
  const shown = JSON.stringify({ ...bubble('네'), data: { deep: 0 } }).replace(':0', `:${deep}`);

  test.each([
    [deep, 'violation'],
    [shown, 'shown'],
  ])('is judged, and can be told of: case %#', async (body, reason) => {
    const exchange = await answered({ body });
    expect(reasonOf(exchange)).toBe(reason);
    expect(exchange.answer).not.toHaveProperty('json');
    expect(JSON.stringify(exchange)).toContain('[[[[');
  });
});

describe('nothing secret is told', () => {
  test('in an exchange: neither the values of headers nor the segment of the app URL', async () => {
    const exchanges = [
      await answered({ body: bubble('네') }),
      await answered({ body: { status: 'SUCCESS' } }, SCENE, { kind: 'fills', param: 'phone', value: '010' }),
      await answered({ body: { message: { text: '네' } } }, SMART),
      await answered({ body: {} }, SMART, { kind: 'blocks-friend' }),
    ];
    expect(exchanges[0]?.request.headers).toMatchObject({ 'x-key': '<secret>', 'User-Agent': 'AHC/2.1' });
    expect(exchanges[2]?.request.url).toBe(`${bot.url}/app/<secret>/message`);
    expect(JSON.stringify(exchanges)).not.toMatch(/a-secret-value|app%2Fsecret|app\/secret/);
  });

  test.each(['hidden%2Dpart', 'hidden-part', 'hidden%2dpart'])(
    'in a URL that has it as %s',
    async written => {
      const secret = 'hidden-part';
      const appUrl = `http://127.0.0.1:1/app/${written}`;
      const nobody = await startKakao({ target: { appUrl, secret } });
      const { request } = await nobody.act(SAYS, SMART);
      expect(request.url).toBe('http://127.0.0.1:1/app/<secret>/message');
    },
  );

  test('in the reason why nothing came', async () => {
    const target = {
      skill: { url: 'http://me:pass-word@127.0.0.1:1/k/hidden-part', headers: { 'x-key': 'a-secret-value' } },
      secret: 'hidden-part',
    };
    const nobody = await startKakao({ target });
    const exchange = await nobody.act(SAYS, SCENE);
    expect(JSON.stringify(exchange)).not.toMatch(/pass-word|hidden-part|a-secret-value/);
  });
});
