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
      expect(cellIn('probe', 'no-probe', size)).toEqual({ minutes: 6, alarms: 1, ends: 1 });
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

  test('of a gateway that is well sets off the alarm by the probe alone, for half an hour, and each says once that it is well', () => {
    const mails = mailsOf(alarms, firstDay(), true);
    const wells = alarms.filter(({ tellsEnd }) => tellsEnd).map(({ kind }) => ({ kind, says: 'OK' }));
    expect(mails.filter(({ says }) => says === 'ALARM')).toMatchObject([{ kind: 'probe-failed', at: 2 }]);
    const ends = mails.filter(({ says }) => says === 'OK');
    expect(ends.map(({ kind, says }) => ({ kind, says }))).toEqual(expect.arrayContaining(wells));
    expect(ends).toHaveLength(wells.length);
    expect(ends.find(({ kind }) => kind === 'probe-failed')?.at).toBeLessThan(35);
  });

  test('of a gateway that does not answer is told, and no end of that', () => {
    const told = mailsOf(alarms, firstDay('fails'), true).filter(({ kind }) => kind === 'probe-failed');
    expect(told).toEqual([{ kind: 'probe-failed', says: 'ALARM', at: 2 }]);
  });
});

describe('the alarm by the probe', () => {
  const alarms = settingsOf('probe').alarms.filter(({ kind }) => kind === 'probe-failed');
  const from = 1_000;
  const mailsAfter = (minutes: number, kind: Outage) => {
    const outage = { kind, from, until: from + minutes };
    const traffic = trafficOf({ turnsADay: 50, days: 2, seed: 1, hasProbe: true, outage });
    return mailsOf(alarms, traffic)
      .filter(({ at }) => at >= from)
      .map(({ says, at }) => `${says} ${at - from}`);
  };

  test('minds three calls of thirty that fail', () => {
    expect(mailsAfter(2, () => ({ probe: 'fails' }))).toEqual([]);
    expect(mailsAfter(3, () => ({ probe: 'fails' }))).toEqual(['ALARM 4', 'OK 32']);
  });

  test('goes on for as long as nobody asks, longer than it looks back, too', () => {
    const [alarm = '', end = '', ...others] = mailsAfter(900, () => ({ probe: 'silent' }));
    expect([alarm, others]).toEqual(['ALARM 6', []]);
    expect(Number(end.replace('OK ', ''))).toBeGreaterThan(900);
  });
});

describe('the page on alarms', () => {
  // All of its cells take two minutes: table.slow.test.ts.
  test('says what the template of today makes of rules that throw, at 200 turns a day', () => {
    const cell = tableIn('now').get(OUTAGES['every-rule-throws'].en)?.[SIZES.indexOf(200)];
    expect(cellOf(survey('every-rule-throws', 200, settingsOf('now')))).toBe(cell);
  });

  test('counts months, one of which is calm', () => {
    expect(calmMonth(1_000, settingsOf('now'))).toEqual([]);
  });

  test('has a table whose old alarms a wrong secret did not wake at a thousand turns a day', () => {
    const settings = { ...settingsOf('before'), seeds: 1 };
    expect(survey('wrong-secret', 1_000, settings).minutes).toBeUndefined();
    expect(calmMonth(10_000, settings).length).toBeGreaterThan(10);
  });
});
