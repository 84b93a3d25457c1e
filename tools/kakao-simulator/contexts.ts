import { isObject } from '../../lambda/json-reader.ts';
import type { SentContext } from './skill-requests.ts';

/** More than any bot has use for: all contexts of a user together, in characters of JSON. */
const MAX_LENGTH = 64 * 1024;

interface Kept {
  readonly lifespan: number;
  readonly ttl?: number;
  /** Epoch ms; absent where turns alone end it. */
  readonly endsAt?: number;
  readonly params: SentContext['params'];
}

/** The contexts of one user in one room, as a skill's answers set them and its requests tell them. */
export class Contexts {
  readonly #kept = new Map<string, Kept>();

  /** Those that are alive, for the next request: each has one turn less afterwards. */
  next(now: number): readonly SentContext[] {
    const sent: SentContext[] = [];
    for (const [name, kept] of [...this.#kept]) {
      const { lifespan, ttl, endsAt = Infinity, params } = kept;
      if (endsAt > now) sent.push({ name, lifespan, ...(ttl !== undefined && { ttl }), params });
      if (endsAt <= now || lifespan <= 1) this.#kept.delete(name);
      else this.#kept.set(name, { ...kept, lifespan: lifespan - 1 });
    }
    return sent;
  }

  /** Takes what an answer says of contexts; a `lifeSpan` of 0 ends one. */
  take(answer: unknown, now: number): void {
    const values = isObject(answer) && isObject(answer.context) ? answer.context.values : undefined;
    if (!Array.isArray(values)) return;
    for (const value of values) {
      if (!isObject(value) || typeof value.name !== 'string' || typeof value.lifeSpan !== 'number') continue;
      const { name, lifeSpan, ttl, params } = value;
      this.#kept.delete(name);
      if (lifeSpan <= 0) continue;
      this.#kept.set(name, {
        lifespan: lifeSpan,
        ...(typeof ttl === 'number' && { ttl, endsAt: now + ttl * 1_000 }),
        params: sentParams(params),
      });
    }
    this.#shorten();
  }

  /** Every request brings all of them: the oldest go first. */
  #shorten(): void {
    const lengths = [...this.#kept].map(
      ([name, kept]) => [name, JSON.stringify([name, kept]).length] as const,
    );
    let length = lengths.reduce((sum, [, own]) => sum + own, 0);
    for (const [name, own] of lengths) {
      if (length <= MAX_LENGTH) return;
      length -= own;
      this.#kept.delete(name);
    }
  }
}

function sentParams(params: unknown): SentContext['params'] {
  if (!isObject(params)) return {};
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const text = String(value);
      return [name, { value: text, resolvedValue: text }];
    }),
  );
}
