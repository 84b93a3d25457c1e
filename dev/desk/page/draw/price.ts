/** A product's price as KakaoTalk shows it. */
export interface DrawnPrice {
  readonly toPay: string;
  /** Struck through, beside it. */
  readonly before?: string;
  /** The percentage, in colour. */
  readonly rate?: string;
}

/** The members that a price is made of; each may be missing. */
export interface PriceMembers {
  readonly price: number | undefined;
  readonly discount: number | undefined;
  readonly discountRate: number | undefined;
  readonly discountedPrice: number | undefined;
}

/**
 * A price by Kakao's rules: `discountedPrice` is what the user pays, whatever else stands there; `discountRate` is shown
 * only with it; without it `discount` is taken off. Undefined where there is no price.
 */
export function readPrice(members: PriceMembers): DrawnPrice | undefined {
  const { price, discount, discountRate, discountedPrice } = members;
  if (price === undefined) {
    return discountedPrice === undefined ? undefined : { toPay: won(discountedPrice) };
  }
  const toPay = discountedPrice ?? price - (discount ?? 0);
  if (toPay === price) return { toPay: won(price) };
  const hasRate = discountedPrice !== undefined && discountRate !== undefined;
  return { toPay: won(toPay), before: won(price), ...(hasRate ? { rate: `${discountRate}%` } : {}) };
}

/** The one currency that Kakao has. */
function won(amount: number): string {
  return `${amount.toLocaleString('ko-KR')}원`;
}
