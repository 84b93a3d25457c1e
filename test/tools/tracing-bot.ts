import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Bot } from '../../lambda/bot/index.ts';

interface Menu {
  readonly price?: { readonly won: number };
}

function priceOf(menu: Menu): number {
  // 가격이 없는 메뉴도 있다
  return (menu.price as { readonly won: number }).won;
}

const describeMenu = (menu: Menu): string => `${priceOf(menu)}원`;

/** A bot whose rules throw, each in another place. */
export const bot = new Bot({ session: () => ({}) })
  .hears('메뉴', async () => {
    await undefined;
    return describeMenu({});
  })
  .hears('표', async () => {
    await new DynamoDBClient({}).send(undefined as never);
    return '네';
  })
  .fallback(() => {
    throw new RangeError('품절', { cause: new TypeError('sold out') });
  });
