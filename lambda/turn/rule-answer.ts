import { isBlank } from '../blank.ts';
import type { Bot } from '../bot/bot.ts';
import { deadlineAt, isPromise } from '../bot/deadline.ts';
import type { Answer } from '../bot/reply.ts';
import { text } from '../bot/reply.ts';
import type { MatchedRule } from '../bot/rule.ts';
import { callRule } from '../bot/rule-errors.ts';
import type { SlowLimit, SlowOptions } from '../bot/slow-rule.ts';
import type { StoredState } from '../bot/stored-state.ts';
import { DeadlineError } from '../errors.ts';
import type { DraftTurn } from './draft-turn.ts';
import type { Memory, Session } from './session.ts';
import { type Settled, settleAnswer } from './settle.ts';
import { GROWN_END_MS, WORTH_MS } from './time-budget.ts';
import { aliveIn } from './waiting.ts';

/** The most late turns of a user that wait at a time, the one that is worked on included. */
const MOST_IN_LINE = 10;

/** Whether no further turn of the user may wait. */
export const isLineFull = (session: Session): boolean => aliveIn(session).length >= MOST_IN_LINE;

/** A decision to defer a turn. */
export interface Deferral {
  /** The rule that was chosen. */
  readonly rule: string;
  /** The words that the user reads meanwhile. */
  readonly waiting: string;
  readonly worthMs: number;
  /** Whether the turn takes the place of those that are not answered yet. */
  readonly replaces?: boolean;
  readonly limit?: SlowLimit;
  /** The state that the turn's mark saves; present where its rule has admitted it. */
  readonly admitted?: StoredState | undefined;
  /** Whether the rule's answer grows. */
  readonly grows?: true;
}

/** The facts of a turn that its rule tells. */
export interface RuleFacts {
  rule: string | undefined;
  hasOverrun: boolean;
}

/** The fate of a turn that its rule was asked about. */
export type Asked = (Settled & { readonly isUnadmitted?: true }) | Deferral;

/**
 * The rule's answer settled, or how its turn is deferred: at once when it is slow, else when it overruns. A slow rule of
 * which the user may not begin another now answers with the words for that, and one that does not admit the turn with its
 * own.
 */
export function ruleAnswer<S>(
  bot: Bot<S>,
  turn: DraftTurn<S>,
  session: Session,
  canDefer: boolean,
  facts: RuleFacts,
): Asked | Promise<Asked> {
  const match = bot.match(turn);
  const { rule, slow } = match;
  facts.rule = rule;
  const settled = (answer: Answer): Settled => settleAnswer(answer, bot.texts);
  const refused = slow && canDefer ? refusal(bot, slow, rule, session) : undefined;
  if (refused) return refused;
  const { admit } = slow ?? {};
  const unadmitted = admit && callRule(() => admit(turn), turn);
  if (unadmitted !== undefined) return { ...settled(unadmitted), isUnadmitted: true };
  if (slow && canDefer) return deferralOf(bot, match, slow, turn);
  const { deadline } = turn;
  // What it has made by then is the answer, which its end is to say.
  if (match.growth) turn.deadline = deadlineAt(Date.now() + deadline.remainingMs() - GROWN_END_MS);
  const answered = deadline.race(`the rule "${rule}"`, answerOf(match, turn));
  if (!isPromise(answered)) return settled(answered);
  return answered.then(settled).catch(error => {
    if (!(error instanceof DeadlineError) || !canDefer) throw error;
    facts.hasOverrun = true;
    if (isLineFull(session)) throw error;
    return { rule, waiting: bot.texts.waiting, worthMs: WORTH_MS };
  });
}

/** Both steps of a rule where it is called, or its one. */
function answerOf<S>({ work, finish }: MatchedRule<S>, turn: DraftTurn<S>): Answer | Promise<Answer> {
  const result = work();
  // The first step of two is an answer to nobody.
  if (finish === undefined) return result as Answer | Promise<Answer>;
  return isPromise(result) ? Promise.resolve(result).then(made => finish(turn, made)) : finish(turn, result);
}

function deferralOf<S>(
  bot: Bot<S>,
  { rule, growth }: MatchedRule<S>,
  slow: SlowOptions<S>,
  turn: DraftTurn<S>,
): Deferral {
  const { slow: words, worthMs = WORTH_MS, busy, limit, admit } = slow;
  // What makes the words has no say in what is kept.
  const admitted = admit && turn.result();
  const said = typeof words === 'function' ? callRule(() => words(turn), turn) : words;
  return {
    rule,
    waiting: isBlank(said) ? bot.texts.waiting : said,
    worthMs,
    ...(busy === 'replace' && { replaces: true }),
    ...(limit && { limit }),
    ...(growth && { grows: true }),
    ...(admitted && { admitted: { state: admitted.state, version: admitted.version } }),
  };
}

/** The answer of a slow rule that is not begun now: its user is busy with another, or has begun it often enough. */
function refusal<S>(
  bot: Bot<S>,
  { busy = 'queue', limit }: SlowOptions<S>,
  rule: string,
  session: Session,
): Settled | undefined {
  const inLine = aliveIn(session).length;
  const isText = busy !== 'queue' && busy !== 'replace';
  const answer = (words: Answer): Settled => settleAnswer(words, bot.texts);
  if (isText && inLine > 0) return answer({ outputs: [text(busy)] });
  if (limit && begunOf(session.memory, rule, limit).length >= limit.turns) return answer(limit.answer);
  if (busy === 'queue' && inLine >= MOST_IN_LINE) return answer({ outputs: [text(bot.texts.busy)] });
  return undefined;
}

/** When the user's last turns of a limited rule were begun, as far as they count still. */
export function begunOf({ begun }: Memory, rule: string, { perMs }: SlowLimit): readonly number[] {
  const since = Date.now() - perMs;
  const known = begun !== undefined && Object.hasOwn(begun, rule) ? begun[rule] : undefined;
  return known?.filter(at => at > since) ?? [];
}
