import { type JsonRequest, JsonText, KAKAO_REQUEST_ID_HEADER, type Service } from '../aws/http.ts';
import { requestIds } from '../aws/log.ts';
import { turnMetrics } from '../aws/metrics.ts';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { TurnRequest } from '../bot/incoming.ts';
import { text } from '../bot/reply.ts';
import type { User } from '../bot/user.ts';
import type { TurnTrail } from '../turn/deferred-turn.ts';
import type { Protocol } from '../turn/protocol.ts';
import type { SessionStore } from '../turn/session.ts';
import { syntheticUserOf } from '../turn/synthetic.ts';
import { takeTurn } from '../turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../turn/time-budget.ts';
import type { TurnGateway } from './deployment.ts';
import { lastCheck } from './last-check.ts';
import { answerSynthetic } from './synthetic-turn.ts';
import { turnLog } from './turn-log.ts';

/** How a protocol's calls reach the gateway. */
export interface TurnRoute<Other> {
  /** Where a call shows the gateway's secret. */
  readonly secret: 'header' | 'path';
  /** The answer to a call of the protocol that is no turn. */
  readonly answerOther?: (call: Other, request: JsonRequest) => unknown;
}

/** Answers the calls of one protocol, each turn within Kakao's time and told by one line of the log. */
export function turnService<S, A, Other>(
  gateway: TurnGateway<S>,
  protocol: Protocol<A, Other>,
  { secret: where, answerOther }: TurnRoute<Other>,
): Service {
  const { bot, plugins, rooms, counters, drafts, defer, bus, secret, callbackOrigins = [] } = gateway;
  const logTurn = turnLog(gateway, protocol.name);
  return {
    secret: where,
    protocol: protocol.name,
    failureMetrics: (ms, error) => turnMetrics(ms, true, error),
    serve: async request => {
      const { requestId, receivedAt } = request;
      const parsed = protocol.parse(request.body, {
        requestId,
        kakaoRequestId: request.headers[KAKAO_REQUEST_ID_HEADER],
        callbackOrigins,
      });
      if (parsed.kind === 'other') return answerOther?.(parsed.call, request);
      const synthetic = syntheticUserOf(parsed.request.user);
      if (synthetic !== undefined)
        return answerSynthetic(gateway, protocol, synthetic, { ...parsed, receivedAt }, logTurn);
      if (defer && parsed.isAddressRefused) logRefusedAddress(gateway, protocol.name);
      const deadline = deadlineAt(receivedAt + ANSWER_WITHIN_MS);
      const store = storeOf(gateway, protocol.name, parsed.request.user, deadline);
      const outcome = await takeTurn(
        { bot, store, plugins, rooms, counters, drafts, protocol, defer },
        { ...parsed, receivedAt, trail: () => trailOf(gateway, parsed.request) },
        deadline,
      );
      const { answer, broken } = lastCheck(protocol, outcome.answer, bot.texts, parsed.request);
      // What is no JSON has failed, and must not be told as answered.
      const json = new JsonText(answer);
      logTurn(outcome, receivedAt, { broken, words: () => protocol.words?.(answer) });
      // What nobody awaits is frozen with the function.
      await bus?.turn({
        protocol: protocol.name,
        request: parsed.request,
        outcome,
        hasAddress: parsed.address !== undefined,
        receivedAt,
        pseudonymOf: secret.pseudonymOf,
      });
      return json;
    },
    answerFailure: () => protocol.render({ outputs: [text(bot.texts.apology)] }, bot.texts, {}).answer,
  };
}

/** The store of a turn, which writes the alias of its user where those are kept. */
function storeOf<S>(
  { store, aliased, log }: TurnGateway<S>,
  protocol: string,
  user: User,
  deadline: Deadline,
): SessionStore {
  const onFailure = (error: unknown): void =>
    log({ level: 'warn', what: 'alias not written', protocol, error });
  return aliased?.(store, { user, deadline, onFailure }) ?? store;
}

/** How an operator finds this request's turn when a worker has it. */
function trailOf<S>({ secret, bus }: TurnGateway<S>, { user: { key }, group }: TurnRequest): TurnTrail {
  const { requestId: deferredBy, kakaoRequestId, footprint } = requestIds();
  const user = key && secret.pseudonymOf(key);
  const trail = { kakaoRequestId, footprint, deferredBy, user, wordsKey: secret.wordsKey() };
  return bus && group?.key ? { ...trail, group: secret.pseudonymOf(group.key) } : trail;
}

function logRefusedAddress<S>({ log }: TurnGateway<S>, protocol: string): void {
  log({ level: 'warn', what: 'callback URL refused', protocol, metrics: { CallbacksFailed: 1 } });
}
