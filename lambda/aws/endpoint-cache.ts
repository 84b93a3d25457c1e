interface Endpoint {
  readonly Address: string;
  readonly CachePeriodInMinutes: number;
}

/**
 * Stands in for the SDK's cache of endpoints in a deployed bundle, whose own brings a library of data structures along:
 * DynamoDB's client makes one, and asks it where endpoint discovery is switched on alone.
 */
export class EndpointCache {
  readonly #capacity: number;
  readonly #cached = new Map<string, readonly { readonly Address: string; readonly Expires: number }[]>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** One of the addresses that are still good, by chance. */
  getEndpoint(key: string): string | undefined {
    const endpoints = this.get(key) ?? [];
    return endpoints[Math.floor(Math.random() * endpoints.length)]?.Address;
  }

  /** Those that are still good; undefined where none is. */
  get(key: string): readonly { readonly Address: string; readonly Expires: number }[] | undefined {
    const good = this.#cached.get(key)?.filter(({ Expires }) => Date.now() < Expires) ?? [];
    if (good.length > 0) return good;
    this.delete(key);
    return undefined;
  }

  /** Keeps endpoints; past its capacity, instead of those that it has had for longest. */
  set(key: string, endpoints: readonly Endpoint[]): void {
    const now = Date.now();
    this.delete(key);
    const [oldest] = this.#cached.keys();
    if (oldest !== undefined && this.#cached.size >= this.#capacity) this.delete(oldest);
    this.#cached.set(
      key,
      endpoints.map(({ Address, CachePeriodInMinutes }) => ({
        Address,
        Expires: now + CachePeriodInMinutes * 60_000,
      })),
    );
  }

  delete(key: string): void {
    this.#cached.delete(key);
  }

  has(key: string): boolean {
    return (this.#cached.get(key)?.length ?? 0) > 0;
  }

  clear(): void {
    this.#cached.clear();
  }
}
