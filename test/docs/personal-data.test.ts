import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { ALIAS_LIFETIME_DAYS } from '../../lambda/turn/aliases.ts';
import { COUNTER_LIFETIME_DAYS } from '../../lambda/turn/counters.ts';
import { DRAFT_LIVES_MS } from '../../lambda/turn/drafts.ts';
import { SESSION_LIFETIME_DAYS } from '../../lambda/turn/session.ts';
import { QUEUE_RETENTION_SECONDS } from '../../lambda/turn/time-budget.ts';
import type { KeptKind } from '../../tools/user/kept-item.ts';
import { LOG_DAYS, RECOVERY_DAYS } from '../../tools/user/sentences.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The days that each kind of item lives, as the code that writes it has it. */
const DAYS: Readonly<Record<KeptKind, number>> = {
  session: SESSION_LIFETIME_DAYS,
  room: SESSION_LIFETIME_DAYS,
  'group-room': SESSION_LIFETIME_DAYS,
  draft: DRAFT_LIVES_MS / 86_400_000,
  alias: ALIAS_LIFETIME_DAYS,
  counter: COUNTER_LIFETIME_DAYS,
};

describe.each([
  { page: 'docs/personal-data.md', days: /(\d+) days?\b/, seconds: 'seconds' },
  { page: 'docs/personal-data.ko.md', days: /(\d+)일/, seconds: '초' },
])('$page', ({ page, days, seconds }) => {
  const text = read(page);
  const rowOf = (first: string): string =>
    text.split('\n').find(line => line.startsWith(`| ${first}`)) ?? `no row ${first}`;
  const lastCellOf = (row: string): string => row.split(' | ').at(-1) ?? '';
  const daysIn = (cell: string): number => Number(days.exec(cell)?.[1]);

  test.each(Object.entries(DAYS))('tells how long an item lives that is a %s: %i days', (kind, lives) => {
    expect(daysIn(lastCellOf(rowOf(`\`${kind}\``)))).toBe(lives);
  });

  test('tells how long backups, the queue and the logs keep something', () => {
    const rows = text.split('\n').filter(line => line.startsWith('| '));
    const lastOf = (words: string): string => lastCellOf(rows.find(row => row.includes(words)) ?? '');
    const isKorean = page.includes('.ko.');
    expect(daysIn(lastOf(isKorean ? '특정 시점 복구 |' : 'point-in-time recovery of'))).toBe(RECOVERY_DAYS);
    expect(daysIn(lastOf('logRetentionDays'))).toBe(LOG_DAYS);
    const queue = lastOf(isKorean ? '늦은 턴의 대기열' : 'the late queue');
    expect(queue).toContain(`${QUEUE_RETENTION_SECONDS}${isKorean ? '' : ' '}${seconds}`);
  });

  test('has the same lengths in what the 처리방침 is to say', () => {
    const policy = /```\n1\. ([^`]+)```/.exec(text)?.[1] ?? '';
    const said = [...policy.matchAll(/(\d+)일/g)].map(([, number]) => Number(number));
    expect(said).toEqual([SESSION_LIFETIME_DAYS, ALIAS_LIFETIME_DAYS, LOG_DAYS, RECOVERY_DAYS]);
  });

  test('shows a rule that compiles', () => {
    const rule = /^```ts\n(.*?)^```/ms.exec(text)?.[1] ?? 'no rule';
    expect(read('test/types/personal-data.ts')).toContain(rule.trim());
  });
});

test('the logs of a deployed gateway are kept as long as the page says, and its table is recoverable', () => {
  const template = (name: string) => JSON.parse(read(`test/releases/2/templates/${name}.json`));
  const resourcesOf = (name: string): { Type: string; Properties: Record<string, unknown> }[] =>
    Object.values(template(name).Resources);
  const logs = resourcesOf('plain.kakao-gateway-prod').filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  expect(new Set(logs.map(({ Properties }) => Properties.RetentionInDays))).toEqual(new Set([LOG_DAYS]));
  const [table] = resourcesOf('plain.kakao-gateway-sessions-prod');
  expect(table?.Properties).toMatchObject({
    TimeToLiveSpecification: { AttributeName: SESSION_TABLE.timeToLive, Enabled: true },
    Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
  });
});

test('an empty table that the page on restores makes is one of sessions', () => {
  for (const page of ['docs/restore.md', 'docs/restore.ko.md']) {
    expect(read(page)).toContain(`AttributeName=${SESSION_TABLE.key},KeyType=HASH`);
    expect(read(page)).toContain(`Enabled=true,AttributeName=${SESSION_TABLE.timeToLive}`);
  }
});
