import { describe, expect, test } from '@jest/globals';
import { readBody } from '../../../lambda/bot/relay/read-body.ts';

/** `{"메뉴":"커피"}` in EUC-KR. */
const EUC_KR = Buffer.from('7b22b8deb4ba223a22c4bfc7c7227d', 'hex');
const MENU = { 메뉴: '커피' };
const UTF_8 = Buffer.from(JSON.stringify(MENU));
const BOM = Buffer.from('\uFEFF');

const read = (body: Buffer | string, type?: string) => {
  const oddities: string[] = [];
  const found = readBody(Buffer.from(body), type, oddity => oddities.push(oddity));
  return { ...found, oddities };
};

describe("a server's answer is read", () => {
  test.each([
    'application/json; charset=utf-8',
    'application/json',
    'application/json;charset=UTF-8',
    'text/json',
    undefined,
  ])('as JSON, where it is said to be %s', type => {
    expect(read(UTF_8, type)).toEqual({ json: MENU, oddities: [] });
  });

  test.each(['text/html', 'text/html; charset=utf-8', 'text/plain', 'application/octet-stream'])(
    'as JSON, where it is said to be %s, which is told',
    type => {
      expect(read(UTF_8, type)).toEqual({ json: MENU, oddities: ['a content type other than JSON'] });
    },
  );

  test.each([
    'application/json; charset=euc-kr',
    'application/json; charset="EUC-KR"',
    'application/json; charset=ks_c_5601-1987',
    'application/json; charset=MS949',
    'application/json; charset=cp949',
    'application/json; charset=utf-8',
    'application/json',
    undefined,
  ])('in EUC-KR, said to be %s', type => {
    expect(read(EUC_KR, type)).toEqual({ json: MENU, oddities: ['EUC-KR in place of UTF-8'] });
  });

  test('in UTF-8, though it is said to be in EUC-KR', () => {
    expect(read(UTF_8, 'application/json; charset=euc-kr')).toEqual({ json: MENU, oddities: [] });
    expect(read('{"a":1}', 'application/json; charset=euc-kr')).toEqual({ json: { a: 1 }, oddities: [] });
  });

  test('behind one byte order mark or two, and in UTF-16', () => {
    const oddities = ['a byte order mark'];
    expect(read(Buffer.concat([BOM, UTF_8]))).toEqual({ json: MENU, oddities });
    expect(read(Buffer.concat([BOM, BOM, UTF_8]))).toEqual({ json: MENU, oddities });
    expect(read(Buffer.from(`\uFEFF${UTF_8}`, 'utf16le'))).toEqual({ json: MENU, oddities: ['UTF-16'] });
  });

  test('with its letters as \\u escapes, and with white space around it', () => {
    expect(read(' \r\n{"\\uba54\\ub274":"\\ucee4\\ud53c"}\n')).toEqual({ json: MENU, oddities: [] });
  });

  test('though it is JSON in a text of JSON', () => {
    expect(read(JSON.stringify(JSON.stringify(MENU)))).toEqual({
      json: MENU,
      oddities: ['JSON in a text of JSON'],
    });
  });
});

describe('it is not read', () => {
  test.each([
    ['', 'an empty body'],
    [' \n', 'an empty body'],
    ['\uFEFF', 'an empty body'],
    ['<!DOCTYPE html><p>오류</p>', 'HTML'],
    ['\n<br />\n<b>Notice</b>', 'HTML'],
    ['{"message":', 'no JSON'],
    ['네', 'no JSON'],
  ])('%j: %s', (body, unreadable) => {
    expect(read(body)).toMatchObject({ unreadable });
  });

  test('in bytes of no encoding, and nothing throws', () => {
    expect(read(Buffer.from('7b22ff80ff', 'hex'))).toEqual({
      unreadable: 'no JSON',
      oddities: ['bytes of no encoding'],
    });
  });
});
