import { expect, jest, test } from '@jest/globals';
import { secretClient } from '../kit/secret-client.ts';

// Node's own, watched: whether a comparison takes the same time whatever it compares can't be measured on a busy machine.
const crypto = await import('node:crypto');
const compared: [string, string][] = [];
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  timingSafeEqual: (one: Buffer, other: Buffer): boolean => {
    compared.push([one.toString('hex'), other.toString('hex')]);
    return crypto.timingSafeEqual(one, other);
  },
}));
const { gatewaySecret } = await import('../../lambda/aws/gateway-secret.ts');

const digestOf = (text: string): string => crypto.createHash('sha256').update(text).digest('hex');

test.each([
  ['the first valid value', 'current'],
  ['the last valid value', 'previous'],
  ['one letter less', 'curren'],
  ['one letter more', 'currents'],
  ['another first letter', 'durrent'],
  ['nothing', ''],
  ['a very long one', 'x'.repeat(100_000)],
])(
  'a candidate is compared with every valid value, as digests and in constant time: %s',
  async (_, candidate) => {
    const versions = { AWSCURRENT: 'current', AWSPREVIOUS: 'previous' };
    const secret = gatewaySecret(secretClient(versions), 'gateway-secret');
    compared.length = 0;
    expect(await secret.accepts(candidate)).toBe(Object.values(versions).includes(candidate));
    // Neither where one matches nor how much of it tells by the time it takes.
    expect(compared.map(pair => pair.sort())).toEqual(
      Object.values(versions).map(valid => [digestOf(valid), digestOf(candidate)].sort()),
    );
  },
);
