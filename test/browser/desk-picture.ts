import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { npmStart } from '../kit/npm-start.ts';
import { findChromium } from './chromium.ts';
import { packed } from './packed-png.ts';

// Takes docs/images/desk.png anew: the café's menu and a late recommendation, with the inspector at the menu's exchange.

const ROOT = join(import.meta.dirname, '../..');

const gateway = await npmStart(
  { RECOMMEND_DELAY_MS: '6000' },
  { args: [join(ROOT, 'lambda/scenarios/cafe.ts')] },
);
const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 860 },
    locale: 'ko-KR',
    reducedMotion: 'reduce',
  });
  await page.goto(`${gateway.url}/`);
  const say = async (text: string): Promise<void> => {
    await page.getByRole('textbox', { name: '메시지' }).fill(text);
    await page.getByRole('button', { name: '보내기', exact: true }).click();
    await page.getByRole('log', { name: '대화' }).getByText(text, { exact: true }).last().waitFor();
  };
  await say('안녕하세요');
  await page.getByText('무엇을 도와드릴까요?').waitFor();
  await say('메뉴');
  await page.getByText('마음에 드는 음료를').waitFor();
  await say('추천해줘');
  await page.getByText('어떠세요').waitFor();
  await page.getByRole('button', { name: /나 메뉴/ }).click();
  const noteOf = 'The desk of npm start, taken by test/browser/desk-picture.ts';
  writeFileSync(join(ROOT, 'docs/images/desk.png'), packed(await page.screenshot(), noteOf));
} finally {
  await browser.close();
  await gateway.interrupt();
}
