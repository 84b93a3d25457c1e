import { afterAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { GALLERY_ANSWERS } from '../../dev/desk/page/gallery-answers.ts';
import { expectAccessible } from './accessibility.ts';
import { useDesk } from './desk.ts';
import { type StrangeBot, startStrangeBot } from './strange-bot.ts';
import { EVERY_LOOK, looksIn, visit } from './visit.ts';

const LONG = '끝없이 이어지는 아주 긴 이름표라서 한 줄에 다 들어가지 않아요';
const FOLDED = `${'가나다라마바사아자차'.repeat(60)}끝`;
const buttons = [
  { label: LONG, action: 'message', messageText: '하나' },
  { label: '둘', action: 'message', messageText: '둘' },
];
const ANSWERS: Readonly<Record<string, object>> = {
  '긴 글': { outputs: [{ simpleText: { text: FOLDED } }] },
  이름표: {
    outputs: [
      { textCard: { title: LONG, buttons } },
      { textCard: { title: LONG, buttons, buttonLayout: 'horizontal' } },
    ],
    quickReplies: [{ label: LONG, action: 'message', messageText: '하나' }],
  },
  카드: {
    outputs: [
      {
        carousel: {
          type: 'textCard',
          items: ['하나', '둘', '셋', '넷', '다섯', '여섯'].map(title => ({
            title,
            description: `${title}째 카드`,
          })),
        },
      },
    ],
  },
};

let skill: StrangeBot | undefined;
const desk = useDesk(async () => {
  skill = await startStrangeBot(body => {
    const { utterance } = (body as { readonly userRequest: { readonly utterance: string } }).userRequest;
    return { version: '2.0', template: ANSWERS[utterance.trim()] };
  });
  return { args: ['--skill', `${skill.url}/skill`] };
});

afterAll(() => skill?.stop());

/** Those of the elements whose content is wider than they are. */
const overflowing = (page: Page, selector: string): Promise<readonly string[]> =>
  page.evaluate(
    wanted =>
      [...document.querySelectorAll(wanted)]
        .filter(element => element.scrollWidth > element.clientWidth + 1)
        .map(element => `${element.className}: ${element.textContent?.slice(0, 40)}`),
    selector,
  );

describe('the gallery', () => {
  test.each(EVERY_LOOK.map(looks => [looksIn(looks), looks] as const))(
    'draws every sample within the screen, for everybody: %s',
    (_, looks) =>
      visit(`${desk.url}/gallery`, looks, async page => {
        await page.getByRole('heading', { name: '44-operator' }).waitFor();
        const names = await page.getByRole('heading', { level: 2 }).allTextContents();
        expect(names).toEqual(expect.arrayContaining(GALLERY_ANSWERS.map(({ name }) => name)));
        expect(await overflowing(page, 'html, .card, .bubble-words, .card-words, .list-item')).toEqual([]);
        await expectAccessible(page);
      }),
  );
});

describe('an answer that is pasted', () => {
  const pasted = (page: Page): Locator => page.getByRole('textbox', { name: '답의 JSON' });

  test("is drawn at once, and held against Kakao's limits in place", () =>
    visit(`${desk.url}/gallery`, {}, async page => {
      const trial = page.getByRole('region', { name: '내 답 그려 보기' });
      const answer = { version: '2.0', template: { outputs: [{ simpleText: { text: '<b>유자차</b>' } }] } };
      await pasted(page).fill(JSON.stringify(answer));
      await trial.getByText('<b>유자차</b>').first().waitFor();
      await trial.getByRole('status').getByText('카카오의 규격에 맞습니다.').waitFor();
      await pasted(page).fill('{"version":"2.0","template":{"outputs":[{"basicCard":{"title":"카드"}}]}}');
      await trial.getByRole('status').getByText('카카오가 답 전체를 버립니다').waitFor();
      await expectAccessible(page);
      await pasted(page).fill(
        '{"message":{"text":"안녕하세요"},"keyboard":{"type":"buttons","buttons":["메뉴"]}}',
      );
      await trial.getByText('안녕하세요').first().waitFor();
      await pasted(page).fill('{"version"');
      await trial.getByRole('status').getByText('JSON이 아닙니다').waitFor();
    }));

  test('may be one of the gallery that is changed', () =>
    visit(`${desk.url}/gallery`, {}, async page => {
      await page.getByRole('button', { name: '고쳐 보기: 01-simpleText' }).click();
      expect(JSON.parse(await pasted(page).inputValue())).toMatchObject({ version: '2.0' });
    }));
});

describe('a label that is too long', () => {
  test('stays on its line, and ends in …', () =>
    desk.sit({ width: 390 }, async room => {
      await room.says('이름표');
      const labels = room.page.locator('.one-line', { hasText: LONG });
      await labels.nth(2).waitFor();
      for (const label of await labels.all()) {
        const { lines, isCut } = await label.evaluate(element => ({
          lines: element.clientHeight / Number.parseFloat(getComputedStyle(element).lineHeight),
          isCut:
            element.scrollWidth > element.clientWidth &&
            getComputedStyle(element).textOverflow === 'ellipsis',
        }));
        expect({ lines, isCut }).toEqual({ lines: 1, isCut: true });
      }
      expect(await overflowing(room.page, 'html, .card, .chip')).toEqual([]);
    }));
});

describe('a folded text', () => {
  test('opens to the whole of it by keyboard, and closes to where one was', () =>
    desk.sit({}, async room => {
      await room.says('긴 글');
      const opens = room.page.getByRole('button', { name: '전체 보기' });
      await opens.waitFor();
      await room.tabsTo(opens, 'Shift+Tab');
      await room.page.keyboard.press('Enter');
      const whole = room.page.getByRole('dialog', { name: '전체 보기' });
      await whole.getByText(FOLDED).waitFor();
      await expectAccessible(room.page);
      await room.page.keyboard.press('Escape');
      await whole.waitFor({ state: 'hidden' });
      expect(await opens.evaluate(element => element === document.activeElement)).toBe(true);
    }));
});

describe('cards side by side', () => {
  const leftOf = async (card: Locator): Promise<number> => (await card.boundingBox())?.x ?? Number.NaN;

  test('come one by one by the arrow buttons, and go back', () =>
    desk.sit({ width: 1440 }, async room => {
      await room.says('카드');
      const [first, second] = ['하나째 카드', '둘째 카드'].map(words =>
        room.log.getByText(words, { exact: true }),
      );
      if (!first || !second) throw new Error('There are no cards.');
      await first.waitFor();
      const before = await leftOf(first);
      expect(await room.page.getByRole('button', { name: '이전 카드' }).count()).toBe(0);
      await room.page.getByRole('button', { name: '다음 카드' }).click();
      await room.page.waitForTimeout(300);
      expect(await leftOf(second)).toBeCloseTo(before, 0);
      await room.page.getByRole('button', { name: '이전 카드' }).click();
      await room.page.waitForTimeout(300);
      expect(await leftOf(first)).toBeCloseTo(before, 0);
    }));

  test('have the next one peek in on a phone, and are a list with names', () =>
    desk.sit({ width: 390 }, async room => {
      await room.says('카드');
      const second = room.page.getByRole('listitem', { name: '카드 2 / 6' });
      await second.waitFor();
      expect(await leftOf(second)).toBeLessThan(390 - 24);
      expect(await overflowing(room.page, 'html')).toEqual([]);
    }));
});

describe('a violation', () => {
  test.each(['light', 'dark'] as const)(
    'is a sign at its part, which the keyboard opens to a sentence: %s',
    theme =>
      desk.sit({ theme }, async room => {
        await room.says('이름표');
        const sign = room.log.locator('summary').first();
        await sign.waitFor();
        await room.tabsTo(sign, 'Shift+Tab');
        await room.page.keyboard.press('Enter');
        await room.log.locator('details[open] > p').first().waitFor();
        await expectAccessible(room.page);
      }),
  );
});
