import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countBytes } from '../../bench/bytes.ts';
import { skill } from '../../bench/calls.ts';
import { bundleScript, type Checkout, checkoutIn, ROOT } from '../../bench/checkout.ts';
import { startChild } from '../../bench/child.ts';
import { coldFunctions, measureCold } from '../../bench/cold.ts';
import type { Spent } from '../../bench/contest.ts';
import type { PacedTurn } from '../../bench/paced-process.ts';
import { FUNCTION_ENVIRONMENT, type Stub, startStub } from '../../bench/stub.ts';
import { measureTurns, startFields } from '../../bench/turns.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
let here: Checkout;
let stub: Stub;

beforeAll(async () => {
  stub = await startStub(folder);
  here = await checkoutIn(ROOT, folder);
});

afterAll(async () => {
  await stub?.stop();
  rmSync(folder, { recursive: true });
});

test('a turn is measured beside its raw handler, through the function as it is deployed', async () => {
  const fields = startFields(here, folder, stub, true);
  try {
    const figures = await measureTurns(fields, { rounds: 1, cpuMs: 1 }, 0);
    expect(figures.map(({ name }) => name).sort()).toEqual(
      ['echo', '메뉴', '담기 라떼'].flatMap(name => [name, `core ${name}`, `${name}, table`]).sort(),
    );
    for (const { turnUs, rawUs, ratio } of figures) {
      expect(turnUs.median).toBeGreaterThan(0);
      expect(ratio.median).toBeCloseTo(rawUs.median / turnUs.median, 5);
    }
  } finally {
    await Promise.all(fields.map(({ process }) => process.stop()));
  }
});

test('an answer that is not the rule’s is no turn to be measured', async () => {
  const call = { protocol: 'open-builder', utterance: '영업시간', says: '담았어요' };
  const own = { wrong: { bundle: here.entry('memory-open-builder', 'cafe'), call } };
  const child = startChild(bundleScript('turn-process', folder), [JSON.stringify({ own })], {
    ...FUNCTION_ENVIRONMENT,
    BENCH_ROOT: ROOT,
  });
  try {
    await expect(child.ask<Spent>({ contest: 'wrong', side: 'turn', cpuMs: 1 })).rejects.toThrow(
      /wrong: Error: 영업시간 was answered by 200/,
    );
  } finally {
    await child.stop();
  }
});

test('the pace of a conversation is a clock that is moved ahead, for the function alone', async () => {
  const bundle = join(folder, 'clock.mjs');
  writeFileSync(
    bundle,
    "export const handler = async () => ({ body: new Date().toISOString() + ' ' + new Date(0).getTime() });",
  );
  const child = startChild(bundleScript('paced-process', folder), [], { BENCH_ROOT: ROOT });
  try {
    const tenYearsMs = 10 * 365.25 * 86_400_000;
    const then = new Date(Date.now() + 2 * tenYearsMs).toISOString().slice(0, 7);
    const say = (says: string) =>
      child.ask({
        bundle,
        call: skill('시계', says),
        user: 'clock',
        afterMs: tenYearsMs,
      } satisfies PacedTurn);
    await expect(say(' 0')).resolves.toEqual({});
    await expect(say(then)).resolves.toEqual({});
    await expect(say(then)).rejects.toThrow('시계 was answered by');
  } finally {
    await child.stop();
  }
});

test('ten turns are counted as the table sees them: what changes nothing is not written', async () => {
  const figures = await countBytes([here], stub, folder);
  const of = (name: string) => figures.filter(figure => figure.name === name);
  for (const { writesPerTurn, writeUnitsPerTurn } of [...of('echo'), ...of('메뉴')])
    expect([writesPerTurn, writeUnitsPerTurn]).toEqual([0, 0]);
  for (const { writesPerTurn, writeUnitsPerTurn, bytesPerSave } of [...of('담기 라떼'), ...of('주문 … 네')]) {
    expect(writesPerTurn).toBe(1);
    expect(writeUnitsPerTurn).toBeGreaterThanOrEqual(1);
    expect(bytesPerSave).toBeGreaterThan(100);
  }
});

test('a function is started cold, with its calls of AWS counted', async () => {
  const functions = coldFunctions([here]).filter(({ memoryMb }) => memoryMb === 512);
  const figures = await measureCold(functions, stub, undefined, () => 1);
  const [empty, client, put, menu] = figures;
  expect(empty).toMatchObject({ name: 'empty function', initCalls: {}, firstTurnCalls: {}, connections: 0 });
  expect(client).toMatchObject({ firstTurnCalls: { GetItem: 1, PutItem: 1 }, connections: 1 });
  expect(put).toMatchObject({ of: 'here', firstTurnCalls: { PutItem: 1 } });
  expect(menu?.firstTurnCalls).not.toHaveProperty('PutItem');
  for (const { initMs, firstTurnMs, totalMs } of figures)
    expect(totalMs.median).toBeCloseTo(initMs.median + firstTurnMs.median, 5);
});
