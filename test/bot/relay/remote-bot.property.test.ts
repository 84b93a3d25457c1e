import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { remoteBot } from '../../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import { invoke, skillCall, testSecret } from '../../kit/http.ts';
import { skillProblems } from '../../kit/kakao-accepts.ts';
import { runs } from '../../kit/property.ts';
import { type RawServer, startRawServer } from '../../kit/raw-server.ts';
import { anyReply } from '../../kit/replies.ts';

/** The next answer of the bot server. */
let next: { readonly type: string; readonly body: string | Buffer };
let server: RawServer;
beforeAll(async () => {
  server = await startRawServer(
    (_, answer) => void answer.writeHead(200, { 'content-type': next.type }).end(next.body),
  );
});
afterAll(() => server?.stop());

const NAMES = [
  'outputs',
  'quickReplies',
  'session',
  'data',
  'contexts',
  'mentions',
  'simpleText',
  'textCard',
  'carousel',
  'items',
  'text',
];
const { tree: anyTree } = fc.letrec<{ tree: unknown }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 4 }),
  ),
}));
/** A reply in which something is another thing. */
const anyBentReply = fc
  .tuple(anyReply(), fc.nat(), fc.jsonValue({ maxDepth: 1 }))
  .map(([reply, at, value]) => {
    let left = at % Math.max(1, JSON.stringify(reply).length / 10);
    return JSON.parse(JSON.stringify(reply), (_, member) => (left-- < 1 && left > -1 ? value : member));
  });
const anyAnswer = fc.oneof(
  fc
    .oneof(anyTree, anyBentReply, fc.constant({}))
    .map(json => ({ type: 'application/json', body: JSON.stringify(json) ?? '' })),
  fc.uint8Array().map(bytes => ({ type: 'application/json', body: Buffer.from(bytes) })),
  fc.string().map(body => ({ type: 'text/html', body })),
);

test('whatever a bot server answers, the user gets a bubble that Kakao shows', async () => {
  const bot = remoteBot({ url: server.url, secret: 'the secret of the bot server' });
  const handler = openBuilderHandler({
    bot,
    store: new MemorySessionStore(),
    secret: testSecret,
    log: () => {},
  });
  await fc.assert(
    fc.asyncProperty(anyAnswer, async answer => {
      next = answer;
      const body = { bot: { id: 'b' }, userRequest: { utterance: '안녕', user: { id: randomUUID() } } };
      const { status, json } = await invoke(handler, skillCall(body, { 'x-request-id': randomUUID() }));
      expect({ status, problems: skillProblems(json) }).toEqual({ status: 200, problems: [] });
    }),
    runs(1_000),
  );
});
