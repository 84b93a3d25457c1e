import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { reply } from '../../lambda/bot/reply.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { type Answered, invoke, skillCall } from '../kit/http.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';

const BIG = { data: { big: 1n } };

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('큰 수', turn => reply(`${++turn.session.cups}잔`, [], BIG))
  .hears('큰 수만', turn => {
    turn.session.cups++;
    return BIG;
  })
  .hears('던지기', turn => {
    turn.session.cups++;
    throw undefined;
  })
  .hears('나중에 던지기', turn => {
    turn.session.cups++;
    return Promise.reject();
  })
  .hears(
    '느리게 던지기',
    turn => {
      turn.session.cups++;
      throw undefined;
    },
    { slow: '잠시만요' },
  );

let gateway: LateGateway;
let handler: HttpHandler;

beforeAll(async () => {
  gateway = await startLateGateway(bot);
  handler = gateway.handlerOf(openBuilderHandler);
});

afterAll(() => gateway?.stop());

const stateOf = async (user: string) => (await gateway.store.load(`live/bot/b/${user}` as never)).state;
const apology = { template: { outputs: [{ simpleText: { text: bot.texts.apology } }] } };

/** Says something in a call to which Kakao gives this id, or none: then its reply need not be remembered. */
function says(user: string, utterance: string, id?: string): Promise<Answered> {
  const body = { bot: { id: 'b' }, userRequest: { utterance, user: { id: user } } };
  return invoke(handler, skillCall(body, id === undefined ? {} : { 'x-request-id': id }));
}

test('a number that is no JSON costs the data that it stands in, with an id of the call and without', async () => {
  for (const [user, id] of [['named', randomUUID()], ['unnamed']] as const) {
    const { status, json } = await says(user, '큰 수', id);
    expect({ status, json }).toEqual({
      status: 200,
      json: { version: '2.0', template: { outputs: [{ simpleText: { text: '1잔' } }] } },
    });
    expect(await stateOf(user)).toBe('{"cups":1}');
    expect(gateway.logged.at(-1)).toMatchObject({
      what: 'answer repaired',
      outcome: 'answered',
      violations: [{ path: 'data' }],
    });
  }
  const { json } = await gateway.smartChat('unnamed', '큰 수');
  expect(json.message).toEqual({ text: '1잔' });
});

test('an answer of such data alone ends the same, with an id of the call and without', async () => {
  const ends = [];
  for (const [user, id] of [['alone', randomUUID()], ['alone-unnamed']] as const) {
    const { status, json } = await says(user, '큰 수만', id);
    const { what, outcome, violations } = gateway.logged.at(-1) ?? {};
    ends.push({ status, json, what, outcome, violations, state: await stateOf(user) });
  }
  // The user reads the apology: what the rule did for its answer has not happened.
  expect(ends[0]).toMatchObject({ status: 200, json: apology, what: 'answer repaired', state: undefined });
  expect(ends[1]).toEqual(ends[0]);
});

test.each(['던지기', '나중에 던지기'])(
  'a rule that throws undefined fails as any other: apology, count, and nothing saved (%s)',
  async said => {
    const { status, json } = await says(`throws-${said}`, said);
    expect({ status, json }).toMatchObject({ status: 200, json: apology });
    expect(gateway.logged.at(-1)).toMatchObject({
      level: 'error',
      what: 'turn failed',
      outcome: 'failed',
      rule: `hears ${said}`,
      metrics: { TurnsFailed: 1 },
    });
    expect(await stateOf(`throws-${said}`)).toBeUndefined();
  },
);

test('a slow rule that throws undefined fails in its worker as any other', async () => {
  const callbackUrl = gateway.sink.newUrl();
  await gateway.skill('late', '느리게 던지기', { callbackUrl });
  await gateway.idle();
  expect(gateway.sink.postsTo(callbackUrl)).toMatchObject([{ json: apology }]);
  expect(gateway.logged).toContainEqual(
    expect.objectContaining({
      level: 'error',
      what: 'late turn failed',
      outcome: 'failed',
      rule: 'hears 느리게 던지기',
      metrics: expect.objectContaining({ TurnsFailed: 1 }),
    }),
  );
  expect(await stateOf('late')).toBeUndefined();
});
