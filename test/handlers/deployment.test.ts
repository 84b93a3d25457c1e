import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { bot } from '#scenario';
import { type LocalAws, startLocalAws } from '../../dev/local-aws.ts';
import { inRequest, writeLogBy } from '../../lambda/aws/log.ts';
import { tellOperator } from '../../lambda/bot/operator.ts';
import { text } from '../../lambda/bot/reply.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { EMPTY_SESSION } from '../../lambda/turn/session.ts';
import { metricsIn } from '../kit/stdout.ts';

let aws: LocalAws;
const environment = { ...process.env };

beforeAll(async () => {
  aws = await startLocalAws({ secret: 'unused' });
  Object.assign(process.env, aws.environment);
});

afterAll(async () => {
  process.env = environment;
  jest.restoreAllMocks();
  await aws?.stop();
});

test('the words at the end of an answer that is cut in the table are those of the bot that is deployed', async () => {
  jest.replaceProperty(bot, 'texts', { ...bot.texts, keptToHere: '여기까지만 간직했어요.' });
  const { deployment } = await import('../../lambda/handlers/deployment.ts');
  const user = userKeyOf('live', { plusfriendUserKey: 'of the deployment' });
  const reply = { outputs: [text('x'.repeat(500_000))] };
  const memory = { turns: [], late: [{ id: 'late', reply, expiresAt: Date.now() + 60_000 }] };
  await deployment.store.save(user, EMPTY_SESSION, { ...EMPTY_SESSION, memory });
  const { late } = (await deployment.store.load(user)).memory;
  expect(late?.[0]?.reply.outputs).toEqual([expect.anything(), text('여기까지만 간직했어요.')]);
});

test('what the operator is told beside a turn is a line of the log, at its request', async () => {
  await import('../../lambda/handlers/deployment.ts');
  const lines: string[] = [];
  writeLogBy(line => lines.push(line));
  inRequest({ requestId: 'r' }, () => {
    tellOperator({ level: 'error', what: 'smart-chat server failed', outcome: 'POST /message: silent' });
  });
  expect(lines.map(line => JSON.parse(line))).toEqual([
    expect.objectContaining({
      requestId: 'r',
      level: 'error',
      what: 'smart-chat server failed',
      outcome: 'POST /message: silent',
    }),
  ]);
});

test('what a model took is a line of the log that CloudWatch counts, by the bot and by the protocol', async () => {
  await import('../../lambda/handlers/deployment.ts');
  const lines: string[] = [];
  writeLogBy(line => lines.push(line));
  const metrics = { LlmTurns: 1, LlmInputTokens: 1_200, LlmOutputTokens: 340, LlmWon: 0.45 };
  inRequest({ requestId: 'r', protocol: 'open-builder' }, () => {
    tellOperator({ level: 'info', what: 'model answered', outcome: 'answered', metrics });
  });
  const told = metricsIn(lines[0] ?? '');
  expect(told).toMatchObject({ namespace: 'KakaoGateway', metrics });
  expect(told.dimensions).toContainEqual({ Bot: 'bot' });
  expect(told.dimensions).toContainEqual({ Bot: 'bot', Protocol: 'open-builder' });
});
