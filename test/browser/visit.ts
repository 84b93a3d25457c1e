import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

/** A developer's screen and taste. */
export interface Looks {
  /** 390 is a phone's width, 1440 a desk's. */
  readonly width?: 390 | 1440;
  readonly language?: 'ko' | 'en';
  readonly theme?: 'light' | 'dark';
}

/** A visit's looks, and what it may say in its console. */
export interface VisitOptions extends Looks {
  /** Errors that the test brings about. */
  readonly mayFail?: RegExp;
}

/** The screen and taste as a test's name tells them. */
export const looksIn = ({ width = 1440, language = 'ko', theme = 'light' }: Looks): string =>
  `${width} px, ${language}, ${theme}`;

/** How long anything of a page may take: a machine that does much else is slow. */
const PATIENCE_MS = 15_000;

/** Both widths, each language and theme at least once: what concerns the looks is tried at these. */
export const EVERY_LOOK: readonly Required<Looks>[] = [
  { width: 1440, language: 'ko', theme: 'light' },
  { width: 1440, language: 'en', theme: 'dark' },
  { width: 390, language: 'ko', theme: 'dark' },
  { width: 390, language: 'en', theme: 'light' },
];

const SCREENSHOTS = join(import.meta.dirname, '..', '..', 'build', 'browser');

let launched: Promise<Browser> | undefined;
const seats = new Map<string, Promise<Seat>>();

afterAll(async () => {
  const browser = await launched;
  launched = undefined;
  seats.clear();
  await browser?.close();
});

/** A page before which one visitor after the other sits down: to open another takes longer than most visits. */
interface Seat {
  readonly profile: BrowserContext;
  readonly page: Page;
  /** The faults of the page that is open, in words, as they happen. */
  readonly faults: string[];
}

/** The browser of this file, which is closed after its tests. */
export function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findChromium(process.env),
    args: [
      // Chromium's own sandbox needs what a container's root does not have.
      '--no-sandbox',
      // Where there is none, to play one takes a third of the time.
      '--disable-gpu',
      // Any name leads to this machine: nothing is asked of a name server.
      '--host-resolver-rules=MAP * 127.0.0.1',
    ],
  });
  return launched;
}

/**
 * Opens a page, of which the browser remembers nothing, and has it used. Fails, with a screenshot in build/browser, when
 * its use does, and on an error in its console, on anything that its Content-Security-Policy refused, and on a request
 * to anywhere but 127.0.0.1.
 */
export async function visit(
  url: string,
  { mayFail, ...looks }: VisitOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const name = looksIn(looks);
  const taking = seats.get(name) ?? takeSeat(looks);
  seats.set(name, taking);
  const { profile, page, faults } = await taking;
  try {
    await page.goto(url);
    await use(page);
    expect(faults.filter(fault => !mayFail?.test(fault))).toEqual([]);
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    faults.length = 0;
  } catch (error) {
    await photograph(page);
    seats.delete(name);
    await profile.close();
    throw error;
  }
}

async function takeSeat({ width = 1440, language = 'ko', theme = 'light' }: Looks): Promise<Seat> {
  const profile = await (await browser()).newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    timezoneId: 'Asia/Seoul',
    colorScheme: theme,
    hasTouch: width === 390,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  profile.setDefaultTimeout(PATIENCE_MS);
  const faults = await faultsOf(profile);
  return { profile, page: await profile.newPage(), faults };
}

/** The faults of a profile's pages, in words, as they happen. */
async function faultsOf(profile: BrowserContext): Promise<string[]> {
  const faults: string[] = [];
  profile.on('console', entry => {
    if (entry.type() === 'error') faults.push(`console: ${entry.text()} (${entry.location().url})`);
  });
  profile.on('weberror', fault => faults.push(`thrown: ${fault.error().message}`));
  profile.on('dialog', dialog => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  profile.on('request', request => {
    const { protocol, hostname } = new URL(request.url());
    const isOurs = hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:';
    if (!isOurs) faults.push(`request: ${request.url()}`);
  });
  await profile.exposeFunction('tellRefusal', (refusal: string) => faults.push(`policy: ${refusal}`));
  await profile.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const tell = Reflect.get(window, 'tellRefusal');
      if (typeof tell === 'function') tell(`${violatedDirective} refused ${blockedURI}`);
    });
  });
  return faults;
}

async function photograph(page: Page): Promise<void> {
  const name = (expect.getState().currentTestName ?? 'page')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 100);
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) }).catch(() => undefined);
}
