import { AsyncLocalStorage } from 'node:async_hooks';
import type { FakeCaller } from '../../kit/fake-model.ts';

/** When a worker dies: after so much of its time, or at one of its calls, before it is made or after it is done. */
export type Fate =
  | { readonly afterMs: number }
  | { readonly atCall: number; readonly when: 'before' | 'after' };

/** A function at work, which may die: its calls are then never answered, and it makes no others. */
export class Life {
  isDead = false;
  /** The life as it reads a model's words, which are no calls of their own. */
  readonly reader: FakeCaller = {
    calls: work => this.#answered(work),
    onDeath: listener => this.onDeath(listener),
  };
  readonly #fate: Fate | undefined;
  readonly #listeners: (() => void)[] = [];
  #calls = 0;

  constructor(fate?: Fate) {
    this.#fate = fate;
    if (fate && 'afterMs' in fate) setTimeout(() => this.die(), fate.afterMs);
  }

  async calls<R>(work: () => Promise<R>): Promise<R> {
    if (this.isDead) return NEVER;
    const nth = this.#calls++;
    const dies = this.#fate && 'atCall' in this.#fate && this.#fate.atCall === nth && this.#fate.when;
    if (dies === 'before') return this.die();
    return this.#answered(async () => {
      try {
        return await work();
      } finally {
        if (dies) this.die();
      }
    });
  }

  async #answered<R>(work: () => Promise<R>): Promise<R> {
    if (this.isDead) return NEVER;
    try {
      const result = await work();
      return this.isDead ? NEVER : result;
    } catch (error) {
      if (this.isDead) return NEVER;
      throw error;
    }
  }

  onDeath(listener: () => void): void {
    this.#listeners.push(listener);
  }

  die(): Promise<never> {
    this.isDead = true;
    for (const listener of this.#listeners.splice(0)) listener();
    return NEVER;
  }
}

const NEVER = new Promise<never>(() => {});

const running = new AsyncLocalStorage<Life>();

/** Does the work as this life. */
export function as<R>(life: Life, work: () => R): R {
  return running.run(life, work);
}

/** The life that the current code is of, if any. */
export const currentLife = (): Life | undefined => running.getStore();
