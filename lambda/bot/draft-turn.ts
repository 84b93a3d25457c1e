import type { Bot, Turn } from './bot.ts';
import type { Deadline } from './deadline.ts';
import type { Extra, Incoming, TurnRequest } from './incoming.ts';
import type { User } from './user.ts';

/** A turn whose state may be changed: parsed when a rule first looks at it, compared when the rule is done. */
export class DraftTurn<S> implements Turn<S> {
  readonly id: string;
  readonly incoming: Incoming;
  readonly text: string;
  readonly user: User;
  readonly params: Extra;
  readonly deadline: Deadline;
  readonly #bot: Bot<S>;
  #before: string | undefined;
  #open: { state: S } | undefined;

  /** @param state the loaded state as JSON text; undefined for a new user */
  constructor(
    bot: Bot<S>,
    request: TurnRequest,
    incoming: Incoming,
    deadline: Deadline,
    state: string | undefined,
  ) {
    this.id = request.id;
    this.incoming = incoming;
    this.text = incoming.kind === 'media' ? '' : incoming.text;
    this.user = request.user;
    this.params = request.params;
    this.deadline = deadline;
    this.#bot = bot;
    this.#before = state;
  }

  get session(): S {
    if (this.#open === undefined) {
      this.#open = { state: this.#before === undefined ? this.#bot.newSession() : JSON.parse(this.#before) };
      // A new user's state is no change before a rule changes it.
      this.#before ??= JSON.stringify(this.#open.state);
    }
    return this.#open.state;
  }

  set session(state: S) {
    this.#open = { state };
  }

  /** The state as JSON text, whether it is another than the one that was loaded, and whether a rule looked at it. */
  result(): { readonly state: string | undefined; readonly changed: boolean; readonly looked: boolean } {
    if (this.#open === undefined) return { state: this.#before, changed: false, looked: false };
    const state = JSON.stringify(this.#open.state);
    return { state, changed: state !== this.#before, looked: true };
  }
}
