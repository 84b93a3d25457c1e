import { afterEach, beforeEach, describe, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { lambdaContext } from '../../dev/lambda-context.ts';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { log } from '../../lambda/aws/log.ts';
import { Bot, type Turn } from '../../lambda/bot/index.ts';
import type { Answer } from '../../lambda/bot/reply.ts';
import type { Verdict } from '../../lambda/bot/validation.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { validationHandler } from '../../lambda/gateway/validation.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { deferInto } from '../kit/deferred.ts';
import { HOSTILE_ERRORS, HOSTILE_REPLIES, tracesOf } from '../kit/hostile.ts';
import { invoke, SECRET, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { runs } from '../kit/property.ts';
import { takeStdout } from '../kit/stdout.ts';

/** The sayings and names of users: words, and what could be a name that a program made up. */
const MARKERS = ['회원 홍길동', 'userPhone01012345678'];
const TRACES = tracesOf(['홍길동', 'userPhone', '01012345678', '1012345678']);

const junk = fc.constantFrom(
  ...['', '', '"]', '["', '"]}', '"],["', '\\', '\n    at ', ' (file:///var/task/', ':1:1)', '.', '?q=', '#'],
  ...['__proto__', '\u001b[2J', '\ud83d', '\u2028', '%', ' ', '\n', '\0', '👨‍👩‍👧'],
);
const said = fc.tuple(junk, junk, fc.constantFrom(...MARKERS), junk, junk).map(parts => parts.join(''));

/** A rule's ways with what was said: throws it, rejects with it, answers it. */
const behaviour: fc.Arbitrary<(said: string) => unknown> = fc.oneof(
  fc.constantFrom(...Object.values(HOSTILE_ERRORS)),
  fc.constantFrom(...Object.values(HOSTILE_ERRORS)).map(fail => async (text: string) => {
    await undefined;
    return fail(text);
  }),
  fc.constantFrom(...Object.values(HOSTILE_REPLIES)),
);

let lines: string[];

beforeEach(() => {
  lines = takeStdout();
});

afterEach(() => {
  delete process.env[ENVIRONMENT.logErrors];
  jest.restoreAllMocks();
});

/** Every handler with one bot that behaves as it is told. */
function gateway() {
  let behave: (said: string) => unknown = () => '';
  const answer = ({ text }: Turn<object>): Answer => behave(text) as Answer;
  const bot = (slow?: { slow: string }) =>
    new Bot({ session: () => ({}) })
      .validates('전화번호', value => behave(value) as Verdict)
      .fallback(answer, slow);
  const store = new MemorySessionStore();
  const tools = { bot: bot(), store, secret: testSecret, log };
  const deferred: DeferredTurn[] = [];
  const defer = deferInto(deferred);
  const slow = { ...tools, bot: bot({ slow: '잠시만요' }), defer, callbackOrigins: [] };
  const worker = lateTurnHandler({ ...slow, deliverers });
  return {
    skill: openBuilderHandler(tools),
    slowSkill: openBuilderHandler(slow),
    smartChat: smartChatHandler(tools),
    validation: validationHandler(tools),
    behaves: (how: typeof behave) => {
      behave = how;
    },
    /** Has the worker take what was deferred, as it lies in the queue. */
    work: async () => {
      for (const turn of deferred.splice(0)) {
        const attributes = { ApproximateReceiveCount: '1' };
        const record = { messageId: 'm', body: JSON.stringify(turn), attributes };
        await worker({ Records: [record] } as never, lambdaContext('late-turn', 30_000));
      }
    },
  };
}

/** The lines since the last call: each is one line of JSON, and none holds a trace of what was said. */
function told(): { readonly what?: string; readonly outcome?: string }[] {
  return lines.splice(0).map(line => {
    const small = line.toLowerCase();
    const trace = TRACES.find(one => small.includes(one));
    if (trace !== undefined || line.indexOf('\n') !== line.length - 1)
      throw new Error(`${trace} is in ${line}`);
    return JSON.parse(line);
  });
}

/** Ten thousand times, jest's expect would take longer than what it looks at. */
function expectOutcomes(outcomes: RegExp, entries = told()): void {
  const words = entries.map(({ outcome }) => `${outcome}`).join(' ');
  if (!outcomes.test(words)) throw new Error(`lines tell ${words} rather than ${outcomes}`);
}

describe('whatever a rule throws or answers, no line holds a piece of what was said', () => {
  const { skill, slowSkill, smartChat, validation, behaves, work } = gateway();
  let users = 0;
  const skillBody = (text: string, isGroup: boolean) => ({
    bot: { id: 'b' },
    userRequest: {
      utterance: text,
      user: { id: `${text}${users++}`, type: 'botUserKey', properties: { [text]: text } },
      ...(isGroup && { chat: { id: text, type: text } }),
      callbackUrl: `https://evil.example/${text}`,
    },
    action: {
      params: { [text]: text },
      clientExtra: { [text]: text },
      detailParams: { [text]: { origin: text } },
    },
    contexts: [{ name: text, lifespan: 1, params: { [text]: { value: text } } }],
  });
  const headersOf = (text: string) => {
    const encoded = encodeURIComponent(text.toWellFormed());
    // What could be an id of Kakao's is taken for one.
    return { 'x-request-id': `?${encoded}`, 'x-chappie-footprint': `${text}?`, [text]: text };
  };

  /** Has a handler take a turn in which this is said, and looks at the lines that tell of it. */
  const WAYS = {
    skill: async (text: string) => {
      await invoke(skill, skillCall(skillBody(text, false), headersOf(text)));
      expectOutcomes(/^(answered|failed)$/);
    },
    group: async (text: string) => {
      await invoke(skill, skillCall(skillBody(text, true), headersOf(text)));
      expectOutcomes(/^(answered|failed)$/);
    },
    'smart-chat': async (text: string) => {
      const message = { user_key: `${text}${users++}`, type: 'text', content: text, [text]: text };
      await invoke(smartChat, smartChatCall('POST', '/message', message));
      expectOutcomes(/^(answered|failed)$/);
    },
    validation: async (text: string) => {
      const path = `/open-builder/validation/${SECRET}/${encodeURIComponent('전화번호')}`;
      const body = { isInSlotFilling: true, utterance: text, value: { origin: text }, user: { id: text } };
      await invoke(validation, { method: 'POST', path, headers: headersOf(text), body });
      expectOutcomes(/^(valid|invalid|ignored|failed)$/);
    },
    late: async (text: string) => {
      await invoke(slowSkill, skillCall(skillBody(text, false), headersOf(text)));
      // A callback URL that is not Kakao's has a line of its own, and no outcome.
      expectOutcomes(/^undefined deferred$/);
      await work();
      // A rule that fails has, too; the apology for it is the answer.
      expectOutcomes(/^(failed )?answered$|^failed$/);
    },
  };

  const all = [...Object.entries(HOSTILE_ERRORS), ...Object.entries(HOSTILE_REPLIES)];
  test.each(all)('%s', async (_, how) => {
    for (const text of [...MARKERS, `"]${MARKERS[0]}\n    at ${MARKERS[1]}`]) {
      for (const way of Object.values(WAYS)) {
        behaves(how);
        await way(text);
      }
    }
  });

  // 10,000 turns in all.
  test.each(Object.entries(WAYS))(
    'in 2,000 turns: %s',
    async (_, way) => {
      await fc.assert(
        fc.asyncProperty(said, behaviour, (text, how) => {
          behaves(how);
          return way(text);
        }),
        runs(2_000),
      );
    },
    60_000,
  );

  test.each(Object.entries(WAYS))(
    "in 400 turns whose rules' own words are told by the setting for that: %s",
    async (_, way) => {
      process.env[ENVIRONMENT.logErrors] = 'masked';
      await fc.assert(
        fc.asyncProperty(said, behaviour, (text, how) => {
          behaves(how);
          return way(text);
        }),
        runs(400),
      );
    },
    60_000,
  );

  test('in a call that is refused, whatever its path, its secret, its headers and its body', async () => {
    const handlers = [skill, smartChat, validation];
    const method = fc.constantFrom('GET', 'POST', 'DELETE');
    const secret = fc.constantFrom(SECRET, 'wrong');
    const place = fc.constantFrom(
      '',
      'open-builder/skill/',
      'open-builder/validation/',
      'smart-chat/',
      'friend/',
    );
    await fc.assert(
      fc.asyncProperty(
        said,
        fc.constantFrom(...handlers),
        method,
        secret,
        place,
        (text, handler, how, key, at) => {
          const path = `/${at}${key}/${encodeURIComponent(text.toWellFormed())}`;
          const headers = { ...headersOf(text), 'x-gateway-secret': `${key}${text}`, host: text };
          return invoke(handler, { method: how, path, headers, body: `{"${text}` }).then(() => {
            for (const { what } of told())
              if (!/^(secret|body) refused$/.test(`${what}`)) throw new Error(`a line tells ${what}`);
          });
        },
      ),
      runs(1_000),
    );
  });
});
