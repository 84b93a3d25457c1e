import type { Exchange } from './exchange.ts';

/** The exchanges that are remembered. */
export const MAX_EXCHANGES = 200;

/** The last exchanges, each in its newest state. */
export class ExchangeLog {
  readonly #exchanges = new Map<string, Exchange>();
  readonly #tell: (exchange: Exchange) => void;

  constructor(tell: (exchange: Exchange) => void) {
    this.#tell = tell;
  }

  /** In the order of their requests. */
  get all(): readonly Exchange[] {
    return [...this.#exchanges.values()];
  }

  find(id: string): Exchange | undefined {
    return this.#exchanges.get(id);
  }

  add(exchange: Exchange): void {
    this.#exchanges.set(exchange.id, exchange);
    for (const id of this.#exchanges.keys()) {
      if (this.#exchanges.size <= MAX_EXCHANGES) break;
      this.#exchanges.delete(id);
    }
    this.#tell(exchange);
  }

  /** Changes one, and tells of it where it is still remembered. */
  change(exchange: Exchange, change: Partial<Exchange>): Exchange {
    const newest = { ...(this.find(exchange.id) ?? exchange), ...change };
    if (this.#exchanges.has(exchange.id)) {
      this.#exchanges.set(exchange.id, newest);
      this.#tell(newest);
    }
    return newest;
  }

  clear(): void {
    this.#exchanges.clear();
  }
}
