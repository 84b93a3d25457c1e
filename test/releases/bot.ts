import { Bot, basicCard, button, growing, reply, roomSession, type Turn } from '../../lambda/bot/index.ts';
import { conversation, type Talking, toolbox } from '../../lambda/llm/index.ts';
import { order, tellingModel, WHOLE_DAY_TOKENS } from './model.ts';

/** A user's session with the bot. */
export interface Cups extends Talking {
  cups: number;
}

/** The order that everybody in a room shares. */
const table = roomSession({ name: 'table', initial: () => ({ cups: 0 }) });

const SLOW = { slow: '잠시만 기다려 주세요.' };

const chat = conversation<Cups>({ limits: { turnsPerDay: 9 } });
const sharedChat = conversation<Cups>({ limits: { bot: { tokensPerDay: WHOLE_DAY_TOKENS } } });

const tools = toolbox<{ order: typeof order }, Cups>(
  { order },
  {
    askFirst: ['order'],
    describe: { order: ({ drink }) => `${drink}, 주문할까요?` },
    then: { order: remember },
  },
);

/** The bot that every release's corpus is recorded and read with: what it has once said, it goes on saying. */
export const bot = new Bot<Cups>({ session: () => ({ cups: 0 }) })
  .hears('담기', turn => `${++turn.session.cups}잔`)
  .hears('느린 담기', turn => `${++turn.session.cups}잔째, 늦었지만`, SLOW)
  .hears('고르기', () =>
    reply('골라 주세요', [
      button.message('라떼', '고른 음료', { drink: '라떼', sugar: { spoons: 2 } }),
      button.message('늦게 라떼', '느린 음료', { drink: '라떼' }),
      { label: '자세히', action: 'block', blockId: '5f0c8a1b2c3d4e5f60718293' },
    ]),
  )
  .block('5f0c8a1b2c3d4e5f60718293', () => '자세한 이야기')
  .hears('고른 음료', drinkOf)
  .hears('느린 음료', drinkOf, SLOW)
  .hears('긴 글', () => LONG)
  .hears('느린 긴 글', () => LONG, SLOW)
  .hears('담고 긴 글', turn => `${++turn.session.cups}잔. ${LONG}`)
  .hears('담고 더 긴 말', turn => `${++turn.session.cups}잔. ${LONG.slice(0, 700)}`)
  .hears('다 말해', everythingOf)
  .hears('느리게 다 말해', everythingOf, SLOW)
  .hears('느린 접수', receipt, SLOW)
  .hears('한 번만', () => '한 번뿐인 답', {
    ...SLOW,
    limit: { turns: 1, perMs: 600_000, answer: '다음에요' },
  })
  .hears('함께 담기', together)
  .hears('느린 함께 담기', together, SLOW)
  .hears('함께 몇 잔', async turn => `함께 ${(await table.read(turn)).cups}잔`)
  .hears('길게 이야기해', growing({ ...SLOW, upToMs: 100, grow: longStory, then: endOfStory }))
  .hears('오늘 얼마나', turn => JSON.stringify(chat.usage(turn)).replaceAll('"', ''))
  .hears(/^모두의 모델/, sharedChat.answers(tellingModel))
  .hears(/^(모델|네$)/, chat.answers(tellingModel, { tools }))
  .media('photo', ({ incoming }) => `사진: ${incoming.url}`, SLOW)
  .fallback(turn => `${turn.session.cups}잔이 있어요`);

async function together(turn: Turn<Cups>): Promise<string> {
  const { cups } = await table.change(turn, state => ({ cups: state.cups + 1 }));
  return `함께 ${cups}잔`;
}

function receipt() {
  const card = basicCard({
    title: '접수증',
    thumbnail: { imageUrl: 'https://t1.kakaocdn.net/a.jpg' },
    buttons: [button.webLink('보기', 'https://example.com/a')],
  });
  const given = { data: { number: 'A-12' }, contexts: [{ name: 'ordered', turns: 5 }] };
  return reply(['접수했어요', card], ['담기'], given);
}

/** A text that no single answer holds, whose sentences tell where one is. */
export const LONG = Array.from({ length: 420 }, (_, n) => `${n}번째 문장입니다.`).join(' ');

/** All of it at once, and its end when what there was of it has been posted. */
async function* longStory(): AsyncGenerator<string, void, undefined> {
  yield LONG;
  await new Promise(resolve => setTimeout(resolve, 300));
}

function remember({ session }: Turn<Cups>): void {
  session.cups += 2;
}

function endOfStory(turn: Turn<Cups>, { end }: { readonly end: string }): string {
  turn.session.cups++;
  return `이야기의 끝: ${end}`;
}

function drinkOf({ incoming }: Turn<Cups>): string {
  return `고르신 음료: ${incoming.kind === 'utterance' ? JSON.stringify(incoming.extra) : ''}`;
}

/** All that a turn knows beside its session, in words. */
function everythingOf(turn: Turn<Cups>): string {
  const { user, trigger, lastBlock, channel, tester, group, contexts, knowledge, eventParams, params } = turn;
  const { block } = turn.incoming;
  const { botUserKey, plusfriendUserKey, appUserId, appUserStatus, isFriend } = user;
  const known = {
    ...{ block, trigger, lastBlock, channel, tester, group, contexts, knowledge, eventParams },
    ...{ botUserKey, plusfriendUserKey, appUserId, appUserStatus, isFriend },
    drink: [params.text('drink'), params.origin('drink')],
    cups: params.number('cups'),
  };
  return JSON.stringify(known).replaceAll('"', '');
}
