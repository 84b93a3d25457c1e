import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bot } from '../../lambda/scenarios/cafe.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

let gateway: SimulatedGateway;

beforeEach(() => {
  gateway = simulateGateway(bot, { storeMs: 4 });
});

afterEach(() => {
  gateway.stop();
});

const aHundred = (id?: string) =>
  gateway.run(
    Promise.all(Array.from({ length: 100 }, () => gateway.skill('busy', '담기 라떼', id ? { id } : {}))),
  );
const cart = async (): Promise<string> =>
  JSON.stringify((await gateway.run(gateway.skill('busy', '장바구니'))).json);

test('a hundred 담기 of one user at once are answered in time, and none is lost', async () => {
  const answers = await aHundred();
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
  const counts = answers.map(({ json }) => Number(/모두 (\d+)잔/.exec(JSON.stringify(json))?.[1]));
  expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect(await cart()).toContain('라떼 100잔');
});

test('a hundred deliveries of one request are answered alike, in time, and add one cup', async () => {
  const answers = await aHundred('chp-1');
  expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThanOrEqual(ANSWER_WITHIN_MS);
  expect(await cart()).toContain('라떼 1잔');
});
