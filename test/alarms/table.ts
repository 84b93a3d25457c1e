import { readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { configurationOf } from '../../lib/configuration.ts';
import { addGateways } from '../../lib/gateway-app.ts';
import { cdkFlags } from '../kit/cdk-flags.ts';
import { OUTAGES, type OutageName } from './outages.ts';
import { type AlarmTemplate, alarmsOf, type PlayedAlarm } from './read-alarms.ts';
import { calmMonth, type Noticed, SIZES, type SurveySettings, survey, surveyAgain } from './survey.ts';

/** The alarms that there were before a simulation was played against them, without those that were off unless somebody asked for them. */
export function alarmsBefore(): readonly PlayedAlarm[] {
  const file = new URL('before.json', import.meta.url);
  const template: AlarmTemplate = JSON.parse(readFileSync(file, 'utf8'));
  return alarmsOf(template).filter(({ kind }) => kind !== 'quiet-day' && !kind.startsWith('llm'));
}

/** The alarms of a deployment without settings, but for who hears of them; with the probe's, if it has one. */
export function alarmsNow(hasProbe: boolean): readonly PlayedAlarm[] {
  const app = new App({
    context: { ...cdkFlags(), 'aws:cdk:bundling-stacks': [], alarmEmail: 'oncall@example.com' },
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  addGateways(app, configurationOf(app.node.getAllContext()), {
    account: '123456789012',
    region: 'ap-northeast-2',
  });
  const alarms = app.synth().stacks.flatMap(({ template }) => alarmsOf(template));
  return hasProbe ? alarms : alarms.filter(({ kind }) => !kind.startsWith('probe'));
}

/** The tables of docs/alarms.md by the first cell of their heads, in both languages. */
export const TABLES = {
  now: { en: 'now, without the probe', ko: '지금, 프로브 없이' },
  probe: { en: 'now, with the probe', ko: '지금, 프로브와 함께' },
  again: { en: 'again, 3 hours later', ko: '3시간 뒤에 다시' },
  before: { en: 'before', ko: '이전' },
} as const;

/** The alarms of each table, and whether its bots have a probe. */
export function settingsOf(table: keyof typeof TABLES): SurveySettings {
  const hasProbe = table === 'probe' || table === 'again';
  return { hasProbe, alarms: table === 'before' ? alarmsBefore() : alarmsNow(hasProbe) };
}

/** A cell: the median of the minutes to the first mail, and how many mails say that something is on and that it is over. */
export function cellOf({ minutes, alarms, ends }: Noticed): string {
  return alarms === 0 && minutes === undefined ? '–' : `${minutes ?? '–'} (${alarms}+${ends})`;
}

/** The rows of a table as a page has them. */
function tableOf(name: keyof typeof TABLES, language: 'en' | 'ko', cells: Cells): string {
  const sizes = SIZES.map(size => size.toLocaleString('en'));
  const rows = Object.entries(OUTAGES).map(([kind, said]) => [said[language], ...(cells[kind] ?? [])]);
  const nothing = { en: 'nothing: mails in 12 months', ko: '장애 없음: 12개월 동안의 메일' }[language];
  const calm = cells.calm ? [[nothing, ...cells.calm]] : [];
  return [[TABLES[name][language], ...sizes], ['---', ...sizes.map(() => '---')], ...rows, ...calm]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
}

/** The seeds of the calm months: one alone may be a lucky one. */
const MONTHS = Array.from({ length: 12 }, (_, at) => at + 1);

type Cells = Readonly<Record<string, readonly string[]>>;

function cellsOf(table: keyof typeof TABLES): Cells {
  const settings = settingsOf(table);
  const cells: Record<string, readonly string[]> = {};
  const isAgain = table === 'again';
  for (const name of Object.keys(OUTAGES) as OutageName[])
    cells[name] = SIZES.map(size =>
      isAgain ? `${surveyAgain(name, size, settings) ?? '–'}` : cellOf(survey(name, size, settings)),
    );
  if (!isAgain)
    cells.calm = SIZES.map(size =>
      String(MONTHS.reduce((mails, seed) => mails + calmMonth(size, settings, seed).length, 0)),
    );
  return cells;
}

/** A table of docs/alarms.md in both languages, played anew. */
function rowsOf(table: keyof typeof TABLES): { readonly en: string; readonly ko: string } {
  const cells = cellsOf(table);
  return { en: tableOf(table, 'en', cells), ko: tableOf(table, 'ko', cells) };
}

/** Prints the tables in both languages, and with `--write` writes them into the pages. */
function main(): void {
  for (const name of Object.keys(TABLES) as (keyof typeof TABLES)[]) {
    const rows = rowsOf(name);
    console.log(`${rows.en}\n\n${rows.ko}\n`);
    if (!process.argv.includes('--write')) continue;
    for (const language of ['en', 'ko'] as const) {
      const file = new URL(`../../docs/alarms${language === 'ko' ? '.ko' : ''}.md`, import.meta.url);
      const page = readFileSync(file, 'utf8');
      const begin = page.indexOf(`| ${TABLES[name][language]} |`);
      const end = page.indexOf('\n\n', begin);
      writeFileSync(file, page.slice(0, begin) + rows[language] + page.slice(end));
    }
  }
}

if (process.argv[1] === import.meta.filename) main();
