import type { Piece } from '../bot/growing.ts';
import { tellOperator } from '../bot/operator.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import type { DraftStore } from './drafts.ts';
import { DRAFT_EVERY_MS } from './time-budget.ts';

/**
 * Keeps the draft of an answer while it grows: from its first piece on, then as often as a draft may be saved while there is
 * more, and one save at a time. A save that fails costs nothing but itself: the next one has all of it.
 */
export class DraftKeeper {
  readonly #drafts: DraftStore | undefined;
  readonly #turn: DeferredTurn;
  readonly #pieces: readonly Piece[];
  readonly #end = new AbortController();
  #saved = 0;
  #dueAt = 0;
  #isSaving = false;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param pieces of the answer so far: the list itself, which grows */
  constructor(drafts: DraftStore | undefined, turn: DeferredTurn, pieces: readonly Piece[]) {
    this.#drafts = drafts;
    this.#turn = turn;
    this.#pieces = pieces;
  }

  /** Sees to it that what there is will be saved. */
  grew(): void {
    if (this.#end.signal.aborted || this.#isSaving || this.#timer || this.#pieces.length === this.#saved)
      return;
    const inMs = this.#dueAt - Date.now();
    if (inMs <= 0) void this.#save();
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#save();
      }, inMs);
  }

  /** Saves what there is at once: somebody is about to be told of it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = 0;
    this.grew();
  }

  /** Saves nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
  }

  async #save(): Promise<void> {
    if (this.#drafts === undefined) return;
    const { key, request } = this.#turn;
    const pieces = [...this.#pieces];
    this.#isSaving = true;
    this.#dueAt = Date.now() + DRAFT_EVERY_MS;
    try {
      await this.#drafts.save(key, { turn: request.id, pieces }, this.#end.signal);
      this.#saved = pieces.length;
    } catch {
      if (!this.#hasFailed && !this.#end.signal.aborted)
        tellOperator({ level: 'warn', what: 'draft of a growing answer not saved', outcome: 'failed' });
      this.#hasFailed = true;
    }
    this.#isSaving = false;
    this.grew();
  }
}
