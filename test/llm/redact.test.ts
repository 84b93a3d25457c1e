import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redact, redacted } from '../../lambda/llm/index.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

describe('personal data', () => {
  test.each([
    ['제 번호는 010-1234-5678이에요', '제 번호는 [전화번호]이에요'],
    ['01012345678로 연락 주세요', '[전화번호]로 연락 주세요'],
    ['010 1234 5678', '[전화번호]'],
    ['010.1234.5678.', '[전화번호].'],
    ['직원 2 010-1234-5678', '직원 2 [전화번호]'],
    ['０１０－１２３４－５６７８', '[전화번호]'],
    ['011-234-5678', '[전화번호]'],
    ['+82 10-1234-5678', '[전화번호]'],
    ['+82-2-312-3456', '[전화번호]'],
    ['02-312-3456', '[전화번호]'],
    ['(031) 312-3456', '[전화번호]'],
    ['안심번호 0504-1234-5678', '안심번호 [전화번호]'],
    ['인터넷 전화 070-1234-5678', '인터넷 전화 [전화번호]'],
    ['주민번호 900101-1234567', '주민번호 [주민등록번호]'],
    ['900101 - 2234567이고요', '[주민등록번호]이고요'],
    ['외국인 900101-5234567', '외국인 [주민등록번호]'],
    ['9001011234568', '[주민등록번호]'],
    ['카드 4111 1111 1111 1111로', '카드 [카드번호]로'],
    ['카드 4111-1111-1111-1111', '카드 [카드번호]'],
    ['5555555555554444', '[카드번호]'],
    ['3782 822463 10005', '[카드번호]'],
    ['hong.gildong+cafe@example.co.kr로 보내 주세요', '[이메일]로 보내 주세요'],
    ['메일:a@b.io,', '메일:[이메일],'],
    ['국민 123456-01-123456', '국민 [계좌번호]'],
    ['신한은행 110-123-456789 홍길동', '신한은행 [계좌번호] 홍길동'],
    ['카카오뱅크: 3333-01-1234567', '카카오뱅크: [계좌번호]'],
    ['계좌번호는 1002 123 456789예요', '계좌번호는 [계좌번호]예요'],
    ['계좌 110123456789로 입금', '계좌 [계좌번호]로 입금'],
    ['010-1234-5678, a@b.kr, 900101-1234567', '[전화번호], [이메일], [주민등록번호]'],
  ])('in %j is masked', (text, shown) => {
    expect(redacted(text)).toBe(shown);
  });

  test.each([
    '라떼 2잔 9,000원, 모두 1,234,567,890원이에요.',
    '4500원짜리 10개면 45000원',
    '2026-11-22 12:30에 3명',
    '2026.11.22. 오후 2시 30분 ~ 2026.11.23.',
    '20261122',
    '주문번호 20261122-0001234',
    '주문번호 2026112200012',
    '주문번호 2611221234567',
    '주문번호 2026112200012345',
    '송장 6012-3456-7890',
    '운송장번호 123456789012',
    '계좌이체로 주문번호 20261122-000123',
    '우리 2026-11-22에 만나요',
    '하나 20261122에 둘',
    '대표번호 1588-1234, 1544-7788',
    '사업자등록번호 123-45-67890',
    '우편번호 04524, 서울 중구 세종대로 110',
    'https://example.com/orders/1763800000000',
    '1763800000000',
    '버전 1.010.1234',
    '0.01012345678',
    '위도 37.56656, 경도 126.97841',
    '국민 여러분 123명',
    '@cafe 10:30',
    '1234-5678-9012-3456',
  ])('is not seen in %j', text => {
    expect(redacted(text)).toBe(text);
  });

  test('of some kinds alone is masked where an author says so, on both sides', () => {
    const { input, output } = redact(['card']);
    const text = '010-1234-5678, 4111 1111 1111 1111';
    const turn = undefined as never;
    expect([input?.(text, turn), output?.(text, turn)]).toEqual(Array(2).fill('010-1234-5678, [카드번호]'));
  });
});

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
const words = fc.constantFrom('', '네 ', '번호: ', '(', '라떼 2잔, ', '\n', '“', '연락처 1. ');
const after = fc.constantFrom('', '이에요', '.', ', ', ')', '\n', '로 주세요', '”');

/** A number with its last digit so that Luhn's sum fits. */
function luhn(head: string): string {
  for (const last of '0123456789') {
    const sum = [...`${head}${last}`].reverse().reduce((all, digit, at) => {
      const by = Number(digit) * (at % 2 === 0 ? 1 : 2);
      return all + (by > 9 ? by - 9 : by);
    }, 0);
    if (sum % 10 === 0) return `${head}${last}`;
  }
  throw new Error('no digit fits');
}

describe('personal data, whatever stands around it', () => {
  const mobile = fc
    .tuple(
      fc.constantFrom('010', '011', '016', '017', '018', '019'),
      digits(4),
      digits(4),
      fc.constantFrom('-', ' ', '.', ''),
    )
    .map(([head, middle, last, by]) => [head, middle, last].join(by));
  const resident = fc
    .tuple(
      digits(2),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
      fc.integer({ min: 1, max: 8 }),
      digits(6),
    )
    .map(([year, month, day, gender, last]) => `${year}${pad(month)}${pad(day)}-${gender}${last}`);
  const card = fc
    .tuple(fc.constantFrom('4', '5', '9'), digits(14), fc.constantFrom('-', ' ', ''))
    .map(([head, rest, by]) => luhn(head + rest).replace(/(\d{4})(?=\d)/g, `$1${by}`));
  const email = fc
    .tuple(
      fc.stringMatching(/^[a-z][a-z0-9._]{0,20}[a-z0-9]$/),
      fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/),
      fc.constantFrom('com', 'co.kr', 'io'),
    )
    .map(([name, host, top]) => `${name}@${host}.${top}`);
  const account = fc
    .tuple(
      fc.constantFrom('국민 ', '신한은행 ', '카카오뱅크 ', '계좌 ', '계좌번호: '),
      digits(3),
      digits(3),
      digits(6),
    )
    .map(([bank, ...parts]) => `${bank}${parts.join('-')}`);

  test.each([
    ['a mobile number', mobile, '[전화번호]'],
    ['a 주민등록번호', resident, '[주민등록번호]'],
    ['a card number', card, '[카드번호]'],
    ['an address', email, '[이메일]'],
  ] as const)('%s is masked whole', (_, number, label) => {
    fc.assert(
      fc.property(words, number, after, (before, secret, behind) => {
        expect(redacted(`${before}${secret}${behind}`)).toBe(`${before}${label}${behind}`);
      }),
      runs(1000),
    );
  });

  test('an account number is masked whole beside a bank', () => {
    fc.assert(
      fc.property(words, account, after, (before, secret, behind) => {
        // A number may also be a telephone's: masked it is.
        expect(redacted(`${before}${secret}${behind}`)).not.toMatch(/\d{3}/);
      }),
      runs(1000),
    );
  });

  const won = fc.integer({ min: 0, max: 99_999_999 }).map(value => `${value.toLocaleString('en')}원`);
  const date = fc
    .tuple(
      fc.integer({ min: 2000, max: 2035 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
      fc.constantFrom('-', '.', '/', ''),
    )
    .map(([year, month, day, by]) => [year, pad(month), pad(day)].join(by));
  const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${pad(hour)}:${pad(minute)}`);
  const order = fc
    .tuple(date, digits(6))
    .map(([day, number]) => `주문번호 ${day.replace(/\D/g, '')}-${number}`);
  const business = fc.tuple(digits(3), digits(2), digits(5)).map(parts => parts.join('-'));
  test('prices, dates, times, orders and numbers of businesses are left as they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(won, date, time, order, business), { minLength: 1, maxLength: 5 }),
        told => {
          const text = told.join(', ');
          expect(redacted(text)).toBe(text);
        },
      ),
      runs(1000),
    );
  });

  test('any text masked twice is as it is masked once, and loses no word', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), mobile, (text, number) => {
        const once = redacted(`${text} ${number} ${text}`);
        expect(redacted(once)).toBe(once);
        expect(once).toContain('[전화번호]');
      }),
      runs(1000),
    );
  });

  test('a long text takes no longer than its length lets it', () => {
    for (const part of ['0', '010-', '1234 ', 'a', 'a.', 'a@', '계좌 ', '국민 1', '1-', '9001011']) {
      const long = part.repeat(200_000 / part.length);
      const began = performance.now();
      redacted(long);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});
