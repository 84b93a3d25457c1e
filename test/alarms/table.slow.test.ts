import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rowsOf, TABLES } from './table.ts';

describe.each(Object.keys(TABLES) as (keyof typeof TABLES)[])('the table "%s" of docs/alarms.md', table => {
  test('is the one that comes of the template of today: node --import tsx test/alarms/table.ts --write', () => {
    const rows = rowsOf(table);
    for (const language of ['en', 'ko'] as const) {
      const file = new URL(`../../docs/alarms${language === 'ko' ? '.ko' : ''}.md`, import.meta.url);
      expect(readFileSync(file, 'utf8')).toContain(rows[language]);
    }
  }, 600_000);
});
