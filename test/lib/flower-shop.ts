// As another app writes its bot: by the package's name.
import { Bot } from 'kakao-gateway/bot';

/** A bot in a file of its own. */
export const bot = new Bot({ session: () => ({}) });

bot.fallback(() => '튤립이 막 들어왔어요.');
