import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { npmStart, type StartedGateway } from '../kit/npm-start.ts';
import { useDesk } from './desk.ts';
import { Room } from './room.ts';
import { visit } from './visit.ts';

const BOT = join(import.meta.dirname, 'bot.ts');
const desk = useDesk({ args: [BOT] });

describe.each([{ width: 1440 }, { width: 390, theme: 'dark' }] as const)('the room, at $width px', looks => {
  test('folds a text of more than 500 characters, and shows the whole of it by 전체 보기', () =>
    desk.sit(looks, async room => {
      await room.says('긴 글');
      await room.shows('가나다라마바사아자차');
      expect(await room.log.getByText('자차끝').isVisible()).toBe(false);
      await room.taps('전체 보기');
      await room.page.getByRole('dialog').getByText('자차끝').waitFor();
      await room.page.keyboard.press('Escape');
      await room.page.getByRole('dialog').waitFor({ state: 'hidden' });
    }));

  test('has quick replies until something is said', () =>
    desk.sit(looks, async room => {
      await room.says('고르기');
      await room.button('세기').waitFor();
      await room.says('누구');
      await room.shows('친구 예');
      expect(await room.button('세기').count()).toBe(0);
    }));

  test('copies a bubble by its menu', () =>
    desk.sit(looks, async room => {
      await room.says('세기');
      await room.log.getByText('1번째예요.').click({ button: 'right' });
      await room.page.getByRole('menuitem', { name: '복사' }).click();
      await room.page.getByText('복사했습니다.').waitFor();
      expect(await room.page.evaluate(() => navigator.clipboard.readText())).toContain('1번째예요.');
    }));

  test('says that there is a new answer to who has scrolled up, and stays where they read', () =>
    desk.sit(looks, async room => {
      for (let said = 1; said <= 14; said += 1) await desk.act({ kind: 'says', text: '세기' });
      await room.shows('14번째예요.');
      const top = () => room.log.evaluate(log => log.scrollTop);
      expect(await top()).toBeGreaterThan(0);
      await room.says('더 느린 일');
      await room.shows('하고 있어요.');
      await room.log.evaluate(log => log.scrollTo(0, 0));
      await room.button('새 메시지').waitFor();
      expect(await top()).toBe(0);
      await room.button('새 메시지').click();
      await room.page.waitForFunction(
        log => log !== null && log.scrollTop > 0,
        await room.log.elementHandle(),
      );
      await room.button('새 메시지').waitFor({ state: 'detached' });
    }));

  test('tells by its note what a user would not see, and leads to where it comes from', () =>
    desk.sit(looks, async room => {
      await room.says('던져');
      await room.shows(/잠시 후|다시/);
      await desk.act({ kind: 'fills', param: '전화번호', value: '02' });
      await room.log.getByRole('button', { name: '검사에서 보기' }).last().click();
      await room.inspector.getByRole('button', { expanded: true }).first().waitFor();
    }));

  test('shows all of it again after a reload', () =>
    desk.sit(looks, async room => {
      await room.says('세기');
      await room.shows('1번째예요.');
      await room.page.reload();
      await room.shows('1번째예요.');
      await room.says('세기');
      await room.shows('2번째예요.');
    }));
});

test('Korean that is still composed is not sent by Enter, and a line is begun by Shift+Enter', () =>
  desk.sit({}, async room => {
    const { page } = room;
    const debug = await page.context().newCDPSession(page);
    await room.box.focus();
    await debug.send('Input.imeSetComposition', { text: '누구', selectionStart: 2, selectionEnd: 2 });
    await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
    expect(desk.feed.exchanges()).toEqual([]);
    await debug.send('Input.insertText', { text: '누구' });
    await page.keyboard.press('Shift+Enter');
    await page.waitForTimeout(300);
    expect(desk.feed.exchanges()).toEqual([]);
    expect(await room.box.inputValue()).toMatch(/누구\n/);
    await page.keyboard.press('Enter');
    await room.shows('친구 예');
  }));

test('a desk that is stopped and started again is found by its page, which goes on', async () => {
  let standing: StartedGateway | undefined = await npmStart({}, { args: [BOT] });
  const { url } = standing;
  const stop = async (): Promise<void> => {
    await standing?.interrupt();
    standing = undefined;
  };
  try {
    // Each attempt to find it again is an error of the browser's.
    await visit(`${url}/`, { mayFail: /^console: Failed to load resource/ }, async page => {
      const room = new Room(page, 'ko');
      await room.says('세기');
      await room.shows('1번째예요.');
      await stop();
      await page.getByRole('alert').getByText('서버가 대답하지 않습니다.').waitFor();
      standing = await npmStart({ PORT: new URL(url).port }, { args: [BOT] });
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await room.shows('1번째예요.');
      await room.says('누구');
      await room.shows('친구 예');
    });
  } finally {
    await stop();
  }
});
