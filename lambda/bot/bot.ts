import { SessionVersionError } from '../errors.ts';
import type { AtMost } from './at-most.ts';
import { compact } from './at-most.ts';
import { type BotArguments, type BotOptions, requireBotOptions } from './bot-options.ts';
import { requireNoClash } from './clash.ts';
import type { Deadline } from './deadline.ts';
import type { Arrival, Incoming, Media, MediaKind, Utterance } from './incoming.ts';
import type { Notice, NoticeHandler } from './notice.ts';
import {
  type Declared,
  type Heard,
  type MatchedRule,
  type MatchOf,
  matched,
  type Rule,
  stepsOf,
  unusedName,
} from './rule.ts';
import { callRule } from './rule-errors.ts';
import { requireSlowOptions, type SlowOptions, type SlowRule } from './slow-rule.ts';
import type { StoredState } from './stored-state.ts';
import { foldText, matcherOf } from './text-matcher.ts';
import { type Texts, textsOf } from './texts.ts';
import type { Handler, Turn } from './turn.ts';
import { foldedOf, isOfKind } from './turn-kind.ts';
import type { Validator } from './validation.ts';

/**
 * The conversation: rules that answer turns. The first declared rule that matches answers;
 * `welcome` answers arrivals and `fallback` what nobody else does, wherever they stand.
 */
export class Bot<S = undefined> {
  /** The gateway's words to this bot's users: the author's, else the defaults. */
  readonly texts: Texts;
  /** The version of its sessions' state: a whole number from 1. */
  readonly version: number;
  readonly #session: (() => S) | undefined;
  readonly #migrate: ((state: unknown, from: number) => S) | undefined;
  readonly #rules: Rule<S>[] = [];
  /** The texts that rules hear, as texts are compared. */
  readonly #heard = new Set<string>();
  readonly #validators = new Map<string, Validator<S>>();
  #welcome: Handler<S, Arrival> | undefined;
  #fallback: Rule<S> | undefined;
  #notices: NoticeHandler | undefined;
  #mayReplace = false;
  #hasGrowing = false;
  #home: readonly string[] = [];

  /**
   * A bot without rules as yet. Without a `session`, `turn.session` is undefined, and an ordinary turn reads no table.
   * @throws ConfigurationError what {@link requireBotOptions} throws; and when a text is blank (Kakao would show nothing in
   * its place), or two of the words that users tap are the same
   */
  constructor(options: BotOptions<S>);
  constructor(...options: BotArguments<S>);
  constructor(options: Partial<BotOptions<S>> = {}) {
    requireBotOptions(options);
    const { session, version = 1, migrate, texts = {} } = options;
    this.version = version;
    this.#session = session;
    this.#migrate = migrate;
    this.texts = textsOf(texts);
  }

  /** Answers the 웰컴 블록, which only Open Builder has. */
  welcome(handler: Handler<S, Arrival>): this {
    this.#welcome = handler;
    return this;
  }

  /** Answers these texts, whatever their case, spacing and width of letters, or a pattern: its groups follow the turn. */
  hears<R, W extends Heard>(
    what: W,
    rule: Handler<S, Utterance, MatchOf<W>> | SlowRule<S, R, Utterance, MatchOf<W>>,
  ): this;
  /** The same by a function that takes longer. */
  hears<W extends Heard>(
    what: W,
    handler: Handler<S, Utterance, MatchOf<W>>,
    slow: SlowOptions<S, Utterance> | undefined,
  ): this;
  hears(
    what: Heard,
    declared: Declared<S, Utterance, readonly [match: RegExpMatchArray]>,
    slow?: SlowOptions<S, Utterance>,
  ): this {
    const matcher = matcherOf(what);
    if (!(what instanceof RegExp)) for (const text of [what].flat()) this.#heard.add(foldText(text));
    return this.#add(`hears ${what}`, declared, slow, (turn, folded) => {
      if (folded === undefined || !isOfKind(turn, 'utterance')) return undefined;
      const match = matcher(turn.text, folded);
      return match && stepsOf(declared, turn, match);
    });
  }

  /**
   * Answers what this block of the 챗봇 관리자센터 caught: its id (24 hex digits), or its name.
   * Under smart-chat only a block button leads there, and it knows the id alone.
   */
  block<R>(idOrName: string, rule: Handler<S> | SlowRule<S, R>): this;
  /** The same by a function that takes longer. */
  block(idOrName: string, handler: Handler<S>, slow: SlowOptions<S> | undefined): this;
  block(idOrName: string, declared: Declared<S, Incoming>, slow?: SlowOptions<S>): this {
    return this.#add(`block ${idOrName}`, declared, slow, turn => {
      const { block } = turn.incoming;
      if (block === undefined || (block.id !== idOrName && block.name !== idOrName)) return undefined;
      return stepsOf(declared, turn);
    });
  }

  /** Answers a photo, a video, a voice message or another file: one kind of them, or several. */
  media<R>(kind: MediaKind | readonly MediaKind[], rule: Handler<S, Media> | SlowRule<S, R, Media>): this;
  /** The same by a function that takes longer. */
  media(
    kind: MediaKind | readonly MediaKind[],
    handler: Handler<S, Media>,
    slow: SlowOptions<S, Media> | undefined,
  ): this;
  media(
    kind: MediaKind | readonly MediaKind[],
    declared: Declared<S, Media>,
    slow?: SlowOptions<S, Media>,
  ): this {
    const kinds: readonly MediaKind[] = typeof kind === 'string' ? [kind] : kind;
    return this.#add(`media ${kinds}`, declared, slow, turn => {
      if (!isOfKind(turn, 'media') || !kinds.includes(turn.incoming.media)) return undefined;
      return stepsOf(declared, turn);
    });
  }

  /** Answers whatever the test says: for dialogues over several turns, which ask what the session waits for. */
  when<R>(test: (turn: Turn<S>) => boolean, rule: Handler<S> | SlowRule<S, R>): this;
  /** The same by a function that takes longer. */
  when(test: (turn: Turn<S>) => boolean, handler: Handler<S>, slow: SlowOptions<S> | undefined): this;
  when(test: (turn: Turn<S>) => boolean, declared: Declared<S, Incoming>, slow?: SlowOptions<S>): this {
    return this.#add('when', declared, slow, (turn, _, isChosen) =>
      isChosen || test(turn) ? stepsOf(declared, turn) : undefined,
    );
  }

  /** Answers what no other rule does; without it, `texts.notUnderstood` does. */
  fallback<R>(rule: Handler<S> | SlowRule<S, R>): this;
  /** The same by a function that takes longer. */
  fallback(handler: Handler<S>, slow: SlowOptions<S> | undefined): this;
  fallback(declared: Declared<S, Incoming>, slow?: SlowOptions<S>): this {
    // Of two fallbacks the last counts, and may have the first one's name.
    this.#fallback = undefined;
    this.#fallback = this.#ruleOf('fallback', declared, slow, turn => stepsOf(declared, turn));
    return this.#withoutClash();
  }

  /**
   * Judges what a user says for this parameter of the 챗봇 관리자센터, before a block is filled with it; within 2 s.
   * The parameter's validation API must lead to `/open-builder/validation/<parameter>`.
   */
  validates(parameter: string, validator: Validator<S>): this {
    this.#validators.set(parameter, (...given) => callRule(() => validator(...given), given));
    return this;
  }

  /** The validations that {@link validates} declared, by parameter. */
  get validators(): ReadonlyMap<string, Validator<S>> {
    return this.#validators;
  }

  /** Is told what Kakao tells without expecting an answer; of two such functions the last counts. */
  notices(handler: NoticeHandler): this {
    this.#notices = handler;
    return this;
  }

  /** Tells a notice to the bot's function for it, if it has one. Throws what that throws. */
  async tell(notice: Notice, deadline: Deadline): Promise<void> {
    await callRule(() => this.#notices?.(notice, deadline), notice);
  }

  /** The buttons that a smart-chat room shows before anybody spoke, at most 100: the same for everybody. Default: none. */
  home(labels: AtMost<100, string>): this {
    this.#home = compact(labels);
    return this;
  }

  /** The labels given to {@link home}. */
  get homeLabels(): readonly string[] {
    return this.#home;
  }

  /** The state of a session: a new user's, the stored one, or what `migrate` makes of it. @throws what {@link requireKnown} throws */
  stateOf({ state, version }: StoredState): S {
    // Only where S is undefined a bot is made without it.
    if (this.#session === undefined) return undefined as S;
    if (state === undefined) return this.#session();
    this.requireKnown(version);
    const stored = JSON.parse(state);
    return version < this.version && this.#migrate ? this.#migrate(stored, version) : stored;
  }

  /** @throws SessionVersionError when a later release stored a state of this version */
  requireKnown(version: number): void {
    if (version > this.version) throw new SessionVersionError(version, this.version);
  }

  /** Whether its turns have a session. */
  get hasSession(): boolean {
    return this.#session !== undefined;
  }

  /** Whether some rule says that it is slow. */
  get hasSlowRules(): boolean {
    return [...this.#rules, this.#fallback].some(rule => rule?.slow);
  }

  /** Whether the answers of some rule grow. */
  get hasGrowingRules(): boolean {
    return this.#hasGrowing;
  }

  /** Whether a turn of some rule takes the place of one that is worked on. */
  get mayReplace(): boolean {
    return this.#mayReplace;
  }

  /** Whether a rule {@link hears} this very text, whatever its case, spacing and width of letters. */
  hearsText(text: string): boolean {
    return this.#heard.has(foldText(text));
  }

  /**
   * The rule that answers this turn; there always is one. Throws what a test given to {@link when} throws.
   * @param chosen the name of the rule that was chosen before; it is chosen again, if this release has it still
   */
  match(turn: Turn<S>, chosen?: string): MatchedRule<S> {
    const found = (): MatchedRule<S> => this.#chosen(turn, chosen) ?? this.#firstMatch(turn);
    const { rule, slow, work, finish, growth } = callRule(found, turn);
    const steps = { rule, slow, work: () => callRule(work, turn), ...(growth && { growth }) };
    return finish === undefined
      ? steps
      : { ...steps, finish: (on, result) => callRule(() => finish(on, result), on) };
  }

  #chosen(turn: Turn<S>, name: string | undefined): MatchedRule<S> | undefined {
    if (name === undefined) return undefined;
    const rule = [...this.#rules, this.#fallback].find(known => known?.name === name);
    return rule && matched(rule, rule.matches(turn, foldedOf(turn), true));
  }

  #firstMatch(turn: Turn<S>): MatchedRule<S> {
    const welcome = this.#welcome;
    if (welcome && isOfKind(turn, 'arrival')) return { rule: 'welcome', work: () => welcome(turn) };
    const folded = foldedOf(turn);
    for (const rule of this.#rules) {
      const match = matched(rule, rule.matches(turn, folded, false));
      if (match) return match;
    }
    const fallback = this.#fallback;
    return (
      (fallback && matched(fallback, fallback.matches(turn, folded, false))) ?? {
        rule: 'fallback',
        work: () => this.texts.notUnderstood,
      }
    );
  }

  #add<I extends Incoming, M extends readonly unknown[]>(
    name: string,
    declared: Declared<S, I, M>,
    slow: SlowOptions<S, I> | undefined,
    matches: Rule<S>['matches'],
  ): this {
    this.#rules.push(this.#ruleOf(name, declared, slow, matches));
    return this.#withoutClash();
  }

  /** @throws what {@link requireNoClash} throws */
  #withoutClash(): this {
    requireNoClash(this);
    return this;
  }

  #ruleOf<I extends Incoming, M extends readonly unknown[]>(
    declaration: string,
    declared: Declared<S, I, M>,
    slow: SlowOptions<S, I> | undefined,
    matches: Rule<S>['matches'],
  ): Rule<S> {
    // A rule is asked for turns of its own kind alone.
    const options = (typeof declared === 'function' ? slow : declared) as SlowOptions<S> | undefined;
    if (options) requireSlowOptions(declaration, options as SlowOptions);
    if (options?.busy === 'replace') this.#mayReplace = true;
    if ('grow' in declared) this.#hasGrowing = true;
    return {
      name: unusedName(options?.name ?? declaration, [...this.#rules, this.#fallback]),
      slow: options,
      matches,
    };
  }
}
