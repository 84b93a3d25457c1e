import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import type { GalleryAnswer } from '../../dev/desk/page/gallery-answers.ts';
import { answerOf, DOCS_PICTURES, noteOf } from '../docs/pictures.ts';
import { answersOfSamples, galleryAnswersSource } from '../kit/gallery-answers.ts';
import { findChromium } from './chromium.ts';
import { packed } from './packed-png.ts';

// Makes anew what is made of examples: the answers of the gallery, and the pictures of docs/replies.md.

const ROOT = join(import.meta.dirname, '../..');
const PICTURES = join(ROOT, 'docs/images/replies');

writeFileSync(join(ROOT, 'dev/desk/page/gallery-answers.ts'), galleryAnswersSource(answersOfSamples()));
await takePictures();

async function takePictures(): Promise<void> {
  const answers = await Promise.all(DOCS_PICTURES.map(answerOf));
  const { script, style } = await bundled();
  const browser = await chromium.launch({
    executablePath: findChromium(process.env),
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({
      deviceScaleFactor: 2,
      reducedMotion: 'reduce',
      hasTouch: true,
      isMobile: true,
    });
    await page.setContent(
      `<!doctype html><html lang="ko"><style>${style} body { margin: 0 } .arrow { display: none }</style><body></body></html>`,
    );
    await page.evaluate(
      `Object.assign(window, ${JSON.stringify({ ANSWERS: answers, USERS: answers.flatMap(usersIn) })})`,
    );
    await page.addScriptTag({ content: script });
    rmSync(PICTURES, { recursive: true, force: true });
    mkdirSync(PICTURES, { recursive: true });
    for (const answer of answers) {
      const taken = await pictureOf(page, answer.name);
      writeFileSync(join(PICTURES, `${answer.name}.png`), packed(taken, noteOf(answer)));
    }
  } finally {
    await browser.close();
  }
}

/** A room alone on the page, so that no edge of it lies between two pixels. */
async function pictureOf(page: Page, name: string): Promise<Buffer> {
  const size = await page.evaluate(wanted => {
    const shown = document.querySelector(`section.shown[aria-label="${wanted}"]`);
    const room = shown?.querySelector('[data-look="light"]');
    if (!room) throw new Error(`The gallery draws no ${wanted}.`);
    const alone = document.createElement('div');
    alone.append(room.cloneNode(true));
    for (const other of document.body.querySelectorAll(':scope > div')) other.remove();
    document.body.prepend(alone);
    const { width, height } =
      alone.firstElementChild?.getBoundingClientRect() ?? room.getBoundingClientRect();
    return { width: Math.floor(width), height: Math.floor(height) };
  }, name);
  return page.screenshot({ clip: { x: 0, y: 0, ...size }, fullPage: true });
}

/** Those whom an answer mentions, under the name that the page has in its drawing. */
function usersIn({ json }: GalleryAnswer): readonly object[] {
  const { extra } = JSON.parse(json) as {
    readonly extra?: { readonly mentions: Record<string, { readonly id: string }> };
  };
  return Object.values(extra?.mentions ?? {}).map(({ id }) => ({ name: '하늘', botUserKey: id }));
}

async function bundled(): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { h, render } from 'preact';
        import { Gallery } from './dev/desk/page/gallery.tsx';
        import './dev/desk/page/draw/draw.css';
        import './dev/desk/page/gallery.css';
        render(h(Gallery, { language: 'ko', answers: window.ANSWERS, users: window.USERS }), document.body);`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    outdir: 'pictures',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
  });
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
