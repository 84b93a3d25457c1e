import { type HttpHandler, httpHandler, type Service } from '../aws/http.ts';
import type { ServicesOf } from '../routes.ts';
import { answerMessage, takeNotice } from '../smart-chat/message.ts';
import { parseFriend, parseGoodbye } from '../smart-chat/parse.ts';
import { renderHome } from '../smart-chat/render.ts';
import { findMeantRoute } from './meant-route.ts';
import { answerOf, deadlineOf, type GatewayTools } from './turn-service.ts';

/** Serves smart-chat's routes with this bot. */
export function smartChatHandler<S>({ bot, store, secret, log }: GatewayTools<S>): HttpHandler {
  // Kakao asks for it in bursts, and it is the same for everybody.
  const home = renderHome(bot.homeLabels, bot.texts);
  const goodbye = (kind: 'friend-blocked' | 'room-left'): Service => ({
    secret: 'path',
    serve: ({ params }) => takeNotice(store, parseGoodbye(kind, params.user_key)),
  });
  const services: ServicesOf<'smart-chat'> = {
    'GET /smart-chat/{secret}/keyboard': { secret: 'path', serve: () => home },
    'POST /smart-chat/{secret}/message': {
      secret: 'path',
      serve: async request => {
        const outcome = await answerMessage(
          { bot, store },
          request.body,
          request.requestId,
          deadlineOf(request),
        );
        return answerOf(outcome, request, log);
      },
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
