import { Bot } from '../../../lambda/bot/index.ts';

function noMilk(): never {
  throw new Error('우유가 없어요');
}

/** Asks the plugins that its block has, answers late, and fails. */
export const bot = new Bot<{ said: number }>({ session: () => ({ said: 0 }) })
  .block('가입', async turn => {
    const asked = await turn.askProfile('profile');
    return asked.ok ? `${asked.profile.nickname} 님` : `프로필 ${asked.reason}`;
  })
  .block('배달', async turn => {
    const asked = await turn.askLocation('location');
    return asked.ok ? JSON.stringify(asked) : `위치 ${asked.reason}`;
  })
  .hears('천천히', () => '다 됐어요', { slow: '잠시만요' })
  .hears('우유', noMilk)
  .hears('귀한 우유', noMilk, { slow: '찾아볼게요' })
  .fallback(turn => `${++turn.session.said}번째`);
