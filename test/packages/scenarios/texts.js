import { saying } from './saying.js';
import greeting from './texts/greeting.txt';
import query from './texts/menu.sql';
import notice from './texts/notice.md';
import page from './texts/page.html';
import schema from './texts/schema.graphql';

export const bot = saying(() =>
  [query, greeting, notice, page, schema].map(text => text.trim().replaceAll(/\s+/g, ' ')).join(' / '),
);
