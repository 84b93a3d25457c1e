import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { OUTAGES, type OutageName } from './outages.ts';
import { mailsOf } from './play-alarms.ts';
import { calmMonth, SIZES, survey } from './survey.ts';
import { cellOf, settingsOf, TABLES } from './table.ts';
import { type Outage, trafficOf } from './traffic.ts';

const page = readFileSync(new URL('../../docs/alarms.md', import.meta.url), 'utf8');

/** The cells of a table of the page by the first one of their row. */
function tableIn(table: keyof typeof TABLES): ReadonlyMap<string, readonly string[]> {
  const [, rows = ''] = page.split(`| ${TABLES[table].en} |`);
  const [, , ...lines] = (rows.split('\n\n')[0] ?? '').split('\n');
  return new Map(
    lines.map(line => {
      const [, name = '', ...cells] = line.split('|').map(cell => cell.trim());
      return [name, cells.slice(0, SIZES.length)];
    }),
  );
}

const OF_EVERY_TURN = [
  ...([
    'wrong-secret',
    'api-5xx',
    'no-start',
    'hang',
    'too-many-calls',
    'every-rule-throws',
    'no-table',
  ] as const),
  'slow-answers',
] as const satisfies readonly OutageName[];

/** The outages of which small bots have too few turns to tell them from chance, and the sizes at which that is so. */
const COMES_AND_GOES: Readonly<Partial<Record<OutageName, readonly number[]>>> = {
  'one-rule-throws': [200],
  'table-throttles': [50],
  'callbacks-refused': [200],
};

interface Cell {
  readonly minutes: number;
  readonly alarms: number;
  readonly ends: number;
}

function cellIn(table: keyof typeof TABLES, name: OutageName, size: (typeof SIZES)[number]): Cell {
  const cell = tableIn(table).get(OUTAGES[name].en)?.[SIZES.indexOf(size)] ?? '';
  const [minutes = '', alarms = '', ends = ''] = cell.match(/\d+/g) ?? [];
  return { minutes: Number(minutes), alarms: Number(alarms), ends: Number(ends) };
}

describe('the alarms, as the page on them says that they were simulated', () => {
  test.each(OF_EVERY_TURN)('notice within minutes that nobody is answered any more: %s', name => {
    expect(cellIn('now', name, 50).minutes).toBeLessThanOrEqual(60);
    expect(cellIn('now', name, 200).minutes).toBeLessThanOrEqual(17);
    for (const size of SIZES.slice(2)) expect(cellIn('now', name, size).minutes).toBeLessThanOrEqual(10);
    if (name === 'every-rule-throws') return;
    for (const size of SIZES) expect(cellIn('probe', name, size).minutes).toBeLessThanOrEqual(5);
  });

  test.each(Object.keys(OUTAGES) as OutageName[])('send four mails at most for a day of %s', name => {
    for (const size of SIZES) {
      const { alarms, ends } = cellIn('now', name, size);
      const isRare = COMES_AND_GOES[name]?.includes(size) === true;
      expect(alarms + ends).toBeLessThanOrEqual(isRare ? 6 : 4);
    }
  });

  test('notice within minutes that the probe does not ask any more', () => {
    for (const size of SIZES)
      expect(cellIn('probe', 'no-probe', size)).toEqual({ minutes: 4, alarms: 1, ends: 1 });
  });

  test.each(['now', 'probe'] as const)(
    'send none in which nothing is wrong, but by chance at 1,000 turns a day: %s',
    table => {
      const mails = tableIn(table).get('nothing: mails in 12 months')?.map(Number) ?? [];
      expect(mails).toEqual(SIZES.map(size => (size === 1_000 ? expect.any(Number) : 0)));
      // An alarm and its end a quarter.
      expect(Math.max(...mails)).toBeLessThanOrEqual(8);
    },
  );

  test('tell of a second outage within half a day where the probe sees it', () => {
    for (const name of ['wrong-secret', 'api-5xx', 'no-start', 'hang', 'too-many-calls', 'no-table'] as const)
      for (const size of SIZES) expect(cellIn('again', name, size).minutes).toBe(4);
  });
});

describe('the first deployment', () => {
  const { alarms } = settingsOf('probe');
  /** The metrics of a day whose first minutes have none: nothing is called before it is deployed. */
  const firstDay = (probe?: 'fails') => {
    const kind: Outage = minutes => (minutes < 4 ? { calls: 0, probe: 'silent' } : probe ? { probe } : {});
    return trafficOf({
      turnsADay: 200,
      days: 1,
      seed: 1,
      hasProbe: true,
      outage: { kind, from: 0, until: 1_440 },
    });
  };

  test('of a gateway that is well sets nothing off, and each alarm says once that it is well', () => {
    const mails = mailsOf(alarms, firstDay(), true);
    const wells = alarms.filter(({ tellsEnd }) => tellsEnd).map(({ kind }) => ({ kind, says: 'OK' }));
    expect(mails.map(({ kind, says }) => ({ kind, says }))).toEqual(wells);
  });

  test('of a gateway that does not answer is told', () => {
    const told = mailsOf(alarms, firstDay('fails'), true).filter(({ says }) => says === 'ALARM');
    expect(told).toEqual([{ kind: 'probe-failed', says: 'ALARM', at: 8 }]);
  });
});

describe('the alarm by the probe', () => {
  const alarms = settingsOf('probe').alarms.filter(({ kind }) => kind === 'probe-failed');
  const from = 1_000;
  const mailsAfter = (minutes: number, kind: Outage) => {
    const outage = { kind, from, until: from + minutes };
    const traffic = trafficOf({ turnsADay: 50, days: 2, seed: 1, hasProbe: true, outage });
    return mailsOf(alarms, traffic).map(({ says, at }) => `${says} ${at - from}`);
  };

  test('minds three calls of thirty that fail', () => {
    expect(mailsAfter(2, () => ({ probe: 'fails' }))).toEqual([]);
    expect(mailsAfter(3, () => ({ probe: 'fails' }))).toEqual(['ALARM 4', 'OK 30']);
  });

  test('minds no minutes without a call between others, as a schedule has that is called at a minute’s end', () => {
    expect(mailsAfter(900, minutes => (minutes % 2 ? { probe: 'silent' } : {}))).toEqual([]);
  });

  test('goes on for as long as nobody asks, longer than it looks back, too', () => {
    expect(mailsAfter(900, () => ({ probe: 'silent' }))).toEqual(['ALARM 4', 'OK 929']);
  });
});

describe('the page on alarms', () => {
  // Two minutes for all of them: table.slow.test.ts.
  test.each([
    ['wrong-secret', 1_000],
    ['every-rule-throws', 200],
    ['no-worker', 200],
  ] as const)('says what the template of today makes of %s at %i turns a day', (name, size) => {
    const cell = tableIn('now').get(OUTAGES[name].en)?.[SIZES.indexOf(size)];
    expect(cellOf(survey(name, size, settingsOf('now')))).toBe(cell);
  });

  test('says what it makes of a calm month', () => {
    expect(calmMonth(1_000, settingsOf('now'))).toEqual([]);
  });

  test('has a table whose old alarms a wrong secret did not wake at a thousand turns a day', () => {
    const settings = { ...settingsOf('before'), seeds: 1 };
    expect(survey('wrong-secret', 1_000, settings).minutes).toBeUndefined();
    expect(calmMonth(10_000, settings).length).toBeGreaterThan(10);
  });
});
