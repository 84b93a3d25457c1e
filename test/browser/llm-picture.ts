import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { npmStart } from '../kit/npm-start.ts';
import { findChromium } from './chromium.ts';
import { packed } from './packed-png.ts';
import { Room } from './room.ts';

// Takes docs/images/llm.png anew: a list that became a card, and a tool that asks first.

const ROOT = join(import.meta.dirname, '../..');

const gateway = await npmStart(
  { MODEL_CHARACTERS_A_SECOND: '1000' },
  { args: [join(ROOT, 'lambda/scenarios/cafe-llm.ts')] },
);
const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({
    viewport: { width: 390, height: 1120 },
    locale: 'ko-KR',
    reducedMotion: 'reduce',
  });
  await page.goto(`${gateway.url}/`);
  const room = new Room(page, 'ko');
  await room.goesTo('log');
  await room.says('가까운 지점 어디야?');
  await room.shows('밤 9시까지 열어요');
  await room.says('라떼 두 잔 주문할게');
  await room.shows('주문할까요?');
  await page.waitForTimeout(500);
  const noteOf = 'The desk of npm start, taken by test/browser/llm-picture.ts';
  writeFileSync(join(ROOT, 'docs/images/llm.png'), packed(await page.screenshot(), noteOf));
} finally {
  await browser.close();
  await gateway.interrupt();
}
