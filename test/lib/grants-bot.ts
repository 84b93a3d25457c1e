import { Bot, valid } from '../../lambda/bot/index.ts';

/** A bot that makes every function do all that it may do to AWS. */
export const bot = new Bot({ session: () => ({ cups: 0 }) })
  .hears('담기', turn => `${++turn.session.cups}잔`)
  .hears(
    '느린 프로필',
    async turn => `${++turn.session.cups}: ${JSON.stringify(await turn.askProfile('me'))}`,
    {
      slow: '잠시만요',
    },
  )
  .hears('프로필', async turn => JSON.stringify(await turn.askProfile('me')))
  .validates('me', async (_, { session, askProfile }) =>
    valid(JSON.stringify([await session(), await askProfile()])),
  );
