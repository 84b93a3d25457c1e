import { type HttpHandler, httpHandler, type Service } from '../aws/http.ts';
import { text } from '../bot/reply.ts';
import type { ServicesOf } from '../routes.ts';
import { parseFriend, parseGoodbye } from '../smart-chat/parse.ts';
import { renderHome, renderMessage } from '../smart-chat/render.ts';
import { findMeantRoute } from './meant-route.ts';
import { answerMessage, takeNotice } from './message.ts';
import { clockOf, type GatewayTools, turnTeller } from './turn-log.ts';

/** Serves smart-chat's routes with this bot. */
export function smartChatHandler<S>({ bot, store, secret, log, late }: GatewayTools<S>): HttpHandler {
  const { deferring, answerOf } = turnTeller({ secret, log }, 'smart-chat');
  // Kakao asks for it in bursts, and it is the same for everybody.
  const home = renderHome(bot.homeLabels, bot.texts);
  const goodbye = (kind: 'friend-blocked' | 'room-left'): Service => ({
    secret: 'path',
    serve: ({ params }) => takeNotice(store, parseGoodbye(kind, params.user_key)),
  });
  const services: ServicesOf<'smart-chat'> = {
    'GET /smart-chat/{secret}/keyboard': { secret: 'path', serve: () => home, sorry: () => home },
    'POST /smart-chat/{secret}/message': {
      secret: 'path',
      protocol: 'smart-chat',
      serve: async request => {
        const call = { turnId: request.requestId, ...clockOf(request) };
        const lateTools = late && { defer: deferring(request, late.defer) };
        const tools = { bot, store, ...(lateTools && { late: lateTools }) };
        return answerOf(await answerMessage(tools, request.body, call), request);
      },
      sorry: () => renderMessage({ outputs: [text(bot.texts.apology)] }, bot.texts).answer,
    },
    'POST /smart-chat/{secret}/friend': {
      secret: 'path',
      serve: ({ body }) => takeNotice(store, parseFriend(body)),
    },
    'DELETE /smart-chat/{secret}/friend/{user_key}': goodbye('friend-blocked'),
    'DELETE /smart-chat/{secret}/chat_room/{user_key}': goodbye('room-left'),
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}
