import { Bot } from '../bot/bot.ts';
import { deadlineAt } from '../bot/deadline.ts';
import type { TurnCall } from '../turn/engine.ts';
import type { Outcome } from '../turn/outcome.ts';
import type { Protocol } from '../turn/protocol.ts';
import type { SessionStore } from '../turn/session.ts';
import { PROBE_SAYS, type SyntheticUser } from '../turn/synthetic.ts';
import { takeTurn } from '../turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../turn/time-budget.ts';
import type { TurnGateway } from './deployment.ts';
import { lastCheck } from './last-check.ts';
import type { LogTurn } from './turn-log.ts';

/**
 * Answers a turn of a user whom nobody is: as any other, with the session read where sessions are. But nothing of it is kept,
 * nobody is told of it, and no worker takes it, though it is answered as if one did. The probe is told how its turn ended,
 * in a member `outcome` of the answer.
 */
export async function answerSynthetic<S, A, Other>(
  gateway: TurnGateway<S>,
  protocol: Protocol<A, Other>,
  user: SyntheticUser,
  call: TurnCall,
  logTurn: LogTurn,
): Promise<unknown> {
  const outcome = await take(gateway, protocol, user, call);
  const { answer, broken } = lastCheck(protocol, outcome.answer, gateway.bot.texts, call.request);
  logTurn(outcome, call.receivedAt, { broken, words: () => protocol.words?.(answer) }, user);
  return user === 'probe' ? { ...answer, outcome: broken ? 'broken' : outcome.kind } : answer;
}

function take<S, A, Other>(
  { bot, store, plugins, rooms, counters, defer }: TurnGateway<S>,
  protocol: Protocol<A, Other>,
  user: SyntheticUser,
  call: TurnCall,
): Promise<Outcome<A>> {
  const { incoming } = call.request;
  const deadline = deadlineAt(call.receivedAt + ANSWER_WITHIN_MS);
  const engine = { plugins, rooms, counters, protocol, store: withoutSaving(store) };
  // Whatever the bot would say to it may cost money, or be said about nothing.
  if (user === 'probe' && incoming.kind === 'utterance' && incoming.text === PROBE_SAYS)
    return takeTurn({ ...engine, bot: ANSWERING }, call, deadline);
  return takeTurn({ ...engine, bot, defer: defer && (async () => {}) }, call, deadline);
}

/** The bot that answers the probe; with a session, so that the table is asked for one. */
const ANSWERING = new Bot<object>({ session: () => ({}) }).fallback(() => '게이트웨이가 답하고 있어요.');

const withoutSaving = (store: SessionStore): SessionStore => ({
  load: user => store.load(user),
  save: async () => {},
  claim: async () => undefined,
  delete: async () => {},
});
