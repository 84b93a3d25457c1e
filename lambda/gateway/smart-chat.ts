import { type HttpHandler, httpHandler, type JsonRequest, type Service } from '../aws/http.ts';
import type { Notice } from '../bot/notice.ts';
import { parseFriend, parseGoodbye } from '../smart-chat/parse.ts';
import { smartChat } from '../smart-chat/protocol.ts';
import { renderHome } from '../smart-chat/render.ts';
import type { Acknowledgement } from '../smart-chat/wire.ts';
import type { TurnGateway } from './deployment.ts';
import { findMeantRoute } from './meant-route.ts';
import type { ServicesOf } from './services.ts';
import { takeNotice } from './take-notice.ts';
import { turnService } from './turn-service.ts';

/** Serves smart-chat's routes with this bot. */
export function smartChatHandler<S>(gateway: TurnGateway<S>): HttpHandler {
  const { bot, secret, log } = gateway;
  // Kakao asks for it in bursts, and it is the same for everybody.
  const home = renderHome(bot.homeLabels, bot.texts);
  const take = async (notice: Notice, { receivedAt }: JsonRequest): Promise<Acknowledgement> => {
    await takeNotice(gateway, smartChat.name, notice, receivedAt);
    return {};
  };
  const goodbye = (kind: 'friend-blocked' | 'room-left'): Service => ({
    secret: 'path',
    serve: request => take(parseGoodbye(kind, request.params.user_key), request),
  });
  const services: ServicesOf<'smart-chat'> = {
    'GET /smart-chat/{secret}/keyboard': { secret: 'path', serve: () => home, answerFailure: () => home },
    'POST /smart-chat/{secret}/message': turnService(gateway, smartChat, { secret: 'path' }),
    'POST /smart-chat/{secret}/friend': {
      secret: 'path',
      serve: request => take(parseFriend(request.body), request),
    },
    'DELETE /smart-chat/{secret}/friend/{user_key}': goodbye('friend-blocked'),
    'DELETE /smart-chat/{secret}/chat_room/{user_key}': goodbye('room-left'),
  };
  return httpHandler(services, { secret, log, redirect: findMeantRoute });
}
