import { Bot } from '../../lambda/bot/index.ts';

// What docs/personal-data.md shows.

export const bot = new Bot();

bot.hears('내 정보 문의', ({ user }) => {
  const id = user.plusfriendUserKey ?? user.botUserKey ?? '없음';
  return `문의하실 때 이 번호를 알려 주세요: ${id}`;
});
