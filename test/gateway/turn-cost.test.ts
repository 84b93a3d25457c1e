import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { button } from '../../lambda/bot/reply.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { CONTEXT, httpEvent, SECRET, skillCall } from '../kit/http.ts';
import { skillBodies } from '../kit/samples.ts';
import { secretClient } from '../kit/secret-client.ts';
import { takeStdout } from '../kit/stdout.ts';

// A clock on a busy machine says little of so short a time: what is counted here is work that a warm turn does without.
const crypto = await import('node:crypto');
const { hash } = crypto;
const hashes: string[] = [];
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createHmac: (algorithm: string, key: string) => {
    hashes.push('an object');
    return crypto.createHmac(algorithm, key);
  },
  createHash: (algorithm: string) => {
    hashes.push('an object');
    return crypto.createHash(algorithm);
  },
  hash: (...given: Parameters<typeof hash>) => {
    const made = hash(...given);
    hashes.push(typeof made === 'string' ? 'a text' : 'a buffer');
    return made;
  },
}));
const { gatewaySecret } = await import('../../lambda/aws/gateway-secret.ts');
const { log } = await import('../../lambda/aws/log.ts');
const { openBuilderHandler } = await import('../../lambda/gateway/open-builder.ts');

afterEach(() => {
  jest.restoreAllMocks();
});

const bot = new Bot({ session: () => ({}) }).fallback(turn => `들었어요: ${turn.text}`);
const counting = new Bot({ session: () => ({ turns: 0 }) }).fallback(turn => `${++turn.session.turns}번째`);

/** The skill's function as it is deployed, with sessions in memory, after it has answered some turns. */
async function warmHandler(ofBot: typeof bot | typeof counting = bot): Promise<HttpHandler> {
  const secret = gatewaySecret(secretClient({ AWSCURRENT: SECRET, AWSPREVIOUS: 'old' }), 'gateway-secret');
  const handler = openBuilderHandler({
    bot: ofBot as typeof bot,
    store: new MemorySessionStore(),
    secret,
    log,
  });
  for (const { json } of skillBodies()) await takeTurn(handler, json);
  // What a rule answers again is not hashed again.
  await takeTurn(handler, BODY);
  return handler;
}

async function takeTurn(handler: HttpHandler, body: unknown, isBase64Encoded = false): Promise<void> {
  const text = JSON.stringify(body);
  const coded = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
  const { statusCode } = await handler(httpEvent({ ...skillCall(coded), isBase64Encoded }), CONTEXT);
  expect(statusCode).toBeLessThan(500);
}

const bodyOf = (id: string) => ({
  bot: { id: 'b' },
  userRequest: { utterance: '안녕 하세요', user: { id } },
});
const BODY = bodyOf('u');

describe('a warm turn', () => {
  test('hashes its secret and its user without an object for each: one hash, and the two of an HMAC', async () => {
    takeStdout();
    const handler = await warmHandler();
    hashes.length = 0;
    await takeTurn(handler, BODY);
    expect(hashes).toEqual(['a text', 'a text', 'a text']);
  });

  test('reads a body that is a text already without coding it, and one in base64 with no decoder of its own', async () => {
    takeStdout();
    const handler = await warmHandler();
    const decode = jest.spyOn(TextDecoder.prototype, 'decode');
    const decoder = jest.spyOn(globalThis, 'TextDecoder');
    const coded = jest.spyOn(Buffer, 'from');
    await takeTurn(handler, BODY);
    expect(coded.mock.calls.filter(([what]) => String(what).includes('안녕'))).toEqual([]);
    expect(decode).not.toHaveBeenCalled();
    await takeTurn(handler, BODY, true);
    expect(decode).toHaveBeenCalledTimes(1);
    expect(decoder).not.toHaveBeenCalled();
  });

  test('reads its headers and its body without lists of what is in them, and counts the bytes of nothing short', async () => {
    takeStdout();
    const handler = await warmHandler();
    const entries = jest.spyOn(Object, 'entries');
    const values = jest.spyOn(Object, 'values');
    const counted = jest.spyOn(Buffer, 'byteLength');
    await takeTurn(handler, BODY);
    const isOfCall = (json = '') => /x-gateway-secret|안녕 하세요|turn answered/.test(json);
    for (const { mock } of [entries, values, counted])
      expect(mock.calls.map(([what]) => JSON.stringify(what)).filter(isOfCall)).toEqual([]);
  });

  test('folds what was said once, to compare it with the texts of rules', async () => {
    takeStdout();
    const handler = await warmHandler();
    const normalize = jest.spyOn(String.prototype, 'normalize');
    await takeTurn(handler, BODY);
    expect(normalize.mock.calls).toEqual([['NFKC']]);
  });

  test('makes no button of the gateway that nobody sees', async () => {
    takeStdout();
    const handler = await warmHandler();
    const made = jest.spyOn(button, 'message');
    await takeTurn(handler, BODY);
    expect(made).not.toHaveBeenCalled();
  });

  test('writes no JSON to know that it has nothing to remember', async () => {
    takeStdout();
    const handler = await warmHandler();
    const stringify = jest.spyOn(JSON, 'stringify');
    await takeTurn(handler, BODY);
    expect(stringify.mock.calls.filter(([value]) => value === undefined)).toEqual([]);
  });

  test('makes its short id once, however many turns of its user are remembered', async () => {
    takeStdout();
    const handler = await warmHandler(counting);
    const mixed = jest.spyOn(Math, 'imul');
    const costOf = async (user: string, before: number): Promise<number> => {
      for (let turns = 0; turns < before; turns++) await takeTurn(handler, bodyOf(user));
      mixed.mockClear();
      await takeTurn(handler, bodyOf(user));
      return mixed.mock.calls.length;
    };
    const cost = await costOf('one', 1);
    expect(cost).toBeGreaterThan(0);
    expect(await costOf('other', 8)).toBe(cost);
  });

  test('writes a line whose metrics are defined by JSON that was made before', async () => {
    const lines = takeStdout();
    const handler = await warmHandler();
    const stringify = jest.spyOn(JSON, 'stringify');
    await takeTurn(handler, BODY);
    const made = stringify.mock.results.map(({ value }) => String(value)).join('\n');
    expect(lines.at(-1)).toContain('CloudWatchMetrics');
    expect(made).not.toContain('CloudWatchMetrics');
    expect(made).not.toContain('Unit');
  });

  test('writes a line without making lists of its members', async () => {
    takeStdout();
    const handler = await warmHandler();
    const fromEntries = jest.spyOn(Object, 'fromEntries');
    const entries = jest.spyOn(Object, 'entries');
    await takeTurn(handler, BODY);
    expect(entries.mock.calls.filter(([object]) => 'TurnMs' in object)).toEqual([]);
    expect(
      fromEntries.mock.calls.filter(([entries]) => JSON.stringify(entries).includes('turn answered')),
    ).toEqual([]);
  });
});
