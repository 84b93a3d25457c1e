import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMPONENTS } from '../../lambda/check/components.ts';
import { openChat } from '../kit/chat.ts';
import { columnsOf, drawnLines, drawnMessage, MAX_COLUMNS } from './drawing.ts';
import { answerOf, DOCS_PICTURES, imageOf, noteOf } from './pictures.ts';
import { bot } from './replies.ts';

const PAGES = ['docs/replies.md', 'docs/replies.ko.md'];
const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const codeIn = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w*)\n(.*?)^```/gms)].flatMap(([, own, code = '']) =>
    own === language ? [code.trim()] : [],
  );
const saidIn = (code: string): string[] =>
  [...code.matchAll(/^bot\.hears\('([^']+)'/gm)].map(([, said = '']) => said);

const source = read('test/docs/replies.ts');
const ROOMS = {
  'Open Builder': () => openChat(bot, 'open-builder'),
  'group room': () => openChat(bot, 'open-builder', { room: 'group' }),
  'smart-chat': () => openChat(bot, 'smart-chat'),
};

/** Members of a component that hold no words to be read. */
const HIDDEN = new Set([
  'action',
  'altText',
  'blockId',
  'buttonLayout',
  'currency',
  'extra',
  'imageUrl',
  'itemListAlignment',
  'link',
  'listLayout',
  'messageText',
  'phoneNumber',
  'type',
  'webLinkUrl',
]);

/** The first rule of each section, and how the section draws its answer. */
const sections = PAGES.flatMap(file =>
  read(file)
    .split(/^#+ /m)
    .flatMap(section => {
      const [said] = codeIn(section, 'ts').flatMap(saidIn);
      return said === undefined ? [] : [{ file, said, drawings: codeIn(section, '') }];
    }),
);

describe.each(PAGES)('%s', file => {
  const page = read(file);

  test('shows the rules that are there, and all of them', () => {
    const shown = codeIn(page, 'ts');
    for (const code of shown) expect(source).toContain(code);
    expect(shown.flatMap(saidIn).sort()).toEqual(saidIn(source).sort());
  });

  test('tells of every component', () => {
    const builders = Object.keys(COMPONENTS.output).map(name =>
      name.replace(/^simple(.)/, (_, letter: string) => letter.toLowerCase()),
    );
    for (const builder of builders) expect(page).toMatch(new RegExp(`^## ${builder}$`, 'm'));
  });

  test('has links that lead somewhere in it', () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\d -]/gu, '')
        .replaceAll(' ', '-'),
    );
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(anchors).not.toEqual([]);
    expect(headings).toEqual(expect.arrayContaining(anchors));
  });

  test('draws in the width of a phone', () => {
    const lines = codeIn(page, '').flatMap(drawing => drawing.split('\n'));
    expect(lines.filter(line => columnsOf(line) > MAX_COLUMNS)).toEqual([]);
  });
});

describe('a picture', () => {
  const FOLDER = new URL('../../docs/images/replies/', import.meta.url);

  test('of each section stands in it, with its words, in both languages', () => {
    for (const [page, language] of [
      ['docs/replies.md', 'en'],
      ['docs/replies.ko.md', 'ko'],
    ] as const) {
      const pictured = read(page).split(/^#+ /m);
      for (const picture of DOCS_PICTURES) {
        const section = pictured.find(one => one.includes(imageOf(picture, language))) ?? '';
        expect(section).toContain(`bot.hears('${picture.said}'`);
      }
      expect(read(page).match(/<img /g)).toHaveLength(DOCS_PICTURES.length);
    }
  });

  test('is small, and none is left over', () => {
    const files = readdirSync(FOLDER).sort();
    expect(files).toEqual(DOCS_PICTURES.map(({ file }) => `${file}.png`).sort());
    for (const file of files) expect(statSync(new URL(file, FOLDER)).size).toBeLessThan(30_720);
  });

  test.each(DOCS_PICTURES)('$file was taken of the answer to $said', async picture => {
    const png = readFileSync(new URL(`${picture.file}.png`, FOLDER), 'latin1');
    // Else: node --import tsx test/browser/pictures.ts
    expect(png).toContain(`Comment\0${noteOf(await answerOf(picture))}`);
  });
});

describe.each(Object.entries(ROOMS))('%s', (_, open) => {
  test.each(saidIn(source))('answers %s, and Kakao takes it', async said => {
    // What Kakao would drop, the chat throws.
    expect(await open().says(said)).toMatchObject({ failed: false });
  });
});

test.each(sections)('$file draws $said as smart-chat shows it', async ({ said, drawings }) => {
  const { answer, lost } = await ROOMS['smart-chat']().says(said);
  expect(drawings.filter(drawing => drawing.startsWith('╭ smart-chat'))).toEqual([
    drawnMessage(answer, lost),
  ]);
});

test.each(
  sections.flatMap(({ drawings, ...section }) =>
    (['Open Builder', 'group room'] as const).flatMap(room => {
      const drawing = drawings.find(one => one.startsWith(`╭ ${room} `));
      return drawing === undefined ? [] : [{ ...section, room, drawing }];
    }),
  ),
)('$file draws every word of $said that is shown: $room', async ({ said, room, drawing }) => {
  const { answer } = await ROOMS[room]().says(said);
  const words = shownIn(answer.template ?? answer.data).flatMap(drawnLines);
  // A picture alone has none.
  for (const line of words.length > 0 ? words : ['▒▒▒▒']) {
    const shown = room === 'group room' ? line.replace(/\*\*|\{\{.*?\}\}/g, '') : line;
    expect(drawing).toContain(shown.trim());
  }
});

test('a loss of the list that the page tells of', async () => {
  const chat = ROOMS['smart-chat']();
  expect((await chat.says('메뉴')).lost).toEqual([{ what: 'picture', output: 0 }]);
});

test.each(Object.entries(ROOMS))('%s gives back the extra of what was tapped', async (_, open) => {
  const chat = open();
  await chat.says('궁금해요');
  expect((await chat.taps('유자차')).words).toContain('유자차 이야기를 들려드릴게요.');
  for (const file of PAGES) expect(read(file)).toContain('"유자차 이야기를 들려드릴게요."');
});

test.each(Object.entries(ROOMS))('%s goes on with a long text behind 더보기', async (_, open) => {
  const chat = open();
  await chat.says('이용약관');
  expect((await chat.taps('더보기')).words).toMatch(/제(3|6|9)1조 /);
});

/** The texts of an answer that KakaoTalk shows. */
function shownIn(answer: unknown): string[] {
  if (typeof answer === 'string') return [answer];
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([key, member]) => (HIDDEN.has(key) ? [] : shownIn(member)));
}
