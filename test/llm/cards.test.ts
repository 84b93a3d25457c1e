import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bot } from '../../lambda/bot/bot.ts';
import { plain } from '../../lambda/bot/markdown.ts';
import { answerOf, type Piece } from '../../lambda/bot/pieces.ts';
import type { SettledReply } from '../../lambda/bot/reply.ts';
import { linksCard, markdownCards } from '../../lambda/llm/cards.ts';
import { PieceMaker, toPieces } from '../../lambda/llm/pieces.ts';
import { enough } from '../../lambda/llm/pieces-enough.ts';
import { renderSkill } from '../../lambda/open-builder/render.ts';
import { renderMessage } from '../../lambda/smart-chat/render.ts';
import { settle } from '../../lambda/turn/settle.ts';
import { messageProblems, skillProblems } from '../kit/kakao-accepts.ts';
import { LLM_ANSWERS } from '../kit/llm-answers.ts';
import { runs } from '../kit/property.ts';

const cards = markdownCards({ images: true });
const { texts } = new Bot({ session: () => ({}) });

const lines = (...all: string[]): string => all.join('\n');

const item = (title: string, url: string, description: string) => ({
  title,
  description,
  link: { web: url },
});

describe('cards of Markdown', () => {
  test('of links are a list card under the heading before them, in their place among the words', () => {
    const markdown = lines(
      '다음을 보세요.',
      '',
      '## 관련 자료',
      '',
      '- [**도움말**](https://help.a.kr/x?y=1)',
      '* **[가이드](http://www.b.kr:8080/c_d "제목")**',
      '1. [문답](https://c.kr)',
      '',
      '끝이에요.',
    );
    expect(toPieces(markdown, { cards })).toEqual([
      '다음을 보세요.',
      {
        listCard: {
          header: { title: '관련 자료' },
          items: [
            item('도움말', 'https://help.a.kr/x?y=1', 'help.a.kr'),
            item('가이드', 'http://www.b.kr:8080/c_d', 'b.kr:8080'),
            item('문답', 'https://c.kr', 'c.kr'),
          ],
        },
      },
      '끝이에요.',
    ]);
  });

  test.each([
    ['a line that ends with a colon', '참고할 곳:', '참고할 곳'],
    ['a bold line', '**참고할 곳**', '참고할 곳'],
    ['a bold line with a colon', '**참고할 곳:**', '참고할 곳'],
    ['a heading', '### 1. *참고*할 곳', '1. 참고할 곳'],
    ['nothing', '', '링크'],
  ])('of links have as their header %s', (_, before, title) => {
    const markdown = lines(before, '- [a](https://a.kr)', '', '- [b](https://b.kr)');
    expect(toPieces(markdown, { cards })).toEqual([
      { listCard: expect.objectContaining({ header: { title } }) },
    ]);
  });

  test('of an image are the picture itself', () => {
    expect(
      toPieces('앞\n\n![가게 *앞*](https://a.kr/x.png)\n![](https://a.kr/y.png)\n뒤', { cards }),
    ).toEqual([
      '앞',
      { simpleImage: { imageUrl: 'https://a.kr/x.png', altText: '가게 앞' } },
      { simpleImage: { imageUrl: 'https://a.kr/y.png' } },
      '뒤',
    ]);
  });

  test('of a table of two short columns are facts under the names of the columns', () => {
    expect(
      toPieces('| 구분 | **값** |\n|:--|--:|\n| 기본 | 3,000원 |\n| 제주 | *6,000원* |', { cards }),
    ).toEqual([
      {
        itemCard: {
          head: { title: '구분 · 값' },
          itemList: [
            { title: '기본', description: '3,000원' },
            { title: '제주', description: '6,000원' },
          ],
        },
      },
    ]);
    expect(toPieces('| | |\n|-|-|\n| 기본 | 3,000원 |', { cards })).toEqual([
      { itemCard: { itemList: [{ title: '기본', description: '3,000원' }] } },
    ]);
  });

  const links = (count: number, end = '') =>
    Array.from({ length: count }, (_, at) => `- [링크${at}](https://a.kr/${at})${end}`);
  const rows = (count: number, name = '이름', value = '값') =>
    lines('| a | b |', '|---|---|', ...Array.from({ length: count }, () => `| ${name} | ${value} |`));

  test.each([
    ['one link', lines(...links(1))],
    ['six links', lines(...links(6))],
    ['many links, with blank lines between them', links(40).join('\n\n')],
    ['links among words', lines(...links(2), '- 그리고 말')],
    ['links after an item of words', lines('- 말', ...links(2))],
    ['links with words beside them', lines(...links(3, ': 설명'))],
    ['a link of another kind', lines(...links(2), '- [전화](tel:02-1)')],
    ['the same link twice', lines(...links(1), ...links(1))],
    ['a long title', lines(...links(1), `- [${'가'.repeat(41)}](https://b.kr)`)],
    ['a URL that is none', lines(...links(1), '- [가](https://a b)', '- [가](https://[a)')],
    ['a URL that is too long', lines(...links(1), `- [가](https://a.kr/${'a'.repeat(1_000)})`)],
    ['a caption alone', '참고할 곳:\n\n없어요.'],
    ['a caption at the end', '참고할 곳:'],
    ['an image among words', '앞 ![가](https://a.kr/x.png) 뒤'],
    ['an image of another kind', '![가](data:image/png;base64,aaaa)'],
    ['an image with a long text', `![${'가'.repeat(51)}](https://a.kr/x.png)`],
    ['a table of three columns', '| a | b | c |\n|-|-|-|\n| 1 | 2 | 3 |'],
    ['a table with a long name', rows(2, '일곱글자입니다')],
    ['a table with a long value', rows(2, '이름', '가'.repeat(31))],
    ['a table with an empty value', rows(2, '이름', '')],
    ['a table of eleven rows', rows(11)],
    ['a table of forty rows', rows(40)],
    ['a table without rows', rows(0)],
    ['a table with code in it', rows(1, '`a`')],
    ['code', lines('```', ...links(3), '![가](https://a.kr/x.png)', rows(2), '```')],
    ['a quote', lines(...links(3).map(link => `> ${link}`))],
  ])('are none where a card would lose something: %s', (_, markdown) => {
    for (const text of [markdown, lines('앞.', '', markdown, '', '뒤.')])
      expect(toPieces(text, { cards }).join('')).toBe(plain(text));
  });

  test('are of links with sentences in them, too', () => {
    expect(toPieces('- [하나. 둘](https://a.kr)\n- [셋! 넷](https://b.kr)', { cards })).toEqual([
      {
        listCard: {
          header: { title: '링크' },
          items: [item('하나. 둘', 'https://a.kr', 'a.kr'), item('셋! 넷', 'https://b.kr', 'b.kr')],
        },
      },
    ]);
  });

  test('hold back no list that is longer than a card', () => {
    const maker = new PieceMaker({ cards });
    expect(maker.push(lines(...links(14))).join('')).toContain('• 링크0 (https://a.kr/0)\n• 링크1');
    expect(new PieceMaker({ cards }).push(rows(14)).join('')).toContain('a: 이름 · b: 값');
  });

  test('are only of the kinds that are asked for: pictures are none by default', () => {
    const link = lines(...links(2));
    const table = rows(1);
    const picture = '![가](https://a.kr/x.png)';
    const shown = (options?: Parameters<typeof markdownCards>[0]) =>
      toPieces([link, table, picture].join('\n\n뒤.\n\n'), { cards: markdownCards(options) }).flatMap(
        piece => (typeof piece === 'string' ? [] : Object.keys(piece)),
      );
    expect(shown()).toEqual(['listCard', 'itemCard']);
    expect(shown({ links: false, tables: false, images: true })).toEqual(['simpleImage']);
  });

  test('are none where none are asked for', () => {
    for (const { markdown } of LLM_ANSWERS)
      for (const piece of toPieces(markdown)) expect(typeof piece).toBe('string');
  });

  const word = fc.string({ unit: fc.constantFrom(...'가나다라마바사'), minLength: 1, maxLength: 9 });
  const host = fc.constantFrom('a.kr', 'www.b.com', 'c.org:8080/x_y?z=*1*', 'd');
  const link = fc.tuple(fc.constantFrom('- ', '* ', '1. ', '- ', '  - ', ''), word, host);
  const cell = fc.constantFrom('가', '나다 라', '**마**', '', '1,000원', '`바`', '사\\|', '다'.repeat(40));
  const row = fc.array(cell, { minLength: 2, maxLength: 2 });
  const block = fc.oneof(
    {
      weight: 2,
      arbitrary: fc
        .array(link, { minLength: 1, maxLength: 7 })
        .map(all => all.map(([mark, title, at]) => `${mark}[${title}](https://${at})`)),
    },
    fc.tuple(word, host).map(([alt, at]) => [`![${alt}](https://${at})`]),
    fc
      .array(row, { minLength: 1, maxLength: 13 })
      .map(all => ['| 가 | 나 |', '|---|---|', ...all.map(cells => `| ${cells.join(' | ')} |`)]),
    fc.array(word, { minLength: 1, maxLength: 4 }).map(words => [words.join('. ')]),
    word.map(words => [`## ${words}`]),
    word.map(words => [`${words}:`]),
    fc.constantFrom('', '```', '> 가', '---', '**', '| 나 | 다 |', '    라').map(line => [line]),
    word.map(words => [words.repeat(300)]),
  );
  const document = fc
    .array(fc.tuple(block, fc.constantFrom('\n', '\n\n', '\n\n')), { maxLength: 10 })
    .map(blocks => blocks.map(([all, end]) => all.join('\n') + end).join(''));

  const lettersOf = (text: string) => {
    const counts: Record<string, number> = {};
    for (const letter of text.match(/[가-힣]/g) ?? []) counts[letter] = (counts[letter] ?? 0) + 1;
    return counts;
  };

  test('and words together have every word of the Markdown, in whatever chunks it comes', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 40 }), (markdown, length) => {
        const whole = toPieces(markdown, { cards });
        const shown = lettersOf(JSON.stringify(whole));
        for (const [letter, times] of Object.entries(lettersOf(markdown)))
          expect(shown[letter] ?? 0).toBeGreaterThanOrEqual(times);
        const maker = new PieceMaker({ cards });
        const pieces: Piece[] = [];
        for (let at = 0; at < markdown.length; at += length)
          pieces.push(...maker.push(markdown.slice(at, at + length)));
        expect(answerOf([...pieces, ...maker.end()], undefined)).toEqual(answerOf(whole, undefined));
        for (const piece of whole)
          seen.add(typeof piece === 'string' ? 'words' : (Object.keys(piece)[0] ?? ''));
      }),
      runs(2_000),
    );
    expect([...seen].sort()).toEqual(['itemCard', 'listCard', 'simpleImage', 'words']);
  });

  const RENDERERS = {
    'a private room': (reply: SettledReply) => renderSkill(reply, texts, 'private'),
    'a group room': (reply: SettledReply) => renderSkill(reply, texts, 'group'),
    'smart-chat': (reply: SettledReply) => renderMessage(reply, texts),
  };

  test.each(Object.entries(RENDERERS))(
    'are shown by Kakao in %s, and so is each part behind 더보기',
    (room, render) => {
      fc.assert(
        fc.property(document, markdown => {
          const pieces = toPieces(markdown, { cards });
          fc.pre(pieces.length > 0);
          const { reply, violations } = settle(answerOf(pieces, undefined));
          // A long text folds, and opens at a tap; no card is shortened.
          expect(violations.filter(({ rule }) => rule !== 'simpleText.fold')).toEqual([]);
          for (let next: SettledReply | undefined = reply; next !== undefined; ) {
            const { answer, rest }: { answer: unknown; rest?: SettledReply } = render(next);
            const problems =
              room === 'smart-chat'
                ? messageProblems(answer)
                : skillProblems(answer, room === 'a group room' ? 'group' : 'private');
            expect(problems).toEqual([]);
            next = rest;
          }
        }),
        runs(10_000),
      );
    },
  );
});

describe('the card of the pages that a model names', () => {
  test('has at most five of them, each once, by title and host', () => {
    const url = (at: number) => `https://www.a.kr/${at}`;
    const pages = [1, 2, 2, 3, 4, 5, 6].map(at => ({ url: url(at), title: ` 제목 ${at} ` }));
    expect(linksCard(pages)).toEqual({
      listCard: {
        header: { title: '출처' },
        items: [1, 2, 3, 4, 5].map(at => item(`제목 ${at}`, url(at), 'a.kr')),
      },
    });
  });

  test('shows the host of a page without a title, and under another header if told to', () => {
    expect(
      linksCard([{ url: 'https://naver.com@b.kr/x' }, { url: 'https://c.kr', title: ' ' }], '더 읽기'),
    ).toEqual({
      listCard: {
        header: { title: '더 읽기' },
        items: [
          { title: 'b.kr', link: { web: 'https://naver.com@b.kr/x' } },
          { title: 'c.kr', link: { web: 'https://c.kr' } },
        ],
      },
    });
  });

  test.each([
    '',
    'a.kr',
    'javascript:alert(1)',
    'ftp://a.kr',
    'https://',
    'https://[',
    'https://a b',
    `https://a.kr/${'a'.repeat(1_000)}`,
  ])('leaves out what is no page: %s', url => {
    expect(linksCard([{ url, title: '가' }])).toBeUndefined();
  });

  test('is none of no page', () => {
    expect(linksCard([])).toBeUndefined();
  });
});

describe('three bubbles', () => {
  const bubble = '가'.repeat(1_000);
  const picture = { simpleImage: { imageUrl: 'https://a.kr/x.png' } };

  test.each<[string, readonly Piece[], boolean]>([
    ['nothing', [], false],
    ['a sentence', ['안녕하세요.'], false],
    ['three bubbles of words', [bubble, bubble, bubble], false],
    ['a word more', [bubble, bubble, bubble, '나'], true],
    ['three cards', [picture, picture, picture], false],
    ['a word after three cards', [picture, picture, picture, '나'], true],
    ['words, a card, words', [bubble, picture, bubble], false],
    ['two bubbles of words and two cards', [bubble, bubble, picture, picture], true],
  ])('are enough for what is seen without a tap: %s', (_, pieces, isEnough) => {
    expect(enough(pieces)).toBe(isEnough);
    const { reply } = settle(answerOf(pieces, undefined));
    if (pieces.length > 0) expect(renderSkill(reply, texts, 'private').rest !== undefined).toBe(isEnough);
  });
});
