import { describe, expect, jest, test } from '@jest/globals';
import { deadlineAt } from '../../lambda/bot/deadline.ts';
import { Bot, type Turn } from '../../lambda/bot/index.ts';
import { valid } from '../../lambda/bot/validation.ts';
import { ConfigurationError, SessionVersionError } from '../../lambda/errors.ts';
import { isObject } from '../../lambda/json-reader.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { judgeValue } from '../../lambda/turn/judge-value.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemorySessionStore, type SessionStore } from '../../lambda/turn/session.ts';
import { saying, take, USER } from '../kit/turns.ts';

/** The first release: one number. */
const first = () =>
  new Bot({ session: () => ({ cups: 0 }) })
    .hears('담기', turn => `${++turn.session.cups}잔`)
    .hears('느린 담기', turn => `${++turn.session.cups}잔`, { slow: '잠시만요' })
    .hears('보기', turn => `${turn.session.cups}잔`)
    .hears('처음부터', turn => {
      turn.session = { cups: 0 };
      return '비웠어요';
    })
    .hears('안녕', () => '안녕하세요')
    .hears('더하고 숨기', turn => {
      try {
        turn.session.cups++;
      } catch {
        turn.session = { cups: 1 };
      }
      return '담았어요';
    });

interface Cart {
  cart: { [drink: string]: number };
}

/** The second version's state: cups have names. */
const cartOf = (state: unknown): Cart => {
  const cups = isObject(state) ? state.cups : undefined;
  if (typeof cups !== 'number') throw new Error('no cups');
  return { cart: { 라떼: cups } };
};

function addLatte({ session: { cart } }: Turn<Cart>): string {
  cart.라떼 = (cart.라떼 ?? 0) + 1;
  return `라떼 ${cart.라떼}잔`;
}

const second = (migrate: (state: unknown, from: number) => Cart = cartOf) =>
  new Bot<Cart>({ session: () => ({ cart: {} }), version: 2, migrate })
    .hears('담기', addLatte)
    .hears('느린 담기', { slow: '잠시만요', work: () => undefined, then: addLatte })
    .hears('보기', turn => `라떼 ${turn.session.cart.라떼 ?? 0}잔`)
    .hears('처음부터', turn => {
      turn.session = { cart: {} };
      return '비웠어요';
    })
    .validates('전화번호', async (_, asked) => valid(JSON.stringify(await asked.session())));

const say = <S>(bot: Bot<S>, store: SessionStore, words: string, defer?: (turn: DeferredTurn) => void) =>
  take(bot, store, saying(words), defer && { defer: async ([record]) => record && defer(record.turn) });

/** Somebody who said this to the first release. */
async function knownBy<S>(bot: Bot<S>, ...words: readonly string[]): Promise<MemorySessionStore> {
  const store = new MemorySessionStore();
  for (const said of words) await say(bot, store, said);
  return store;
}

const stored = async (store: SessionStore) => {
  const { state, version } = await store.load(USER);
  return { state: state && JSON.parse(state), version };
};

describe('a state of an older version', () => {
  test('is migrated when a rule looks at it, and saved when the rule changes it', async () => {
    const store = await knownBy(first(), '담기', '담기');
    expect(await say(second(), store, '담기')).toMatchObject({ answer: expect.stringContaining('라떼 3잔') });
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 3 } }, version: 2 });
  });

  test('stays as it is stored while no rule changes it: the release before can still read it', async () => {
    const store = await knownBy(first(), '담기');
    const save = jest.spyOn(store, 'save');
    expect(await say(second(), store, '보기')).toMatchObject({ answer: expect.stringContaining('라떼 1잔') });
    expect(save).not.toHaveBeenCalled();
    expect(await stored(store)).toEqual({ state: { cups: 1 }, version: 1 });
    expect(await say(first(), store, '담기')).toMatchObject({ answer: expect.stringContaining('2잔') });
  });

  test('that a rule replaces unseen is not migrated, and is of the new version', async () => {
    const store = await knownBy(first(), '담기');
    const migrate = jest.fn(cartOf);
    await say(second(migrate), store, '처음부터');
    expect(migrate).not.toHaveBeenCalled();
    expect(await stored(store)).toEqual({ state: { cart: {} }, version: 2 });
  });

  test('is replaced even by the same text, which means something else now', async () => {
    const store = await knownBy(first(), '담기');
    const next = new Bot({
      session: () => ({ cups: 0 }),
      version: 2,
      migrate: () => ({ cups: -1 }),
    }).fallback(turn => {
      turn.session = { cups: 1 };
      return '같은 글';
    });
    await say(next, store, '아무 말');
    expect(await stored(store)).toEqual({ state: { cups: 1 }, version: 2 });
  });

  test('is told which version it is of', async () => {
    const store = await knownBy(first(), '담기');
    await say(second(), store, '담기');
    const migrate = jest.fn((_state: unknown, _from: number) => ({ all: 0 }));
    const third = new Bot({ session: () => ({ all: 0 }), version: 3, migrate }).fallback(
      turn => `${turn.session.all}`,
    );
    await say(third, store, '보기');
    expect(migrate.mock.calls).toEqual([[{ cart: { 라떼: 2 } }, 2]]);
  });

  test('whose migration throws costs an apology, and saves nothing', async () => {
    const store = await knownBy(first(), '담기');
    const bot = second(() => {
      throw new Error('no way');
    });
    const outcome = await say(bot, store, '담기');
    expect(outcome).toMatchObject({ kind: 'failed', rule: 'hears 담기', error: new Error('no way') });
    expect(outcome.answer).toContain(bot.texts.apology);
    expect(await stored(store)).toEqual({ state: { cups: 1 }, version: 1 });
  });

  test('is migrated for a validation, which saves nothing', async () => {
    const store = await knownBy(first(), '담기');
    const asked = { parameter: '전화번호', value: { value: 'v' }, text: '', isFillingSlots: true };
    const { user } = saying('');
    expect(
      await judgeValue({ bot: second(), store }, { ...asked, user }, deadlineAt(Date.now() + 1_000)),
    ).toMatchObject({ kind: 'judged', verdict: { value: '{"cart":{"라떼":1}}' } });
  });

  test('belongs to users who came before; a new one has the new version', async () => {
    const store = await knownBy(second(), '담기');
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 1 } }, version: 2 });
  });
});

describe('a state of a newer version, after a release was taken back', () => {
  test.each(['담기', '보기', '처음부터', '더하고 숨기'])(
    'is not touched by %s: the user gets an apology, the log a sentence',
    async words => {
      const store = await knownBy(second(), '담기');
      const outcome = await say(first(), store, words);
      expect(outcome).toMatchObject({ kind: 'failed', error: expect.any(SessionVersionError) });
      expect(outcome).toMatchObject({
        error: { message: expect.stringMatching(/version 2 .* knows 1: deploy/) },
      });
      expect(await stored(store)).toEqual({ state: { cart: { 라떼: 1 } }, version: 2 });
    },
  );

  test('hinders no rule that does not look at it', async () => {
    const store = await knownBy(second(), '담기');
    expect(await say(first(), store, '안녕')).toMatchObject({ kind: 'answered' });
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 1 } }, version: 2 });
  });
});

describe('a late turn in flight while the version changes', () => {
  async function deferredBy<S>(bot: Bot<S>, store: SessionStore): Promise<DeferredTurn> {
    const turns: DeferredTurn[] = [];
    expect(await say(bot, store, '느린 담기', turn => turns.push(turn))).toMatchObject({ kind: 'late' });
    const [turn] = turns;
    if (turn === undefined) throw new Error('nothing was deferred');
    return turn;
  }

  const work = <S>(bot: Bot<S>, store: SessionStore, turn: DeferredTurn, leaseMs = 10_000) =>
    takeLateTurn({ bot, store }, turn, {
      isFirst: true,
      endsAt: Date.now() + leaseMs,
      ruleUntil: Date.now() + 1_000,
    });

  test('is answered by the release that has the worker by then', async () => {
    const store = await knownBy(first(), '담기');
    const turn = await deferredBy(first(), store);
    expect(await work(second(), store, turn)).toMatchObject({ kind: 'answered', rule: 'hears 느린 담기' });
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 2 } }, version: 2 });
  });

  test('is left to a later worker where the release before has it, and the state is newer already', async () => {
    const store = await knownBy(first(), '담기');
    const turn = await deferredBy(first(), store);
    await say(second(), store, '담기');
    await expect(work(first(), store, turn, -1)).rejects.toThrow(SessionVersionError);
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 2 } }, version: 2 });
    expect(await work(second(), store, turn)).toMatchObject({ kind: 'answered' });
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 3 } }, version: 2 });
  });

  test('keeps the newer state, whoever marks the turn', async () => {
    const store = await knownBy(second(), '담기');
    await deferredBy(first(), store);
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 1 } }, version: 2 });
  });

  test('has its second step again when the new release came between, and counts once', async () => {
    const store = await knownBy(first(), '담기');
    const turn = await deferredBy(first(), store);
    const meets = Object.assign(Object.create(store), {
      load: (user: typeof USER) => store.load(user),
      claim: async (...args: Parameters<SessionStore['claim']>) => {
        const claimed = await store.claim(...args);
        await say(second(), store, '담기');
        return claimed;
      },
      save: (...args: Parameters<SessionStore['save']>) => store.save(...args),
    });
    expect(await work(second(), meets, turn)).toMatchObject({ kind: 'answered', conflicts: 1 });
    expect(await stored(store)).toEqual({ state: { cart: { 라떼: 3 } }, version: 2 });
  });
});

test.each([0, -1, 1.5, Number.NaN, 2])('a bot of version %d without a way there is refused', version => {
  expect(() => new Bot({ session: () => ({}), version })).toThrow(ConfigurationError);
});
