import { Bot, secretText, valid } from '../../lambda/bot/index.ts';
import { conversation, type Talk } from '../../lambda/llm/index.ts';

/** The secret texts of both stores, by how long they are. */
const keys = async () =>
  `열쇠 ${(await secretText('cafe/weather-key')).length}, ${(await secretText('/cafe/pager-key')).length}`;

/** Everybody's tokens are counted. */
const chat = conversation<{ cups: number; talk?: Talk }>({ limits: { bot: { tokensPerDay: 1_000_000 } } });

/** A bot that makes every function do all that it may do to AWS. */
export const bot = new Bot<{ cups: number; talk?: Talk }>({ session: () => ({ cups: 0 }) })
  .hears('담기', async turn => `${++turn.session.cups}잔, ${await keys()}`)
  .hears(
    '느린 프로필',
    async turn => `${++turn.session.cups}, ${await keys()}: ${JSON.stringify(await turn.askProfile('me'))}`,
    {
      slow: '잠시만요',
    },
  )
  .hears(
    '모델',
    chat.answers(() => '모델의 답'),
  )
  .hears('프로필', async turn => JSON.stringify(await turn.askProfile('me')))
  .notices(async () => {
    await keys();
  })
  .validates('me', async (_, { session, askProfile }) =>
    valid(JSON.stringify([await session(), await askProfile(), await keys()])),
  );
