import { randomUUID } from 'node:crypto';
import { CALLBACK_WORDS, Callback, type CallbackSettings } from './callback.ts';

/** Older ones are long over. */
const MAX_CALLBACKS = 1_000;

/** Kakao's answer to a post. */
export interface CallbackAck {
  readonly taskId: string;
  readonly status: 'SUCCESS' | 'FAIL';
  readonly message: string;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** Every callback URL that was given to a bot. */
export class Callbacks {
  readonly #callbacks = new Map<string, Callback>();

  readonly #ofExchanges = new Map<string, Callback>();

  /** Makes one that nobody else has. @param exchange the id of that whose request brings it */
  open(exchange: string, settings: CallbackSettings): Callback {
    const callback = new Callback(settings);
    this.#callbacks.set(callback.token, callback);
    this.#ofExchanges.set(exchange, callback);
    callback.over.then(() => this.#ofExchanges.delete(exchange));
    for (const [oldest, old] of this.#callbacks) {
      if (this.#callbacks.size <= MAX_CALLBACKS) break;
      old.end();
      this.#callbacks.delete(oldest);
    }
    return callback;
  }

  /** Answers a post to a callback URL, whoever's it is. @param bytes undefined where there were too many */
  async post(botId: string, token: string, bytes: Buffer | undefined): Promise<CallbackAck> {
    const callback = this.#callbacks.get(token);
    if (callback === undefined) return ackOf(CALLBACK_WORDS.spent);
    return ackOf(callback.botId === botId ? await callback.post(bytes) : CALLBACK_WORDS.bot);
  }

  /** Resolves when the exchange's takes nothing any more; at once where it has none. */
  async over(exchange: string): Promise<void> {
    await this.#ofExchanges.get(exchange)?.over;
  }

  /** Ends all of them: who waits for one waits no longer. */
  clear(): void {
    for (const callback of this.#callbacks.values()) callback.end();
    this.#callbacks.clear();
  }
}

function ackOf(message: string): CallbackAck {
  return {
    taskId: randomUUID(),
    status: message === CALLBACK_WORDS.taken ? 'SUCCESS' : 'FAIL',
    message,
    timestamp: Date.now(),
  };
}
