import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Params } from '../../lambda/bot/params.ts';
import { parseSkillRequest } from '../../lambda/open-builder/parse.ts';
import { cpuMs } from '../kit/cpu.ts';
import { anyBody } from '../kit/mutations.ts';
import { runs } from '../kit/property.ts';
import { samplesOf } from '../kit/samples.ts';

/** The parameters of a sample, whose fragments are made whole. */
function paramsOf(start: string): Params {
  const sample = samplesOf('open-builder/requests').find(({ name }) => name.startsWith(start))?.json;
  const body = { userRequest: { user: { id: 'u' } }, ...sample };
  const request = parseSkillRequest(body, { id: 'id', mayRepeat: true });
  if (request.kind !== 'turn') throw new Error(`${start} is no turn`);
  return new Params(request.turn.params);
}

/** One parameter of this value. */
const one = (value: unknown, origin?: unknown): Params => new Params({ p: { value, origin } });

describe('a text', () => {
  test('is the representative value, and its origin what the user said', () => {
    const params = paramsOf('18');
    expect(params.text('situation')).toBe('situation');
    expect(params.origin('situation')).toBe('상담원 연결');
    expect(paramsOf('17').text('sys_text')).toBe('2021');
    expect(paramsOf('25').text('ticker')).toBe('AAPL');
  });

  test('is read from either of the two places', () => {
    const params = paramsOf('21');
    expect(params.names).toEqual(['sys_text', 'cate', 'when', 'search']);
    expect([params.text('when'), params.origin('when')]).toEqual(['yesterday', undefined]);
    expect([params.text('sys_text'), params.origin('sys_text')]).toEqual([
      '예약 변경할게요',
      '예약 변경할게요',
    ]);
    expect(paramsOf('19').text('utils_week')).toBe('매장 위치 알려줘');
  });

  test('is missing where it is empty, null, or of another name', () => {
    const params = paramsOf('22');
    expect([params.names, params.has('summary'), params.text('summary')]).toEqual([
      ['summary'],
      false,
      undefined,
    ]);
    for (const name of ['', '__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect([params.has(name), params.text(name), params.json(name)]).toEqual([false, undefined, undefined]);
    }
    expect(one(null).text('p')).toBeUndefined();
  });

  test('of an object is its JSON, of a number its digits', () => {
    expect(one({ a: 1 }).text('p')).toBe('{"a":1}');
    expect(one(7).text('p')).toBe('7');
  });

  test('may be of a parameter called like what objects are made of', () => {
    const params = new Params(JSON.parse('{"__proto__":{"value":"a"},"constructor":{"value":"b"}}'));
    expect([params.text('__proto__'), params.text('constructor')]).toEqual(['a', 'b']);
  });
});

describe('a number', () => {
  test.each<[unknown, object | undefined]>([
    ['{"amount": 1, "unit": null}', { amount: 1 }],
    ['{"amount": 2, "unit": "잔"}', { amount: 2, unit: '잔' }],
    ['{"amount": "3"}', { amount: 3 }],
    ['{"amount":1,"unit": }', { amount: 1 }],
    [{ amount: 3 }, { amount: 3 }],
    ['12', { amount: 12 }],
    ['01012345678', { amount: 1_012_345_678 }],
    ['1,500', { amount: 1_500 }],
    [' -2.5 ', { amount: -2.5 }],
    ['12,345,678.5', { amount: 12_345_678.5 }],
    ['.5', { amount: 0.5 }],
    [4, { amount: 4 }],
    ['1,2', undefined],
    ['1,23', undefined],
    ['1,,000', undefined],
    [',500', undefined],
    ['1500,000', undefined],
    ['두 잔', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    ['{"amount": null}', undefined],
    ['{"amount": {}}', undefined],
    ['{"amount": 1e999}', undefined],
    [[1], undefined],
  ])('of %j is %j', (value, number) => {
    expect(one(value).number('p')).toEqual(number);
  });

  test('of the samples', () => {
    expect(paramsOf('29').number('sys_number')).toEqual({ amount: 1 });
    expect(paramsOf('04').number('sys_number_ordinal')).toEqual({ amount: 3 });
  });
});

describe('a date', () => {
  test('of the samples', () => {
    expect(paramsOf('18').date('sys_date')).toEqual({ date: '2020-11-21', tag: 'today' });
    expect(paramsOf('29').date('sys_date')).toEqual({
      date: '2023-03-31',
      tag: 'Friday',
      calendar: 'solar',
    });
    expect(paramsOf('26').date('sys_date')).toBeUndefined();
  });

  test.each<[unknown, object | undefined]>([
    ['{"year":"2026","month":"3","day":"","date":""}', { year: 2026, month: 3 }],
    [
      { year: 2026, month: 3, day: 1 },
      { year: 2026, month: 3, day: 1 },
    ],
    [
      { dateHeadword: 'next', dateTag: 'week' },
      { tag: 'week', headword: 'next' },
    ],
    ['2026-03-01', { date: '2026-03-01' }],
    ['2026-03-01T10:00:00', { date: '2026-03-01' }],
    [{ date: '2026-03-01T23:59:59+09:00' }, { date: '2026-03-01' }],
    ['2028-02-29', { date: '2028-02-29' }],
    ['2026-02-30', undefined],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-00-10', undefined],
    ['2026-01-00T10:00:00', undefined],
    ['2026-03-011', undefined],
    [
      { year: 2026, month: 13, day: 0, dateTag: 'today' },
      { year: 2026, tag: 'today' },
    ],
    [
      { year: 2026, month: 2, day: 30, date: '2026-02-30' },
      { year: 2026, month: 2 },
    ],
    [
      { month: 2, day: 29 },
      { month: 2, day: 29 },
    ],
    [{ day: 31 }, { day: 31 }],
    [{ year: 0, month: -1, day: 1.5 }, undefined],
    ['{"date":"tomorrow"}', undefined],
    ['{"calendar_type":"solar"}', undefined],
    ['내일', undefined],
    [null, undefined],
  ])('of %j is %j', (value, date) => {
    expect(one(value).date('p')).toEqual(date);
  });
});

describe('a mention', () => {
  const KEY = '0a50302c5a61cf382e63bd60cf950f56d1b397b077f0a91bdeb12f348f0dd54182';

  test.each<[unknown, readonly object[]]>([
    [KEY, [{ botUserKey: KEY }]],
    ['1234567890', [{ appUserId: '1234567890' }]],
    [`{"botUserKey":"${KEY}","appUserId":1234567890}`, [{ botUserKey: KEY, appUserId: '1234567890' }]],
    [{ bot_user_key: KEY }, [{ botUserKey: KEY }]],
    [{ type: 'botUserKey', id: KEY }, [{ botUserKey: KEY }]],
    [`["${KEY}",{"app_user_id":"7"},null,[]]`, [{ botUserKey: KEY }, { appUserId: '7' }]],
    ['{"id":"x"}', []],
    ['@홍길동 님', []],
    [null, []],
  ])('of %j is %j', (value, users) => {
    expect(one(value).mention('p')).toEqual(users);
  });
});

describe('pictures', () => {
  test('of the samples', () => {
    expect(paramsOf('07').images('productImg')).toEqual({
      urls: [expect.stringMatching(/^http:\/\/secure\.kakaocdn\.net\/dna\/.*signature=A+%3D$/)],
      expiresAt: 1_702_641_400_000,
      privacyAgreed: true,
    });
    expect(paramsOf('34').images('imagePlug')).toEqual({
      urls: ['https://secure.kakaocdn.net/a.jpg', 'https://secure.kakaocdn.net/b.jpg'],
      expiresAt: Date.UTC(2026, 6, 23, 15),
      privacyAgreed: true,
    });
  });

  test.each<[string, unknown, object | undefined]>([
    [
      'end when the first link does, whatever expire says',
      {
        secureUrls: 'List(https://a/1?expires=1702641500&x=1,https://a/2?x=1&expires=1702641400)',
        expire: '1970-01-19T17:00:00+0000',
      },
      {
        urls: ['https://a/1?expires=1702641500&x=1', 'https://a/2?x=1&expires=1702641400'],
        expiresAt: 1_702_641_400_000,
        privacyAgreed: false,
      },
    ],
    [
      'end nobody knows when, where expire is of 1970',
      { secureUrls: 'List(https://a/1)', expire: '1970-01-19T17:00:00+0000', privacyAgreement: 'N' },
      { urls: ['https://a/1'], privacyAgreed: false },
    ],
    [
      'may be a bare list, and a comma may stand in a link',
      'List(https://a/1,2.jpg, https://a/3)',
      { urls: ['https://a/1,2.jpg', 'https://a/3'], privacyAgreed: false },
    ],
    [
      'are http and https alone',
      { secureUrls: ['javascript:alert(1)', 'file:///etc/passwd', 7, 'http://a/1'] },
      { urls: ['http://a/1'], privacyAgreed: false },
    ],
    ['are none in an empty list', { secureUrls: 'List()' }, undefined],
    ['are none in a text', '사진 보냈어요', undefined],
  ])('%s', (_, value, images) => {
    const forms = typeof value === 'string' ? [value] : [value, JSON.stringify(value)];
    for (const form of forms) expect(one(form).images('p')).toEqual(images);
  });
});

describe('what a plugin left', () => {
  test('is the one-time password of the sample, by its value or its origin', () => {
    const url = 'https://talk-plugin-capi.kakao.com/otp/46cf6a77d5a6b519236116b2/profile';
    expect(paramsOf('34').profile('profilePlug')).toEqual({ url, appUserId: '1234567890' });
    expect(one(url).location('p')).toEqual({ url });
    expect(one('', url).profile('p')).toEqual({ url });
    expect(one('서울').location('p')).toBeUndefined();
    expect(paramsOf('29').location('sys_location')).toBeUndefined();
  });

  test('is what a barcode says', () => {
    expect(one('{"barcodeData":"880123"}').barcode('p')).toBe('880123');
    expect(one({ barcodeData: 880123 }).barcode('p')).toBe('880123');
    expect(one('880123').barcode('p')).toBeUndefined();
  });
});

describe('no reader throws', () => {
  const readAll = (params: Params): void => {
    for (const name of [...params.names, 'p', '__proto__', 'constructor']) {
      params.has(name);
      params.text(name);
      params.origin(name);
      params.json(name);
      params.number(name);
      params.date(name);
      for (const user of params.mention(name)) expect(Object.keys(user)).not.toEqual([]);
      params.images(name)?.urls.map(url => expect(url).toMatch(/^https?:/i));
      params.barcode(name);
      params.profile(name);
      params.location(name);
    }
  };

  test('whatever stands in their place', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), params => {
        // As after a queue, whoever wrote into it.
        readAll(new Params(params as never));
        for (const value of Object.values(params)) {
          readAll(one(value, value));
          readAll(one(JSON.stringify(value), JSON.stringify(value)));
        }
      }),
      runs(500),
    );
  });

  test('whatever Kakao may send of them', () => {
    const [sample] = samplesOf('open-builder/requests').filter(({ name }) => name.startsWith('34'));
    const many = runs(2_000);
    let read = 0;
    fc.assert(
      fc.property(anyBody([{ userRequest: { user: { id: 'u' } }, ...sample?.json }]), body => {
        let request: ReturnType<typeof parseSkillRequest>;
        try {
          request = parseSkillRequest(JSON.parse(body), { id: 'id', mayRepeat: true });
        } catch {
          return;
        }
        if (request.kind !== 'turn') return;
        readAll(new Params(request.turn.params));
        read++;
      }),
      many,
    );
    expect(read).toBeGreaterThan(many.numRuns / 4);
  });

  test('not even at what is nested deeper than a stack, or longer than a backtracking pattern bears', () => {
    const startedAt = cpuMs();
    for (const value of [
      JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)),
      '['.repeat(30_000),
      '1'.repeat(60_000),
      `${'1,'.repeat(30_000)}x`,
      `List(${', '.repeat(30_000)}`,
      `${' '.repeat(60_000)}x`,
      `{"a":${' '.repeat(60_000)}`,
      ')'.repeat(60_000),
    ]) {
      readAll(one(value, value));
    }
    expect(cpuMs() - startedAt).toBeLessThan(1_000);
  });
});
