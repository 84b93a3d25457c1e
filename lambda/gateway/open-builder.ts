import { type HttpHandler, httpHandler, idsOf, KAKAO_REQUEST_ID_HEADER } from '../aws/http.ts';
import { text } from '../bot/reply.ts';
import { renderSkill } from '../open-builder/render.ts';
import type { ServicesOf } from '../routes.ts';
import { findMeantRoute } from './meant-route.ts';
import { answerSkill } from './skill.ts';
import { clockOf, type GatewayTools, turnTeller } from './turn-log.ts';

/** Serves Open Builder's routes with this bot. */
export function openBuilderHandler<S>({
  bot,
  store,
  secret,
  log,
  late,
  plugins,
}: GatewayTools<S>): HttpHandler {
  const { deferring, answerOf } = turnTeller({ secret, log }, 'open-builder');
  const services: ServicesOf<'open-builder'> = {
    'POST /open-builder/skill': {
      secret: 'header',
      protocol: 'open-builder',
      serve: async request => {
        const kakaoId = request.headers[KAKAO_REQUEST_ID_HEADER]?.trim().slice(0, 128);
        const name = { id: kakaoId || request.requestId, mayRepeat: Boolean(kakaoId) };
        const lateTools = late && {
          ...late,
          defer: deferring(request, late.defer),
          onRefusedCallback: () =>
            log({
              level: 'warn',
              what: 'callback URL refused',
              ...idsOf(request),
              protocol: 'open-builder',
              metrics: { CallbacksFailed: 1 },
            }),
        };
        const tools = { bot, store, plugins, ...(lateTools && { late: lateTools }) };
        const outcome = await answerSkill(tools, request.body, { name, ...clockOf(request) });
        return answerOf(outcome, request);
      },
      sorry: () => renderSkill({ outputs: [text(bot.texts.apology)] }, bot.texts, 'private').answer,
    },
    'GET /health': { secret: 'none', serve: () => ({ status: 'ok' }) },
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}
