import { Bot } from '../../lambda/bot/index.ts';

/** Where the bot's model answers: an address that only the processes of the test's workers have. */
export const MODEL_URL = 'TEST_MODEL_URL';

/** A bot whose slow rule asks a model, and whose quick one tells how often it did. */
export const bot = new Bot({ session: () => ({ asked: 0 }) })
  .hears(
    '물어보기',
    async turn => {
      const answer = await fetch(process.env[MODEL_URL] ?? '', { signal: turn.deadline.signal });
      await answer.text();
      return `${++turn.session.asked}번째 답`;
    },
    { slow: '생각하고 있어요…' },
  )
  .hears('몇 번', turn => `${turn.session.asked}번 물었어요`);
