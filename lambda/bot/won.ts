import type { CommerceCard } from './components.ts';

/** A product's price in words, as KakaoTalk computes it: "5,000원 → 4,500원 (10% 할인)". */
export function priceLine({ price, discount, discountRate, discountedPrice }: CommerceCard): string {
  const toPay = discountedPrice ?? (discount === undefined ? price : price - discount);
  if (toPay === price) return won(price);
  const rate = discountedPrice !== undefined && discountRate !== undefined ? ` (${discountRate}% 할인)` : '';
  return `${won(price)} → ${won(toPay)}${rate}`;
}

/** An amount of money in words, with commas between groups of three: "4,500원". */
export function won(amount: number): string {
  return `${Number.isSafeInteger(amount) ? grouped(amount) : amount.toLocaleString('ko-KR')}원`;
}

// The first `toLocaleString` of a process costs 15 ms, which a cold start would spend of Kakao's five seconds.
function grouped(whole: number): string {
  let left = String(Math.abs(whole));
  let groups = '';
  for (; left.length > 3; left = left.slice(0, -3)) groups = `,${left.slice(-3)}${groups}`;
  return `${whole < 0 ? '-' : ''}${left}${groups}`;
}
