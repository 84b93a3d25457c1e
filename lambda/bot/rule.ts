import type { GrowingRule, Grown, Piece } from './growing.ts';
import type { Incoming } from './incoming.ts';
import type { Answer } from './reply.ts';
import type { SlowOptions, SlowRule } from './slow-rule.ts';
import type { Turn } from './turn.ts';

/** A rule that matched a turn, ready to answer it. */
export interface MatchedRule<S = never> extends Steps<S> {
  /** The rule's name, which no other rule of the bot has: `hears 메뉴`. */
  readonly rule: string;
  /** Present when the rule says that it is slow. */
  readonly slow?: SlowOptions<S> | undefined;
}

/** A rule's function, or its two. */
export interface Steps<S> {
  /** Calls the rule's first or only function; throws what that throws. */
  readonly work: () => unknown;
  /** Makes the answer of what {@link work} gave; absent where that is the answer. */
  readonly finish?: ((turn: Turn<S>, result: unknown) => Answer | Promise<Answer>) | undefined;
  /** Present of a rule whose answer grows: a worker calls it in place of {@link work}. */
  readonly growth?: Growth<S> | undefined;
}

/** A growing rule's two functions, for a turn. */
export interface Growth<S> {
  readonly begin: () => AsyncGenerator<Piece, unknown, undefined>;
  readonly end: (turn: Turn<S>, grown: Grown<unknown>) => Answer | undefined | Promise<Answer | undefined>;
  readonly restUpToMs: number;
}

/** A rule as a bot keeps it. */
export interface Rule<S> {
  readonly name: string;
  readonly slow: SlowOptions<S> | undefined;
  /**
   * Its steps for this turn, if it is the turn's rule.
   * @param folded the utterance as texts are compared; undefined when nothing was said
   * @param isChosen whether the rule was chosen before, by what the session said then
   */
  matches(turn: Turn<S>, folded: string | undefined, isChosen: boolean): Steps<S> | undefined;
}

/** A rule's function, or a slow rule in two steps. */
export type Declared<S, I extends Incoming, M extends readonly unknown[] = readonly []> =
  | ((turn: Turn<S, I>, ...match: M) => Answer | Promise<Answer>)
  | SlowRule<S, unknown, I, M>;

/** The texts that a rule hears, or the pattern of them. */
export type Heard = string | readonly string[] | RegExp;

/** The arguments behind the turn that a rule gets which hears this: the groups of a pattern. */
export type MatchOf<W> = W extends RegExp ? readonly [match: RegExpMatchArray] : readonly [];

/** A rule with its steps for a turn; undefined when it has none. */
export function matched<S>({ name, slow }: Rule<S>, steps: Steps<S> | undefined): MatchedRule<S> | undefined {
  return steps && { rule: name, slow, ...steps };
}

/** The steps of what was declared, for this turn. */
export function stepsOf<S, I extends Incoming, M extends readonly unknown[]>(
  declared: Declared<S, I, M>,
  turn: Turn<S, I>,
  ...match: M
): Steps<S> {
  if (typeof declared === 'function') return { work: () => declared(turn, ...match) };
  return {
    work: () => declared.work(turn, ...match),
    // The same turn on another session.
    finish: (on, result) => declared.then(on as Turn<S, I>, result),
    ...('grow' in declared && { growth: growthOf(declared as GrowingRule<S, unknown, I, M>, turn, match) }),
  };
}

function growthOf<S, I extends Incoming, M extends readonly unknown[]>(
  { grow, end, restUpToMs }: GrowingRule<S, unknown, I, M>,
  turn: Turn<S, I>,
  match: M,
): Growth<S> {
  return {
    begin: () => grow(turn, ...match),
    end: (on, grown) => end(on as Turn<S, I>, grown),
    restUpToMs,
  };
}

/** The name that was wanted, or the first of its ordinals that none of these rules has. */
export function unusedName<S>(wanted: string, rules: readonly (Rule<S> | undefined)[]): string {
  let name = wanted;
  const isUsed = (): boolean => rules.some(rule => rule?.name === name);
  for (let ordinal = 2; isUsed(); ordinal++) name = `${wanted} (${ordinal})`;
  return name;
}
