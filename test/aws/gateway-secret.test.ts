import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GetSecretValueCommandInput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { gatewaySecret } from '../../lambda/aws/gateway-secret.ts';

let server: Server | undefined;

afterEach(() => {
  jest.restoreAllMocks();
  server?.closeAllConnections();
  server?.close();
});

/**
 * A Secrets Manager of the test's own: `versions` may be changed while it runs; null is one that is not there,
 * and without a current one it is ill.
 */
async function secretBehind(versions: Record<string, string | null | undefined>) {
  let asked = 0;
  let reads = 0;
  let previousReads = 0;
  let underWay = 0;
  let hanging: Promise<void> | undefined;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { VersionStage } = JSON.parse(body);
    if (VersionStage === 'AWSCURRENT') reads++;
    else previousReads++;
    await hanging;
    const isDown = !('AWSCURRENT' in versions);
    const isThere = VersionStage in versions && versions[VersionStage] !== null;
    response.writeHead(isDown ? 500 : isThere ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        isThere && !isDown
          ? { SecretString: versions[VersionStage], VersionId: versionOf(versions[VersionStage]) }
          : { __type: isDown ? 'InternalServiceError' : 'ResourceNotFoundException' },
      ),
    );
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  // Counted when it is asked, which is before whoever asks goes on.
  client.middlewareStack.add(
    next => async args => {
      if ((args.input as GetSecretValueCommandInput).VersionStage === 'AWSCURRENT') asked++;
      underWay++;
      try {
        return await next(args);
      } finally {
        underWay--;
      }
    },
    { step: 'initialize' },
  );
  const secret = gatewaySecret(client, 'gateway-secret');
  return {
    secret,
    /** How often it was asked for the current value. */
    reads: () => asked,
    /** How often for the one before. */
    previousReads: () => previousReads,
    /** Waits until nothing is asked any more. */
    rest: async (): Promise<void> => {
      while (underWay > 0) await new Promise(resolve => setTimeout(resolve, 1));
      await new Promise(resolve => setImmediate(resolve));
    },
    /** Lets it answer nothing until it is told to go on. */
    hang: (): (() => void) => {
      let goOn = () => {};
      hanging = new Promise(resolve => {
        goOn = resolve;
      });
      return goOn;
    },
    /** Waits until it has received so many reads. */
    read: async (times: number): Promise<void> => {
      while (reads < times) await new Promise(resolve => setTimeout(resolve, 1));
    },
  };
}

/** The id of a version, which always has the same value; AWS gives one with each. */
const versionOf = (value: string | null | undefined): string => `version of ${value}`;

/** Lets the clock that the cache looks at jump, and stand. */
function later(ms: number): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('the gateway secret', () => {
  test('is accepted, and nothing else is', async () => {
    const { secret } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('right')).toBe(true);
    for (const wrong of ['wrong', 'righ', 'right ', '', undefined])
      expect(await secret.accepts(wrong)).toBe(false);
  });

  test('is accepted in its previous version too, and in no other', async () => {
    const versions = { AWSPENDING: 'next', AWSCURRENT: 'new', AWSPREVIOUS: 'old', older: 'older' };
    const { secret } = await secretBehind(versions);
    // The previous one first: nobody has to come with the current one before.
    for (const right of ['old', 'new']) expect([right, await secret.accepts(right)]).toEqual([right, true]);
    for (const wrong of ['next', 'older', 'oldnew', 'newold', 'ne'])
      expect([wrong, await secret.accepts(wrong)]).toEqual([wrong, false]);
  });

  test('that was read ahead is there for who asks first', async () => {
    const { secret, reads } = await secretBehind({ AWSCURRENT: 'right' });
    await secret.read(new AbortController().signal);
    expect(reads()).toBe(1);
    expect(secret.pseudonymOf('live/channel/somebody')).toMatch(/^[0-9a-f]{16}$/);
    expect(await secret.accepts('right')).toBe(true);
    expect(await secret.accepts('wrong')).toBe(false);
    expect(reads()).toBe(1);
  });

  test('that could not be read ahead is read at once for who asks first', async () => {
    const versions: Record<string, string> = {};
    const { secret, reads } = await secretBehind(versions);
    await expect(secret.read(new AbortController().signal)).rejects.toThrow('gateway secret');
    versions.AWSCURRENT = 'right';
    expect(await secret.accepts('right')).toBe(true);
    expect(reads()).toBe(2);
  });

  test('whose read ahead was given up is read anew: nobody waits for what hangs, or fails by it', async () => {
    const { secret, hang, read } = await secretBehind({ AWSCURRENT: 'right' });
    const goOn = hang();
    const givenUp = new AbortController();
    const ahead = secret.read(givenUp.signal);
    await read(1);
    givenUp.abort();
    // Asked before the first read knows that it has failed.
    const accepted = secret.accepts('right');
    await expect(ahead).rejects.toThrow('gateway secret');
    await read(2);
    goOn();
    expect(await accepted).toBe(true);
    expect(await secret.accepts('wrong')).toBe(false);
  });

  test('is read once for many calls, however many at once', async () => {
    const { secret, reads } = await secretBehind({ AWSCURRENT: 'right' });
    await Promise.all(Array.from({ length: 20 }, () => secret.accepts('right')));
    for (let guess = 0; guess < 20; guess++) await secret.accepts(`guess ${guess}`);
    expect(reads()).toBe(1);
  });

  test('counts soon after it was rotated, and the one before the previous no longer', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    later(11 * SECOND);
    expect(await secret.accepts('third')).toBe(true);
    expect(await secret.accepts('second')).toBe(true);
    expect(await secret.accepts('first')).toBe(false);
  });

  test('that was read before stays good while Secrets Manager is away', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'right' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('right')).toBe(true);
    delete versions.AWSCURRENT;
    later(6 * MINUTE);
    expect(await secret.accepts('right')).toBe(true);
    expect(await secret.accepts('wrong')).toBe(false);
  });

  test('costs a call nothing while a wrong guess waits for Secrets Manager', async () => {
    const { secret, hang, read, reads } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('right')).toBe(true);
    const goOn = hang();
    later(11 * SECOND);
    const ended: string[] = [];
    const guess = secret.accepts('wrong').finally(() => ended.push('wrong'));
    await read(2);
    expect(await secret.accepts('right').finally(() => ended.push('right'))).toBe(true);
    expect(ended).toEqual(['right']);
    goOn();
    expect(await guess).toBe(false);
    expect(reads()).toBe(2);
  });

  test('makes a wrong guess wait half a second at most', async () => {
    const { secret, hang } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('right')).toBe(true);
    const goOn = hang();
    later(11 * SECOND);
    const startedAt = performance.now();
    expect(await secret.accepts('wrong')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(900);
    goOn();
  });

  test('is read again after a minute and a half, behind the call that it is good for', async () => {
    const { secret, reads, hang, read } = await secretBehind({ AWSCURRENT: 'right' });
    for (const ms of [0, 300, MINUTE, 29 * SECOND]) {
      later(ms);
      expect(await secret.accepts('right')).toBe(true);
      expect(reads()).toBe(1);
    }
    const goOn = hang();
    later(SECOND);
    // The read hangs: only a wrong candidate waits for it.
    const wrong = secret.accepts('wrong');
    expect(await Promise.race([wrong, secret.accepts('right')])).toBe(true);
    await read(2);
    expect(await Promise.race([wrong, secret.accepts('right')])).toBe(true);
    goOn();
    expect(await wrong).toBe(false);
    expect(reads()).toBe(2);
  });

  test('is read again for a wrong guess once in ten seconds, not for each', async () => {
    const { secret, reads } = await secretBehind({ AWSCURRENT: 'right' });
    expect(await secret.accepts('wrong')).toBe(false);
    for (const [ms, times] of [
      [300, 1],
      [9 * SECOND, 1],
      [SECOND, 2],
      [9 * SECOND, 2],
      [SECOND, 3],
    ] as const) {
      later(ms);
      expect(await secret.accepts('wrong')).toBe(false);
      expect(reads()).toBe(times);
    }
  });

  test('that a rotation ended is refused as soon as Secrets Manager was read behind a call', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret, reads } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    later(2 * MINUTE);
    while (await secret.accepts('first')) await new Promise(resolve => setTimeout(resolve, 1));
    expect(await secret.accepts('third')).toBe(true);
    expect(reads()).toBe(2);
  });

  test('that a rotation ended is refused to the first call after three minutes, which waits for the read', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret } = await secretBehind(versions);
    later(0);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    later(3 * MINUTE);
    expect(await secret.accepts('first')).toBe(false);
  });

  test('that a rotation ended is refused after three minutes although the read began in a call before', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret, hang, read } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    // As where Lambda freezes the process between two calls.
    const goOn = hang();
    later(2 * MINUTE);
    expect(await secret.accepts('first')).toBe(true);
    await read(2);
    later(61 * SECOND);
    const again = secret.accepts('first');
    goOn();
    expect(await again).toBe(false);
  });

  test('that is new counts at once, and its caller waits for the read', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret, hang, read } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    later(11 * SECOND);
    const goOn = hang();
    const [second, first] = [secret.accepts('second'), secret.accepts('first')];
    expect(await first).toBe(true);
    await read(2);
    goOn();
    expect(await second).toBe(true);
  });

  test('stays good for hours while Secrets Manager is ill, asked every ten seconds, and costs half a second at most', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'right' };
    const { secret, reads, hang, read } = await secretBehind(versions);
    expect(await secret.accepts('right')).toBe(true);
    delete versions.AWSCURRENT;
    later(3 * 60 * MINUTE);
    for (const [ms, times] of [
      [0, 2],
      [300, 2],
      [9 * SECOND, 2],
      [SECOND, 3],
      [9 * SECOND, 3],
    ] as const) {
      later(ms);
      expect(await secret.accepts('right')).toBe(true);
      expect(await secret.accepts('wrong')).toBe(false);
      expect(reads()).toBe(times);
    }
    const goOn = hang();
    later(SECOND);
    const startedAt = performance.now();
    expect(await secret.accepts('right')).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(900);
    await read(4);
    goOn();
  });

  test('is good again once Secrets Manager is well, and what was rotated meanwhile is not', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('first')).toBe(true);
    delete versions.AWSCURRENT;
    later(20 * MINUTE);
    expect(await secret.accepts('first')).toBe(true);
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    later(10 * SECOND);
    expect(await secret.accepts('first')).toBe(false);
    expect(await secret.accepts('second')).toBe(true);
  });

  test('that was never read fails closed, and is asked for again by the next call', async () => {
    const versions: Record<string, string> = {};
    const { secret, reads } = await secretBehind(versions);
    await expect(secret.accepts('anything')).rejects.toThrow('the gateway secret did not do its work');
    await expect(secret.accepts('')).rejects.toThrow('the gateway secret did not do its work');
    versions.AWSCURRENT = 'right';
    expect(await secret.accepts('right')).toBe(true);
    expect(reads()).toBe(3);
  });

  test('that was deleted fails closed, for the reason that AWS gives', async () => {
    const { secret } = await secretBehind({ AWSCURRENT: null });
    await expect(secret.accepts('')).rejects.toMatchObject({
      part: 'gateway secret',
      cause: { name: 'ResourceNotFoundException' },
    });
  });

  test('may fail to be read while nobody waits for it', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'right' };
    const { secret, reads } = await secretBehind(versions);
    expect(await secret.accepts('right')).toBe(true);
    delete versions.AWSCURRENT;
    later(2 * MINUTE);
    const unhandled: unknown[] = [];
    const remember = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', remember);
    expect(await secret.accepts('right')).toBe(true);
    later(10 * SECOND);
    // There is a third once the second has failed.
    while (reads() < 3) {
      await secret.accepts('right');
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    process.off('unhandledRejection', remember);
    expect(unhandled).toEqual([]);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['no current value', { AWSCURRENT: undefined }],
    ['an empty current value', { AWSCURRENT: '' }],
    ['only a previous value', { AWSCURRENT: undefined, AWSPREVIOUS: 'before' }],
  ])('with %s accepts nothing, and says what to do', async (_, versions) => {
    const { secret } = await secretBehind(versions);
    for (const candidate of ['', 'before', 'undefined', 'null', 'anything'])
      await expect(secret.accepts(candidate)).rejects.toMatchObject({
        part: 'gateway secret',
        cause: {
          message: expect.stringMatching(
            /^the gateway secret has no text as its current value: .*npm run secret/,
          ),
        },
      });
    expect(await secret.accepts(undefined)).toBe(false);
  });

  test('does not accept an empty candidate where the previous value is empty', async () => {
    const { secret } = await secretBehind({ AWSCURRENT: 'right', AWSPREVIOUS: '' });
    expect(await secret.accepts('')).toBe(false);
    expect(await secret.accepts('right')).toBe(true);
  });

  test('whose current value is shown costs one question while nothing was rotated, and the one before another', async () => {
    const { secret, reads, previousReads, rest } = await secretBehind({
      ...{ AWSCURRENT: 'new', AWSPREVIOUS: 'old' },
    });
    await secret.accepts('new');
    expect([reads(), previousReads()]).toEqual([1, 1]);
    for (const times of [2, 3]) {
      later(2 * MINUTE);
      expect(await secret.accepts('new')).toBe(true);
      await rest();
      expect([reads(), previousReads()]).toEqual([times, 1]);
    }
    later(11 * SECOND);
    expect(await secret.accepts('old')).toBe(true);
    expect([reads(), previousReads()]).toEqual([4, 2]);
  });

  test('is read whole where no version is named', async () => {
    const versions: Record<string, string> = { AWSCURRENT: '' };
    const { secret } = await secretBehind(versions);
    await expect(secret.accepts('first')).rejects.toThrow('gateway secret');
    versions.AWSCURRENT = 'first';
    expect(await secret.accepts('first')).toBe(true);
  });

  test('in its previous version is refused to the first call ten seconds after an operator took it away', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'new', AWSPREVIOUS: 'old' };
    const { secret } = await secretBehind(versions);
    expect(await secret.accepts('old')).toBe(true);
    delete versions.AWSPREVIOUS;
    later(9 * SECOND);
    expect(await secret.accepts('old')).toBe(true);
    later(SECOND);
    expect(await secret.accepts('old')).toBe(false);
    expect(await secret.accepts('new')).toBe(true);
  });

  /** The seconds for which an ended value is accepted by a function that is called again and again. */
  async function livesOn(everyMs: number, isFrozen: boolean, hasLearned: boolean): Promise<number> {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret, hang, rest } = await secretBehind(versions);
    later(0);
    expect(await secret.accepts('first')).toBe(true);
    if (hasLearned) {
      Object.assign(versions, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
      later(20 * SECOND);
      expect(await secret.accepts('second')).toBe(true);
    }
    Object.assign(versions, { AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    let goOn = isFrozen ? hang() : () => {};
    for (let ms = everyMs; ms < 2 * 60 * MINUTE; ms += everyMs) {
      later(everyMs);
      const accepting = secret.accepts('first');
      // Thawed: what was asked in the call before goes on beside this one, and what this one waits for.
      goOn();
      if (!(await accepting)) return ms / SECOND;
      if (isFrozen) goOn = hang();
      else await rest();
    }
    return Number.POSITIVE_INFINITY;
  }

  test.each([
    ['warm, that learned of the last rotation but one', 2, false, true, 10],
    ['frozen between calls, that learned of it', 2, true, true, 10],
    ['frozen for a minute between calls, that learned of it', 60, true, true, 60],
    ['warm, that had not learned of any', 2, false, false, 92],
    ['frozen between calls that take no time, that had not', 2, true, false, 180],
    ['frozen for a minute between calls, that had not', 60, true, false, 180],
    ['frozen for an hour, that had not', 3_600, true, false, 3_600],
  ])(
    'that two rotations ended is refused by a function %s, to its first call %s s apart after so many seconds',
    async (...given) => {
      const [, everySeconds, isFrozen, hasLearned, seconds] = given;
      expect(await livesOn(everySeconds * SECOND, isFrozen, hasLearned)).toBe(seconds);
    },
  );

  test('names users by the current value though nobody shows it, as in a function that webhooks alone call', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret, hang } = await secretBehind(versions);
    await secret.read(new AbortController().signal);
    const before = secret.pseudonymOf('somebody');
    Object.assign(versions, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    await secret.keepFresh();
    expect(secret.pseudonymOf('somebody')).toBe(before);
    later(3 * MINUTE);
    await secret.keepFresh();
    expect(secret.pseudonymOf('somebody')).not.toBe(before);
    later(3 * MINUTE);
    const goOn = hang();
    const startedAt = performance.now();
    await secret.keepFresh();
    expect(performance.now() - startedAt).toBeLessThan(900);
    goOn();
  });

  test('makes one pseudonym of a key, another after a rotation, and none before it was read', async () => {
    const versions: Record<string, string> = { AWSCURRENT: 'first' };
    const { secret } = await secretBehind(versions);
    expect(secret.pseudonymOf('somebody')).toBeUndefined();
    await secret.accepts('first');
    const before = secret.pseudonymOf('somebody');
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(secret.pseudonymOf('somebody')).toBe(before);
    expect(secret.pseudonymOf('somebody else')).not.toBe(before);
    Object.assign(versions, { AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    later(11 * SECOND);
    await secret.accepts('second');
    expect(secret.pseudonymOf('somebody')).not.toBe(before);
  });
});
