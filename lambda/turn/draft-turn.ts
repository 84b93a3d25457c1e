import type { Bot } from '../bot/bot.ts';
import type { TurnCounters } from '../bot/counters.ts';
import type { Deadline } from '../bot/deadline.ts';
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
} from '../bot/incoming.ts';
import { Params } from '../bot/params.ts';
import { askPlugin, type LocationResult, type Plugins, type ProfileResult } from '../bot/plugins.ts';
import { jsonOfState } from '../bot/state-json.ts';
import type { StoredState } from '../bot/stored-state.ts';
import type { Turn } from '../bot/turn.ts';
import type { TurnRooms } from '../bot/turn-rooms.ts';
import type { ChannelKind, User } from '../bot/user.ts';
import type { BotRuntime } from './engine.ts';
import type { RuleStep } from './rooms.ts';

/** The state to store after a rule, and whether the rule changed it. */
export interface RuleState extends StoredState {
  readonly changed: boolean;
}

/** The parts that the turns of all users share. */
export type SharedParts = Pick<BotRuntime<unknown>, 'rooms' | 'counters'>;

/** A turn whose state may be changed: parsed when a rule first looks at it, compared when the rule is done. */
export class DraftTurn<S> implements Turn<S> {
  readonly id: string;
  readonly incoming: Incoming;
  readonly text: string;
  readonly user: User;
  deadline: Deadline;
  isRetry = false;
  readonly #bot: Bot<S>;
  readonly #request: TurnRequest;
  readonly #plugins: Plugins | undefined;
  #params: Params | undefined;
  readonly #stored: StoredState;
  /** The state as the rule saw it first, as JSON text. */
  #before: string | undefined;
  #open: { state: S } | undefined;
  readonly #shared: SharedParts;
  readonly #step: RuleStep;
  #rooms: TurnRooms | undefined;
  #counters: TurnCounters | undefined;
  /** The answers of plugins. */
  readonly #told: unknown[] = [];

  constructor(
    bot: Bot<S>,
    request: TurnRequest,
    deadline: Deadline,
    stored: StoredState,
    plugins: Plugins | undefined,
    shared: SharedParts = {},
    step: RuleStep = 'work',
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
    this.#stored = stored;
    this.#shared = shared;
    this.#step = step;
    // Of another version, the same text would mean something else.
    if (stored.version === bot.version) this.#before = stored.state;
  }

  get session(): S {
    if (this.#open === undefined) {
      this.#open = { state: this.#bot.stateOf(this.#stored) };
      // A new user's state is no change before a rule changes it, nor is a migrated one.
      this.#before ??= jsonOfState(this.#open.state);
    }
    return this.#open.state;
  }

  set session(state: S) {
    this.#bot.requireKnown(this.#stored.version);
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

  get rooms(): TurnRooms | undefined {
    this.#rooms ??= this.#shared.rooms?.of(this.#request, this.#step, () => this.deadline);
    return this.#rooms;
  }

  get counters(): TurnCounters | undefined {
    const { counters } = this.#shared;
    this.#counters ??= counters?.of(this.channel);
    return this.#counters;
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

  askProfile(name: string): Promise<ProfileResult> {
    return this.#heard(
      askPlugin(this.params.profile(name), this.#plugins, (plugins, otp) =>
        plugins.profile(otp, this.deadline),
      ),
    );
  }

  askLocation(name: string): Promise<LocationResult> {
    return this.#heard(
      askPlugin(this.params.location(name), this.#plugins, (plugins, otp) =>
        plugins.location(otp, this.deadline),
      ),
    );
  }

  /** All that a rule knows by it of the user: what may stand in the words of an error. @throws what JSON.parse throws */
  said(): unknown {
    const { user, params, group, contexts = {}, eventParams } = this.#request;
    const { kind: _kind, block: _block, ...incoming } = this.incoming;
    const { key: _key, channelKind: _channelKind, ...ids } = user;
    return [
      ...[incoming, ids, group, eventParams, this.#told],
      // Their names are the admin's.
      ...[...Object.values(params), ...Object.values(contexts).flatMap(one => Object.values(one.params))],
      ...[JSON.parse(this.#stored.state ?? 'null'), this.#open?.state],
    ];
  }

  async #heard<T>(answer: Promise<T>): Promise<T> {
    const told = await answer;
    this.#told.push(told);
    return told;
  }

  /** The state to store, and whether the rule changed it. */
  result(): RuleState {
    const { state, version } = this.#stored;
    if (this.#open === undefined || !this.#bot.hasSession) return { state, version, changed: false };
    const now = jsonOfState(this.#open.state);
    if (now === this.#before) return { state, version, changed: false };
    return { state: now, version: this.#bot.version, changed: true };
  }
}
