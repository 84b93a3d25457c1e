import { isBlank } from '../blank.ts';
import { ConfigurationError } from '../errors.ts';
import type { Incoming } from './incoming.ts';
import type { Answer } from './reply.ts';
import type { Turn } from './turn.ts';

/**
 * The declaration that a rule takes longer than Kakao's five seconds: its turn is deferred at once, and a worker takes it.
 * One turn of a user is worked on at a time; what else they say meanwhile is answered in between.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export interface SlowOptions<S = never, I extends Incoming = Incoming> {
  /** The text that the user reads meanwhile, or what makes it of the turn; a blank one becomes `texts.waiting`. */
  readonly slow: string | ((turn: Turn<S, I>) => string);
  /**
   * The fate of the turn while another of the user's is worked on: it waits for its turn (`'queue'`, the default; at
   * most ten wait), or it takes the other's place (`'replace'`, which aborts that one's `turn.deadline.signal`), or it is
   * answered at once with this text, and nothing is begun.
   */
  readonly busy?: 'queue' | 'replace' | (string & {});
  /** The longest that the rule may work (ms), at most 45,000. Default: 24,000, which leaves time for a second worker; 45,000 where the answer grows. */
  readonly upToMs?: number;
  /** For how long the reply is worth telling when no callback brings it (ms). Default: 600,000, ten minutes. */
  readonly worthMs?: number;
  /** How often a user may begin this rule; counted when the turn is deferred, so that turns that meet count, too. */
  readonly limit?: SlowLimit;
  /**
   * Looks at the turn before it is begun, at once and on the session as it is then: an answer is the turn's answer, and
   * nothing is begun. What it changes of the session is saved in the one write that marks the turn, so that turns that
   * meet see it. It may run again when another turn of the user came between, and is not asked of turns that `busy`
   * answers.
   */
  readonly admit?: (turn: Turn<S, I>) => Answer | undefined;
  /** The rule's name in logs, and by which a worker finds it: to be given where releases change the order of rules. Default: how it is declared. */
  readonly name?: string;
}

/** A limit of how often one user may begin a slow rule. */
export interface SlowLimit {
  /** 1 to 100. */
  readonly turns: number;
  /** The time in which so many may begin (ms). */
  readonly perMs: number;
  /** The answer to one more. */
  readonly answer: Answer;
}

/**
 * A slow rule in two steps. What `work` does is done once, unless its worker dies; it reads the session as it was when
 * it began, and what it changes there is not kept. `then` is quick, changes the session as it is by then, and answers; it
 * runs again when another turn of the user came between.
 */
export interface SlowRule<S, R, I extends Incoming = Incoming, M extends readonly unknown[] = readonly []>
  extends SlowOptions<S, I> {
  readonly work: (turn: Turn<S, I>, ...match: M) => R | Promise<R>;
  readonly then: (turn: Turn<S, I>, result: Awaited<R>) => Answer | Promise<Answer>;
}

/** The longest that a rule may ask to work (ms); the time budget holds as much. */
export const LONGEST_WORK_MS = 45_000;

const MOST_LIMITED_TURNS = 100;

/**
 * Judges what an author declared.
 * @throws ConfigurationError naming the member that is wrong
 */
export function requireSlowOptions(rule: string, { slow, busy, upToMs, worthMs, limit }: SlowOptions): void {
  const wrong = (member: string, expectation: string): never => {
    throw new ConfigurationError(`${rule}: ${member} must be ${expectation}`);
  };
  if (typeof slow !== 'function' && isBlank(slow)) wrong('slow', 'the text that the user reads meanwhile');
  if (busy !== undefined && isBlank(busy)) wrong('busy', `'queue', 'replace' or a text`);
  if (upToMs !== undefined && !(upToMs > 0 && upToMs <= LONGEST_WORK_MS))
    wrong('upToMs', `more than 0 and at most ${LONGEST_WORK_MS} ms`);
  if (worthMs !== undefined && !(worthMs > 0)) wrong('worthMs', 'more than 0 ms');
  if (limit === undefined) return;
  const { turns, perMs } = limit;
  if (!Number.isSafeInteger(turns) || turns < 1 || turns > MOST_LIMITED_TURNS)
    wrong('limit.turns', `a whole number from 1 to ${MOST_LIMITED_TURNS}`);
  if (!(perMs > 0)) wrong('limit.perMs', 'more than 0 ms');
}
