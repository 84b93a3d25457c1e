import type { Piece } from '../bot/growing.ts';
import type { UserKey } from '../bot/user.ts';
import { UnavailableError } from '../errors.ts';

/** A growing answer as far as it is: outside of its session, which other turns save meanwhile. */
export interface Draft {
  /** The id of the turn that it answers. */
  readonly turn: string;
  /** In their order, from the first one on. */
  readonly pieces: readonly Piece[];
}

/**
 * Keeps one draft a user, since one late turn of a user is worked on at a time; every implementation passes the contract in
 * `test/kit/draft-contract.ts`. A draft is worth a day at most.
 */
export interface DraftStore {
  /** The user's draft, as its last finished save left it. Given up when the signal aborts. @throws UnavailableError */
  load(user: UserKey, signal?: AbortSignal): Promise<Draft | undefined>;
  /**
   * Replaces the user's draft, whichever turn that was of. A try that is under way when the signal aborts is given up:
   * whether it was done nobody knows.
   * @throws UnavailableError
   */
  save(user: UserKey, draft: Draft, signal?: AbortSignal): Promise<void>;
  /** Forgets the user's draft, if there is one. @throws UnavailableError */
  delete(user: UserKey): Promise<void>;
}

declare const brand: unique symbol;

/** The key of a user's draft in the store; made by {@link draftKeyOf} alone. Never log it. */
export type DraftKey = string & { readonly [brand]: 'DraftKey' };

/** The key of what is kept of a user's growing answer beside the session. */
export function draftKeyOf(user: UserKey): DraftKey {
  return `${user}/draft` as DraftKey;
}

/** How long a draft is kept (ms): whoever comes back for an answer comes the same day. */
export const DRAFT_LIVES_MS = 86_400_000;

/** Drafts in this process's memory: for tests and benchmarks. */
export class MemoryDraftStore implements DraftStore {
  readonly #drafts = new Map<UserKey, { readonly json: string; readonly expiresAt: number }>();
  readonly #livesMs: number;

  constructor({ livesMs = DRAFT_LIVES_MS } = {}) {
    this.#livesMs = livesMs;
  }

  async load(user: UserKey, signal?: AbortSignal): Promise<Draft | undefined> {
    requireTime(signal);
    const kept = this.#drafts.get(user);
    return kept === undefined || kept.expiresAt <= Date.now() ? undefined : JSON.parse(kept.json);
  }

  async save(user: UserKey, draft: Draft, signal?: AbortSignal): Promise<void> {
    requireTime(signal);
    this.#drafts.set(user, { json: JSON.stringify(draft), expiresAt: Date.now() + this.#livesMs });
  }

  async delete(user: UserKey): Promise<void> {
    this.#drafts.delete(user);
  }
}

/** @throws UnavailableError when the signal has aborted */
function requireTime(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UnavailableError('sessions table', { cause: signal.reason });
}
