import { afterEach, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { conversation, type Talking } from '../../lambda/llm/index.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

let gateway: SimulatedGateway;

afterEach(() => gateway.stop());

test('an answer whose place another question takes is no timeout and no failure in the log; its tokens are told once', async () => {
  const notes: OperatorNote[] = [];
  operatorHears(note => notes.push(note));
  const rule = conversation<Talking>().answers(
    async function* ({ turn: { text } }) {
      for (let n = 1; n <= 10; n++) {
        await pause(2_000);
        yield `${text} ${n}. `;
      }
    },
    { busy: 'replace' },
  );
  gateway = simulateGateway(new Bot<Talking>({ session: () => ({}) }).fallback(rule));
  await gateway.run(
    (async () => {
      for (const [text, ms] of [
        ['하나', 7_000],
        ['둘', 60_000],
      ] as const) {
        await gateway.skill('user', text, { callbackUrl: gateway.newUrl() });
        await pause(ms);
      }
    })(),
  );
  const told = notes.map(({ level, outcome, metrics = {} }) => [level, outcome, Object.keys(metrics)]);
  const tokens = ['LlmInputTokens', 'LlmOutputTokens'];
  expect(told).toEqual([
    ['info', 'given up, tokens estimated', tokens],
    ['info', 'answered, tokens estimated', ['LlmTurns', ...tokens]],
    ['warn', 'unknown', ['LlmUnknownTokens']],
  ]);
});
