import type { Bot } from '../bot/bot.ts';
import { type Deadline, deadlineAt } from '../bot/deadline.ts';
import type { TurnName } from '../bot/incoming.ts';
import type { Plugins } from '../bot/plugins.ts';
import type { SettledReply } from '../bot/reply.ts';
import { acceptCallbackUrl } from '../open-builder/callback.ts';
import { lastCheck } from '../open-builder/last-check.ts';
import { parseSkillRequest, type SkillRequest } from '../open-builder/parse.ts';
import { renderSkill } from '../open-builder/render.ts';
import type { CallbackResponse, SkillResponse, ValidationResponse } from '../open-builder/wire.ts';
import { type LateTools, waitingReply } from '../turn/defer-turn.ts';
import type { DeferTurn, LateDelivery } from '../turn/late-turn.ts';
import type { SessionStore } from '../turn/session.ts';
import { type Outcome, takeTurn } from '../turn/take-turn.ts';
import { VALIDATE_WITHIN_MS } from '../turn/time-budget.ts';
import { answerValidation } from './answer-validation.ts';

/** What a skill call needs around it. */
export interface SkillTools<S> {
  readonly bot: Bot<S>;
  readonly store: SessionStore;
  /** Absent where no worker takes late turns. */
  readonly late?: {
    readonly defer: DeferTurn;
    readonly callbackOrigins: readonly string[];
    readonly onRefusedCallback: () => void;
  };
  /** Absent where no plugin can be asked. */
  readonly plugins?: Plugins | undefined;
}

/** What comes with a skill call beside its body. */
export interface SkillCall {
  readonly name: TurnName;
  readonly deadline: Deadline;
  /** Epoch ms at which Kakao's clock started. */
  readonly receivedAt: number;
}

/** Whatever a skill answers. */
export type SkillAnswer = SkillResponse | CallbackResponse | ValidationResponse;

/**
 * Answers what Kakao POSTs to the skill URL; a failed turn is answered too, with the apology.
 * @throws InvalidRequestError when the body is no Kakao request
 */
export async function answerSkill<S>(
  tools: SkillTools<S>,
  body: unknown,
  call: SkillCall,
): Promise<Outcome<SkillAnswer>> {
  const request = parseSkillRequest(body, call.name);
  switch (request.kind) {
    case 'turn': {
      const { bot, store, plugins } = tools;
      const render = (reply: SettledReply) => renderSkill(reply, bot.texts, request.room);
      const late = lateTools(tools, request, call);
      const outcome = await takeTurn<S, SkillResponse | CallbackResponse>(
        { bot, store, render, plugins, ...(late && { late }) },
        request.turn,
        call.deadline,
      );
      return { ...outcome, ...lastCheck(outcome.answer, bot.texts, request.room) };
    }
    case 'validation': {
      // It lost its way, and its URL names no parameter.
      const deadline = deadlineAt(call.receivedAt + VALIDATE_WITHIN_MS);
      const { answer, outcome } = await answerValidation(tools, request.asked, deadline);
      return outcome.kind === 'failed' ? { ...outcome, answer } : { kind: 'answered', answer };
    }
    case 'group-webhook':
      return { kind: 'answered', answer: { version: '2.0', template: { outputs: [] } } };
    default:
      return request satisfies never;
  }
}

function lateTools<S>(
  { bot, late }: SkillTools<S>,
  { room, callbackUrl }: Extract<SkillRequest, { kind: 'turn' }>,
  { receivedAt }: SkillCall,
): LateTools<SkillResponse | CallbackResponse> | undefined {
  if (late === undefined) return undefined;
  const url = acceptCallbackUrl(callbackUrl, late.callbackOrigins);
  if (callbackUrl !== undefined && url === undefined) late.onRefusedCallback();
  const delivery: LateDelivery = url === undefined ? { kind: 'room' } : { kind: 'callback', url, room };
  return {
    defer: late.defer,
    delivery,
    receivedAt,
    renderWaiting: words =>
      delivery.kind === 'callback'
        ? { version: '2.0', useCallback: true, data: { text: words } }
        : renderSkill(waitingReply(bot, words), bot.texts, room).answer,
  };
}
