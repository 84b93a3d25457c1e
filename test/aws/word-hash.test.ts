import { describe, expect, test } from '@jest/globals';
import { hashesBy } from '../../lambda/aws/gateway-secret.ts';
import { bubblesOf, wordHasher } from '../../lambda/aws/word-hash.ts';

const { wordsKey: KEY } = hashesBy('a secret');
const hashesOf = wordHasher(KEY);

describe('a word hash', () => {
  test.each([
    ['spaces and lines', '주문하신  아메리카노\n2잔을 담았어요'],
    ['punctuation and emoji', '“주문하신 아메리카노 2잔을 담았어요!” 😊'],
    ['emoji with letters in them', 'ℹ️ 주문하신 아메리카노 2️⃣잔을 🈶 담았어요 ㊗️™️'],
    ['forms of the same letters', '주문하신 아메리카노 ２잔을 담았어요'.normalize('NFD')],
    ['what nobody sees', '주문\u200b하신 아메리\u00ad카노 2잔을 담았어요'],
  ])('is the same whatever the %s', (_, text) => {
    expect(hashesOf(text)).toEqual(hashesOf('주문하신 아메리카노 2잔을 담았어요'));
  });

  test('is the same in capitals', () => {
    expect(hashesOf('HELLO World')).toEqual(hashesOf('hello world'));
  });

  test('of the whole tells each letter, and of the beginning none after the twelfth', () => {
    const [two, three] = ['2잔', '3잔'].map(count => hashesOf(`주문하신 아메리카노와 라떼 ${count}`));
    expect(two?.whole).not.toBe(three?.whole);
    expect(two?.beginning).toBe(three?.beginning);
    expect(hashesOf('주문하신 아메리카노와 라떼, 네')?.beginning).toBe(two?.beginning);
    expect(hashesOf('주문하신 아메리카노와 물 2잔')?.beginning).not.toBe(two?.beginning);
  });

  test('is another under another secret, and tells no secret', () => {
    const other = wordHasher(hashesBy('another secret').wordsKey);
    expect(other('안녕하세요')).not.toEqual(hashesOf('안녕하세요'));
    expect(KEY).not.toBe(hashesBy('a secret').pseudonymOf('words'));
  });

  test('is not that of a beginning where a whole has the same letters', () => {
    const letters = '가나다라마바사아자차카타';
    expect(hashesOf(letters)?.whole).not.toBe(hashesOf(`${letters}파`)?.beginning);
  });
});

describe('the bubbles of a line', () => {
  test('are two hashes each, one where the beginning is all of it, of the first three with words', () => {
    const long = '열두 글자보다는 조금 더 긴 말입니다';
    expect(bubblesOf(KEY, () => [long])).toMatch(/^[\da-f]{8} [\da-f]{8}$/);
    expect(bubblesOf(KEY, () => ['네', long, '', '넷째'])).toMatch(/^[\da-f]{8}( [\da-f]{8}){3}$/);
    expect(bubblesOf(KEY, () => ['하나', '둘', '셋', '넷'])?.split(' ')).toHaveLength(3);
  });

  test('are none without words, and without a key', () => {
    expect(bubblesOf(KEY, () => ['😊', ' \n'])).toBeUndefined();
    expect(bubblesOf(KEY, () => undefined)).toBeUndefined();
    expect(bubblesOf(undefined, () => ['네'])).toBeUndefined();
  });

  test('of texts that were hashed before are the same, also after many others and with another key', () => {
    const text = '어서 오세요, 카페입니다. 무엇을 드릴까요?';
    const hashes = bubblesOf(KEY, () => [text]);
    for (let n = 0; n < 250; n++) bubblesOf(KEY, () => [`${n}번째 손님`]);
    expect(bubblesOf(KEY, () => [text])).toBe(hashes);
    expect(bubblesOf('another key', () => [text])).not.toBe(hashes);
    expect(bubblesOf(KEY, () => [text])).toBe(hashes);
  });

  test('cost no answer, whatever it is', () => {
    expect(bubblesOf(KEY, () => [7 as never])).toBeUndefined();
  });
});
