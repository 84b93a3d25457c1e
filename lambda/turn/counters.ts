import type { TurnCounters } from '../bot/counters.ts';
import type { ChannelKind } from '../bot/user.ts';
import { ConfigurationError } from '../errors.ts';

/** Keeps counters; every implementation passes the contract in `test/kit/counter-contract.ts`. */
export interface CounterStore {
  /**
   * Adds to a counter, which begins at zero, and has it live {@link COUNTER_LIFETIME_DAYS} from now on. A call whose answer
   * gets lost on the way back is sent again, and is then counted once; twice where another came between the two.
   * @param most the most that it may come to: nothing is added where that would be more
   * @returns the count after that; undefined where nothing was added
   * @throws UnavailableError when nobody knows whether it was added
   */
  add(key: CounterKey, by: number, most?: number): Promise<number | undefined>;
}

declare const brand: unique symbol;

/** The key of a counter in the store, which no session's can be; made by {@link Counters} alone. */
export type CounterKey = string & { readonly [brand]: 'CounterKey' };

/** Days that a counter lives after it was added to last: a month's is still there when the next has begun. */
export const COUNTER_LIFETIME_DAYS = 40;

const NAME = /^[!-~]{1,100}$/;

/** The counters of a bot, for its turns. */
export class Counters {
  readonly #store: CounterStore;

  constructor(store: CounterStore) {
    this.#store = store;
  }

  /** Those of all who talk to this kind of channel. */
  of(channel: ChannelKind): TurnCounters {
    return {
      add: async (name, by, most) => {
        requireCountable(name, by, most);
        return this.#store.add(`${channel}/count/${name}` as CounterKey, by, most);
      },
    };
  }
}

/** @throws ConfigurationError */
function requireCountable(name: string, by: number, most: number | undefined): void {
  if (!NAME.test(name))
    throw new ConfigurationError(
      "a counter's name must be 1 to 100 visible letters of ASCII: name it as `tokens/2026-11-22`",
    );
  if (!Number.isSafeInteger(by) || (most !== undefined && !Number.isSafeInteger(most)))
    throw new ConfigurationError(
      `the counter "${name}" takes whole numbers alone: it was given ${by}${most === undefined ? '' : `, at most ${most}`}`,
    );
}

/** Counters in this process's memory: for tests and benchmarks. */
export class MemoryCounterStore implements CounterStore {
  readonly #counts = new Map<CounterKey, { readonly count: number; readonly expiresAt: number }>();
  readonly #lifetimeMs: number;

  constructor({ lifetimeDays = COUNTER_LIFETIME_DAYS } = {}) {
    this.#lifetimeMs = lifetimeDays * 86_400_000;
  }

  async add(key: CounterKey, by: number, most = Number.POSITIVE_INFINITY): Promise<number | undefined> {
    const kept = this.#counts.get(key);
    const count = by + (kept !== undefined && kept.expiresAt > Date.now() ? kept.count : 0);
    if (count > most) return undefined;
    this.#counts.set(key, { count, expiresAt: Date.now() + this.#lifetimeMs });
    return count;
  }
}
