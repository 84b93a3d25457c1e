import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';
import { EVERY_LOOK, type Looks, looksIn } from './visit.ts';

const FRAME_MS = 16;

const desk = useDesk();

/** From the menu's last card to the order's end, by what can be tapped. @param add the button that puts 딸기 스무디 into the cart */
async function order(room: Room, add: (menu: Room) => Promise<void>): Promise<void> {
  await room.says('메뉴');
  await room.shows('오늘의 메뉴예요. 마음에 드는 음료를 담아 보세요.');
  await add(room);
  await room.shows('딸기 스무디 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.');
  await room.taps('장바구니');
  await room.shows('모두 1잔, 5,500원이에요.');
  await room.taps('처음으로');
  await room.shows('달빛카페입니다. 무엇을 도와드릴까요?');
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

const cardOf = (room: Room, drink: string): Locator =>
  room.log.getByRole('listitem').filter({ hasText: drink });

const cardsOf = (room: Room, language: Looks['language']): Locator =>
  room.page.getByRole('list', { name: language === 'en' ? 'Cards' : '카드 묶음', exact: true });

/** Whether all of it is seen, and no other part of the room hides it. */
async function isSeen(card: Locator): Promise<boolean> {
  return card.evaluate(async element => {
    const [seen] = await new Promise<IntersectionObserverEntry[]>(resolve =>
      new IntersectionObserver(resolve).observe(element),
    );
    return (seen?.intersectionRatio ?? 0) > 0.9;
  });
}

/** Draws a finger over the cards, from the right to the left. */
async function swipe(cards: Locator): Promise<void> {
  const box = await cards.boundingBox();
  if (box === null) throw new Error('The cards are not drawn.');
  const page = cards.page();
  const debug = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
    debug.send('Input.dispatchTouchEvent', { type, touchPoints });
  const y = box.y + 60;
  const from = box.x + box.width - 30;
  await touch('touchStart', { x: from, y });
  for (let moved = 15; moved < box.width - 60; moved += 15) {
    await touch('touchMove', { x: from - moved, y });
    await page.waitForTimeout(FRAME_MS);
  }
  await touch('touchEnd');
  await debug.detach();
}

/** Goes on to a card, as one does at that width. */
async function goOn(room: Room, card: Locator, { width, language }: Looks): Promise<void> {
  const cards = cardsOf(room, language);
  for (let moved = 0; moved < 5; moved += 1) {
    if (await isSeen(card)) return;
    if (width === 390) await swipe(cards);
    else await room.button(language === 'en' ? 'Next card' : '다음 카드').click();
    await room.page.waitForTimeout(300);
  }
  throw new Error('No swipe leads to the card.');
}

describe.each(EVERY_LOOK.map(looks => [looksIn(looks), looks] as const))('at %s', (_, looks) => {
  test('the whole order of the café is tapped by Open Builder, after its menu was swiped', () =>
    desk.sit(looks, room =>
      order(room, async () => {
        const card = cardOf(room, '딸기 스무디');
        expect(await isSeen(card)).toBe(false);
        await goOn(room, card, looks);
        await card.getByRole('button', { name: '담기' }).click();
      }),
    ));

  test('the whole order of the café is tapped by smart-chat, by the buttons of its keyboard', () =>
    desk.sit(looks, async room => {
      await desk.patch({ protocol: 'smart-chat' });
      await order(room, () => room.taps('4. 담기'));
    }));
});

test('the session goes on when the protocol is another', () =>
  desk.sit({}, async room => {
    await room.says('담기 라떼');
    await room.shows('라떼 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.');
    await desk.patch({ protocol: 'smart-chat' });
    await room.says('담기 라떼');
    await room.shows('라떼 한 잔을 담았어요. 장바구니에 모두 2잔이 있어요.');
  }));

describe.each([{ width: 1440 }, { width: 390 }] as const)('without a mouse, at $width px', looks => {
  test('the whole order of the café is made by the keyboard alone', () =>
    desk.sit(looks, async room => {
      await room.types('메뉴');
      const card = cardOf(room, '딸기 스무디');
      await room.tabsTo(cardsOf(room, 'ko'), 'Shift+Tab');
      expect(await isSeen(card)).toBe(false);
      for (const drink of ['라떼', '유자차', '딸기 스무디']) {
        await room.page.keyboard.press('ArrowRight');
        // Long enough for a second card to go by, too.
        await room.page.waitForTimeout(300);
        expect({ drink, isSeen: await isSeen(cardOf(room, drink)) }).toEqual({ drink, isSeen: true });
      }
      await room.tabsTo(card.getByRole('button', { name: '담기' }));
      await room.page.keyboard.press('Enter');
      await room.shows('딸기 스무디 한 잔을 담았어요.');
      for (const [label, answer] of [
        ['장바구니', '모두 1잔, 5,500원이에요.'],
        ['처음으로', '달빛카페입니다. 무엇을 도와드릴까요?'],
        ['주문', '어떤 음료를 드릴까요?'],
        ['라떼', '라떼, 어떤 크기로 드릴까요?'],
        ['그란데', '몇 잔 드릴까요?'],
        ['2잔', '라떼 그란데 2잔, 모두 10,000원이에요. 맞으신가요?'],
        ['네', '주문을 받았어요.'],
      ] as const) {
        await room.tabsTo(room.box);
        await room.presses(label);
        await room.shows(answer);
      }
    }));

  test('the keys of smart-chat are pressed, and its order made', () =>
    desk.sit(looks, async room => {
      await desk.patch({ protocol: 'smart-chat' });
      await room.types('주문');
      for (const [label, answer] of [
        ['유자차', '유자차, 어떤 크기로 드릴까요?'],
        ['톨', '몇 잔 드릴까요?'],
        ['1잔', '유자차 톨 1잔, 모두 5,000원이에요. 맞으신가요?'],
        ['네', '주문을 받았어요.'],
      ] as const) {
        await room.tabsTo(room.button(label));
        await room.page.keyboard.press('Enter');
        await room.shows(answer);
      }
    }));
});
