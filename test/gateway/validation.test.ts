import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { Plugins } from '../../lambda/bot/plugins.ts';
import { ignored, invalid, valid } from '../../lambda/bot/validation.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { validationHandler } from '../../lambda/gateway/validation.ts';
import { EMPTY_SESSION, type Session } from '../../lambda/turn/session.ts';
import { VALIDATE_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { type Answered, invoke, SECRET, skillCall, testSecret } from '../kit/http.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { samplesOf } from '../kit/samples.ts';

const [flat, wrapped] = ['23', '36'].map(
  start => samplesOf('open-builder/requests').find(({ name }) => name.startsWith(start))?.json,
);
const IGNORE = { status: 'IGNORE' };

let logged: Logged[];
let written: string[];

beforeEach(() => {
  logged = [];
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    written.push(String(chunk));
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  // A path that holds the secret, what the user said and who they are: nothing of it is for a log.
  for (const line of written) expect(line).not.toMatch(new RegExp(`${SECRET}|01000000000|p82tcY4zaWgG`));
});

/** A store that only counts how often it is asked. */
function countingStore(state?: unknown) {
  const store = {
    loads: 0,
    load: async (): Promise<Session> => {
      store.loads++;
      return state === undefined ? EMPTY_SESSION : { ...EMPTY_SESSION, state: JSON.stringify(state) };
    },
  };
  return store;
}

const newBot = () => new Bot({ session: () => ({ cups: 0 }) });

function judgeBy<S>(
  bot: Bot<S>,
  { store = countingStore(), plugins }: { store?: ReturnType<typeof countingStore>; plugins?: Plugins } = {},
) {
  const handler = validationHandler({
    bot,
    store,
    secret: testSecret,
    ...(plugins && { plugins }),
    log: entry => {
      if (entry.level !== 'info') logInto(logged)(entry);
      log(entry);
    },
  });
  return (
    body: unknown,
    path = '/전화번호',
    { secret = SECRET, receivedAt }: { secret?: string | undefined; receivedAt?: number } = {},
  ): Promise<Answered> =>
    invoke(handler, {
      method: 'POST',
      path: `/open-builder/validation${path}`,
      headers: secret === '' ? {} : { 'x-gateway-secret': secret },
      body,
      ...(receivedAt !== undefined && { receivedAt }),
    });
}

const asking = (resolved: unknown, origin: unknown = resolved) => ({
  user: { id: 'u' },
  value: { origin, resolved },
});

describe('a value', () => {
  test.each([
    ['right', valid(), { status: 'SUCCESS', value: '01000000000' }],
    ['put right', valid('010-0000-0000'), { status: 'SUCCESS', value: '010-0000-0000' }],
    ['wrong', invalid('다시 말씀해 주세요.'), { status: 'FAIL', message: '다시 말씀해 주세요.' }],
    ['nothing to the bot', ignored, IGNORE],
  ])(
    'that is %s is answered so, by a rule that waits as by one that does not',
    async (_, verdict, answer) => {
      for (const rule of [() => verdict, async () => verdict]) {
        const judge = judgeBy(newBot().validates('전화번호', rule));
        for (const body of [flat, wrapped]) {
          const { status, json } = await judge(body);
          expect({ status, json }).toEqual({ status: 200, json: answer });
        }
      }
      expect(logged).toEqual([]);
    },
  );

  test('comes resolved, with what Kakao knows beside it', async () => {
    const seen: unknown[] = [];
    const bot = newBot().validates('전화번호', (value, asked) => {
      const { parameter, origin, text, user, channel, tester, isFillingSlots } = asked;
      seen.push({ value, parameter, origin, text, user, channel, tester, isFillingSlots });
      return ignored;
    });
    await judgeBy(bot)(flat);
    expect(seen).toEqual([
      {
        value: '01000000000',
        parameter: '전화번호',
        origin: '01000000000',
        text: '01000000000',
        channel: 'live',
        tester: undefined,
        isFillingSlots: true,
        user: {
          key: 'live/channel/p82tcY4zaWgG',
          channelKind: 'live',
          isFriend: true,
          botUserKey: '7ab184a4d655fdd53cda3eff8206714db4945c18f7de24858d32f82f1b6ef37938',
          plusfriendUserKey: 'p82tcY4zaWgG',
          appUserId: '1234567890',
          appUserStatus: 'REGISTERED',
        },
      },
    ]);
    await judgeBy(bot)({ ...flat, bot: { id: 'b!' }, params: { surface: 'BuilderBotTest' } });
    expect(seen[1]).toMatchObject({ channel: 'dev', tester: 'bot-test' });
  });

  test.each<[unknown, string]>([
    [asking('', '모르겠어요'), '모르겠어요'],
    [asking({ amount: 1 }), '{"amount":1}'],
    [asking(null, null), ''],
    [{ user: { id: 'u' }, value: '그냥 글' }, '그냥 글'],
    [{ user: { id: 'u' }, value: null }, ''],
  ])('of another shape is a text all the same: %j', async (body, text) => {
    let seen: string | undefined;
    const bot = newBot().validates('전화번호', value => {
      seen = value;
      return valid();
    });
    expect((await judgeBy(bot)(body)).json.status).toBe('SUCCESS');
    expect(seen).toBe(text);
  });

  test('that is refused without a word gets one of the gateway, and too many words are cut', async () => {
    const bot = newBot()
      .validates('빈말', () => invalid(' \n'))
      .validates('반말', () => invalid('\ud83d'))
      .validates('긴말', () => invalid(`${'가'.repeat(999)}😀나머지`));
    const judge = judgeBy(bot);
    expect((await judge(flat, '/빈말')).json).toEqual({ status: 'FAIL', message: bot.texts.invalid });
    expect((await judge(flat, '/반말')).json).toEqual({ status: 'FAIL', message: '\ufffd' });
    expect((await judge(flat, '/긴말')).json).toEqual({ status: 'FAIL', message: '가'.repeat(999) });
  });
});

describe('which rule judges', () => {
  const bot = newBot()
    .validates('전화번호', () => valid('전화번호'))
    .validates('이름', () => valid('이름'));

  test("says the URL, whatever a Mac or a proxy made of the parameter's name", async () => {
    const judge = judgeBy(bot);
    for (const path of ['/이름', `/${'이름'.normalize('NFD')}`, `/${encodeURIComponent('이름')}`]) {
      expect((await judge(flat, path)).json).toEqual({ status: 'SUCCESS', value: '이름' });
    }
  });

  test.each(['/주소', '/%E0%A4%A', '/__proto__', '/constructor'])(
    'is none of %s: ignored, with a warning',
    async path => {
      expect((await judgeBy(bot)(flat, path)).json).toEqual(IGNORE);
      expect(logged).toEqual([
        expect.objectContaining({
          level: 'warn',
          what: expect.stringContaining('no bot.validates()'),
          requestId: expect.any(String),
        }),
      ]);
    },
  );

  test('is the only one where the URL names no parameter, and none where there are two or none', async () => {
    const only = newBot().validates('이름', () => valid('홍길동'));
    expect((await judgeBy(only)(flat, '')).json).toEqual({ status: 'SUCCESS', value: '홍길동' });
    for (const unclear of [bot, newBot()]) expect((await judgeBy(unclear)(flat, '')).json).toEqual(IGNORE);
    const warning = expect.objectContaining({
      level: 'warn',
      what: expect.stringContaining('/open-builder/validation/<parameter>'),
    });
    expect(logged).toEqual([warning, warning]);
  });

  test('is the only one, too, for a value that reached the skill', async () => {
    const skill = (of: Bot<{ cups: number }>) =>
      openBuilderHandler({ bot: of, store: never, secret: testSecret, log: logInto(logged) });
    const never = new Proxy({} as never, {
      get: () => {
        throw new Error('asked the store');
      },
    });
    const only = newBot().validates('이름', () => valid('홍길동'));
    expect((await invoke(skill(only), skillCall(flat))).json).toEqual({ status: 'SUCCESS', value: '홍길동' });
    expect((await invoke(skill(bot), skillCall(flat))).json).toEqual(IGNORE);
    const broken = newBot().validates('이름', () => {
      throw new Error('broke');
    });
    expect((await invoke(skill(broken), skillCall(flat))).json).toEqual(IGNORE);
    expect(logged).toMatchObject([
      { level: 'error', rule: 'validates 이름', metrics: { ValidationsFailed: 1 } },
    ]);
  });
});

describe('a rule that fails', () => {
  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('010-1234-5678');
      },
    ],
    ['rejects', () => Promise.reject(new Error('010-1234-5678')) as never],
    ['forgets to return', () => undefined as never],
    ['answers something else', () => true as never],
  ])('because it %s lets the user get on, and is told in the log', async (_, rule) => {
    const judge = judgeBy(newBot().validates('전화번호', rule));
    const { status, json } = await judge(flat);
    expect({ status, json }).toEqual({ status: 200, json: IGNORE });
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'error',
        what: 'validation failed',
        rule: 'validates 전화번호',
        requestId: expect.any(String),
        error: expect.any(Error),
        metrics: { ValidationsFailed: 1 },
      }),
    ]);
    expect(written.join()).not.toContain('010-1234');
  });

  test.each<[string, unknown, string]>([
    ['forgets to return', undefined, 'undefined'],
    ['answers a verdict of no kind', { kind: 'maybe' }, 'object'],
    ["answers a verdict's kind alone", 'valid', 'string'],
  ])('because it %s is told with the remedy', async (_, verdict, kind) => {
    const judge = judgeBy(newBot().validates('전화번호', () => verdict as never));
    expect((await judge(flat)).json).toEqual(IGNORE);
    expect(logged[0]?.error).toMatchObject({
      message: `a validation must answer valid(), invalid() or ignored, not ${kind}: does it return?`,
    });
  });

  test('because it is slow is not waited for, by the clock of API Gateway', async () => {
    const bot = newBot().validates('전화번호', () => new Promise<never>(() => {}));
    const startedAt = performance.now();
    const receivedAt = Date.now() - VALIDATE_WITHIN_MS + 150;
    expect((await judgeBy(bot)(flat, '/전화번호', { receivedAt })).json).toEqual(IGNORE);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'error',
        error: expect.objectContaining({
          name: 'DeadlineError',
          message: 'the rule "validates 전화번호" did not finish before the deadline',
        }),
        metrics: { ValidationsFailed: 1 },
      }),
    ]);
  });
});

describe('the session', () => {
  const bot = newBot().validates('전화번호', async (value, asked) => {
    if (value === '아무거나') return valid();
    const session = await asked.session();
    expect(await asked.session()).toBe(session);
    session.cups++;
    return valid(`${session.cups}`);
  });

  test('is loaded when a rule asks for it, once, and never saved', async () => {
    const store = countingStore({ cups: 7 });
    const judge = judgeBy(bot, { store });
    await judge(asking('아무거나'));
    expect(store.loads).toBe(0);
    for (const loads of [1, 2]) {
      expect((await judge(flat)).json).toEqual({ status: 'SUCCESS', value: '8' });
      expect(store.loads).toBe(loads);
    }
  });

  test('of a new user is a new one', async () => {
    expect((await judgeBy(bot)(flat)).json).toEqual({ status: 'SUCCESS', value: '1' });
  });

  test('that cannot be loaded lets the user get on', async () => {
    const store = { loads: 0, load: () => Promise.reject(new Error('no table')) };
    expect((await judgeBy(bot, { store })(flat)).json).toEqual(IGNORE);
    expect(logged).toHaveLength(1);
  });
});

test("a plugin's parameter is asked about by the URL in its origin", async () => {
  const url = 'https://talk-plugin-capi.kakao.com/otp/46cf6a77d5a6b519236116b2/profile';
  const asked: string[] = [];
  const plugins: Plugins = {
    profile: async otp => {
      asked.push(otp.url);
      return { ok: true, profile: { nickname: '달빛' } };
    },
    location: async otp => {
      asked.push(otp.url);
      return { ok: false, reason: 'expired' };
    },
  };
  const bot = newBot()
    .validates('프로필', async (_, { askProfile }) => {
      const answer = await askProfile();
      return answer.ok ? valid(answer.profile.nickname) : ignored;
    })
    .validates('위치', async (_, { askLocation }) => {
      const answer = await askLocation();
      return answer.ok ? valid() : invalid(answer.reason);
    });
  const judge = judgeBy(bot, { plugins });
  expect((await judge(asking('', url), '/프로필')).json).toEqual({ status: 'SUCCESS', value: '달빛' });
  expect((await judge(asking(url), '/위치')).json).toEqual({ status: 'FAIL', message: 'expired' });
  expect(asked).toEqual([url, url]);
  expect((await judgeBy(bot)(asking(url), '/위치')).json).toEqual({ status: 'FAIL', message: 'no-key' });
});

describe('the secret', () => {
  const judge = judgeBy(newBot().validates('전화번호', () => valid()));

  test('is in the header, or in the path before the parameter', async () => {
    expect((await judge(flat)).status).toBe(200);
    expect((await judge(flat, `/${SECRET}/전화번호`, { secret: '' })).status).toBe(200);
  });

  test.each([
    ['/전화번호', 'wrong', 'the header x-gateway-secret is wrong'],
    ['/전화번호', '', 'the header x-gateway-secret is missing'],
    ['', '', 'the header x-gateway-secret is missing'],
    [`/${SECRET}`, '', 'the header x-gateway-secret is missing'],
    ['/wrong/전화번호', '', 'the secret in the URL is wrong'],
    // A path that has a place for it is judged by what stands there.
    ['/wrong/전화번호', SECRET, 'the secret in the URL is wrong'],
  ])('that is wrong or missing is refused with a sentence: %s with %j', async (path, secret, sentence) => {
    const { status, json } = await judge(flat, path, { secret });
    expect(status).toBe(401);
    expect(json.message).toContain(sentence);
    expect(JSON.stringify(json)).not.toContain(SECRET);
    expect(logged).toMatchObject([{ level: 'warn', what: 'secret refused', requestId: expect.any(String) }]);
  });

  test('that cannot be read lets the user get on', async () => {
    const handler = validationHandler({
      bot: newBot(),
      store: countingStore(),
      secret: { ...testSecret, accepts: () => Promise.reject(new Error('no Secrets Manager')) },
      log: logInto(logged),
    });
    const call = { method: 'POST', path: '/open-builder/validation', body: flat };
    const { status, json } = await invoke(handler, call);
    expect({ status, json }).toEqual({ status: 200, json: IGNORE });
    expect(logged).toMatchObject([{ what: 'request failed', metrics: { ValidationsFailed: 1 } }]);
  });
});

describe('a body', () => {
  const judge = judgeBy(newBot().validates('전화번호', value => (value === '1' ? valid() : invalid(value))));

  test.each([
    [undefined, 'body'],
    ['{', 'body'],
    [[], 'body'],
    [{}, 'value'],
    [{ userRequest: { user: { id: 'u' } } }, 'userRequest.value'],
    [{ value: {} }, 'user'],
    [{ value: {}, user: {} }, 'user.id'],
    [{ userRequest: { value: {}, user: {} } }, 'userRequest.user.id'],
    [{ value: {}, user: { id: 'u' }, utterance: 7 }, 'utterance'],
  ])('that asks about nothing is refused by field: %j', async (body, field) => {
    expect(await judge(body)).toMatchObject({ status: 400, json: { field } });
  });

  test('of any other kind gets a verdict, or a 4xx that names the field', async () => {
    const verdicts = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyBody([flat, wrapped]), async body => {
        logged = [];
        const { status, json } = await judge(body);
        expect(logged.map(({ what }) => what)).toEqual(status === 200 ? [] : ['body refused']);
        if (status !== 200) {
          expect(status).toBe(400);
          expect(json.message).toContain(json.field);
          return;
        }
        verdicts.add(json.status);
        if (json.status === 'FAIL') expect(json.message).toMatch(/\S/);
      }),
      runs(3_000),
    );
    expect(verdicts).toContain('FAIL');
  });
});
