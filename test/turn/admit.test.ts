import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Bot, type SlowOptions, type Turn } from '../../lambda/bot/index.ts';
import { SessionConflictError, UnavailableError } from '../../lambda/errors.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { takeLateTurn } from '../../lambda/turn/late-turn.ts';
import { MemorySessionStore, type Session } from '../../lambda/turn/session.ts';
import { deferInto } from '../kit/deferred.ts';
import { saying, take, USER } from '../kit/turns.ts';

interface Spent {
  reserved: number;
  spent: number;
  refused?: number;
}
const newBot = () => new Bot({ session: (): Spent => ({ reserved: 0, spent: 0 }) });

/** One turn at a time may be reserved; each that is not is counted. */
function admit({ session }: Turn<Spent>): string | undefined {
  if (session.reserved + session.spent >= 2) {
    session.refused = (session.refused ?? 0) + 1;
    return '오늘은 다 쓰셨어요.';
  }
  session.reserved++;
  return undefined;
}

const ASK = {
  slow: '생각하고 있어요',
  admit,
  work: () => '답',
  then: ({ session }: Turn<Spent>, answer: string) => {
    session.reserved--;
    session.spent++;
    return answer;
  },
};

class CountingStore extends MemorySessionStore {
  saves = 0;

  override async save(...args: Parameters<MemorySessionStore['save']>): Promise<void> {
    await super.save(...args);
    this.saves++;
  }
}

const stateIn = ({ state }: Session): Spent => JSON.parse(state ?? '{}');

/** A bot whose turns wait in a queue until the test works on them. */
function asking(options: Partial<SlowOptions<Spent>> = {}) {
  const bot = newBot()
    .hears('세기', ({ session }) => `${++session.spent}`)
    .fallback({ ...ASK, ...options });
  const store = new CountingStore();
  const queue: DeferredTurn[] = [];
  const defer = deferInto(queue);
  return {
    store,
    queue,
    says: (words: string, id?: string) => take(bot, store, saying(words, id), { defer }),
    works: async () => {
      for (const turn of queue.splice(0)) {
        const endsAt = Date.now() + 40_000;
        await takeLateTurn({ bot, store }, turn, { isFirst: true, endsAt, ruleUntil: endsAt - 5_000 });
      }
    },
    state: async () => stateIn(await store.load(USER)),
    inLine: async () => (await store.load(USER)).memory.line?.length ?? 0,
  };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a slow rule that admits its turns', () => {
  test('saves what that changed in the one write of the mark', async () => {
    const { says, works, state, store } = asking();
    expect(await says('하나')).toMatchObject({ kind: 'late', answer: '생각하고 있어요' });
    expect(await state()).toEqual({ reserved: 1, spent: 0 });
    expect(store.saves).toBe(1);
    await works();
    expect(await state()).toEqual({ reserved: 0, spent: 1 });
  });

  test('answers in its place where it says no, which is saved as any rule’s answer, and begins nothing', async () => {
    const { says, inLine, state } = asking();
    await says('하나');
    await says('둘');
    expect(await says('셋')).toMatchObject({ kind: 'answered', answer: '오늘은 다 쓰셨어요.' });
    expect(await inLine()).toBe(2);
    expect(await state()).toEqual({ reserved: 2, spent: 0, refused: 1 });
  });

  test('is asked on the fresh session by turns that meet: of ten at once two are begun', async () => {
    const { says, inLine, state } = asking();
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => says(`질문 ${n}`)));
    expect(outcomes.filter(({ kind }) => kind === 'late')).toHaveLength(2);
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(await inLine()).toBe(2);
    expect(await state()).toEqual({ reserved: 2, spent: 0, refused: 8 });
  });

  test('is asked again on the fresh session, however little time a conflict leaves', async () => {
    const { store, queue, state } = asking();
    const bot = newBot().fallback(ASK);
    jest.spyOn(store, 'save').mockImplementationOnce(async () => {
      await new Promise(resolve => setTimeout(resolve, 400));
      throw new SessionConflictError();
    });
    const outcome = await take(bot, store, saying('하나'), { withinMs: 700, defer: deferInto(queue) });
    expect(outcome.kind).toBe('late');
    expect(await state()).toEqual({ reserved: 1, spent: 0 });
  });

  test('is not asked of a turn that is busy or has reached its limit', async () => {
    const limit = { turns: 1, perMs: 60_000, answer: '조금 뒤에요' };
    const busy = asking({ busy: '앞의 것부터요' });
    await busy.says('하나');
    expect(await busy.says('둘')).toMatchObject({ answer: '앞의 것부터요' });
    expect(await busy.state()).toEqual({ reserved: 1, spent: 0 });
    const limited = asking({ limit });
    await limited.says('하나');
    expect(await limited.says('둘')).toMatchObject({ answer: '조금 뒤에요' });
    expect(await limited.state()).toEqual({ reserved: 1, spent: 0 });
  });

  test('admits the turn that replaces another, on the session that has the other’s reservation', async () => {
    const { says, queue, state } = asking({ busy: 'replace' });
    await says('하나');
    await says('둘');
    expect(queue.map(({ request: { incoming } }) => 'text' in incoming && incoming.text)).toEqual([
      '하나',
      '둘',
    ]);
    expect(await state()).toEqual({ reserved: 2, spent: 0 });
    expect(await says('셋')).toMatchObject({ kind: 'answered', answer: '오늘은 다 쓰셨어요.' });
  });

  test('does so once for a repeated delivery', async () => {
    const { says, state } = asking();
    await says('하나', 'same');
    await says('하나', 'same');
    expect(await state()).toEqual({ reserved: 1, spent: 0 });
  });

  test('keeps nothing of what its words to wait do to the session', async () => {
    const slow = ({ session }: Turn<Spent>): string => {
      session.spent = 99;
      return '생각하고 있어요';
    };
    const { says, state } = asking({ slow });
    await says('하나');
    expect(await state()).toEqual({ reserved: 1, spent: 0 });
  });

  test('gets what is admitted taken back with the mark that leads to no worker', async () => {
    const { store } = asking();
    const bot = newBot().fallback(ASK);
    const defer = () => Promise.reject(new UnavailableError('late queue'));
    const outcome = await take(bot, store, saying('하나'), { defer });
    expect(outcome.kind).toBe('failed');
    const session = await store.load(USER);
    expect(session.memory).not.toHaveProperty('line');
    expect(session.state).toBeUndefined();
  });

  test('leaves the state as another turn made it where the mark is taken back after that', async () => {
    const { store, says } = asking();
    const bot = newBot().fallback(ASK);
    const defer = async () => {
      await says('세기');
      throw new UnavailableError('late queue');
    };
    await take(bot, store, saying('하나'), { defer });
    const session = await store.load(USER);
    expect(session.memory).not.toHaveProperty('line');
    expect(stateIn(session)).toEqual({ reserved: 1, spent: 1 });
  });

  test('is asked before its work where no worker is, all in the one turn', async () => {
    const bot = newBot().fallback(ASK);
    const store = new CountingStore();
    expect(await take(bot, store, saying('하나'))).toMatchObject({ kind: 'answered', answer: '답' });
    expect(stateIn(await store.load(USER))).toEqual({ reserved: 0, spent: 1 });
    expect(store.saves).toBe(1);
    await take(bot, store, saying('둘'));
    expect(await take(bot, store, saying('셋'))).toMatchObject({ answer: '오늘은 다 쓰셨어요.' });
    expect(stateIn(await store.load(USER))).toEqual({ reserved: 0, spent: 2, refused: 1 });
  });

  test('takes nothing of a turn whose work fails there', async () => {
    const bot = newBot().fallback({ ...ASK, work: () => Promise.reject(new Error('broken')) });
    const store = new CountingStore();
    expect((await take(bot, store, saying('하나'))).kind).toBe('failed');
    expect(store.saves).toBe(0);
  });

  test('may refuse without a session, too', async () => {
    const queue: DeferredTurn[] = [];
    const seen: unknown[] = [];
    const admit = (turn: Turn<undefined>) => {
      seen.push(turn.session);
      return turn.text === '하나' ? undefined : '지금은 안 돼요.';
    };
    const bot = new Bot().fallback({ ...ASK, admit, then: (_, answer) => answer });
    const store = new MemorySessionStore();
    const defer = deferInto(queue);
    expect(await take(bot, store, saying('하나'), { defer })).toMatchObject({ kind: 'late' });
    expect(await take(bot, store, saying('둘'), { defer })).toMatchObject({ answer: '지금은 안 돼요.' });
    expect(seen).toEqual([undefined, undefined]);
    expect(queue).toHaveLength(1);
  });

  test('fails the turn where it throws, and begins nothing', async () => {
    const { says, queue, store } = asking({
      admit: () => {
        throw new Error('broken');
      },
    });
    expect((await says('하나')).kind).toBe('failed');
    expect([queue.length, store.saves]).toEqual([0, 0]);
  });
});
