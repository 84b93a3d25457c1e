/**
 * What takes the place of mnemonist's LRU cache in a deployed bundle: DynamoDB's client keeps discovered endpoints in
 * one, which it only has where endpoint discovery is switched on, and the library weighs 7 KB.
 */
// biome-ignore lint/style/noDefaultExport: as the library has it
export default class EndpointLru<K, V> {
  readonly #kept = new Map<K, V>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: K): boolean {
    return this.#kept.has(key);
  }

  peek(key: K): V | undefined {
    return this.#kept.get(key);
  }

  get(key: K): V | undefined {
    const value = this.#kept.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= this.#capacity) break;
      this.#kept.delete(oldest);
    }
  }
}
