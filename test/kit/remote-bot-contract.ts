import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorFacts } from '../../lambda/aws/error-facts.ts';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { remoteBot } from '../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { invoke, skillCall, testSecret } from './http.ts';
import { schemaProblems } from './json-schema.ts';
import { skillProblems } from './kakao-accepts.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../docs/remote-bot.schema.json', import.meta.url), 'utf8'),
);

/** A bot server that is there to be tested. */
export interface BotServer {
  /** Where it takes turns. */
  readonly url: string;
  readonly secret: string;
  /** Ends it, where the test began it. */
  stop?(): Promise<void>;
}

/** A conversation with a bot server. */
export interface BotServerTalk {
  /** The words that it answers. */
  readonly says: string;
  /** Words after which asking the last ones again would have another effect. */
  readonly before?: readonly string[];
}

/** An answer of a bot server's, as it came. */
export interface Posted {
  readonly status: number;
  readonly body: string;
}

/** A turn as the gateway posts it, of a user who says this. */
export const turnBody = (
  text: string,
  session: object = {},
  id: string = randomUUID(),
  attempt = 1,
): string =>
  JSON.stringify({
    version: 1,
    turn: {
      id,
      incoming: {
        kind: 'utterance',
        text,
        block: { id: '5f3a1b2c4d5e6f7a8b9c0d1e', name: '폴백 블록' },
        extra: {},
      },
      text,
      user: { botUserKey: 'contract', plusfriendUserKey: 'contract', isFriend: true },
      channel: 'live',
      session,
      trigger: { how: 'typed' },
      params: {},
      contexts: {},
      knowledge: [],
      eventParams: {},
      attempt,
      answerWithinMs: 3_600,
    },
  });

/** The headers of a body that is signed by this secret, so many seconds from now. */
export function signed(body: string, secret: string, fromNowSeconds = 0): Record<string, string> {
  const timestamp = `${Math.floor(Date.now() / 1_000) + fromNowSeconds}`;
  const hex = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-kakao-gateway-timestamp': timestamp, 'x-kakao-gateway-signature': `v1=${hex}` };
}

/** Posts a body to a bot server as it is. */
export async function post(
  { url }: BotServer,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Posted> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body,
  });
  return { status: answer.status, body: await answer.text() };
}

/** A user of a bot server behind the handler of Open Builder: what Kakao would drop, or the gateway repair, is an error. */
export function talkTo({ url, secret }: BotServer): (text: string) => Promise<object> {
  const logged: LogEntry[] = [];
  const log = (entry: LogEntry): void => void logged.push(entry);
  const store = new MemorySessionStore();
  const handler = openBuilderHandler({ bot: remoteBot({ url, secret }), store, secret: testSecret, log });
  return async text => {
    const userRequest = {
      utterance: text,
      user: { id: 'contract', properties: { plusfriendUserKey: 'contract' } },
    };
    const { json } = await invoke(
      handler,
      skillCall({ bot: { id: 'b' }, userRequest }, { 'x-request-id': randomUUID() }),
    );
    expect(skillProblems(json)).toEqual([]);
    const failed = logged
      .filter(({ level }) => level !== 'info')
      .map(entry => ({ ...entry, error: errorFacts(entry.error) }));
    expect(failed).toEqual([]);
    return json;
  };
}

/**
 * The contract of a bot server: whom it answers, and that it answers who asks again as before.
 * @param talk what it is to be asked
 */
export function describeBotServer(name: string, start: () => Promise<BotServer>, talk: BotServerTalk): void {
  describe(name, () => {
    let server: BotServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server?.stop?.());

    const body = turnBody(talk.says);
    /** The session that the words before leave. */
    const sessionBefore = async (): Promise<object> => {
      let session = {};
      for (const words of talk.before ?? []) {
        const said = turnBody(words, session);
        const answer = await post(server, said, signed(said, server.secret));
        ({ session = {} } = JSON.parse(answer.body));
      }
      return session;
    };

    test('gives Open Builder an answer that Kakao shows, and the gateway has nothing to repair of', async () => {
      const says = talkTo(server);
      for (const words of [...(talk.before ?? []), talk.says]) await says(words);
    });

    test('gives an answer as docs/remote-bot.schema.json has it', async () => {
      const session = await sessionBefore();
      const asked = turnBody(talk.says, session);
      const { body: answer } = await post(server, asked, signed(asked, server.secret));
      expect(schemaProblems(SCHEMA, '#/$defs/answer', JSON.parse(answer))).toEqual([]);
    });

    test.each([-240, 0, 240])('answers a call that was signed %i s from now', async fromNowSeconds => {
      const { status } = await post(server, body, signed(body, server.secret, fromNowSeconds));
      expect([200, 204]).toContain(status);
    });

    test.each([-310, 310, -86_400])(
      'refuses a call that was signed %i s from now: it may be an old one',
      async fromNowSeconds => {
        expect((await post(server, body, signed(body, server.secret, fromNowSeconds))).status).toBe(401);
      },
    );

    test('refuses a body that was altered, be it by one letter', async () => {
      const headers = signed(body, server.secret);
      expect((await post(server, body.replace('contract', 'Contract'), headers)).status).toBe(401);
      expect((await post(server, `${body} `, headers)).status).toBe(401);
    });

    test('refuses a call whose time was altered', async () => {
      const headers = {
        ...signed(body, server.secret),
        'x-kakao-gateway-timestamp': `${Math.floor(Date.now() / 1_000) - 1}`,
      };
      expect((await post(server, body, headers)).status).toBe(401);
    });

    test('refuses a call that was signed with another secret', async () => {
      expect((await post(server, body, signed(body, `${server.secret}.`))).status).toBe(401);
      expect((await post(server, body, signed(body, 'another secret of a bot'))).status).toBe(401);
    });

    test.each(['x-kakao-gateway-timestamp', 'x-kakao-gateway-signature'])(
      'refuses a call without %s',
      async name => {
        const { [name]: _, ...headers } = signed(body, server.secret);
        expect((await post(server, body, headers)).status).toBe(401);
        expect((await post(server, body, { ...headers, [name]: '' })).status).toBe(401);
      },
    );

    test.each(['', 'v1=', 'v1=00', 'v0', '한'.repeat(40)])('refuses the signature %j', async signature => {
      const headers = { ...signed(body, server.secret), 'x-kakao-gateway-signature': encodeURI(signature) };
      expect((await post(server, body, headers)).status).toBe(401);
    });

    test('answers a call that comes twice, the same id and time, as before: it has no second effect', async () => {
      const session = await sessionBefore();
      const once = turnBody(talk.says, session);
      const headers = signed(once, server.secret);
      const [first, second] = [await post(server, once, headers), await post(server, once, headers)];
      expect(second).toEqual(first);
    });

    test('answers a turn that is asked again under its id as before', async () => {
      const session = await sessionBefore();
      const [id, other] = [randomUUID(), randomUUID()];
      const ask = (ownId: string, attempt: number): Promise<Posted> => {
        const asked = turnBody(talk.says, session, ownId, attempt);
        return post(server, asked, signed(asked, server.secret, attempt));
      };
      const first = await ask(id, 1);
      await ask(other, 1);
      expect(await ask(id, 2)).toEqual(first);
    });

    test('takes a notice', async () => {
      const notice = JSON.stringify({
        version: 1,
        notice: {
          id: randomUUID(),
          kind: 'friend-added',
          user: { plusfriendUserKey: 'contract', isFriend: true },
          channel: 'live',
          attempt: 1,
        },
      });
      const { status } = await post(server, notice, signed(notice, server.secret));
      expect([200, 204]).toContain(status);
    });
  });
}
