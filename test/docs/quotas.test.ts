import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ASSUMED } from '../../bench/cost.ts';
import {
  accountRows,
  CONCURRENCY,
  ceilingRows,
  DEPLOYED,
  floodOf,
  lateTurnsInTime,
  usdAnHourOf,
  WAVES,
  waveRows,
} from '../../bench/flood.ts';
import { LOAD_USER } from '../../bench/load/rungs.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';

describe.each(['docs/quotas.md', 'docs/quotas.ko.md'])('%s', file => {
  const page = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

  test('has the figures that the script computes', () => {
    for (const row of [...waveRows(100_000), ...accountRows(), ...ceilingRows()])
      expect(page).toContain(`\n${row}\n`);
  });

  test('tells the defaults as they are deployed, and what the last wave asks for', () => {
    const { throttleRate, throttleBurst, lateTurnsAtOnce } = DEPLOYED;
    expect(page).toContain(`\`throttleRate\` ${throttleRate}`);
    expect(page).toContain(`\`throttleBurst\` ${throttleBurst}`);
    expect(page).toMatch(new RegExp(`\`lateTurnsAtOnce\`[^\\d.]+${lateTurnsAtOnce}`));
    const { peak } = floodOf(WAVES[2], 100_000);
    expect(page).toContain(`${Math.round(peak)}`);
    expect(page).toContain(` ${Math.ceil(peak / 10)}`);
    expect(400).toBeGreaterThan(peak);
    const workers = (ASSUMED.workerMb / DEPLOYED.memoryMb) * usdAnHourOf(lateTurnsAtOnce);
    expect(page).toContain(` ${workers.toFixed(2)}`);
  });

  test('names the item of a user of the load as it lies in the table', () => {
    expect(page).toContain(`"S": "${userKeyOf('live', { plusfriendUserKey: `${LOAD_USER}0` })}"`);
  });
});

test('a wave below the throttle loses nothing, and one above it what comes beside the rate and the burst', () => {
  expect(floodOf({ taps: 0.05, meanSeconds: 600, turnsEach: 3 }, 100_000)).toMatchObject({
    refused: 0,
    peak: 25,
  });
  const wave = { taps: 0.2, meanSeconds: 180, turnsEach: 3 };
  const { turns, refused, refusedForSeconds } = floodOf(wave, 100_000);
  // Second by second, as a bucket of tokens does it.
  let tokens: number = DEPLOYED.throttleBurst;
  let lost = 0;
  for (let at = 0; at < 3_600; at += 0.1) {
    const came = (turns / wave.meanSeconds) * Math.exp(-at / wave.meanSeconds) * 0.1;
    tokens = Math.min(DEPLOYED.throttleBurst, tokens + DEPLOYED.throttleRate * 0.1);
    lost += Math.max(0, came - tokens);
    tokens = Math.max(0, tokens - came);
  }
  expect(Math.abs(lost - refused)).toBeLessThan(0.01 * turns);
  expect(refusedForSeconds).toBeGreaterThan(200);
});

test('slow turns that come at once are bounded by the pollers first, by the workers then', () => {
  expect(lateTurnsInTime(CONCURRENCY.new)).toBeLessThan(lateTurnsInTime(100));
  expect(lateTurnsInTime(CONCURRENCY.default)).toBeLessThan(1_000);
  expect(lateTurnsInTime(100, 5_000)).toBeGreaterThan(lateTurnsInTime(100));
});
