import { describe, test } from '@jest/globals';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';
import { EVERY_LOOK, looksIn } from './visit.ts';

const desk = useDesk();

/** From the menu to the order's end, by taps. */
async function orderByTaps(room: Room): Promise<void> {
  await room.says('메뉴');
  await room.shows('오늘의 메뉴예요.');
  await room.taps('장바구니');
  await room.shows('장바구니가 비어 있어요.');
  await room.taps('주문');
  await room.shows('어떤 음료를 드릴까요?');
  await room.taps('라떼');
  await room.shows('라떼, 어떤 크기로 드릴까요?');
  await room.taps('그란데');
  await room.shows('몇 잔 드릴까요?');
  await room.taps('2잔');
  await room.shows('라떼 그란데 2잔, 모두 10,000원이에요. 맞으신가요?');
  await room.taps('네');
  await room.shows('주문을 받았어요. 준비되는 대로 불러 드릴게요. 고맙습니다!');
}

describe.each(EVERY_LOOK.map(looks => [looksIn(looks), looks] as const))('at %s', (_, looks) => {
  test('the whole order of the café is tapped by Open Builder', () =>
    desk.sit(looks, room => orderByTaps(room)));

  test('the whole order of the café is tapped by smart-chat', () =>
    desk.sit(looks, async room => {
      await desk.patch({ protocol: 'smart-chat' });
      await orderByTaps(room);
    }));
});
