import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskOf, maskQuotes } from '../../lambda/aws/masked.ts';
import { runs } from '../kit/property.ts';

const MARK = '[…]';

/** A text with what was said taken out of it. */
const told = (text: string, ...said: readonly unknown[]): string | undefined => maskOf(() => said)(text);

describe('what was said is taken out of a text', () => {
  test.each([
    ['whole', '홍길동 없음', '홍길동', '[…] 없음'],
    ['a word of it', "no slot for '길동'", '제 이름은 길동 이에요', "no slot for '[…]'"],
    ['a word with another letter behind it', '길동님 없음', '홍길동', '[…]님 없음'],
    ['a piece of a word', 'see delivery-42', 'my deliveryAddress', 'see […]-42'],
    ['in another case', 'no KIM, no kim', 'Kim', 'no […], no […]'],
    ['composed of other letters', 'Müller', 'Mu\u0308ller'.toUpperCase(), MARK],
    ['decomposed', '홍길동'.normalize('NFD'), '홍길동', MARK],
    ['in wide letters', 'ＡＢＣＤ', 'abcd', MARK],
    ['spaced otherwise', '서울배달 없음', '서울 배달', '[…] 없음'],
    ['with other signs between', '서울/배달, 없음', '서울 배달', '[…], 없음'],
    ['quoted as JSON', JSON.stringify({ q: '그 "집"\n앞' }), '그 "집"\n앞', '{"q":"[…]"}'],
    ['quoted as JSON twice', JSON.stringify(JSON.stringify('그 "집"')), '그 "집"', '"\\"[…]\\\\\\"\\""'],
    ['escaped', '\\ud64d\\uae38\\ub3d9 and %ED%99%8D%EA%B8%B8', '홍길동', '[…] and […]'],
    ['a number', 'only 7 of 17 left', '7', 'only […] of 17 left'],
    ['one letter, alone', 'option B, not Bus', 'b', 'option […], not Bus'],
    ['an emoji', 'no 🍕 here', '🍕', 'no […] here'],
    ['all of it', '네', '네', MARK],
    ['a piece with a sign inside', '길-동 없음', '홍길동', '[…] 없음'],
    ['without its accent', 'no Muller', 'Müller', 'no […]'],
    ['in a case that has more letters', 'STRASSE', 'Straße', MARK],
    ['in a case that few write', 'STRAẞE', 'Straße', MARK],
    // U+33C2 is a.m. in one.
    ['in a letter that stands for several and their signs', '\u33c2pl', 'sample', MARK],
    // U+FDF2 is four letters in one; what is behind it is no run of four.
    ['in a letter that stands for four', '\ufdf2x', '\u0627\u0644\u0644\u0647xyz', '[…]x'],
  ])('%s', (_, text, said, masked) => {
    expect(told(text, said)).toBe(masked);
  });

  test('wherever it stands: in members, in lists, in names that are no program’s, in numbers', () => {
    const said = { order: [{ 사이즈: '톨' }, 12], phone: { '010-1234': true }, userName: null };
    expect(told('사이즈 톨 12 1234 userName order', said)).toBe('[…] userName order');
    expect(told('네 없음', '아무나', '네')).toBe('[…] 없음');
  });

  test('and nothing else', () => {
    const text = 'The table orders-prod has no item for the key: 한글도 2 letters';
    expect(told(text, '안녕하세요', 'cafe', 'Zx3_Kp-9QwE7')).toBe(text);
    expect(told(text)).toBe(text);
    expect(told('undefined is not a function')).toBe('undefined is not a function');
    expect(told('nothing was said here', '?!')).toBe('nothing was said here');
    expect(told('item 12', Array(13).fill('네'))).toBe('item 12');
    expect(told('x', 'xundefined')).toBe('x');
  });

  test.each([
    ['URLs', 'GET https://bot-api.kakao.com/v1/callback/x?y=z failed', 'GET […] failed'],
    ['URLs with passwords', 'postgres://me:secret@db.example.com/cafe', MARK],
    ['e-mail addresses', 'no user hong.gildong@example.com', 'no user […]'],
    ['telephone numbers', 'call 010-1234-5678, +82 10 1234 5678 or 01012345678', 'call […] or […]'],
    ['long numbers', 'card 4111 1111 1111 1111', 'card […]'],
  ])('nor does it keep %s, whoever said them', (_, text, masked) => {
    expect(told(text)).toBe(masked);
  });

  test('nobody tells a text where more was said than can be looked through, or what can not be read', () => {
    expect(told('no', '가'.repeat(32_768))).toBe('no');
    expect(told('no', '가'.repeat(32_769))).toBeUndefined();
    const circle: unknown[] = [];
    circle.push(circle);
    expect(told('no', circle)).toBeUndefined();
    expect(
      told('no', {
        get it(): never {
          throw new Error('looked at');
        },
      }),
    ).toBeUndefined();
  });

  test('takes no longer than a turn has to spare, whatever was said', () => {
    const startedAt = performance.now();
    for (const said of ['가나'.repeat(16_000), 'abc '.repeat(8_000), `${'a'.repeat(32_000)}b`])
      told('가나다abc aaa'.repeat(80), said);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

/** Letters and numbers alone, in one case: as a reader takes them for the same. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize()
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{So}]/gu, '');

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}\p{So}]+/u).filter(Boolean);

/** The least that tells something: four letters of the alphabet, two of Hangul. */
function tellingPieces(said: string): string[] {
  const letters = [...plain(said)];
  return letters.flatMap((_, from) => {
    for (let to = from + 1; to <= letters.length; to++) {
      const piece = letters.slice(from, to).join('');
      if (Buffer.byteLength(piece) >= 4) return [piece];
    }
    return [];
  });
}

test('whatever a message is made of what was said, nothing of it is left', () => {
  const letters = fc.constantFrom(...('가나다홍길동님abcdEFGéü0129 "\'\\\n\t-/{}:,.🍕%'.match(/./gsu) ?? []));
  const utterance = fc.array(letters, { minLength: 1, maxLength: 24 }).map(parts => parts.join(''));
  const written = fc.constantFrom<(text: string) => string>(
    text => text,
    text => JSON.stringify(text),
    text => JSON.stringify({ said: [text, JSON.stringify(text)] }),
    text => encodeURIComponent(text.toWellFormed()),
    text => text.toUpperCase(),
    text => text.toLowerCase(),
    text => text.normalize('NFD'),
    text => `(reading '${text}')`,
  );
  const part = fc.tuple(fc.nat(24), fc.nat(24));
  fc.assert(
    fc.property(utterance, part, written, (said, [at, length], write) => {
      const piece = said.slice(at % said.length).slice(0, length + 1);
      const text = `Cannot find ${write(piece)} in [list]`;
      const left = maskOf(() => ({ incoming: { text: said } }))(text) ?? '';
      const rest = left.split(MARK).map(plain);
      for (const one of tellingPieces(said))
        if (rest.some(words => words.includes(one) && !plain(FRAME).includes(one)))
          throw new Error(`${one} of ${said} is left in ${left}`);
      const words = wordsOf(piece.normalize()).map(plain);
      const whole = wordsOf(said.normalize()).map(plain);
      const shown = wordsOf(left).map(plain);
      for (const word of words)
        if (whole.includes(word) && shown.includes(word)) throw new Error(`${word} is left in ${left}`);
    }),
    runs(2_000),
  );
});

const FRAME = 'Cannot find in list said';

describe("an error's words from AWS", () => {
  const mask = maskOf(() => ['홍길동', 'bean-42']);
  const words = (text: string): string | undefined => mask(maskQuotes(text));

  test('name the grant that is missing', () => {
    const refused =
      'User: arn:aws:sts::123456789012:assumed-role/cafe-OpenBuilderRole/cafe is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::cafe-pictures/menu.png" because no identity-based policy allows the s3:GetObject action';
    expect(words(refused)).toBe(refused.replace('123456789012', MARK));
  });

  test.each(['docs/logs.md', 'docs/logs.ko.md'])('are told as %s has it', page => {
    const shown = /^\{"name":"AccessDeniedException".*$/m.exec(readFileSync(page, 'utf8'))?.[0] ?? '{}';
    const { message } = JSON.parse(shown);
    expect(words(message.replaceAll(MARK, '123456789012'))).toBe(message);
  });

  test.each([
    [
      "1 validation error detected: Value 'it's me at home' at 'key' failed to satisfy constraint: Member must have length less than or equal to 2",
      "1 validation error detected: Value '[…]' at 'key' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      'Invalid expression: token: "another user", near: 이순신',
      'Invalid expression: token: "[…]", near: […]',
    ],
    ['The item bean-42 of "홍길동" is too large', 'The item […] of "[…]" is too large'],
    ["The 'key' is wrong", "The 'key' is wrong"],
    ["Found 'nothing' at 'key'", "Found 'nothing' at 'key'"],
    ["Value 'key' is wrong", "Value 'key' is wrong"],
    ["Value '' at 'key' failed", "Value '' at 'key' failed"],
  ])('quote nothing of what they were sent: %s', (text, masked) => {
    expect(words(text)).toBe(masked);
  });

  test('have one mark for whatever stands in a row that is not ASCII', () => {
    expect(maskQuotes('near: 이순신')).toBe('near: […]');
  });
});
