import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { saying } from './saying.js';

const menu = pgTable('menu', { name: text() });
const db = drizzle.mock();

export const bot = saying(() => {
  const { sql, params } = db.select().from(menu).where(eq(menu.name, '라테')).toSQL();
  return `${sql} ${params}`;
});
