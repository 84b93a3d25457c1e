import { createHash, createHmac } from 'node:crypto';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

const crypto = await import('node:crypto');
let keysMade = 0;
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createSecretKey: (bytes: Uint8Array) => {
    keysMade++;
    return crypto.createSecretKey(bytes);
  },
}));
const { SigningHash } = await import('../../lambda/aws/signing-hash.ts');
const { CLIENT_CONFIG } = await import('../../lambda/aws/clients.ts');

const pieces = fc.array(fc.oneof(fc.string({ unit: anyCharacter }), fc.uint8Array()), { maxLength: 4 });

describe("a hash of the SDK's signatures", () => {
  test('is SHA-256 of what it was given, and the same after a reset', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async given => {
        const expected = createHash('sha256');
        for (const piece of given) expected.update(piece);
        const hash = new SigningHash();
        hash.update('something else');
        hash.reset();
        for (const piece of given) hash.update(piece);
        expect(Buffer.from(await hash.digest())).toEqual(expected.digest());
      }),
      runs(100),
    );
  });

  test('is HMAC-SHA-256 with a key, be that a text or bytes, of a larger buffer, too', async () => {
    const key = fc.oneof(fc.string({ unit: anyCharacter, minLength: 1 }), fc.uint8Array({ minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(key, pieces, async (secret, given) => {
        const bytes =
          typeof secret === 'string' ? secret : Buffer.concat([Buffer.alloc(3), secret]).subarray(3);
        const expected = createHmac('sha256', secret);
        for (const piece of given) expected.update(piece);
        const hash = new SigningHash(bytes);
        for (const piece of given) hash.update(piece);
        expect(Buffer.from(await hash.digest())).toEqual(expected.digest());
      }),
      runs(100),
    );
  });

  test('makes the key of a day once, however many calls are signed with it', async () => {
    const key = new Uint8Array(32).fill(7);
    keysMade = 0;
    for (let call = 0; call < 5; call++) new SigningHash(key).update('a call');
    expect(keysMade).toBe(1);
  });
});

/** Takes off what is signed and another in each call. */
const withoutId =
  <A extends object, R>(next: (args: A) => R) =>
  (args: A): R => {
    const { request } = args as { readonly request: { readonly headers: Record<string, string> } };
    delete request.headers['amz-sdk-invocation-id'];
    return next(args);
  };

test("a call is signed as by the SDK's own hash, and no key is made for a second one", async () => {
  const clientWith = (config: object) => {
    const client = new DynamoDBClient({
      ...config,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    client.middlewareStack.addRelativeTo(withoutId, {
      relation: 'before',
      toMiddleware: 'httpSigningMiddleware',
      name: 'without id',
    });
    const signatures: string[] = [];
    client.middlewareStack.add(
      () => async args => {
        signatures.push(String((args.request as { headers: Record<string, string> }).headers.authorization));
        return { response: {}, output: { $metadata: {} } };
      },
      { step: 'finalizeRequest', priority: 'low', name: 'signed' },
    );
    const sign = (): Promise<unknown> =>
      client.send(new GetItemCommand({ TableName: 'sessions', Key: { userKey: { S: 'a-user' } } }));
    return { sign, signatures };
  };
  const { sha256: _, ...withTheirs } = CLIENT_CONFIG;
  const [own, theirs] = [clientWith(CLIENT_CONFIG), clientWith(withTheirs)];
  jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    await own.sign();
    keysMade = 0;
    await own.sign();
    expect(keysMade).toBe(0);
    await theirs.sign();
  } finally {
    jest.useRealTimers();
  }
  expect(theirs.signatures[0]).toMatch(/Signature=[0-9a-f]{64}$/);
  expect(own.signatures).toEqual([theirs.signatures[0], theirs.signatures[0]]);
});
