import type { Bot, Turn } from './bot.ts';
import type { Deadline } from './deadline.ts';
import type {
  ActiveContext,
  Block,
  Extra,
  Group,
  Incoming,
  Knowledge,
  Tester,
  Trigger,
  TurnRequest,
} from './incoming.ts';
import { Params } from './params.ts';
import { ask, type LocationAnswer, type Plugins, type ProfileAnswer } from './plugins.ts';
import type { ChannelKind, User } from './user.ts';

/** A turn whose state may be changed: parsed when a rule first looks at it, compared when the rule is done. */
export class DraftTurn<S> implements Turn<S> {
  readonly id: string;
  readonly incoming: Incoming;
  readonly text: string;
  readonly user: User;
  readonly deadline: Deadline;
  readonly #bot: Bot<S>;
  readonly #request: TurnRequest;
  readonly #plugins: Plugins | undefined;
  #params: Params | undefined;
  #before: string | undefined;
  #open: { state: S } | undefined;

  /** @param state the loaded state as JSON text; undefined for a new user */
  constructor(
    bot: Bot<S>,
    request: TurnRequest,
    deadline: Deadline,
    state: string | undefined,
    plugins: Plugins | undefined,
  ) {
    const { incoming } = request;
    this.id = request.id;
    this.incoming = incoming;
    this.text = incoming.kind === 'media' ? '' : incoming.text;
    this.user = request.user;
    this.deadline = deadline;
    this.#bot = bot;
    this.#request = request;
    this.#plugins = plugins;
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

  get params(): Params {
    this.#params ??= new Params(this.#request.params);
    return this.#params;
  }

  get trigger(): Trigger {
    const { incoming, trigger } = this.#request;
    if (trigger !== undefined && trigger.how !== 'unknown') return trigger;
    if (incoming.kind === 'media') return { ...trigger, how: 'uploaded' };
    // Only what is tapped carries something along.
    const tapped = incoming.kind === 'utterance' && Object.keys(incoming.extra).length > 0;
    return tapped ? { ...trigger, how: 'tapped' } : (trigger ?? { how: 'unknown' });
  }

  get lastBlock(): Block | undefined {
    return this.#request.lastBlock;
  }

  get channel(): ChannelKind {
    return this.user.channelKind;
  }

  get tester(): Tester | undefined {
    return this.#request.tester;
  }

  get group(): Group | undefined {
    return this.#request.group;
  }

  get contexts(): { readonly [name: string]: ActiveContext | undefined } {
    return this.#request.contexts ?? {};
  }

  get knowledge(): readonly Knowledge[] {
    return this.#request.knowledge ?? [];
  }

  get eventParams(): Extra {
    return this.#request.eventParams ?? {};
  }

  askProfile(name: string): Promise<ProfileAnswer> {
    return ask(this.params.profile(name), this.#plugins, (plugins, otp) =>
      plugins.profile(otp, this.deadline),
    );
  }

  askLocation(name: string): Promise<LocationAnswer> {
    return ask(this.params.location(name), this.#plugins, (plugins, otp) =>
      plugins.location(otp, this.deadline),
    );
  }

  /** The state as JSON text, whether it is another than the one that was loaded, and whether a rule looked at it. */
  result(): { readonly state: string | undefined; readonly changed: boolean; readonly looked: boolean } {
    if (this.#open === undefined) return { state: this.#before, changed: false, looked: false };
    const state = JSON.stringify(this.#open.state);
    return { state, changed: state !== this.#before, looked: true };
  }
}
