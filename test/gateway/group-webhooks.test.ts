import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Bot, type Notice, roomSession } from '../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall, testSecret } from '../kit/http.ts';
import { type LateGateway, startLateGateway } from '../kit/late-gateway.ts';
import { type Logged, logInto } from '../kit/log.ts';
import { skillBodies } from '../kit/samples.ts';

const SAMPLE = skillBodies().find(({ name }) => /group-webhook/.test(name))?.json;
const INVITER = '0ee0219b98958e6447b3f960f453fd883512cd38122c4224d2a6506cb45adab599';
const GROUP = '0850017d8c60d01b6468709f9eaaed9abdda4d920756145461683b7d2006bab7ea';

const NOTHING_TO_SAY = { version: '2.0', template: { outputs: [] } };

const vote = roomSession({ name: 'vote', initial: () => ({ yes: 0 }) });
const told: Notice[] = [];
const bot = new Bot()
  .notices(notice => void told.push(notice))
  .hears('찬성', async turn => {
    const { yes } = await vote.change(turn, state => {
      state.yes += 1;
    });
    return `찬성 ${yes}`;
  });

let gateway: LateGateway;
beforeAll(async () => {
  gateway = await startLateGateway(bot);
});
beforeEach(() => {
  told.length = 0;
});
afterAll(() => gateway?.stop());

describe('a webhook of a group room', () => {
  test('of the bot that came is a notice of who invited it, where, and by which link', async () => {
    const { status, json } = await gateway.skillBody(SAMPLE);
    expect({ status, json }).toEqual({ status: 200, json: NOTHING_TO_SAY });
    expect(told).toEqual([
      {
        kind: 'group-entered',
        user: {
          key: `live/bot/ed43772c3ae10b8b1c051b3b/${INVITER}`,
          botUserKey: INVITER,
          channelKind: 'live',
          isFriend: false,
        },
        group: { key: GROUP },
        channel: 'live',
        params: { referer: 'promotion' },
      },
    ]);
  });

  test.each([
    ['leave', 'group-left'],
    ['inviteMember', 'group-invited'],
  ])('that says %s is the notice %s, of nobody where nobody is told', async (type, kind) => {
    await gateway.skillBody({ botId: 'b!', type, group: { botGroupKey: 'g' }, timestamp: 1 });
    expect(told).toEqual([{ kind, group: { key: 'g' }, channel: 'dev' }]);
  });

  test.each([
    ['of a kind that nobody knows', { botId: 'b', type: 'renamed', group: { botGroupKey: 'g' } }],
    ['without a kind', { botId: 'b', group: { botGroupKey: 'g' } }],
    ['of no room', { botId: 'b', type: 'leave', group: {} }],
    [
      'of a room whose key is too long',
      { botId: 'b', type: 'leave', group: { botGroupKey: 'g'.repeat(141) } },
    ],
  ])('%s is taken, and told to nobody', async (_, body) => {
    expect(await gateway.skillBody(body)).toMatchObject({ status: 200, json: NOTHING_TO_SAY });
    expect(told).toEqual([]);
  });

  test.each([
    ['no object', 'x'],
    ['an inviter that is none', { inviter: 'x', params: [] }],
    ['an id that is too long', { inviter: { botUserKey: 'u'.repeat(141) } }],
    ['null', null],
  ])('is a notice, whatever its payload: %s', async (_, payload) => {
    await gateway.skillBody({ botId: 'b', type: 'entrance', group: { botGroupKey: 'g' }, payload });
    expect(told).toEqual([{ kind: 'group-entered', group: { key: 'g' }, channel: 'live' }]);
  });

  test('by which the bot leaves forgets what the room shares, and of no other room', async () => {
    const votes = async (id: string, botId = 'b') => {
      const chat = { id, type: 'botGroupKey', properties: { botGroupKey: id } };
      const { json } = await gateway.skillBody({
        bot: { id: botId },
        userRequest: { utterance: '찬성', user: { id: 'someone' }, chat },
      });
      return json.template.outputs[0].simpleText.text;
    };
    const leaves = (botGroupKey: string, botId = 'b') =>
      gateway.skillBody({ botId, type: 'leave', group: { botGroupKey } });
    for (const room of ['one', 'two']) await votes(room);
    await votes('one', 'b!');
    await leaves('one');
    expect(await votes('one')).toBe('찬성 1');
    expect(await votes('two')).toBe('찬성 2');
    expect(await votes('one', 'b!')).toBe('찬성 2');
    await leaves('one', 'b!');
    expect(await votes('one', 'b!')).toBe('찬성 1');
    expect(await votes('one')).toBe('찬성 2');
  });

  test('whose room can not be forgotten is the operator’s: Kakao gets nothing to say', async () => {
    class Failing extends MemorySessionStore {
      override delete(): Promise<void> {
        return Promise.reject(new Error('the table is away'));
      }
    }
    const logged: Logged[] = [];
    const handler = openBuilderHandler({
      bot,
      store: new Failing(),
      secret: testSecret,
      log: logInto(logged),
    });
    const left = { botId: 'b', type: 'leave', group: { botGroupKey: 'secret-room' } };
    expect(await invoke(handler, skillCall(left))).toMatchObject({ status: 200, json: NOTHING_TO_SAY });
    expect(logged).toMatchObject([
      { level: 'error', what: 'group room not forgotten', outcome: 'group-left' },
    ]);
    expect(JSON.stringify(logged)).not.toContain('secret-room');
    expect(told).toHaveLength(1);
  });
});
