import { deadlineAt } from '../bot/deadline.ts';
import type { Grown, Piece } from '../bot/growing.ts';
import { answerOf, outputsOf } from '../bot/pieces.ts';
import { text } from '../bot/reply.ts';
import type { Growth } from '../bot/rule.ts';
import { callRule } from '../bot/rule-errors.ts';
import { AnswerTooLongError, GatewayError, SessionVersionError } from '../errors.ts';
import type { DeferredTurn } from './deferred-turn.ts';
import { DraftTurn } from './draft-turn.ts';
import type { LateEffect, LateResult } from './late-result.ts';
import type { Session } from './session.ts';
import { settleAnswer } from './settle.ts';
import type { LateEngine } from './show-late.ts';
import { KEEP_MS } from './time-budget.ts';
import { seenOf } from './waiting.ts';

/** An answer that has grown, and the rule that ends it. */
export interface GrownAnswer<S> {
  readonly rule: string;
  readonly growth: Pick<Growth<S>, 'end'>;
  readonly grown: Grown<unknown>;
  readonly isRetry: boolean;
}

/** Such an answer, and the pieces of it that nobody has seen yet. */
interface Unseen<S> extends GrownAnswer<S> {
  readonly unseen: readonly Piece[];
}

/** The result of a grown answer: its pieces that nobody has seen yet, and what the rule says after them. */
export function grownResult<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  answer: GrownAnswer<S>,
): LateResult {
  const result = { rule: answer.rule, isLost: false, isApology: false };
  return {
    ...result,
    on: (session, unshown = 0) => {
      const unseen = unseenOf(engine, deferred, answer, session, unshown);
      return endOn(engine, deferred, { ...answer, unseen }, session);
    },
    withoutEnd: error => ({
      ...result,
      isApology: true,
      on: async (session, unshown = 0) => {
        const unseen = unseenOf(engine, deferred, answer, session, unshown);
        return piecesAlone(engine, { ...answer, unseen }, session, error);
      },
    }),
  };
}

/** The pieces and their end on a session. @throws SessionVersionError */
async function endOn<S>(
  engine: LateEngine<S>,
  deferred: DeferredTurn,
  answer: Unseen<S>,
  session: Session,
): Promise<LateEffect> {
  const { bot, plugins, rooms, counters } = engine;
  const { rule, growth, grown, isRetry, unseen } = answer;
  const deadline = deadlineAt(Date.now() + KEEP_MS);
  try {
    const ports = { rooms, counters };
    const turn = new DraftTurn(bot, deferred.request, deadline, session, plugins, ports, 'then');
    turn.isRetry = isRetry;
    const ending = callRule(() => growth.end(turn, grown), turn);
    const said = await deadline.race(`the second step of the rule "${rule}"`, ending);
    if (said === undefined && outputsOf(unseen).length === 0)
      return { ...nothingNew(engine, answer), state: turn.result(), isWhole: true };
    const settled = settleAnswer(answerOf(unseen, said), bot.texts);
    if (settled.isLost) return { ...unchanged(session), settled };
    return { settled, state: turn.result(), isWhole: true, ...flawOf(grown) };
  } catch (error) {
    // A worker of the release that stored it may take the turn yet.
    if (error instanceof SessionVersionError) throw error;
    return piecesAlone(engine, answer, session, error);
  }
}

/** The pieces without an end, on a session that stays as it is. */
function piecesAlone<S>(
  engine: LateEngine<S>,
  answer: Unseen<S>,
  session: Session,
  error: unknown,
): LateEffect {
  const { unseen } = answer;
  const { pieces } = answer.grown;
  const nothing = { ...unchanged(session), ...nothingNew(engine, answer) };
  if (outputsOf(unseen).length === 0)
    return pieces.length > 0 ? { ...nothing, flaw: error } : { ...nothing, error };
  return {
    ...unchanged(session),
    settled: settleAnswer(answerOf(unseen, undefined), engine.bot.texts),
    flaw: error,
  };
}

/** The pieces that nobody has seen yet; of an answer that was cut, the words that say so. */
function unseenOf<S>(
  { bot: { texts } }: LateEngine<S>,
  { request }: DeferredTurn,
  { grown }: GrownAnswer<S>,
  session: Session,
  unshown: number,
): readonly Piece[] {
  const { pieces } = grown;
  const seen = Math.max(seenOf(session.memory, request.id) ?? 0, unshown);
  const isCut = grown.end !== 'whole' && grown.error instanceof AnswerTooLongError;
  return [...pieces.slice(0, unshown), ...pieces.slice(seen), ...(isCut ? [text(texts.keptToHere)] : [])];
}

/** The end of an answer of which nothing is to be shown any more; or of which there never was anything. */
function nothingNew<S>(
  { bot: { texts } }: LateEngine<S>,
  { rule, grown }: GrownAnswer<S>,
): Pick<LateEffect, 'settled' | 'error' | 'flaw'> {
  const says = (words: string) => ({ settled: { reply: { outputs: [text(words)] }, violations: [] } });
  if (grown.pieces.length > 0) return { ...says(texts.thatIsAll), ...flawOf(grown) };
  const {
    flaw = new GatewayError(`the rule "${rule}" made no piece of an answer, and its end said nothing`),
  } = flawOf(grown);
  return { ...says(texts.apology), error: flaw };
}

function flawOf(grown: Grown<unknown>): Pick<LateEffect, 'flaw'> {
  return grown.end !== 'whole' && grown.error !== undefined ? { flaw: grown.error } : {};
}

function unchanged({ state, version }: Session): Pick<LateEffect, 'state' | 'isWhole'> {
  return { state: { state, version }, isWhole: true };
}
