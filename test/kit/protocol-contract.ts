import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { button, reply } from '../../lambda/bot/reply.ts';
import type { TurnGateway } from '../../lambda/gateway/deployment.ts';
import type { Deliverer } from '../../lambda/turn/protocol.ts';
import { ANSWER_WITHIN_MS, DEFER_MS, READABLE_MS } from '../../lambda/turn/time-budget.ts';
import { type Answered, type Call, invoke } from './http.ts';
import { type LateGateway, startLateGateway, until } from './late-gateway.ts';

/** A protocol as its contract sees it: a handler, and how its calls and answers are written. */
export interface ProtocolUnderTest {
  handler<S>(gateway: TurnGateway<S>): HttpHandler;
  /** Present where late answers are delivered. */
  readonly deliverer?: Deliverer;
  /** A call in which a user says something; `id` is kept by a repeated delivery. */
  says(user: string, words: string, about: { readonly id: string; readonly answerTo?: string }): Call;
  /** A call in which a user taps what an answer showed. */
  taps(user: string, label: string, answer: unknown): Call;
  /** Whether a repeated delivery can be told from another turn. */
  readonly mayRepeat: boolean;
  /** Reasons why its users would not see this answer. */
  problems(answer: unknown): readonly string[];
}

const SENTENCES = 420;
const LONG = Array.from({ length: SENTENCES }, (_, n) => `${n}번째 문장입니다.`).join(' ');

/** Rules that hold until the test lets them go. */
const held: (() => void)[] = [];

const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('담기', turn => `${++turn.session.cups}잔 담았어요`)
  .hears('고르기', () => reply('골라 주세요', [button.message('라떼', '고른 라떼')]))
  .hears('고른 라떼', () => '라떼를 고르셨어요')
  .hears('고장', turn => {
    turn.session.cups = 99;
    throw new Error('broken');
  })
  .hears('긴 글', () => LONG)
  .hears(
    '느린 담기',
    async turn => {
      await new Promise<void>(resolve => held.push(resolve));
      return `${++turn.session.cups}잔째, 늦었지만`;
    },
    { slow: '잠시만 기다려 주세요' },
  )
  .hears('뜻밖에 느린 말', async turn => {
    // Too late for the call, and at once in the worker.
    if (turn.deadline.remainingMs() < ANSWER_WITHIN_MS - DEFER_MS)
      await new Promise(resolve => setTimeout(resolve, 2_000));
    return '뜻밖에 늦은 답';
  });

const wordsIn = (answer: unknown): string => JSON.stringify(answer);

/** The promises of every protocol, kept through the real handler, queue, sessions and worker. */
export function describeProtocol(name: string, protocol: ProtocolUnderTest): void {
  describe(`${name} as a protocol`, () => {
    let gateway: LateGateway;
    let handler: HttpHandler;
    let users = 0;
    const newUser = (): string => `${name}-user-${++users}`;

    beforeAll(async () => {
      const { deliverer } = protocol;
      gateway = await startLateGateway(bot, { deliverers: deliverer ? [deliverer] : [] });
      handler = gateway.handlerOf(protocol.handler);
    });

    afterAll(() => gateway?.stop());

    const ask = async (call: Call): Promise<Answered> => {
      const answered = await invoke(handler, call);
      expect(answered.status).toBe(200);
      expect(protocol.problems(answered.json)).toEqual([]);
      return answered;
    };
    const say = async (user: string, words: string, id: string = randomUUID()): Promise<string> =>
      wordsIn((await ask(protocol.says(user, words, { id }))).json);
    /** Waits until the late answer is there, which comes once, and can be read again for a minute. */
    const collected = async (user: string): Promise<string> => {
      await gateway.idle();
      let words = '';
      await until(async () => {
        words = await say(user, bot.texts.collect);
        return !words.includes(bot.texts.notYet);
      });
      expect(await say(user, bot.texts.collect)).toBe(words);
      const now = Date.now;
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + READABLE_MS);
      expect(await say(user, bot.texts.collect)).toContain(bot.texts.notUnderstood);
      clock.mockRestore();
      return words;
    };

    test('answers a turn, and keeps what it changed', async () => {
      const user = newUser();
      expect(await say(user, '담기')).toContain('1잔 담았어요');
      expect(await say(user, '담기')).toContain('2잔 담았어요');
    });

    test('answers the same turn the same, where one that is delivered again can be told', async () => {
      const user = newUser();
      const again = [await say(user, '담기', 'same'), await say(user, '담기', 'same')];
      expect(again[1]).toContain(protocol.mayRepeat ? '1잔 담았어요' : '2잔 담았어요');
      expect(again[0]).toContain('1잔 담았어요');
    });

    test('takes a tap for what its button says', async () => {
      const user = newUser();
      const { json } = await ask(protocol.says(user, '고르기', { id: randomUUID() }));
      const tapped = await ask(protocol.taps(user, '라떼', json));
      expect(wordsIn(tapped.json)).toContain('라떼를 고르셨어요');
    });

    test('apologises for a rule that fails, which changes nothing', async () => {
      const user = newUser();
      expect(await say(user, '고장')).toContain(bot.texts.apology);
      expect(await say(user, '담기')).toContain('1잔 담았어요');
    });

    test('shows what does not fit behind 더보기, to the last word', async () => {
      const user = newUser();
      let shown = await say(user, '긴 글');
      expect(shown).not.toContain(`${SENTENCES - 1}번째 문장입니다.`);
      for (let taps = 0; taps < 40 && !shown.includes(`${SENTENCES - 1}번째`); taps++)
        shown += await say(user, bot.texts.more);
      for (let n = 0; n < SENTENCES; n++) expect(shown).toContain(`${n}번째 문장입니다.`);
    });

    test('tells at once to wait for a slow rule, whose answer is collected, once', async () => {
      const user = newUser();
      expect(await say(user, '느린 담기')).toContain('잠시만 기다려 주세요');
      expect(await say(user, bot.texts.collect)).toContain(bot.texts.notYet);
      await until(() => held.length > 0);
      held.pop()?.();
      expect(await collected(user)).toContain('1잔째, 늦었지만');
      expect(await say(user, '담기')).toContain('2잔 담았어요');
    });

    test('defers a rule that overruns', async () => {
      const user = newUser();
      const call = protocol.says(user, '뜻밖에 느린 말', { id: randomUUID() });
      const late = await ask({ ...call, receivedAt: Date.now() - ANSWER_WITHIN_MS + DEFER_MS + 200 });
      expect(wordsIn(late.json)).toContain(bot.texts.waiting);
      expect(await collected(user)).toContain('뜻밖에 늦은 답');
    });

    if (protocol.deliverer === undefined) return;

    test('delivers the answer of a slow rule to the address that came with it, once', async () => {
      const user = newUser();
      const answerTo = gateway.sink.newUrl();
      const { json } = await ask(protocol.says(user, '느린 담기', { id: randomUUID(), answerTo }));
      expect(wordsIn(json)).toContain('잠시만 기다려 주세요');
      await until(() => held.length > 0);
      expect(gateway.sink.postsTo(answerTo)).toEqual([]);
      held.pop()?.();
      await until(() => gateway.sink.postsTo(answerTo).length > 0);
      await gateway.idle();
      const posts = gateway.sink.postsTo(answerTo);
      expect(posts.map(post => post.taken)).toEqual([true]);
      expect(posts.map(post => protocol.problems(post.json))).toEqual([[]]);
      expect(wordsIn(posts)).toContain('1잔째, 늦었지만');
      expect(await say(user, bot.texts.collect)).toContain(bot.texts.notUnderstood);
    });

    test('has what cannot be delivered collected', async () => {
      const user = newUser();
      const answerTo = gateway.sink.newUrl();
      gateway.sink.answerNext({ status: 200, body: { status: 'FAIL', message: 'Invalid callback token.' } });
      await ask(protocol.says(user, '느린 담기', { id: randomUUID(), answerTo }));
      await until(() => held.length > 0);
      held.pop()?.();
      await until(() => gateway.sink.postsTo(answerTo).length > 0);
      expect(await collected(user)).toContain('1잔째, 늦었지만');
    });
  });
}
