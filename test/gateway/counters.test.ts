import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/index.ts';
import type { Answered } from '../kit/http.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

/** A bot that counts, at once and by a worker. */
const bot = new Bot()
  .hears(/^세기 (\S+)$/, async (turn, [, name = '']) => `${await turn.counters?.add(name, 1, 3)}`)
  .hears(/^천천히 세기 (\S+)$/, {
    slow: '세고 있어요.',
    work: (turn, [, name = '']) => turn.counters?.add(name, 1) ?? Promise.resolve(undefined),
    then: async (turn, count) => `${count}, ${await turn.counters?.add('finished', 1)}`,
  });

let gateway: LateGateway;
let users = 0;
let user: string;

beforeAll(async () => {
  gateway = await startLateGateway(bot);
});
afterAll(() => gateway.stop());
beforeEach(() => {
  user = `user-${++users}`;
});

const wordsIn = ({ json }: Answered): string => JSON.stringify(json);

describe('the counters of a turn', () => {
  test('are those of all users, by whatever protocol they come', async () => {
    expect(wordsIn(await gateway.skill(user, '세기 shared'))).toContain('"text":"1"');
    expect(wordsIn(await gateway.skill('another', '세기 shared'))).toContain('"text":"2"');
    expect(wordsIn(await gateway.smartChat(user, '세기 shared'))).toContain('"text":"3"');
    expect(wordsIn(await gateway.smartChat(user, '세기 shared'))).toContain('"text":"undefined"');
  });

  test('are others in the development channel', async () => {
    await gateway.skill(user, '세기 by-channel');
    const body = { bot: { id: 'b!' }, userRequest: { utterance: '세기 by-channel', user: { id: user } } };
    expect(wordsIn(await gateway.skillBody(body))).toContain('"text":"1"');
    const keys = (await gateway.items()).map(({ userKey }) => userKey?.S);
    expect(keys).toEqual(expect.arrayContaining(['live/count/by-channel', 'dev/count/by-channel']));
  });

  test('are there for a worker, in both steps of its rule', async () => {
    const { sink } = gateway;
    const callbackUrl = sink.newUrl();
    await gateway.skill(user, '천천히 세기 late', { callbackUrl });
    await until(() => sink.postsTo(callbackUrl).length > 0);
    expect(JSON.stringify(sink.postsTo(callbackUrl))).toContain('"text":"1, 1"');
    expect(wordsIn(await gateway.smartChat(user, '세기 late'))).toContain('"text":"2"');
  });
});
