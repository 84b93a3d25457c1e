import { type HttpHandler, httpHandler, type JsonRequest, type Service } from '../aws/http.ts';
import type { Metrics } from '../aws/metrics.ts';
import { deadlineAt } from '../bot/deadline.ts';
import { parseValidationRequest } from '../open-builder/parse.ts';
import { IGNORE } from '../open-builder/render-verdict.ts';
import type { ValidationOutcome } from '../turn/judge-value.ts';
import type { SessionStore } from '../turn/session.ts';
import { VALIDATE_WITHIN_MS } from '../turn/time-budget.ts';
import { answerValidation } from './answer-validation.ts';
import type { Gateway, Log } from './deployment.ts';
import { findMeantRoute } from './meant-route.ts';
import type { ServicesOf } from './services.ts';

/** Serves the parameter validation API with this bot's validations; whatever goes wrong, the user gets on. */
export function validationHandler<S>(gateway: Gateway<S, Pick<SessionStore, 'load'>>): HttpHandler {
  const { secret, log } = gateway;
  const service = (where: 'header' | 'path'): Service => ({
    secret: where,
    serve: async request => {
      const asked = parseValidationRequest(request.body, decoded(request.params.parameter));
      const deadline = deadlineAt(request.receivedAt + VALIDATE_WITHIN_MS);
      const { answer, outcome } = await answerValidation(gateway, asked, deadline);
      const { key } = asked.user;
      logValidation(log, outcome, request, key && secret.pseudonymOf(key));
      return answer;
    },
    failureMetrics: () => FAILED,
    answerFailure: () => IGNORE,
  });
  const services: ServicesOf<'validation'> = {
    'POST /open-builder/validation': service('header'),
    'POST /open-builder/validation/{parameter}': service('header'),
    'POST /open-builder/validation/{secret}/{parameter}': service('path'),
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}

// API Gateway decodes a path's parameters; what stands in front of it may have encoded them once more.
function decoded(parameter: string | undefined): string | undefined {
  try {
    return parameter && decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

const FAILED: Metrics = { ValidationsFailed: 1 };

/** Reasons why a value was not judged, and the remedy. */
const WARNINGS = {
  'no-rule': 'validation ignored: no bot.validates() is about the parameter in the URL',
  'no-parameter':
    'validation ignored: register /open-builder/validation/<parameter>, one URL for each parameter',
} as const;

function logValidation(
  log: Log,
  outcome: ValidationOutcome,
  request: JsonRequest,
  user: string | undefined,
): void {
  const { kind } = outcome;
  const about = { user, ms: Date.now() - request.receivedAt };
  if (kind === 'judged') {
    log({ level: 'info', what: 'validation judged', ...about, outcome: outcome.verdict.kind });
  } else if (kind === 'failed') {
    const { rule, error } = outcome;
    log({ level: 'error', what: 'validation failed', ...about, rule, outcome: kind, error, metrics: FAILED });
  } else {
    log({ level: 'warn', what: WARNINGS[kind], ...about, outcome: 'ignored' });
  }
}
