import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { log } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import type { UserKey } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import type { EventBus } from '../../lambda/gateway/event-bus.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { probeCall } from '../../lambda/open-builder/probe-call.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { PROBE_SAYS, SYNTHETIC_USERS } from '../../lambda/turn/synthetic.ts';
import { deferInto } from '../kit/deferred.ts';
import { type Call, invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { skillProblems } from '../kit/kakao-accepts.ts';
import { takeStdout } from '../kit/stdout.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** A store that tells what is asked of it. */
class Watched extends MemorySessionStore {
  readonly loads: UserKey[] = [];
  readonly saves: UserKey[] = [];
  isIll = false;

  override async load(user: UserKey) {
    this.loads.push(user);
    if (this.isIll) throw new UnavailableError('sessions table');
    return super.load(user);
  }

  override async save(...[user, ...others]: Parameters<MemorySessionStore['save']>) {
    this.saves.push(user);
    return super.save(user, ...others);
  }
}

/** A gateway, and all that its turns leave behind. */
function gateway() {
  const store = new Watched();
  const queue: DeferredTurn[] = [];
  const asked: string[] = [];
  const told: unknown[] = [];
  const bot = new Bot({ session: () => ({ cups: 0 }) })
    .hears('담기', turn => `${++turn.session.cups}잔`)
    .hears('고장', () => Promise.reject(new Error('broken')))
    .hears('느린 일', () => '늦은 답', { slow: '잠시만요' })
    .fallback(turn => {
      asked.push(turn.incoming.kind === 'utterance' ? turn.incoming.text : '');
      return '죄송해요';
    });
  const bus = { turn: async (ended: unknown) => void told.push(ended) } as Partial<EventBus> as EventBus;
  const whole: TurnGateway<{ cups: number }> = {
    ...{ bot, store, log, bus, secret: testSecret, defer: deferInto(queue) },
    aliased: aliasing => {
      told.push('an alias');
      return aliasing;
    },
  };
  const handlers = { skill: openBuilderHandler(whole), smartChat: smartChatHandler(whole) };
  const lines = takeStdout();
  const call = (one: Call) =>
    invoke(one.path.startsWith('/smart-chat') ? handlers.smartChat : handlers.skill, one);
  return { store, queue, asked, told, lines, call };
}

const { probe, doctor } = SYNTHETIC_USERS;
const says = (user: string, utterance: string): Call => skillCall(probeCall(user, utterance));
const writes = (user_key: string, content: string): Call =>
  smartChatCall('POST', '/message', { user_key, type: 'text', content });

describe('the probe’s turn', () => {
  test.each([
    ['open-builder', says(probe, PROBE_SAYS), `live/bot/${probe}/${probe}`],
    ['smart-chat', writes(probe, PROBE_SAYS), `live/channel/${probe}`],
  ])('asks the table and not the bot, and leaves nothing behind: %s', async (_, call, key) => {
    const { store, asked, told, lines, ...of } = gateway();
    const { status, json } = await of.call(call);
    expect(status).toBe(200);
    expect(json.outcome).toBe('answered');
    expect(JSON.stringify(json)).toContain('게이트웨이가 답하고 있어요.');
    expect(store.loads).toEqual([key]);
    expect([store.saves, asked, told, lines]).toEqual([[], [], [], []]);
  });

  test('is an answer that Kakao would take', async () => {
    const { json } = await gateway().call(says(probe, PROBE_SAYS));
    const { outcome: _, ...answer } = json;
    expect(skillProblems(answer, 'private')).toEqual([]);
  });

  test('fails where the table does, is told so, and counts in no metric', async () => {
    const { store, lines, ...of } = gateway();
    store.isIll = true;
    expect((await of.call(says(probe, PROBE_SAYS))).json.outcome).toBe('failed');
    expect(lines.map(line => JSON.parse(line))).toEqual([
      expect.objectContaining({
        ...{ level: 'error', what: 'turn failed', synthetic: 'probe', part: 'sessions table' },
      }),
    ]);
    expect(lines.join()).not.toContain('_aws');
  });

  test('lets the bot answer other words, and forgets what it changed', async () => {
    const { store, lines, queue, ...of } = gateway();
    for (let turn = 0; turn < 2; turn++) {
      const { json } = await of.call(says(probe, '담기'));
      expect(json).toMatchObject({
        outcome: 'answered',
        template: { outputs: [{ simpleText: { text: '1잔' } }] },
      });
    }
    expect((await of.call(says(probe, '느린 일'))).json).toMatchObject({ outcome: 'late' });
    expect([store.saves, queue, lines]).toEqual([[], [], []]);
    expect((await of.call(says(probe, '고장'))).json.outcome).toBe('failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ synthetic: 'probe', rule: 'hears 고장' });
  });

  test('is nobody’s who does not know the secret', async () => {
    const { store, lines, ...of } = gateway();
    const stranger = says(probe, PROBE_SAYS);
    const { status } = await of.call({ ...stranger, headers: { 'x-gateway-secret': 'a guess' } });
    expect(status).toBe(401);
    expect(store.loads).toEqual([]);
    expect(JSON.parse(lines[0] ?? '').what).toBe('secret refused');
  });
});

describe('the doctor’s turn', () => {
  test.each([
    ['open-builder', (utterance: string) => says(doctor, utterance)],
    ['smart-chat', (utterance: string) => writes(doctor, utterance)],
  ])('asks the bot, has a line without metrics, and is forgotten: %s', async (protocol, said) => {
    const { store, asked, told, lines, queue, ...of } = gateway();
    const { json } = await of.call(said('안녕'));
    expect(json).not.toHaveProperty('outcome');
    expect(asked).toEqual(['안녕']);
    for (let turn = 0; turn < 2; turn++)
      expect(JSON.stringify((await of.call(said('담기'))).json)).toContain('1잔');
    expect(JSON.stringify((await of.call(said('느린 일'))).json)).toContain('잠시만요');
    expect([store.saves, told, queue]).toEqual([[], [], []]);
    const line = { level: 'info', what: 'turn answered', protocol, synthetic: 'doctor' };
    expect(lines.map(one => JSON.parse(one))).toMatchObject([
      line,
      line,
      line,
      { ...line, what: 'turn deferred' },
    ]);
    expect(lines.join()).not.toContain('_aws');
  });

  test('is told to wait for a callback as a user is, and nobody posts one', async () => {
    const { queue, lines, ...of } = gateway();
    const call = probeCall(doctor, '느린 일') as { userRequest: object };
    const callbackUrl = 'https://bot-api.kakao.com/v1/bots/b/callback/c';
    const { json } = await of.call(skillCall({ ...call, userRequest: { ...call.userRequest, callbackUrl } }));
    expect(json).toEqual({ version: '2.0', template: expect.anything() });
    expect(queue).toEqual([]);
    expect(lines.join()).not.toContain('CallbacksFailed');
  });
});

test('a person’s turn is a turn whatever they say', async () => {
  const { store, asked, told, lines, ...of } = gateway();
  const { json } = await of.call(says('a person', PROBE_SAYS));
  expect(json).not.toHaveProperty('outcome');
  await of.call(says('a person', '담기'));
  expect(asked).toEqual([PROBE_SAYS]);
  expect(store.saves).toEqual([`live/bot/${encodeURIComponent('a person')}/a person`]);
  expect(told.length).toBeGreaterThan(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ Turns: 1 });
  expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('synthetic');
});
