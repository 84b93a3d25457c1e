import { AsyncLocalStorage } from 'node:async_hooks';
import type { StoreTrouble, WorkerTrouble } from './schedule.ts';
import type { ModelTurn } from './turns.ts';

/** One run of a function: it may die, and what it calls may have its troubles. */
export class Actor {
  readonly turn: ModelTurn;
  readonly isWorker: boolean;
  readonly startedAt = Date.now();
  isDead = false;
  /** Epoch ms at which a write that was done is known to be, or to have failed. */
  readonly lostWritesKnownAt: number[] = [];
  /** Whether a call after such a write had its trouble as well, so that nobody could ask what became of it. */
  hasTroubleAfterLoss = false;
  readonly #troubles: readonly StoreTrouble[];
  readonly #dies: WorkerTrouble['dies'];
  #calls = 0;
  #storeCalls = 0;

  constructor(turn: ModelTurn, isWorker: boolean, troubles: WorkerTrouble) {
    this.turn = turn;
    this.isWorker = isWorker;
    this.#troubles = troubles.store;
    this.#dies = troubles.dies;
  }

  /** The trouble of the next call to the store. */
  nextTrouble(): StoreTrouble {
    const trouble = this.#troubles[this.#storeCalls++] ?? 'none';
    if (trouble !== 'none' && this.lostWritesKnownAt.length > 0) this.hasTroubleAfterLoss = true;
    return trouble;
  }

  /** Makes a call of this run: after its death none is made, and none is ever answered. */
  async calls<R>(call: () => Promise<R>): Promise<R> {
    if (this.isDead) return NEVER;
    const isLast = this.#dies?.at === this.#calls++;
    if (isLast && this.#dies?.when === 'before') return this.#die();
    try {
      const result = await call();
      if (isLast) return this.#die();
      return this.isDead ? NEVER : result;
    } catch (error) {
      if (isLast) return this.#die();
      if (this.isDead) return NEVER;
      throw error;
    }
  }

  #die(): Promise<never> {
    this.isDead = true;
    this.turn.deaths++;
    return NEVER;
  }
}

const NEVER = new Promise<never>(() => {});

const running = new AsyncLocalStorage<Actor>();

/** Does the work in the name of this run. */
export function as<R>(actor: Actor, work: () => R): R {
  return running.run(actor, work);
}

/** The run in whose name the current code runs. */
export function actor(): Actor {
  const found = running.getStore();
  if (found === undefined) throw new Error('nobody is known to run this');
  return found;
}
