import { afterEach, expect, test } from '@jest/globals';
import { type Answers, bubble, SCENE, type SomeBot, startSomeBot } from './some-bot.ts';

let bot: SomeBot;

afterEach(() => bot.stop());

const serve = async (answers: Answers): Promise<SomeBot> => {
  bot = await startSomeBot(answers);
  return bot;
};

test('what a user says reaches the skill, and its bubbles are shown', async () => {
  const { kakao, got } = await serve(() => ({ body: bubble('안녕하세요') }));
  const exchange = await kakao.act({ kind: 'says', text: '메뉴' }, SCENE);
  expect(got).toMatchObject([{ path: '/skill', json: { userRequest: { utterance: '메뉴' } } }]);
  expect(exchange).toMatchObject({ said: '메뉴', fate: { kind: 'shown' }, violations: [] });
  expect(exchange.answer).toMatchObject({ status: 200, json: bubble('안녕하세요') });
  expect(kakao.exchanges).toEqual([exchange]);
});

test('a quick reply and a button can be tapped', async () => {
  const quickReplies = [
    { label: '메뉴', action: 'message', messageText: '메뉴 보기', extra: { from: 'home' } },
  ];
  const { kakao, got } = await serve(() => ({ body: bubble('안녕하세요', { quickReplies }) }));
  const { id } = await kakao.act({ kind: 'enters' }, SCENE);
  const tapped = await kakao.act(
    { kind: 'taps', at: { exchange: id, path: 'template.quickReplies[0]' } },
    SCENE,
  );
  expect(tapped.said).toBe('메뉴 보기');
  expect(got[1]?.json).toMatchObject({
    action: { clientExtra: { from: 'home' } },
    flow: { trigger: { type: 'QUICKREPLY_BUTTON_MESSAGE', referrerBlock: { name: '웰컴 블록' } } },
  });
});

test('a callback is taken once', async () => {
  const { kakao, got } = await serve(() => ({
    body: { version: '2.0', useCallback: true, data: { text: '잠시만요' } },
  }));
  const exchange = await kakao.act({ kind: 'says', text: '추천해줘' }, SCENE);
  expect(exchange.fate).toEqual({ kind: 'deferred', text: '잠시만요' });
  const post = async (body: object) =>
    (
      await fetch(got[0]?.json.userRequest.callbackUrl, { method: 'POST', body: JSON.stringify(body) })
    ).json();
  expect(await post(bubble('라떼를 권해요'))).toMatchObject({ status: 'SUCCESS' });
  expect(await post(bubble('라떼를 권해요'))).toMatchObject({ status: 'FAIL' });
  expect(await kakao.settled(exchange)).toMatchObject({
    callback: { state: 'taken', posts: [{ isTaken: true }, { isTaken: false }] },
  });
});
