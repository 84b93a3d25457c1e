import { describeBotServer } from '../kit/remote-bot-contract.ts';

const { BOT_URL, BOT_SECRET, BOT_SAYS = '메뉴' } = process.env;
if (!BOT_URL || !BOT_SECRET)
  throw new Error(
    'BOT_URL must be where your bot server takes turns, and BOT_SECRET its secret; BOT_SAYS, words that it answers',
  );

describeBotServer(
  `the bot server at ${new URL(BOT_URL).origin}`,
  async () => ({ url: BOT_URL, secret: BOT_SECRET }),
  {
    says: BOT_SAYS,
  },
);
