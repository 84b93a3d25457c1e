import { Bot, reply } from 'kakao-gateway/bot';

// 이 파일이 봇입니다. 저장하면 `npm run dev`가 다시 시작합니다.
// This file is the bot: save it, and `npm run dev` starts it again.

/** 사용자마다 기억하는 것. 일반 JSON이어야 합니다. (A user's state: plain JSON.) */
interface State {
  /** 담은 꽃의 수. (Flowers picked so far.) */
  flowers: number;
}

/** 배포되는 봇. (The bot that is deployed.) */
export const bot = new Bot<State>({ session: () => ({ flowers: 0 }) });

bot.home(['메뉴', '한 송이 담기']);

bot.welcome(() => reply('안녕하세요! 작은 꽃집입니다. 무엇을 도와드릴까요?', ['메뉴', '한 송이 담기']));

bot.hears('메뉴', () => reply('오늘은 장미와 튤립이 있어요.', ['한 송이 담기']));

// 답과 세션은 함께 한 번에 저장됩니다. (The answer and the session are saved together.)
bot.hears('한 송이 담기', turn => {
  turn.session.flowers += 1;
  return reply(`지금까지 ${turn.session.flowers}송이를 담았어요.`, ['한 송이 담기', '메뉴']);
});

bot.fallback(() => reply('잘 이해하지 못했어요. 아래에서 골라 주세요.', ['메뉴', '한 송이 담기']));
