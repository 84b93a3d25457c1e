import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HELP } from '../../tools/play/options.ts';
import { playTalk } from '../../tools/play/play-talk.ts';
import { readTalks } from '../../tools/play/read-talks.ts';
import { failureLines } from '../../tools/play/report.ts';
import { usePlayedCafe } from '../kit/played-cafe.ts';
import { bubbles, type PlayedBot, startPlayedBot, text } from '../tools/play/some-talk.ts';

// Its Korean has the same code and the same names.
const page = readFileSync(new URL('../../docs/play.md', import.meta.url), 'utf8');
const codeIn = (language: string): string[] =>
  [...page.matchAll(/^```(\w*)\n(.*?)^```/gms)].flatMap(([, own, code = '']) =>
    own === language ? [code] : [],
  );
const scripts = codeIn('yaml').filter(code => !code.includes('runs-on:'));

/** The first cells of the table below a head. */
const rowsOf = (head: string): string[] => {
  const [, table = ''] = new RegExp(`^\\| ${head} \\| \\|\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
};

/** The words that are known where a script has one that is not. */
function knownIn(script: string): string[] {
  try {
    readTalks('talk.yaml', script);
  } catch (error) {
    return /it knows (.*)$/.exec(String(error))?.[1]?.split(', ') ?? [];
  }
  return [];
}

describe('the page on scripts', () => {
  const step = 'name: a\nsteps:\n  - says: a\n';
  const members = [...page.matchAll(/^\| member \| \|\n((?:\|.*\n)+)/gm)].map(([, table = '']) =>
    [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name),
  );

  test('tells every member of a talk, a step and its expectations', () => {
    const [talk, ofStep = [], expects] = members;
    expect(talk?.toSorted()).toEqual(knownIn('quux: 1').toSorted());
    expect([...rowsOf('step'), ...ofStep].sort()).toEqual(knownIn(`${step}    quux: 1`).sort());
    expect(expects?.toSorted()).toEqual(knownIn(`${step}    expects: { quux: 1 }`).toSorted());
    expect(rowsOf('matcher').length).toBe(4);
    for (const matcher of rowsOf('matcher')) {
      const [talk] = readTalks('talk.yaml', `${step}    expects: { json: { a: { ${matcher}: true } } }`);
      expect(talk?.steps[0]?.expects?.json[0]?.matcher.kind).toBe(matcher);
    }
  });

  test('tells every option, as --help does', () => {
    const options = rowsOf('option');
    expect(options).toContain('--url');
    for (const help of [HELP.en, HELP.ko])
      expect([...help.matchAll(/^ {2}(--[\w-]+) /gm)].map(([, name]) => name).sort()).toEqual(
        options.toSorted(),
      );
  });
});

describe('the scripts of the page', () => {
  const cafe = usePlayedCafe(50);

  const talks = scripts.flatMap(script => readTalks('talk.yaml', script));
  const played = talks.flatMap(talk =>
    (talk.protocols ?? (['open-builder'] as const)).map(protocol => ({
      name: `${talk.name} (${protocol})`,
      talk,
      protocol,
    })),
  );

  test('are several', () => {
    expect(talks.length).toBeGreaterThan(4);
  });

  test.each(played)('go with the café as they say: $name', async ({ talk, protocol }) => {
    const { failure } = await playTalk(talk, protocol, cafe.kakaoFor(talk), 'the page');
    expect(failure && failureLines(failure, 'en')).toBeUndefined();
  });
});

describe('the report of the page', () => {
  let bot: PlayedBot;
  beforeAll(async () => {
    const labels = ['톨', '그란데', '취소'];
    const words: Readonly<Record<string, string>> = {
      주문: '어떤 음료를 드릴까요?',
      그란데: '몇 잔 드릴까요?',
    };
    const keys = ['유자차', ...labels];
    const replies = keys.map(label => ({ label, action: 'message', messageText: label }));
    bot = await startPlayedBot(
      ({ text: said }) => bubbles([text(words[said] ?? '네')], replies),
      ({ text: said }) => ({
        body: {
          message: {
            text:
              said === '그란데'
                ? '크기는 톨과 그란데가 있어요. 어떤 크기로 드릴까요?'
                : (words[said] ?? '네'),
          },
          keyboard: { type: 'buttons', buttons: said === '그란데' ? labels : keys },
        },
      }),
    );
  });
  afterAll(() => bot?.stop());

  test('is as the command writes it', async () => {
    const [script = ''] = scripts;
    const [drawn = ''] = codeIn('');
    const { stdout } = await bot.play(script);
    const timeless = (report: string): string => report.replace(/\d+ ms/g, '… ms');
    expect(timeless(stdout)).toBe(timeless(drawn));
  });
});
