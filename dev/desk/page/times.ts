import type { Language } from '../../../tools/language.ts';

const LOCALES: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-US' };

// Made once each: a formatter costs more than everything that it writes for a room.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(
  language: Language,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${name} ${options.timeZone ?? ''}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, format);
  return format;
}

const zone = (timeZone: string | undefined) => (timeZone === undefined ? {} : { timeZone });

/** The minute at a bubble's foot, such as `오후 4:05`. */
export function minuteOf(at: number, language: Language, timeZone?: string): string {
  // Browsers disagree about what the halves of a day are called in Korean.
  const [hour = 0, minute = ''] = secondOf(at, timeZone).split(':');
  const isMorning = Number(hour) < 12;
  const clock = `${Number(hour) % 12 || 12}:${minute}`;
  return language === 'ko'
    ? `${isMorning ? '오전' : '오후'} ${clock}`
    : `${clock} ${isMorning ? 'AM' : 'PM'}`;
}

/** The day of a date line, such as `2026년 11월 22일 일요일`. */
export function dayOf(at: number, language: Language, timeZone?: string): string {
  return formatOf(language, 'day', {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    ...zone(timeZone),
  }).format(at);
}

/** The second of an exchange, such as `16:05:09`. */
export function secondOf(at: number, timeZone?: string): string {
  return formatOf('ko', 'second', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone(timeZone),
  }).format(at);
}

/** A length of time in a developer's words, such as `842 ms` or `12.4 s`. */
export function lengthOf(ms: number, language: Language): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)}${language === 'ko' ? '초' : ' s'}`;
}
