import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isBlank } from '../../lambda/blank.ts';
import { cutText, fit as fitted } from '../../lambda/bot/split-text.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { cpuMs } from '../kit/cpu.ts';
import { runs } from '../kit/property.ts';

const FAMILY = '👨‍👩‍👧';
const FLAG = '🇰🇷';
const KEYCAP = '1️⃣';
const JAMO = '\u1112\u1161\u11ab';
const MARKED = 'e\u0301\u0323';
const URL_TEXT = 'https://cafe.example/메뉴?q=커피&p=1';
/** As many combining marks as fill a bubble and more. */
const MARKS = '\u0301'.repeat(60);

const segmenter = new Intl.Segmenter();

/** Characters and URLs as [from, to] that a cut may not split, since they fit into a bubble. */
function unbroken(text: string, length: number): [number, number][] {
  return [
    ...[...segmenter.segment(text)].map(({ index, segment }): [number, number] => [index, segment.length]),
    ...[...text.matchAll(/https?:\/\/\S+/g)].map(({ index, 0: url }): [number, number] => [
      index,
      url.length,
    ]),
  ]
    .filter(([, size]) => size <= length)
    .map(([from, size]) => [from, from + size]);
}

/** Where each bubble stands in the text; between two of them is nothing but what shows nothing. */
function placesOf(
  bubbles: readonly string[],
  text: string,
): { readonly from: number; readonly to: number }[] {
  let at = 0;
  return bubbles.map(bubble => {
    const from = text.indexOf(bubble, at);
    expect(from).toBeGreaterThanOrEqual(at);
    expect(isBlank(text.slice(at, from))).toBe(true);
    at = from + bubble.length;
    return { from, to: at };
  });
}

const anyText = (...more: string[]) =>
  fc
    .array(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 6 }),
        fc.string({ unit: anyCharacter, maxLength: 3 }),
        fc.constantFrom(
          '\n',
          '\n\n',
          '\r\n',
          ' ',
          '. ',
          '요. ',
          '가나다라',
          '라떼',
          FAMILY,
          FLAG,
          FLAG.repeat(3),
          KEYCAP,
          JAMO,
          MARKED,
          ...more,
        ),
      ),
      { maxLength: 60 },
    )
    .map(parts => parts.join(''));

describe('cutting a long text', () => {
  test.each([
    ['what fits stays whole', '안녕하세요', 10, '안녕하세요', ''],
    ['after a line', '첫째 줄입니다\n둘째 줄입니다', 10, '첫째 줄입니다', '둘째 줄입니다'],
    ['after a sentence', '좋아요. 그렇죠? 다음', 11, '좋아요. 그렇죠?', '다음'],
    ['after a word', '커피 우유 홍차 녹차', 9, '커피 우유 홍차', '녹차'],
    ['where it must', '가나다라마바사', 4, '가나다라', '마바사'],
    ['never inside a surrogate pair', '가나다👋라', 4, '가나다', '👋라'],
    ['never inside an emoji', `가나다${FAMILY}라`, 8, '가나다', `${FAMILY}라`],
    ['never inside a URL', `메뉴는:${URL_TEXT} 보세요`, 33, '메뉴는:', `${URL_TEXT} 보세요`],
    ['never inside a mention', '가나다라마바{{#mentions.나}}님', 20, '가나다라마바', '{{#mentions.나}}님'],
    ['nor where it begins', '가나다라마바{{#mentions.나}}님', 16, '가나다라마바', '{{#mentions.나}}님'],
    [
      'nor at a space in it',
      '가나다라마바 {{#mentions.나 다}}님',
      20,
      '가나다라마바',
      '{{#mentions.나 다}}님',
    ],
    ['not at a decimal point', '값은 3.14 라고', 6, '값은', '3.14 라고'],
    ['not with white space in front', `${' '.repeat(9)}가나다라마`, 4, '가나다라', '마'],
    ['with nothing left of white space', `가나다${' '.repeat(9)}`, 4, '가나다', ''],
    ['with nothing left of what shows nothing', '가나다\u3164\u200b', 3, '가나다', ''],
    ['not with what shows nothing in front', `${'\u200b'.repeat(9)}가나다라`, 4, '\u200b가나다', '라'],
  ])('%s', (_, text, max, head, tail) => {
    expect(cutText(text, max)).toEqual({ head, tail });
  });

  test('loses nothing but what shows nothing, and always goes on', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 2, max: 50 }), (words, max) => {
        const text = words.trim();
        const { head, tail } = cutText(text, max);
        expect(head.length).toBeLessThanOrEqual(max);
        expect(tail.length).toBeLessThan(Math.max(1, text.length));
        // Before the head, at the cut and behind the tail.
        const from = text.indexOf(head);
        const rest = text.slice(from + head.length);
        const to = rest.lastIndexOf(tail);
        expect([from, to].every(at => at >= 0)).toBe(true);
        const gone = [text.slice(0, from), rest.slice(0, to), rest.slice(to + tail.length)];
        expect(gone.filter(part => !isBlank(part))).toEqual([]);
        expect(head.isWellFormed() || !text.isWellFormed()).toBe(true);
      }),
      runs(1_000),
    );
  });
});

describe('fitting a long text into bubbles', () => {
  test.each<[string, string, number, string[]]>([
    ['a short text is one bubble', '안녕하세요', 10, ['안녕하세요']],
    ['so is an empty one', '', 10, ['']],
    ['before a line, a paragraph', '첫째 문단\n\n둘째\n셋째 줄', 11, ['첫째 문단\n\n', '둘째\n셋째 줄']],
    [
      'before a late word, an early paragraph',
      '네네네\n\n아메리카노 그리고 라떼',
      16,
      ['네네네\n\n', '아메리카노 그리고 라떼'],
    ],
    ['before a word, a line', '첫째 줄입니다\n둘째 줄입니다', 12, ['첫째 줄입니다\n', '둘째 줄입니다']],
    ['a sentence in 다', '문을 엽니다. 커피를 팝니다', 12, ['문을 엽니다. ', '커피를 팝니다']],
    ['a sentence in 요', '문을 열어요. 커피를 팔아요', 12, ['문을 열어요. ', '커피를 팔아요']],
    ['a sentence in quotes', '“문을 엽니다.” 커피를 팝니다', 13, ['“문을 엽니다.” ', '커피를 팝니다']],
    ['a sentence in brackets', '(문을 열까요?) 커피를 팝니다', 13, ['(문을 열까요?) ', '커피를 팝니다']],
    ['a sentence in …', '글쎄요, 음… 커피를 팝니다', 12, ['글쎄요, 음… ', '커피를 팝니다']],
    ['a sentence in 。', '커피를 팝니다。 홍차도 팝니다', 14, ['커피를 팝니다。 ', '홍차도 팝니다']],
    ['not the number of an item', '라떼는 있어요. 1. 홍차홍차', 14, ['라떼는 있어요. ', '1. 홍차홍차']],
    [
      'not after a heading',
      '앞의 말이에요.\n\n제목\n\n뒤의 말',
      17,
      ['앞의 말이에요.\n\n', '제목\n\n뒤의 말'],
    ],
    [
      'not after a heading of a list',
      '앞의 말이에요.\n\n제목\n• 뒤의 말',
      16,
      ['앞의 말이에요.\n\n', '제목\n• 뒤의 말'],
    ],
    [
      'not after a colon',
      '앞의 말이에요.\n이렇게:\nx = 1, y = 2',
      17,
      ['앞의 말이에요.\n', '이렇게:\nx = 1, y = 2'],
    ],
    [
      'after a heading, rather than inside a word',
      '앞\n\n긴 제목입니다\n뒤의말',
      13,
      ['앞\n\n긴 제목입니다\n', '뒤의말'],
    ],
    [
      'after an item that stands alone',
      '• 하나예요\n\n• 둘\n\n• 셋과 넷',
      16,
      ['• 하나예요\n\n• 둘\n\n', '• 셋과 넷'],
    ],
    ['a flag stays whole', `가${FLAG.repeat(3)}`, 8, [`가${FLAG}`, FLAG.repeat(2)]],
    ['a keycap stays whole', `가나다${KEYCAP}`, 5, ['가나다', KEYCAP]],
    ['a syllable in jamo stays whole', `가나${JAMO}`, 4, ['가나', JAMO]],
    ['an accent stays on its letter', `가나다${MARKED}`, 4, ['가나다', MARKED]],
    ['a line end in two characters stays whole', '가나다\r\n라마바', 4, ['가나다', '\r\n라마', '바']],
    ['a mark on a space stays there', '가나다 \u0301라마', 4, ['가나다', ' \u0301라마']],
    [
      'a URL with a particle, where the URL alone fits',
      `가나https://a.kr/b${'에서는'.repeat(8)}`,
      15,
      ['가나', 'https://a.kr/b에', '서는에서는에서는에서는에서는에'],
    ],
    ['a mention too long for a bubble is cut', '{{#mentions.나}}', 8, ['{{#menti', 'ons.나}}']],
    ['a URL too long for a bubble is cut', 'https://a.kr/bcdef', 10, ['https://a.', 'kr/bcdef']],
    ['an emoji too long for a bubble is cut, its halves are not', FAMILY, 4, ['👨‍', '👩‍', '👧']],
    ['a space that does not fit begins the next', '가나다 라마', 3, ['가나다', ' 라마']],
  ])('%s', (_, text, length, bubbles) => {
    expect(fitted(text, { length }).bubbles).toEqual(bubbles);
  });

  const thousand = '가'.repeat(1_000);
  test.each<[string, string, readonly string[]]>([
    ['a space after a whole bubble', `${thousand} `, [thousand]],
    ['lines after a whole bubble', `${thousand}${'\n'.repeat(20)}`, [thousand]],
    ['a filler after a whole bubble', `${thousand}\u3164`, [thousand]],
    ['more lines than bubbles hold', `안녕${'\n'.repeat(5_000)}`, [`안녕${'\n'.repeat(998)}`]],
    ['as many between words', `${thousand}${' '.repeat(2_000)}네`, [thousand, '네']],
    ['as many before the first word', `${' '.repeat(2_500)}네`, [`${' '.repeat(500)}네`]],
    ['nothing to show', ' \n'.repeat(800), ['']],
  ])('never makes a bubble that shows nothing: %s', (_, text, bubbles) => {
    expect(fitted(text)).toEqual({ bubbles, rest: '' });
  });

  test('keeps all that shows of texts with white space at their cuts, in bubbles that each show something', () => {
    const white = fc.string({
      unit: fc.constantFrom(' ', '\n', '\t', '\u3000', '\u200b', '\u3164'),
      maxLength: 30,
    });
    const words = fc.integer({ min: 0, max: 12 }).map(length => '가'.repeat(length));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, white), { maxLength: 12 }),
        fc.integer({ min: 2, max: 12 }),
        (parts, length) => {
          const text = parts.flat().join('');
          const { bubbles, rest } = fitted(text, { bubbles: Number.POSITIVE_INFINITY, length });
          const shown = (all: string) => all.replace(/[^가]/g, '');
          expect({ shown: shown(bubbles.join('')), rest }).toEqual({ shown: shown(text), rest: '' });
          expect(bubbles.filter(bubble => bubble.length > length)).toEqual([]);
          expect(bubbles.filter(isBlank)).toEqual(isBlank(text) ? [''] : []);
        },
      ),
      runs(2_000),
    );
  });

  test('keeps what does not fit into three bubbles of 1,000', () => {
    const text = '가'.repeat(4500);
    expect(fitted(text)).toEqual({
      bubbles: ['가'.repeat(1000), '가'.repeat(1000), '가'.repeat(1000)],
      rest: '가'.repeat(1500),
    });
    expect(fitted(text, { bubbles: 1 }).rest).toHaveLength(3500);
    expect(fitted(text, { bubbles: 0 })).toEqual({ bubbles: [], rest: text });
  });

  test.each([0, 1, -5, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a length of %d', length => {
    expect(() => fitted('안녕', { length })).toThrow(RangeError);
  });

  test('loses no character, fills no bubble beyond its length, and splits no character or URL that fits', () => {
    fc.assert(
      fc.property(
        anyText(` ${URL_TEXT} `, `(${URL_TEXT})\n`, `${URL_TEXT} `, MARKS),
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (text, length, most) => {
          const { bubbles, rest } = fitted(text, { bubbles: most, length });
          const places = placesOf(bubbles, text);
          const { to: end = 0 } = places.at(-1) ?? {};
          expect([text.slice(end), '']).toContain(rest);
          expect(rest === '' ? isBlank(text.slice(end)) : !isBlank(rest)).toBe(true);
          expect(bubbles.length).toBeLessThanOrEqual(most);
          expect(bubbles.every(bubble => bubble.length <= length)).toBe(true);
          const blank = bubbles.filter(isBlank);
          // Only a text that shows nothing is an empty bubble.
          expect(blank).toEqual(isBlank(text) && blank.length > 0 ? [''] : []);
          expect(blank.length === 0 || bubbles.length === 1).toBe(true);
          const kept = unbroken(text, length);
          for (const at of places.flatMap(({ from, to }) => [from, to])) {
            expect(kept.filter(([from, to]) => from < at && at < to)).toEqual([]);
            expect(/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1))).toBe(false);
          }
        },
      ),
      runs(2_000),
    );
  });

  test.each([
    ['of letters', 'a'.repeat(1_000_000)],
    ['of Korean', '가'.repeat(1_000_000)],
    ['of emoji', '😀'.repeat(100_000)],
    ['of families', FAMILY.repeat(100_000)],
    ['of flags', FLAG.repeat(100_000)],
    ['of combining marks', '\u0301'.repeat(1_000_000)],
    ['of white space', ' '.repeat(1_000_000)],
    ['of full stops', '.'.repeat(1_000_000)],
    ['of sentences', '네. '.repeat(300_000)],
    ['of a URL', `https://a.kr/${'a'.repeat(1_000_000)}`],
    ['of URLs', 'https://'.repeat(100_000)],
    ['of mentions that do not end', '{{#mentions.'.repeat(100_000)],
  ])('takes no time over a megabyte %s', (_, text) => {
    const started = cpuMs();
    fitted(text);
    cutText(text, 1000);
    expect(cpuMs() - started).toBeLessThan(100);
    fitted(text, { bubbles: Number.POSITIVE_INFINITY });
    fitted(text, { length: 400_000 });
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});
