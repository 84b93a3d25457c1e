import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runNode } from '../kit/ran-command.ts';
import { TABLES } from './table.ts';

const ROOT = join(import.meta.dirname, '../..');

// In a process of its own: within jest, which gives each file globals of its own, the same takes ten times as long.
test('the tables of docs/alarms.md are those that come of the template of today: node --import tsx test/alarms/table.ts --write', async () => {
  const { code, stdout } = await runNode(['--import', 'tsx', 'test/alarms/table.ts'], {
    cwd: ROOT,
    limitMs: 300_000,
  });
  expect(code).toBe(0);
  const tables = stdout.trim().split('\n\n');
  expect(tables).toHaveLength(2 * Object.keys(TABLES).length);
  const pages = ['docs/alarms.md', 'docs/alarms.ko.md'].map(file => readFileSync(join(ROOT, file), 'utf8'));
  for (const [at, table] of tables.entries()) expect(pages[at % 2]).toContain(`\n${table}\n`);
}, 300_000);
