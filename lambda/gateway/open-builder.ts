import { type HttpHandler, httpHandler, type JsonRequest } from '../aws/http.ts';
import { deadlineAt } from '../bot/deadline.ts';
import type { ValidationRequest } from '../bot/validation.ts';
import type { OtherSkillRequest } from '../open-builder/parse.ts';
import type { GroupWebhook } from '../open-builder/parse-group-webhook.ts';
import { openBuilder } from '../open-builder/protocol.ts';
import { VALIDATE_WITHIN_MS } from '../turn/time-budget.ts';
import { answerValidation } from './answer-validation.ts';
import type { TurnGateway } from './deployment.ts';
import { findMeantRoute } from './meant-route.ts';
import type { ServicesOf } from './services.ts';
import { takeNotice } from './take-notice.ts';
import { turnService } from './turn-service.ts';

/** Serves Open Builder's routes with this bot. */
export function openBuilderHandler<S>(gateway: TurnGateway<S>): HttpHandler {
  const { secret, log } = gateway;
  const answerOther = (call: OtherSkillRequest, request: JsonRequest) =>
    call.kind === 'validation'
      ? answerStrayValidation(gateway, call.asked, request)
      : answerGroupWebhook(gateway, call, request);
  const services: ServicesOf<'open-builder'> = {
    'POST /open-builder/skill': turnService(gateway, openBuilder, { secret: 'header', answerOther }),
    'GET /health': { secret: 'none', serve: () => ({ status: 'ok' }) },
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}

/** The answer to a group room's webhook: nobody documents that another one would be shown. */
const NOTHING_TO_SAY = { version: '2.0', template: { outputs: [] } };

/** Tells the bot what a group room tells; an apology would be none there, so whatever fails is the operator's. */
async function answerGroupWebhook<S>(
  gateway: TurnGateway<S>,
  { notice }: GroupWebhook,
  { receivedAt }: JsonRequest,
): Promise<unknown> {
  if (notice === undefined) return NOTHING_TO_SAY;
  const { name: protocol } = openBuilder;
  try {
    await takeNotice(gateway, protocol, notice, receivedAt);
  } catch (error) {
    gateway.log({ level: 'error', what: 'group room not forgotten', protocol, outcome: notice.kind, error });
  }
  return NOTHING_TO_SAY;
}

/** Answers a parameter validation that reached the skill's URL, which names no parameter. */
async function answerStrayValidation<S>(
  gateway: TurnGateway<S>,
  asked: ValidationRequest,
  { receivedAt }: JsonRequest,
): Promise<unknown> {
  const { answer, outcome } = await answerValidation(
    gateway,
    asked,
    deadlineAt(receivedAt + VALIDATE_WITHIN_MS),
  );
  if (outcome.kind === 'failed') {
    gateway.log({
      level: 'error',
      what: 'validation failed',
      protocol: openBuilder.name,
      rule: outcome.rule,
      outcome: 'failed',
      ms: Date.now() - receivedAt,
      error: outcome.error,
      metrics: { ValidationsFailed: 1 },
    });
  }
  return answer;
}
