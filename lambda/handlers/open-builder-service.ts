import { type HttpHandler, httpHandler } from '../aws/http.ts';
import { answerSkill } from '../open-builder/skill.ts';
import type { ServicesOf } from '../routes.ts';
import { findMeantRoute } from './meant-route.ts';
import { answerOf, deadlineOf, type GatewayTools } from './turn-service.ts';

/** Kakao's own id of a skill call; a delivery that is repeated keeps it. */
const REQUEST_ID_HEADER = 'x-request-id';

/** Serves Open Builder's routes with this bot. */
export function openBuilderHandler<S>({ bot, store, secret, log }: GatewayTools<S>): HttpHandler {
  const services: ServicesOf<'open-builder'> = {
    'POST /open-builder/skill': {
      secret: 'header',
      serve: async request => {
        const kakaoId = request.headers[REQUEST_ID_HEADER]?.trim().slice(0, 128);
        const name = { id: kakaoId || request.requestId, mayRepeat: Boolean(kakaoId) };
        const outcome = await answerSkill({ bot, store }, request.body, name, deadlineOf(request));
        return answerOf(outcome, request, log);
      },
    },
    'GET /health': { secret: 'none', serve: () => ({ status: 'ok' }) },
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}
