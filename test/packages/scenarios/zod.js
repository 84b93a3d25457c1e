import { z } from 'zod';
import { saying } from './saying.js';

const Order = z.object({ menu: z.string(), cups: z.coerce.number().int().max(10) });

export const bot = saying(() => {
  const { menu, cups } = Order.parse({ menu: '라테', cups: '2' });
  return `${menu} ${cups + 1} ${Order.safeParse({ menu: '라테', cups: 11 }).error.issues[0].path}`;
});
