// The bot of docs/event-api.md: it compiles, and test/docs/event-api.test.ts runs it.
import { Bot, secretText } from 'kakao-gateway/bot';
import { eventApi, userOf } from 'kakao-gateway/event-api';

export const bot = new Bot();

const kakao = eventApi({
  botId: process.env.KAKAO_EVENT_BOT ?? '5f1a2b3c4d5e6f7a8b9c0d1e',
  restApiKey: () => secretText('kakao/rest-api-key'),
});

bot.hears('다 되면 알려 줘', {
  slow: '주방에 전할게요.',
  work: turn =>
    kakao.sendEvent('order_ready', [userOf(turn)], {
      data: { order: '딸기 케이크' },
      channel: turn.user.channelKind,
      asksFates: false,
      signal: turn.deadline.signal,
    }),
  then: (_, { counts }) => (counts.accepted === 1 ? '알림을 보냈어요.' : '알림을 보내지 못했어요.'),
});
