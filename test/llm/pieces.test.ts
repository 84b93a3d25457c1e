import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plain } from '../../lambda/bot/markdown.ts';
import { PieceMaker, toPieces } from '../../lambda/llm/pieces.ts';
import { cpuMs } from '../kit/cpu.ts';
import { LLM_ANSWERS } from '../kit/llm-answers.ts';
import { runs } from '../kit/property.ts';

/** The pieces of a text that comes in chunks of these lengths, over and over. */
function piecesOf(markdown: string, lengths: readonly number[]): readonly unknown[] {
  const maker = new PieceMaker();
  const pieces: unknown[] = [];
  for (let at = 0, turn = 0; at < markdown.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(...maker.push(markdown.slice(at, at + length)));
    at += length;
  }
  return [...pieces, ...maker.end()];
}

/** The pieces, each with the characters that brought it. */
function shownBy(markdown: string): (readonly [string, unknown])[] {
  const maker = new PieceMaker();
  let said = '';
  const shown: (readonly [string, unknown])[] = [];
  for (const character of markdown) {
    said += character;
    const pieces = maker.push(character);
    if (pieces.length > 0) {
      shown.push([said, pieces.join('')]);
      said = '';
    }
  }
  return [...shown, [said, maker.end().join('')]];
}

/** A quadratic reader takes seconds over as many. */
const MANY = process.env.EVERY_RUN ? 20_000 : 4_000;

const chunks = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 9 });

const soup = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('가', '나요. ', '다! ', '정말? ', 'サ。', '라', 'a', ' ') },
      fc.constantFrom(...'*_~`[]()!<>|#-=+.:&$\\/ \n\n\t1"'),
      fc.constantFrom('**', '__', '~~', '```', '~~~', '    ', '\n\n', '\n- ', '\n1. ', '\n> ', '\r\n', '\r'),
      fc.constantFrom(
        '|-|',
        '](',
        '$$',
        '\\(',
        '\\[',
        '\\)',
        '\\]',
        '\\\n',
        '<br>',
        '<b>',
        '<a href="',
        '">',
      ),
      fc.constantFrom('[', '![', '(https://a.kr "', '\n| a | b |\n|-|-|\n| c | d |\n', '\n```\n', '\n# '),
      fc.constantFrom(
        '\n---\n',
        '\n===\n',
        '- [x] ',
        '$x',
        '&lt;',
        '*^^*',
        'C:\\a',
        '__a__',
        'https://a.kr/b',
      ),
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.join(''));

/** Whether pieces leave something as it is written: they can't wait for a link's target at the end, nor take words back for a header. */
const isAhead = (markdown: string): boolean =>
  /^[\s>]*\[[^[\]]+\]:\s*<?(?:https?:|tel:|mailto:)/im.test(markdown) ||
  /^[^|\n]*(?:[.!?]["')\]]{0,2}[^\S\n]|。)[^\n]*\|/m.test(markdown);

describe('pieces of Markdown', () => {
  test.each(LLM_ANSWERS)('read, joined, as the plain text does: $question', ({ markdown }) => {
    const joined = toPieces(markdown).join('');
    for (const length of [1, 2, 3, 7, 50]) expect(piecesOf(markdown, [length]).join('')).toBe(joined);
    if (!isAhead(markdown)) expect(joined).toBe(plain(markdown));
  });

  test('of a link by reference are what is written: its target may come long after it', () => {
    expect(
      toPieces('**자료**[1]와 [여기][a]를 보세요.\n\n[1]: https://a.kr/1\n[a]: <https://a.kr/a> "제목"').join(
        '',
      ),
    ).toBe('자료[1]와 [여기][a]를 보세요.\n\n[1]: https://a.kr/1\n[a]: https://a.kr/a "제목"');
  });

  test('read the same in whatever chunks they come, and as the plain text does', () => {
    fc.assert(
      fc.property(soup, chunks, (markdown, lengths) => {
        const joined = toPieces(markdown).join('');
        expect(piecesOf(markdown, lengths).join('')).toBe(joined);
        if (!isAhead(markdown)) expect(joined).toBe(plain(markdown));
      }),
      runs(10_000),
    );
  });

  test.each([
    [
      'a sentence, once it is certain',
      '네, 그래요. **굵게**는 요! 끝',
      ['네, 그래요.', ' 굵게는 요!', ' 끝'],
    ],
    ['a sentence without a space after it', '元気。はい！終わり', ['元気。', 'はい！', '終わり']],
    ['not half of what may be bold', '**하나. 둘. 셋**이요. 넷', ['하나. 둘. 셋이요.', ' 넷']],
    ['not half of a link', '[하나. 둘](https://a.kr "셋. 넷"). 끝', ['하나. 둘 (https://a.kr).', ' 끝']],
    ['not half of code', '`하나. 둘` 셋. 넷', ['하나. 둘 셋.', ' 넷']],
    [
      'not half of a formula',
      '$a. b$는 요. \\(x. ^y\\)는 요. 끝',
      ['$a. b$는 요.', ' \\(x. ^y\\)는 요.', ' 끝'],
    ],
    ['not half of a tag', '<a href="가. 나">다</a>. 라', ['다.', ' 라']],
    ['an item', '- 하나\n- **둘**\n1. 셋', ['• 하나', '\n• 둘', '\n1. 셋']],
    ['a heading', '# 하나. 둘 #\n셋. 넷', ['하나. 둘', '\n셋.', ' 넷']],
    ['a row', '| a | b |\n|-|-|\n| 1. x | 2 |\n| 3 | 4 |', ['a: 1. x · b: 2', '\na: 3 · b: 4']],
    ['a line of code', '```js\na. b;\n\n  c\n```\n끝', ['a. b;', '\n\n  c', '\n끝']],
    ['a number, which is no sentence', '1. 하나 2. 둘 3.5초. 끝', ['1. 하나 2. 둘 3.5초.', ' 끝']],
  ])('come as soon as they are whole: %s', (_, markdown, pieces) => {
    expect(shownBy(markdown).map(([, piece]) => piece)).toEqual(pieces);
  });

  test('of a sentence come with the character after it', () => {
    expect(shownBy('네. 둘이요! 끝')).toEqual([
      ['네. ', '네.'],
      ['둘이요! ', ' 둘이요!'],
      ['끝', ' 끝'],
    ]);
  });

  test.each(['**', '*', '`', '[', '~~ ~~', '$$', '<b ', '\\('])(
    'are held back by no mark that nothing closes for more than 400 characters: %s',
    mark => {
      const markdown = `${mark}${'열 글자는 되는 문장. '.repeat(200)}`;
      for (const [said] of shownBy(markdown)) expect(said.length).toBeLessThan(420);
      expect(toPieces(markdown).join('')).toBe(plain(markdown));
    },
  );

  test.each([
    ['a rule that is long', `${'- '.repeat(300)}\n나`, '나'],
    ['a paragraph that begins with marks alone', `앞\n\n${'<b> '.repeat(150)}나`, '앞\n\n나'],
  ])('show no marks of %s', (_, markdown, words) => {
    expect(toPieces(markdown).join('').replace(/ /g, '')).toBe(words);
    expect(plain(markdown).replace(/ /g, '')).toBe(words);
  });

  test('are held back for no line that has no end', () => {
    for (const begin of ['', '# ', '| ', '```\n', '    ', '- ', '``` '])
      for (const [said] of shownBy(begin + '가나다라마🙂'.repeat(2_000)))
        expect(said.length).toBeLessThan(4_200);
  });

  test('of a line that has no end are no half characters, and lose none', () => {
    for (const begin of ['', '# ', '\n# a', '```\n', '```\n1']) {
      const pieces = toPieces(begin + '🙂'.repeat(5_000));
      for (const piece of pieces) expect(String(piece).isWellFormed()).toBe(true);
      expect(pieces.join('').match(/🙂/gu)).toHaveLength(5_000);
    }
  });

  test.each(
    [
      '*',
      '`',
      '[',
      '<b ',
      '$',
      '\\(',
      '. ',
      '**. ',
      '`. ',
      '[. ',
      '# . ',
      '|. ',
      '\n',
      '\r',
      '    \n',
      '- a\n',
    ].concat([
      '| a |\n',
      '|-|\n',
      '```\n',
      '> ',
      '。a',
      '<br>. ',
      '](. ',
      '~~~\n \n',
      '\t. ',
      '1. ',
      '=\n',
      '$$. ',
    ]),
  )('take linear time over many of %j', mark => {
    const msFor = (times: number): number => {
      const many = mark.repeat(times);
      const started = cpuMs();
      toPieces(many);
      toPieces(`\`\`\`\n${many}`);
      piecesOf(many, [5]);
      return cpuMs() - started;
    };
    const isLinear = () => msFor(MANY) < Math.max(250, 24 * msFor(MANY / 8));
    expect(isLinear() || isLinear() || isLinear()).toBe(true);
  });
});
