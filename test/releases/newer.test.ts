import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { NewerFormatError } from '../../lambda/errors.ts';
import { bot } from './bot.ts';
import { type ReleaseGateway, type Stored, startReleaseGateway, wordsOf } from './gateway.ts';
import { STORIES, type StoryName } from './stories.ts';

let gateway: ReleaseGateway;

beforeAll(async () => {
  gateway = await startReleaseGateway();
});

afterAll(() => gateway?.stop());

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.takeStored();
});

/** The items or messages that this release stores in a story, as the release after it would: in a form that this one does not know. */
async function newer(story: StoryName, what: 'items' | 'messages'): Promise<Stored> {
  await STORIES[story](gateway);
  const { items, messages: all } = await gateway.takeStored();
  // The queue forgets the second record of a turn before it would deliver that twice.
  const messages = all.slice(0, 1);
  const stored = {
    items:
      what === 'items'
        ? items.map(item => ({ ...item, format: { N: String(Number(item.format?.N) + 1) } }))
        : items,
    messages:
      what === 'messages'
        ? messages.map(body => {
            const { format, key, delivery } = JSON.parse(body);
            return JSON.stringify({ format: format + 1, for: { key }, delivery });
          })
        : messages,
  };
  await gateway.putStored(stored);
  gateway.logged.length = 0;
  return stored;
}

const inTable = async (): Promise<Stored['items']> => (await gateway.takeStored()).items;

describe("a newer release's session, after that release was taken back", () => {
  test.each(['담기', '아무 말', '느린 담기', '더보기'])(
    'costs its user an apology for %s, is left as it is, and tells the operator what to do',
    async words => {
      const { items } = await newer('a session with state', 'items');
      expect(wordsOf(await gateway.skill('state', words))).toContain(bot.texts.apology);
      expect(wordsOf(await gateway.smartChat('state', words))).toContain(bot.texts.apology);
      expect(await inTable()).toEqual(items);
      expect(gateway.logged.map(({ what }) => what)).toEqual(['turn failed', 'turn failed']);
      for (const { error } of gateway.logged) {
        expect(error).toBeInstanceOf(NewerFormatError);
        expect(error).toMatchObject({
          message: expect.stringMatching(
            /^the session has format \d+ and this release knows \d+: deploy the release that stored it/,
          ),
        });
      }
    },
  );

  test('is claimed by no worker of this one: its late turn is left to a later', async () => {
    const { items } = await newer('a late turn in the queue, to be collected', 'items');
    expect(await gateway.work()).toBe(1);
    expect(gateway.logged).toMatchObject([
      { what: 'late turn failed, to be retried', error: expect.any(NewerFormatError) },
    ]);
    expect(await inTable()).toEqual(items);
  });

  test('is forgotten with the user who leaves', async () => {
    await newer('a session with state', 'items');
    expect(await gateway.leave('state')).toMatchObject({ status: 200 });
    expect(await inTable()).toEqual([]);
  });

  test('is none any more when it has expired', async () => {
    await newer('a session with state', 'items');
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 31 * 86_400_000);
    expect(wordsOf(await gateway.skill('state', '담기'))).toContain('"1잔"');
  });
});

describe("a newer release's room session, after that release was taken back", () => {
  test.each(['함께 담기', '함께 몇 잔'])(
    'costs who asks for it an apology for %s, is left as it is, and tells the operator what to do',
    async words => {
      const { items } = await newer('a room session of a group room', 'items');
      expect(wordsOf(await gateway.skill('room-one', words, { room: 'group' }))).toContain(bot.texts.apology);
      expect(await inTable()).toEqual(items);
      expect(gateway.logged).toMatchObject([
        {
          what: 'turn failed',
          error: {
            message: expect.stringMatching(
              /^the room session has format \d+ and this release knows \d+: deploy the release that stored it/,
            ),
          },
        },
      ]);
    },
  );

  test('costs nothing to who asks for none of it', async () => {
    await newer('a room session of a group room', 'items');
    expect(wordsOf(await gateway.skill('room-one', '아무 말', { room: 'group' }))).toContain('0잔이 있어요');
  });
});

describe("a newer release's late turn, after that release was taken back", () => {
  const ofTheOperator = () =>
    gateway.logged.map(({ level, what, metrics, error }) => ({ level, what, metrics, error }));

  test('is left in the queue for a worker of that release', async () => {
    const { items } = await newer('a late turn in the queue, to be collected', 'messages');
    expect(await gateway.work()).toBe(1);
    expect(ofTheOperator()).toEqual([
      { level: 'error', what: 'late turn failed, to be retried', error: expect.any(NewerFormatError) },
    ]);
    expect(gateway.logged[0]?.error).toMatchObject({
      message: expect.stringMatching(
        /^the late turn has format \d+ and this release knows \d+: deploy the release that stored it/,
      ),
    });
    expect(await inTable()).toEqual(items);
  });

  test('is lost, and counted so, once the queue would not deliver it again', async () => {
    await newer('a late turn in the queue, to be collected', 'messages');
    expect(await gateway.work(2)).toBe(0);
    expect(ofTheOperator()).toEqual([
      {
        level: 'error',
        what: 'late turn lost',
        metrics: { LateLost: 1 },
        error: expect.any(NewerFormatError),
      },
    ]);
  });

  test('is another thing than what is no late turn at all', async () => {
    await gateway.putStored({ items: [], messages: ['{"key":"k"}', '{', '[]', '{"format":1}'] });
    gateway.logged.length = 0;
    expect(await gateway.work()).toBe(0);
    expect(gateway.logged.map(({ what }) => what)).toEqual(Array(4).fill('late turn unreadable'));
  });
});
