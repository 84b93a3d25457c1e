import type { Guard } from './guards.ts';

/** A kind of personal data that {@link redact} masks. */
export type PersonalData = 'resident' | 'card' | 'phone' | 'email' | 'account';

/**
 * A guard that masks personal data in what the user says, before the model and the history see it, and in what the model
 * says: 주민등록번호 and 외국인등록번호, card numbers, telephone numbers, e-mail addresses, and account numbers beside the name of
 * a bank or the word 계좌. Names and addresses are not found.
 * @param kinds all unless given
 */
export function redact(kinds: readonly PersonalData[] = KINDS): Guard {
  const mask = (text: string): string => redacted(text, kinds);
  return { input: mask, output: mask };
}

/** A text with its personal data masked. */
export function redacted(text: string, kinds: readonly PersonalData[] = KINDS): string {
  // In this order: what is masked as one kind is no part of another.
  return KINDS.filter(kind => kinds.includes(kind)).reduce(masked, text);
}

const KINDS: readonly PersonalData[] = ['email', 'resident', 'card', 'phone', 'account'];

interface Mask {
  readonly label: string;
  /** With a group of the name `number`, only that is masked. */
  readonly pattern: RegExp;
  readonly isOne?: (found: RegExpExecArray) => boolean;
}

const MASKS: Readonly<Record<PersonalData, Mask>> = {
  email: {
    label: '[이메일]',
    pattern: /(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z\d-]{1,63}(?:\.[A-Za-z\d-]{1,63}){1,4}/g,
  },
  resident: {
    label: '[주민등록번호]',
    pattern: /(?<!\d-?)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?<bar> ?- ?| )?[1-8]\d{6}(?!-?\d)/g,
    // Thirteen digits in a row are an order's number, too.
    isOne: ({ 0: found, groups }) => groups?.bar !== undefined || isResidentNumber(digitsOf(found)),
  },
  card: {
    label: '[카드번호]',
    pattern:
      /(?<!\d[.,-]?)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{3,4}|3[47]\d{2}([ -])\d{6}\2\d{5}|3[47]\d{13}|3[068]\d{12}|(?:35|[4-69]\d|2[2-7])\d{14})(?!-?\d)/g,
    isOne: ({ 0: found }) => isLuhn(digitsOf(found)),
  },
  phone: {
    label: '[전화번호]',
    pattern:
      /(?<!\d[.,-]?)(?:(?:\+ ?82[ -]?)\(?0?\)?(?:10|1[16-9]|2|[3-6][1-5]|70)[ .-]?\d{3,4}[ .-]?\d{4}|01[016-9][ .-]?\d{3,4}[ .-]?\d{4}|\(?0(?:2|[3-6][1-5]|70|50\d)(?:\) ?|[ .-])\d{3,4}[ .-]\d{4})(?!-?\d)/g,
  },
  account: {
    label: '[계좌번호]',
    // After the word for one, or a bank's name.
    pattern:
      /(?:계좌(?<between>[^\d\n]{0,12})|(?<![가-힣A-Za-z])(?:국민|신한|우리|하나|기업|산업|수협|대구|부산|광주|전북|경남|제주|씨티|농협|우체국|새마을|새마을금고|신협|카카오|토스|케이|SC제일|KB|NH|IBK)(?:은행|뱅크)?[ :)]{0,3})(?<number>\d[\d -]{8,20}\d)(?!-?\d)/g,
    isOne: ({ groups }) =>
      isAccountLong(groups?.number ?? '') && !/주문|예약|송장|운송|접수/.test(groups?.between ?? ''),
  },
};

function masked(text: string, kind: PersonalData): string {
  const { label, pattern, isOne } = MASKS[kind];
  const plain = plainOf(text);
  let shown = '';
  let from = 0;
  for (const found of plain.matchAll(pattern)) {
    if (isOne && !isOne(found)) continue;
    const number = found.groups?.number ?? found[0];
    const at = found.index + found[0].length - number.length;
    shown += text.slice(from, at) + label;
    from = at + number.length;
  }
  return shown + text.slice(from);
}

/** The text unit by unit, with digits and dashes of full width as those of ASCII. */
function plainOf(text: string): string {
  return text.replace(/[\uff01-\uff5e\u2010-\u2015\u2212\u00a0\u3000]/g, unit => {
    if (unit === '\u00a0' || unit === '\u3000') return ' ';
    return unit >= '\uff01' && unit <= '\uff5e' ? String.fromCharCode(unit.charCodeAt(0) - 0xfee0) : '-';
  });
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

function isAccountLong(number: string): boolean {
  const { length } = digitsOf(number);
  return length >= 10 && length <= 16;
}

/** By its last digit; numbers given since October 2020 have none such, and are told by their dash alone. */
function isResidentNumber(digits: string): boolean {
  const sum = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5].reduce((all, by, at) => all + by * Number(digits[at]), 0);
  const last = Number(digits[12]);
  return last === (11 - (sum % 11)) % 10 || last === (13 - (sum % 11)) % 10;
}

function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
