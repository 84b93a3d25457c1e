import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot, type Turn } from '../../lambda/bot/index.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';

interface State {
  cups: number;
  notes?: unknown;
}

/** Something that JSON can't write, since it holds itself. */
function endless(): object {
  const own: { textCard?: object } = {};
  own.textCard = own;
  return own;
}

/** Members of a session that no store can keep. */
const NOTES = {
  '500 KB': { notes: 'x'.repeat(500_000), error: 'SessionTooLargeError' },
  'a BigInt': { notes: 10n, error: 'SessionValueError' },
  'a cycle': { notes: endless(), error: 'SessionValueError' },
} as const;

let begun = 0;

function notes(turn: Turn<State>, words: string): string {
  begun++;
  turn.session.cups = 100;
  turn.session.notes = NOTES[words.slice(words.indexOf(' ') + 1) as keyof typeof NOTES].notes;
  return '적었어요';
}

const bot = new Bot<State>({ session: () => ({ cups: 0 }) })
  .hears(/^빨리 /, turn => notes(turn, turn.text))
  .hears(/^천천히 /, turn => notes(turn, turn.text), { slow: '잠시만요', name: 'slow' })
  .hears(/^나눠 /, {
    slow: '잠시만요',
    name: 'slow in two steps',
    work: turn => turn.text,
    then: (turn, words) => notes(turn, words),
  })
  .hears('끝없는 답', () => endless() as never, { slow: '잠시만요', name: 'endless' })
  .hears('세기', turn => `${++turn.session.cups}잔`);

const wordsOf = (json: unknown): string => JSON.stringify(json);

let gateway: LateGateway;

beforeAll(async () => {
  gateway = await startLateGateway(bot);
});

afterAll(() => gateway?.stop());

const stateOf = async (user: string) => (await gateway.store.load(`live/bot/b/${user}` as never)).state;

describe.each(Object.entries(NOTES))('a session that can never be kept, for %s in it', (what, { error }) => {
  describe.each([
    ['one step', '천천히', 'slow'],
    ['two steps', '나눠', 'slow in two steps'],
  ])('of a late turn in %s', (steps, how, rule) => {
    test.each(['posted', 'collected'])(
      'is the apology at once, %s, and the rule ran once',
      async delivery => {
        const user = `${what}-${steps}-${delivery}`;
        await gateway.skill(user, '세기');
        const [ran, at, records] = [begun, gateway.logged.length, gateway.events.length];
        const callbackUrl = delivery === 'posted' ? gateway.sink.newUrl() : undefined;
        await gateway.skill(user, `${how} ${what}`, { callbackUrl });
        await gateway.idle();
        if (callbackUrl !== undefined) {
          const [post, ...more] = gateway.sink.postsTo(callbackUrl);
          expect(wordsOf(post?.json)).toContain(bot.texts.apology);
          expect(more).toEqual([]);
        }
        expect(await stateOf(user)).toBe('{"cups":1}');
        const { json } = await gateway.skill(user, callbackUrl === undefined ? bot.texts.collect : '세기');
        expect(wordsOf(json)).toContain(callbackUrl === undefined ? bot.texts.apology : '2잔');
        expect(begun).toBe(ran + 1);
        expect(gateway.events.length).toBe(records + 1);
        expect(gateway.logged.slice(at).filter(({ level }) => level !== 'info')).toMatchObject([
          {
            level: 'error',
            what: 'late turn failed',
            rule,
            outcome: 'failed',
            error: { name: error },
            metrics: { TurnsFailed: 1 },
          },
        ]);
        if (callbackUrl === undefined)
          expect(wordsOf((await gateway.skill(user, '세기')).json)).toContain('2잔');
      },
    );
  });

  test('of any other turn is the apology at once, and the next turn works', async () => {
    const user = `${what}-front`;
    await gateway.skill(user, '세기');
    const [ran, at, startedAt] = [begun, gateway.logged.length, Date.now()];
    const { status, json } = await gateway.skill(user, `빨리 ${what}`);
    expect({ status, words: wordsOf(json) }).toEqual({
      status: 200,
      words: expect.stringContaining(bot.texts.apology),
    });
    // Long before its deadline.
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(begun).toBe(ran + 1);
    expect(gateway.logged.slice(at)).toMatchObject([
      { level: 'error', what: 'turn failed', error: { name: error }, metrics: { TurnsFailed: 1 } },
    ]);
    expect(wordsOf((await gateway.skill(user, '세기')).json)).toContain('2잔');
  });
});

test.each(['posted', 'collected'])(
  'an answer that holds itself is the apology at once, %s',
  async delivery => {
    const user = `endless-${delivery}`;
    const [at, records] = [gateway.logged.length, gateway.events.length];
    const callbackUrl = delivery === 'posted' ? gateway.sink.newUrl() : undefined;
    await gateway.skill(user, '끝없는 답', { callbackUrl });
    await gateway.idle();
    const { json } = await gateway.skill(user, callbackUrl === undefined ? bot.texts.collect : '세기');
    const seen = callbackUrl === undefined ? json : gateway.sink.postsTo(callbackUrl)[0]?.json;
    expect(wordsOf(seen)).toContain(bot.texts.apology);
    expect(gateway.events.length).toBe(records + 1);
    expect(gateway.logged.slice(at).filter(({ level }) => level === 'error')).toMatchObject([
      { what: 'answer repaired', rule: 'endless', metrics: { AnswersRepaired: 1 } },
    ]);
    if (callbackUrl === undefined) expect(wordsOf((await gateway.skill(user, '세기')).json)).toContain('1잔');
  },
);
