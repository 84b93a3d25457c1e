import { describe, expect, test } from '@jest/globals';
import { Controls } from './controls.ts';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';

const desk = useDesk();
const WAITING = '어울리는 음료를 고르고 있어요. 잠시만 기다려 주세요.';
const RECOMMENDED = /^지금은 .+ 어떠세요\?/;

/** Puts what was recommended into the cart, by its button. */
async function takeIt(room: Room): Promise<void> {
  await room.shows(RECOMMENDED);
  await room.taps('담기');
  await room.shows('한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.');
}

describe.each([{ width: 1440 }, { width: 390, theme: 'dark' }] as const)(
  'a slow recommendation, at $width px',
  looks => {
    test('comes by callback, while the room shows that it is written', () =>
      desk.sit(looks, async room => {
        await room.says('추천해줘');
        await room.shows(WAITING);
        await takeIt(room);
        const [exchange] = desk.feed.exchanges();
        expect(exchange).toMatchObject({ fate: { kind: 'deferred' }, callback: { state: 'taken' } });
        const row = await room.opensExchange('추천해줘');
        await row.getByRole('heading', { name: '콜백' }).waitFor();
        await row.getByText('카카오가 받음').waitFor();
      }));

    test('comes by smart-chat when 결과 확인 is tapped', () =>
      desk.sit(looks, async room => {
        await new Controls(room).speaks('스마트채팅');
        await room.says('추천해줘');
        await room.shows(WAITING);
        await collect(room);
      }));

    test('comes by 결과 확인 where Kakao gives no callback, too', () =>
      desk.sit(looks, async room => {
        await new Controls(room).chooses('호출', '스킬 테스트');
        await room.says('추천해줘');
        await room.shows(WAITING);
        await collect(room);
      }));
  },
);

/** Asks for the answer until it is there. */
async function collect(room: Room): Promise<void> {
  const answer = room.log.getByText(RECOMMENDED).first();
  for (let asked = 0; asked < 5 && !(await answer.isVisible()); asked += 1) {
    await room.page.waitForTimeout(500);
    await room.taps('결과 확인');
    await room.page.waitForTimeout(300);
  }
  await answer.waitFor();
}
