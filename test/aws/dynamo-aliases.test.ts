import { describe, expect, test } from '@jest/globals';
import { DynamoAliases } from '../../lambda/aws/dynamo-aliases.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { UnavailableError } from '../../lambda/errors.ts';
import { useLocalTable } from '../kit/local-table.ts';

const local = useLocalTable({ maxAttempts: 1 });

const keptBy = (options?: { lifetimeDays: number }) => new DynamoAliases(local.client, local.name, options);

const [live, dev] = [
  userKeyOf('live', { plusfriendUserKey: 'one 👋' }),
  userKeyOf('dev', { plusfriendUserKey: 'one' }),
];

describe('DynamoAliases', () => {
  test('of nobody whom it was told has no keys', async () => {
    expect(await keptBy().load('nobody')).toEqual([]);
    expect(await keptBy().delete('nobody')).toEqual([]);
  });

  test('has every key that was added, once', async () => {
    const aliases = keptBy();
    for (const key of [live, dev, live]) await aliases.add('several', key);
    expect((await aliases.load('several')).toSorted()).toEqual([dev, live]);
    expect(await aliases.load('severa')).toEqual([]);
  });

  test('forgets an alias whole, and tells what it was', async () => {
    const aliases = keptBy();
    await aliases.add('leaving', live);
    await aliases.add('staying', live);
    expect(await aliases.delete('leaving')).toEqual([live]);
    expect(await aliases.load('leaving')).toEqual([]);
    expect(await aliases.load('staying')).toEqual([live]);
  });

  test('has no key of one that has expired, which a new key brings back; forgetting finds them all the same', async () => {
    const expired = keptBy({ lifetimeDays: -1 });
    await expired.add('expired', live);
    expect(await keptBy().load('expired')).toEqual([]);
    await keptBy().add('expired', dev);
    expect((await keptBy().load('expired')).toSorted()).toEqual([dev, live]);
    await expired.add('expired', dev);
    expect((await keptBy().delete('expired')).toSorted()).toEqual([dev, live]);
  });

  test('says which part is ill where the table is', async () => {
    const ill = new DynamoAliases(local.client, 'no-such-table');
    for (const tried of [ill.load('one'), ill.add('one', live), ill.delete('one')]) {
      await expect(tried).rejects.toMatchObject({ part: 'sessions table', name: UnavailableError.name });
    }
  });
});
