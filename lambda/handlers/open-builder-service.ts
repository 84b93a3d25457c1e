import { type HttpHandler, httpHandler } from '../aws/http.ts';
import { text } from '../bot/reply.ts';
import { renderSkill } from '../open-builder/render.ts';
import { answerSkill } from '../open-builder/skill.ts';
import type { ServicesOf } from '../routes.ts';
import { findMeantRoute } from './meant-route.ts';
import { answerOf, clockOf, type GatewayTools } from './turn-service.ts';
import { violationReport } from './violation-report.ts';

/** Kakao's own id of a skill call; a delivery that is repeated keeps it. */
const REQUEST_ID_HEADER = 'x-request-id';

/** Serves Open Builder's routes with this bot. */
export function openBuilderHandler<S>({
  bot,
  store,
  secret,
  log,
  late,
  plugins,
}: GatewayTools<S>): HttpHandler {
  const report = violationReport(log);
  const services: ServicesOf<'open-builder'> = {
    'POST /open-builder/skill': {
      secret: 'header',
      serve: async request => {
        const kakaoId = request.headers[REQUEST_ID_HEADER]?.trim().slice(0, 128);
        const name = { id: kakaoId || request.requestId, mayRepeat: Boolean(kakaoId) };
        const { requestId } = request;
        const onRefusedCallback = () => log({ level: 'warn', what: 'callback URL refused', requestId });
        const tools = { bot, store, plugins, ...(late && { late: { ...late, onRefusedCallback } }) };
        const outcome = await answerSkill(tools, request.body, { name, ...clockOf(request) });
        return answerOf(outcome, request, log, report);
      },
      sorry: () => renderSkill({ outputs: [text(bot.texts.apology)] }, bot.texts, 'private').answer,
    },
    'GET /health': { secret: 'none', serve: () => ({ status: 'ok' }) },
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}
