import { ConfigurationError, SessionVersionError } from '../errors.ts';
import type { AtMost } from './at-most.ts';
import { compact } from './at-most.ts';
import { byRule } from './by-rule.ts';
import type { Deadline } from './deadline.ts';
import type {
  ActiveContext,
  Arrival,
  Block,
  Extra,
  Group,
  Incoming,
  Knowledge,
  Media,
  MediaKind,
  Tester,
  Trigger,
  Utterance,
} from './incoming.ts';
import type { Params } from './params.ts';
import type { LocationAnswer, ProfileAnswer } from './plugins.ts';
import type { Answer } from './reply.ts';
import type { ChannelKind, User } from './user.ts';
import type { Validator } from './validation.ts';

/** One thing the user did, as a rule sees it. */
export interface Turn<S, I extends Incoming = Incoming> {
  /** Equal when Kakao delivers the same turn again. */
  readonly id: string;
  readonly incoming: I;
  /** What the user said, composed (NFC) and without white space around it; empty for media. */
  readonly text: string;
  readonly user: User;
  /**
   * The session's state: change it, or assign a new one, and it is saved when the turn is answered.
   * It must survive JSON. A turn that fails or is late saves nothing and may run again.
   */
  session: S;
  /** The block's parameters; none under smart-chat. */
  readonly params: Params;
  /** Whether the user typed, tapped or sent a file, as far as the protocol tells. */
  readonly trigger: Trigger;
  /** The block that answered before this turn, where Kakao says it. */
  readonly lastBlock?: Block | undefined;
  /** Which 카카오톡 채널 it came through: the operating one or the development one. */
  readonly channel: ChannelKind;
  /** The test of the 챗봇 관리자센터 that it came from; absent for users. */
  readonly tester?: Tester | undefined;
  /** The group room it was said in; absent in a room of two. */
  readonly group?: Group | undefined;
  /** The active contexts by name; none under smart-chat. */
  readonly contexts: { readonly [name: string]: ActiveContext | undefined };
  /** What 지식+ found, best first; empty unless its block called the skill. */
  readonly knowledge: readonly Knowledge[];
  /** The `params` of the Event API call that brought this turn about; empty otherwise. */
  readonly eventParams: Extra;
  readonly deadline: Deadline;
  /** Asks Kakao what the user agreed to tell by the 프로필 plugin in this parameter; takes 2 s at most, and never throws. */
  askProfile(name: string): Promise<ProfileAnswer>;
  /** Asks Kakao where the user is, by the 위치 plugin in this parameter; takes 2 s at most, and never throws. */
  askLocation(name: string): Promise<LocationAnswer>;
}

/** What a rule does with a turn; it may run more than once for one turn, so its effects belong into the session. */
export type Handler<S, I extends Incoming = Incoming> = (turn: Turn<S, I>) => Answer | Promise<Answer>;

/** What a rule says of itself when it takes longer than Kakao waits. */
export interface SlowOptions {
  /** What the user reads meanwhile: the turn is deferred at once, and the rule runs in a worker, for at most 24 s. */
  readonly slow: string;
  /** How long the reply is worth telling when no callback brings it (ms). Default: ten minutes. */
  readonly worthMs?: number;
}

/** The gateway's own words to the user. */
export interface Texts {
  /** When a rule failed or the cloud did. */
  readonly apology: string;
  /** When no rule matched and the bot has no fallback. */
  readonly notUnderstood: string;
  /** The button that brings what did not fit. */
  readonly more: string;
  /** Beside that button in a group room, which has no quick replies. */
  readonly moreFollows: string;
  /** Above the buttons that stand for quick replies in a group room. */
  readonly choose: string;
  /** smart-chat's button that brings the input line back, which buttons replace; empty for no such button. */
  readonly type: string;
  /** The answer to that button. */
  readonly typeNow: string;
  /** To a turn that is delivered again when its reply is forgotten. */
  readonly answeredBefore: string;
  /** When a rule that did not say it is slow takes longer than Kakao waits. */
  readonly waiting: string;
  /** The button that brings a late reply, where no callback does. */
  readonly collect: string;
  /** The answer to that button while the reply is worked on. */
  readonly notYet: string;
  /** The answer to that button when nothing is worked on, or its reply is worth nothing any more. */
  readonly nothingWaiting: string;
  /** Instead of an answer with nothing to show in it. */
  readonly nothingToShow: string;
  /** Where a card offers a person but the protocol has no button for it. */
  readonly operator: string;
  /** To a parameter's value that a validation refuses without a word. */
  readonly invalid: string;
}

const TEXTS: Texts = {
  apology: '죄송해요, 지금은 답을 드리지 못했어요. 잠시 뒤에 다시 말씀해 주세요.',
  notUnderstood: '죄송해요, 잘 이해하지 못했어요. 다른 말로 다시 말씀해 주세요.',
  more: '더보기',
  moreFollows: '이어지는 내용이 있어요.',
  choose: '골라 주세요.',
  type: '직접 입력',
  typeNow: '네, 말씀해 주세요.',
  answeredBefore: '방금 하신 말씀은 이미 들었어요.',
  waiting: '조금 오래 걸리고 있어요. 잠시 뒤에 결과를 확인해 주세요.',
  collect: '결과 확인',
  notYet: '아직 준비하고 있어요. 조금만 더 기다려 주세요.',
  nothingWaiting: '기다리시는 결과가 없어요. 다시 말씀해 주세요.',
  nothingToShow: '보여 드릴 내용이 없어요.',
  operator: "상담원과 이야기하시려면 채팅방의 '상담원으로 전환하기'를 눌러 주세요.",
  invalid: '말씀하신 내용을 확인하고 다시 알려 주세요.',
};

/** What every bot must say of itself. */
export interface BotOptions<S> {
  /** A new user's state. */
  readonly session: () => S;
  /** Of the state's shape: a whole number, to be raised where old states need {@link migrate}. Default: 1 */
  readonly version?: number;
  /** Makes a state of this version of one stored under an older; may run again, and whatever it throws costs the user an apology. */
  readonly migrate?: (state: unknown, from: number) => S;
  /** Other words than the gateway's own, in Korean. */
  readonly texts?: Partial<Texts>;
}

/** A bot's state as a session keeps it. */
export interface StoredState {
  /** JSON text; undefined of a new user. */
  readonly state: string | undefined;
  /** Of the state's shape; says nothing where there is none. */
  readonly version: number;
}

/** A rule that matched a turn, ready to answer it. */
export interface Match {
  /** For logs: how the rule was declared. */
  readonly rule: string;
  /** Present when the rule says that it is slow. */
  readonly slow?: SlowOptions | undefined;
  answer(): Answer | Promise<Answer>;
}

interface Rule<S> {
  readonly name: string;
  readonly slow: SlowOptions | undefined;
  /** @param said the utterance folded; undefined when nothing was said */
  matches(turn: Turn<S>, said: string | undefined): (() => Answer | Promise<Answer>) | undefined;
}

/**
 * The conversation: rules that answer turns. The first declared rule that matches answers;
 * `welcome` answers arrivals and `fallback` what nobody else does, wherever they stand.
 */
export class Bot<S> {
  readonly texts: Texts;
  /** The version of its sessions' state. */
  readonly version: number;
  readonly #newSession: () => S;
  readonly #migrate: ((state: unknown, from: number) => S) | undefined;
  readonly #rules: Rule<S>[] = [];
  readonly #validators = new Map<string, Validator<S>>();
  #welcome: Handler<S, Arrival> | undefined;
  #fallback: { readonly handler: Handler<S>; readonly slow: SlowOptions | undefined } | undefined;
  #home: readonly string[] = [];

  /**
   * @throws ConfigurationError when its version is no whole number from 1, or a later one has no way there,
   * or when a text is blank: Kakao would show nothing in its place
   */
  constructor({ session, version = 1, migrate, texts = {} }: BotOptions<S>) {
    if (!Number.isSafeInteger(version) || version < 1 || (version > 1 && !migrate)) {
      throw new ConfigurationError(
        `a bot's version must be 1, 2, 3…, and from 2 on with a migrate, not ${version}`,
      );
    }
    this.version = version;
    this.#newSession = session;
    this.#migrate = migrate;
    this.texts = { ...TEXTS, ...texts };
    for (const [name, words] of Object.entries(texts)) {
      if (name !== 'type' && words.trim() === '')
        throw new ConfigurationError(`texts.${name} is blank: give it words, or leave it out for ours`);
    }
  }

  /** Answers the 웰컴 블록. */
  welcome(handler: Handler<S, Arrival>): this {
    this.#welcome = handler;
    return this;
  }

  /** Answers one of these texts, whatever its case, spacing and width of letters. */
  hears(text: string | readonly string[], handler: Handler<S, Utterance>, slow?: SlowOptions): this;
  /** Answers texts that match the pattern; the groups come as the second argument. */
  hears(
    pattern: RegExp,
    handler: (turn: Turn<S, Utterance>, match: RegExpMatchArray) => Answer | Promise<Answer>,
    slow?: SlowOptions,
  ): this;
  hears(
    what: string | readonly string[] | RegExp,
    handler: (turn: Turn<S, Utterance>, match: RegExpMatchArray) => Answer | Promise<Answer>,
    slow?: SlowOptions,
  ): this {
    const matcher = what instanceof RegExp ? patternMatcher(what) : textMatcher(what);
    return this.#add(`hears ${what}`, slow, (turn, said) => {
      if (said === undefined || !did(turn, 'utterance')) return undefined;
      const match = matcher(turn.text, said);
      return match && (() => handler(turn, match));
    });
  }

  /**
   * Answers what this block of the 챗봇 관리자센터 caught: its id (24 hex digits), or its name.
   * Under smart-chat only a block button leads there, and it knows the id alone.
   */
  block(idOrName: string, handler: Handler<S>, slow?: SlowOptions): this {
    return this.#add(`block ${idOrName}`, slow, turn => {
      const { block } = turn.incoming;
      if (block === undefined || (block.id !== idOrName && block.name !== idOrName)) return undefined;
      return () => handler(turn);
    });
  }

  /** Answers a photo, a video, a voice message or another file. */
  media(kind: MediaKind | readonly MediaKind[], handler: Handler<S, Media>, slow?: SlowOptions): this {
    const kinds: readonly MediaKind[] = typeof kind === 'string' ? [kind] : kind;
    return this.#add(`media ${kinds}`, slow, turn => {
      if (!did(turn, 'media') || !kinds.includes(turn.incoming.media)) return undefined;
      return () => handler(turn);
    });
  }

  /** Answers whatever the test says: for dialogues over several turns, which ask what the session waits for. */
  when(test: (turn: Turn<S>) => boolean, handler: Handler<S>, slow?: SlowOptions): this {
    return this.#add('when', slow, turn => (test(turn) ? () => handler(turn) : undefined));
  }

  /** Answers what no other rule does. */
  fallback(handler: Handler<S>, slow?: SlowOptions): this {
    this.#fallback = { handler, slow };
    return this;
  }

  /**
   * Judges what a user says for this parameter of the 챗봇 관리자센터, before a block is filled with it; within 2 s.
   * The parameter's validation API must lead to `/open-builder/validation/<parameter>`.
   */
  validates(parameter: string, validator: Validator<S>): this {
    this.#validators.set(parameter, (value, asked) => byRule(() => validator(value, asked)));
    return this;
  }

  /** The validations by parameter. */
  get validators(): ReadonlyMap<string, Validator<S>> {
    return this.#validators;
  }

  /** The buttons that a smart-chat room shows before anybody spoke: the same for everybody. Default: none. */
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
    if (state === undefined) return this.#newSession();
    this.requireKnown(version);
    const stored = JSON.parse(state);
    return version < this.version && this.#migrate ? this.#migrate(stored, version) : stored;
  }

  /** @throws SessionVersionError when a later release stored a state of this version */
  requireKnown(version: number): void {
    if (version > this.version) throw new SessionVersionError(version, this.version);
  }

  /** The rule that answers this turn; there always is one. */
  match(turn: Turn<S>): Match {
    const { answer, ...match } = byRule(() => this.#firstMatch(turn));
    return { ...match, answer: () => byRule(answer) };
  }

  #firstMatch(turn: Turn<S>): Match {
    const welcome = this.#welcome;
    if (welcome && did(turn, 'arrival')) return { rule: 'welcome', answer: () => welcome(turn) };
    const said = did(turn, 'utterance') ? fold(turn.text) : undefined;
    for (const rule of this.#rules) {
      const answer = rule.matches(turn, said);
      if (answer) return { rule: rule.name, slow: rule.slow, answer };
    }
    const fallback = this.#fallback;
    if (fallback === undefined) return { rule: 'fallback', answer: () => this.texts.notUnderstood };
    return { rule: 'fallback', slow: fallback.slow, answer: () => fallback.handler(turn) };
  }

  #add(name: string, slow: SlowOptions | undefined, matches: Rule<S>['matches']): this {
    this.#rules.push({ name, slow, matches });
    return this;
  }
}

type Of<K extends Incoming['kind']> = Extract<Incoming, { kind: K }>;

function did<S, K extends Incoming['kind']>(turn: Turn<S>, kind: K): turn is Turn<S, Of<K>> {
  return turn.incoming.kind === kind;
}

type Matcher = (text: string, folded: string) => RegExpMatchArray | undefined;

function textMatcher(texts: string | readonly string[]): Matcher {
  const known = new Set((typeof texts === 'string' ? [texts] : texts).map(fold));
  return (text, folded) => (known.has(folded) ? [text] : undefined);
}

function patternMatcher(pattern: RegExp): Matcher {
  // A pattern with g or y remembers where it stopped, and would match every other turn only.
  const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return text => stateless.exec(text) ?? undefined;
}

// Koreans space words as they like, phones type letters in full width.
function fold(text: string): string {
  return PLAIN.test(text) ? text : text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}

/** What folding leaves as it is. */
const PLAIN = /^[가-힣0-9a-z]*$/;
