import { describe, expect, test } from '@jest/globals';
import { expectAccessible } from './accessibility.ts';
import { useDesk } from './desk.ts';
import { Room } from './room.ts';
import { EVERY_LOOK, looksIn, visit } from './visit.ts';

const desk = useDesk();

describe.each(EVERY_LOOK.map(looks => [looksIn(looks), looks] as const))('at %s', (_, looks) => {
  test('the room, the inspector with an exchange opened and the controls are accessible to everybody', () =>
    desk.sit(looks, async room => {
      for (const text of ['메뉴', '영업시간', '상담원']) await room.says(text);
      await room.shows('상담원 연결');
      await room.says('없는 말');
      await room.shows('죄송해요, 잘 이해하지 못했어요.');
      await expectAccessible(room.page);
      await room.opensExchange('없는 말');
      await expectAccessible(room.page);
      await room.goesTo('controls');
      await expectAccessible(room.page);
    }));

  test('the room of smart-chat is accessible to everybody, with its keyboard', () =>
    desk.sit(looks, async room => {
      await desk.patch({ protocol: 'smart-chat' });
      await room.says('메뉴');
      await room.button('장바구니').waitFor();
      await expectAccessible(room.page);
    }));

  test('the page is as wide as the screen, and no wider', () =>
    desk.sit(looks, async room => {
      await room.says('메뉴');
      await room.shows('오늘의 메뉴예요.');
      for (const part of ['log', 'inspector', 'controls'] as const) {
        await room.goesTo(part);
        const { wide, screen } = await room.page.evaluate(() => ({
          wide: document.documentElement.scrollWidth,
          screen: innerWidth,
        }));
        expect({ part, wide }).toEqual({ part, wide: screen });
      }
    }));

  test('the gallery is accessible to everybody', () =>
    visit(`${desk.url}/gallery`, looks, async page => {
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await expectAccessible(page);
    }));
});

test('the theme and the language that were chosen stay', () =>
  desk.sit({}, async room => {
    const { page } = room;
    await page.getByRole('combobox', { name: '화면 밝기' }).selectOption({ label: '어둡게' });
    await page.getByRole('combobox', { name: '언어' }).selectOption({ label: 'English' });
    const english = new Room(page, 'en');
    await english.box.waitFor();
    await page.reload();
    await english.box.waitFor();
    const { look, lang, background } = await page.evaluate(() => ({
      look: document.documentElement.dataset.look,
      lang: document.documentElement.lang,
      background: getComputedStyle(document.querySelector('#room') ?? document.body).backgroundColor,
    }));
    expect({ look, lang, background }).toEqual({ look: 'dark', lang: 'en', background: 'rgb(30, 30, 30)' });
  }));
