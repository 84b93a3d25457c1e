import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Controls } from './controls.ts';
import { useDesk } from './desk.ts';
import type { Room } from './room.ts';
import type { Looks } from './visit.ts';

const SECRET = 'a-secret-of-this-desk';

const desk = useDesk({
  args: [join(import.meta.dirname, 'bot.ts')],
  environment: { GATEWAY_SECRET: SECRET },
});

/** Sits down with the controls at hand. */
const sit = (looks: Looks, use: (room: Room, controls: Controls) => Promise<void>): Promise<void> =>
  desk.sit(looks, room => use(room, new Controls(room)));

/** A picture of one pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** Sends the picture by the + menu. */
async function sendPicture(room: Room): Promise<void> {
  await room.button(room.names.more).click();
  const chooser = room.page.waitForEvent('filechooser');
  await room.page.getByRole('menuitem', { name: '사진 보내기' }).click();
  await (await chooser).setFiles({ name: 'cup.png', mimeType: 'image/png', buffer: PICTURE });
}

describe.each([
  { width: 1440, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const)('at $width px', looks => {
  test.each(['오픈빌더', '스마트채팅'] as const)(
    'a photo of %s reaches the bot and is seen in the room',
    protocol =>
      sit(looks, async (room, controls) => {
        await controls.speaks(protocol);
        await sendPicture(room);
        await room.shows('사진을 받았어요.');
        const picture = room.log.getByRole('img').first();
        await picture.waitFor();
        expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
      }),
  );

  test('smart-chat tells of a friend who comes, blocks and leaves, and shows nothing', () =>
    sit(looks, async (room, controls) => {
      await controls.speaks('스마트채팅');
      for (const [button, note] of [
        ['친구 추가', '채널을 친구로 추가했습니다.'],
        ['친구 차단', '채널을 차단했습니다.'],
        ['방 나가기', '채팅방에서 나갔습니다.'],
      ] as const) {
        await controls.presses(button);
        await room.shows(note);
      }
      const methods = desk.feed.exchanges().map(({ request }) => request.method);
      expect(methods.slice(-3)).toEqual(['POST', 'DELETE', 'DELETE']);
    }));

  test('a request that comes twice is answered alike, and counts once', () =>
    sit(looks, async (room, controls) => {
      await controls.turns('중복 요청', true);
      await room.says('세기');
      await room.shows('같은 요청이 두 번 갔고, 같은 답이 왔습니다.');
      await controls.turns('중복 요청', false);
      await room.says('세기');
      await room.shows('2번째예요.');
    }));

  test('a slow answer comes by its callback', () =>
    sit(looks, async room => {
      await room.says('느린 일');
      await room.shows('하고 있어요.');
      await room.shows('다 됐어요.');
      await room.shows(/뒤에 콜백으로 온 답입니다/);
    }));

  test.each([
    ['콜백 만료', /콜백을 카카오가 받지 않았습니다: Invalid callback token/],
    ['콜백 거절', /콜백을 카카오가 받지 않았습니다: Invalid skill-json format/],
  ])('%s: what it is for the user is told in the room', (fault, note) =>
    sit(looks, async (room, controls) => {
      await controls.turns(fault, true);
      await room.says('느린 일');
      await room.shows(note);
      await controls.turns(fault, false);
      await room.says('느린 일');
      await room.shows(/뒤에 콜백으로 온 답입니다/);
    }),
  );

  test('while DynamoDB is down the bot apologises, and counts on afterwards', () =>
    sit(looks, async (room, controls) => {
      await room.says('세기');
      await room.shows('1번째예요.');
      await controls.turns('DynamoDB 중단', true);
      await room.says('세기');
      await room.log.getByRole('article').nth(3).waitFor();
      expect(await room.log.getByText('2번째예요.').count()).toBe(0);
      await controls.turns('DynamoDB 중단', false);
      await room.says('세기');
      await room.shows('2번째예요.');
    }));

  test('the session is seen as JSON, and cleared', () =>
    sit(looks, async (room, controls) => {
      const { name } = desk.feed.state().scene.user;
      await room.says('세기');
      await room.shows('1번째예요.');
      await room.goesTo('controls');
      await room.button('세션 보기').click();
      const session = room.page.getByRole('dialog', { name: `${name}의 세션` });
      await session.getByText('said:').waitFor();
      await session.getByRole('button', { name: '닫기' }).click();
      await controls.presses('세션 지우기');
      await room.says('세기');
      await room.shows('1번째예요.', 2);
    }));

  test('the conversation is cleared, and the session goes on', () =>
    sit(looks, async (room, controls) => {
      await room.says('세기');
      await room.shows('1번째예요.');
      await controls.presses('대화 지우기');
      await room.log.getByText('1번째예요.').waitFor({ state: 'detached' });
      await room.says('세기');
      await room.shows('2번째예요.');
    }));

  test.each([
    ['talk.yaml', 'talk.yaml', /- says: 세기/],
    ['jest', 'talk.test.ts', /\.says\('세기'\)/],
  ])('the conversation is exported as %s', (link, file, words) =>
    sit(looks, async room => {
      await room.says('세기');
      await room.shows('1번째예요.');
      await room.goesTo('controls');
      const download = room.page.waitForEvent('download');
      await room.page.getByRole('link', { name: link, exact: true }).click();
      const exported = await download;
      expect(exported.suggestedFilename()).toBe(file);
      expect(readFileSync(await exported.path(), 'utf8')).toMatch(words);
    }),
  );

  test('a request is copied as a line of curl, with nothing secret in it', () =>
    sit(looks, async room => {
      await room.says('세기');
      await room.shows('1번째예요.');
      const row = await room.opensExchange('세기');
      await row.getByRole('button', { name: 'curl로 복사' }).click();
      await room.page.getByText('복사했습니다.').waitFor();
      const line = await room.page.evaluate(() => navigator.clipboard.readText());
      expect(line).toMatch(/^curl /);
      expect(line).toContain(`${desk.url}/open-builder/skill`);
      expect(line).toContain('세기');
      expect(line).not.toContain(SECRET);
    }));
});

test('an answer that a slow network brings too late is dropped, and the room says so', () =>
  sit({}, async (room, controls) => {
    await controls.chooses('네트워크 지연', '0.5초');
    await room.says('세기');
    await room.shows('1번째예요.');
    await controls.chooses('네트워크 지연', '6초');
    await room.says('세기');
    await room.log.getByText(/5초/).waitFor({ timeout: 10_000 });
  }));
