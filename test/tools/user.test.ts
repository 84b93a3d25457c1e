import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { gatewaySecret, hashesBy } from '../../lambda/aws/gateway-secret.ts';
import { growing, roomSession } from '../../lambda/bot/index.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import type { Clients } from '../../tools/sessions-table/clients.ts';
import { runUser, type UserInput } from '../../tools/user/command.ts';
import { kindOf, readableItem } from '../../tools/user/kept-item.ts';
import { names } from '../../tools/user/look-everywhere.ts';
import { keepingBot, Person, SENTENCES } from '../kit/forgotten.ts';
import { forgedIn, HOSTILE, unseenIn } from '../kit/hostile-texts.ts';
import { CONTEXT, invoke, skillCall } from '../kit/http.ts';
import { type Item, type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';
import { runHere } from '../kit/ran-command.ts';
import { type FakeSecretsManager, startSecretsManager } from '../kit/secrets-manager.ts';
import { type FakeStacks, gatewayStacks, startStacks } from '../kit/stack-server.ts';
import { readCorpus, releases } from '../releases/corpus.ts';
import { CALLBACK_ORIGIN } from '../releases/stories.ts';

const ROOM = `botGroupKey-${randomUUID()}`;
const BOT_ID = '5f1a2b3c4d5e6f7a8b9c0d1e';

/** Ends the held rules, by the app's id of who asked. */
const release = new Map<string, () => void>();
const lunch = roomSession<{ who: string[] }>({ name: 'lunch', initial: () => ({ who: [] }) });

const bot = keepingBot(release)
  .hears('장바구니', turn => `모두 ${turn.session.cart.length}잔`)
  .hears(
    /^자라기 (.+)/,
    growing({
      slow: '잠시만요',
      grow: async function* ({ text, user }) {
        yield `${text} 시작.`;
        await new Promise<void>(resolve => release.set(user.appUserId ?? '', resolve));
        yield `${text} 끝.`;
      },
      then: () => undefined,
    }),
  )
  .hears('같이 가요', async turn => {
    const { who } = await lunch.change(turn, state => {
      state.who.push(turn.user.botUserKey ?? '');
      return state;
    });
    return `${who.length}명`;
  })
  .fallback(() => '몰라요');

type Place = 'live' | 'dev' | 'room';

let gateway: LateGateway;
let secrets: FakeSecretsManager;
let stacks: FakeStacks;
let clients: Clients;
let secretArn: string;

beforeAll(async () => {
  gateway = await startLateGateway(bot, { keepsAliases: true });
  secrets = await startSecretsManager();
  secretArn = secrets.create('GatewaySecret', 'the value before');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ endpoint: secrets.url, region: 'local', credentials });
  stacks = await startStacks(gatewayStacks(gateway.table.name, secretArn));
  clients = { dynamo: gateway.table.client, stacks: stacks.client, secrets: client };
});
afterAll(async () => {
  clients.secrets.destroy();
  await Promise.all([gateway.stop(), secrets.stop(), stacks.stop()]);
});
beforeEach(() => release.clear());

async function says(
  { appUserId, plusfriend, botUserKey }: Person,
  utterance: string,
  place: Place = 'live',
): Promise<string> {
  const isRoom = place === 'room';
  const properties = {
    appUserId,
    botUserKey,
    ...(!isRoom && { plusfriendUserKey: plusfriend[place], isFriend: true }),
  };
  const body = {
    bot: { id: place === 'dev' ? `${BOT_ID}!` : BOT_ID },
    userRequest: {
      utterance,
      user: { id: botUserKey, type: 'botUserKey', properties },
      ...(isRoom && { chat: { id: ROOM, type: 'botGroupKey', properties: { botGroupKey: ROOM } } }),
    },
  };
  const call = skillCall(body, { 'x-request-id': randomUUID() });
  const { status, json } = await invoke(gateway.handlerOf(openBuilderHandler), call);
  expect(status).toBe(200);
  return JSON.stringify(json);
}

/** Lives with the bot in every way that leaves something in the table. */
async function live(person: Person): Promise<void> {
  const { word } = person;
  await says(person, `담기 ${word}`);
  await says(person, `천천히 ${word}`);
  await until(async () => JSON.stringify(await itemsWith(word)).includes(`다 됐어요: 천천히 ${word}`));
  await says(person, `길게 ${word}`, 'dev');
  await says(person, `길게 ${word}`, 'room');
  await says(person, '같이 가요');
  const key = { userKey: { S: `live/channel/${person.plusfriend.live}/draft` } };
  const draft = { turn: { S: word }, pieces: { S: JSON.stringify([`조각 ${word}`]) }, format: { N: '1' } };
  const Item = { ...key, ...draft, expiresAt: { N: String(Math.floor(Date.now() / 1_000) + 60) } };
  await clients.dynamo.send(new PutItemCommand({ TableName: gateway.table.name, Item }));
}

const itemsWith = async (...traces: readonly string[]): Promise<readonly Item[]> =>
  (await gateway.items()).filter(item => traces.some(trace => JSON.stringify(item).includes(trace)));

/** Has the table refuse to delete one item, and no other, until what it returns is called. */
function refuseToDelete(key: string | undefined): () => void {
  const { middlewareStack } = clients.dynamo;
  const name = 'refuseToDelete';
  middlewareStack.add(
    (next, { commandName }) =>
      async args => {
        const { Key } = args.input as { readonly Key?: Item };
        if (commandName !== 'DeleteItemCommand' || Key?.userKey?.S !== key) return next(args);
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      },
    { step: 'initialize', name },
  );
  return () => void middlewareStack.remove(name);
}

const AT_STACK = ['--stack', 'kakao-gateway-prod'];

function user(
  args: readonly string[],
  { stdin = '', ...more }: Partial<Omit<UserInput, 'stdin'>> & { stdin?: string } = {},
) {
  const input = Object.assign(Readable.from([Buffer.from(stdin)]), {
    isTTY: stdin.includes('yes') || stdin.includes('no'),
  });
  return runHere(() =>
    runUser(args, { environment: {}, stdin: input, clients: () => clients, turnWithinMs: 20, ...more }),
  );
}

const erase = (person: Person, ...more: readonly string[]) =>
  user(['erase', person.plusfriend.live, ...AT_STACK, '--yes', ...more]);

describe('user show', () => {
  test('tells all that is kept of a user, under whichever id the operator has', async () => {
    const person = new Person();
    await live(person);
    const { word, plusfriend, botUserKey, appUserId } = person;
    const shown = await user(['show', plusfriend.live, ...AT_STACK]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    const { items, userKeys } = JSON.parse(shown.stdout);
    expect(userKeys.toSorted()).toEqual(
      [
        `dev/channel/${plusfriend.dev}`,
        `live/bot/${BOT_ID}/${botUserKey}`,
        `live/channel/${plusfriend.live}`,
      ].toSorted(),
    );
    expect(items).toHaveLength((await itemsWith(...person.traces)).length);
    const of = (kind: string) => items.filter((item: { kind: string }) => item.kind === kind);
    expect(of('draft')).toMatchObject([{ turn: word, pieces: [`조각 ${word}`] }]);
    expect(of('alias')).toMatchObject([{ key: `app/${appUserId}` }]);
    expect(of('room')).toMatchObject([{ states: { lunch: { state: { who: [botUserKey] } } } }]);
    const [session] = of('session').filter(({ key }: { key: string }) => key.endsWith(plusfriend.live));
    expect(session.state).toEqual({ cart: [`담기 ${word}`] });
    expect(JSON.stringify(session.memory)).toContain(`다 됐어요: 천천히 ${word}`);
    const ISO = /^\d{4}-\d\d-\d\dT/;
    expect([session.expiresAt, session.memory.turns[0].at, session.memory.alias.at]).toEqual(
      Array(3).fill(expect.stringMatching(ISO)),
    );

    for (const id of [appUserId, plusfriend.dev, `live/channel/${plusfriend.live}`]) {
      const same = JSON.parse((await user(['show', id, ...AT_STACK])).stdout);
      expect(same.items).toHaveLength(items.length);
    }
    const byBot = await user(['show', botUserKey, '--bot-id', `${BOT_ID}!`, ...AT_STACK]);
    expect(JSON.parse(byBot.stdout).items).toHaveLength(items.length);
  });

  test('unpacks the replies that lie packed in their item', async () => {
    const person = new Person();
    const long = `${person.word} ${SENTENCES.slice(0, 900)}`;
    await says(person, `담기 ${long}`);
    expect(JSON.stringify(await itemsWith(person.word))).toContain('packed');
    const { stdout } = await user(['show', person.plusfriend.live, ...AT_STACK]);
    expect(stdout).not.toContain('packed');
    expect(JSON.parse(stdout).items[0].memory.turns.at(-1).reply.outputs).toEqual([
      { simpleText: { text: `담았어요: 담기 ${long}` } },
    ]);
  });

  test('tells the pseudonyms by which log lines have them, and never the secret', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const userKey = `live/channel/${person.plusfriend.live}`;
    secrets.create('GatewaySecret', 'the value before');
    const one = await user(['show', person.plusfriend.live, ...AT_STACK]);
    expect(JSON.parse(one.stdout).pseudonyms).toEqual([
      { userKey, now: hashesBy('the value before').pseudonymOf(userKey) },
    ]);
    expect(one.stdout).not.toContain('the value before');
    const table = ['--table', gateway.table.name];
    const without = await user(['show', person.plusfriend.live, ...table]);
    expect(JSON.parse(without.stdout).pseudonyms).toEqual([]);
    expect(without.stdout).toContain('give --secret-id');
    const named = await user(['show', person.plusfriend.live, ...table, '--secret-id', secretArn]);
    expect(JSON.parse(named.stdout).pseudonyms).toHaveLength(1);
  });

  test('tells them as the functions write them, before and since a rotation', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const userKey = `live/channel/${person.plusfriend.live}`;
    const SecretId = secrets.create('RotatedSecret', 'the first value');
    const written = async () => {
      const read = gatewaySecret(clients.secrets, SecretId);
      await read.read(new AbortController().signal);
      return read.pseudonymOf(userKey);
    };
    const before = await written();
    await clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'the second value' }));
    const { stdout } = await user(['show', person.plusfriend.live, ...AT_STACK, '--secret-id', SecretId]);
    expect(JSON.parse(stdout).pseudonyms).toEqual([{ userKey, now: await written(), before }]);
  });

  test('does without the pseudonyms where the secret can not be read, and says so', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const { code, stdout, stderr } = await user([
      'show',
      person.plusfriend.live,
      '--table',
      gateway.table.name,
      '--secret-id',
      'no-such',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).items).toHaveLength(2);
    expect(stderr).toMatch(
      /^user: the user's pseudonyms in the log are not told, .*ResourceNotFoundException.*\n$/,
    );
  });

  test('shows what waits in line without the address of its callback', async () => {
    const person = new Person();
    const { plusfriend, word } = person;
    const sink = gateway.sink.newUrl();
    const body = (utterance: string) => ({
      bot: { id: BOT_ID },
      userRequest: {
        utterance,
        callbackUrl: sink,
        user: {
          id: person.botUserKey,
          properties: { plusfriendUserKey: plusfriend.live, appUserId: person.appUserId },
        },
      },
    });
    await gateway.skillBody(body(`붙잡기 ${word}`));
    await until(() => release.has(person.appUserId));
    await gateway.skillBody(body(`붙잡기 ${word} 또`));
    const { stdout } = await user(['show', plusfriend.live, ...AT_STACK]);
    const [session] = JSON.parse(stdout).items;
    expect(session.memory.line[1].turn.request.incoming.text).toBe(`붙잡기 ${word} 또`);
    expect(JSON.stringify(await itemsWith(word))).toContain(sink);
    expect(stdout).not.toContain(sink);
    const letFirstGo = release.get(person.appUserId);
    // Before it goes: the second may begin as soon as the first is posted.
    release.clear();
    letFirstGo?.();
    await until(() => release.has(person.appUserId));
    release.get(person.appUserId)?.();
    await gateway.idle();
  });

  test.each([
    ['en', 'user: nothing is kept of a user with this id; a botUserKey needs --bot-id'],
    ['ko', 'user: 이 식별값의 사용자에 대해 보관하는 것이 없습니다.'],
  ])('says of a user who is not known that nothing is kept, in %s', async (lang, words) => {
    const { code, stdout, stderr } = await user(['show', randomUUID(), ...AT_STACK, '--lang', lang]);
    expect({ code, items: JSON.parse(stdout).items }).toEqual({ code: 1, items: [] });
    expect(stderr).toContain(words);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('looks through the whole table for others that name the user, where it is asked to', async () => {
    const [person, other] = [new Person(), new Person()];
    await says(person, '같이 가요', 'room');
    await says(other, '같이 가요', 'room');
    const { stdout } = await user([
      'show',
      person.botUserKey,
      '--bot-id',
      BOT_ID,
      ...AT_STACK,
      '--everywhere',
    ]);
    const [room, ...others] = JSON.parse(stdout).alsoNamedIn;
    expect(others).toEqual([]);
    expect(room).toMatchObject({ kind: 'group-room', key: `live/room/${ROOM}` });
    expect(room.states.lunch.state.who).toContain(person.botUserKey);
  });

  test("tells of another user's session that it names the user, and not what is in it", async () => {
    const [person, other] = [new Person(), new Person()];
    await says(person, `담기 ${person.word}`);
    await says(other, `담기 ${person.plusfriend.live}`);
    const { stdout } = await user(['show', person.plusfriend.live, ...AT_STACK, '--everywhere']);
    expect(JSON.parse(stdout).alsoNamedIn).toEqual([
      { kind: 'session', key: `live/channel/${other.plusfriend.live}`, expiresAt: expect.any(String) },
    ]);
  });

  test('prints what a user wrote so that no terminal obeys it', async () => {
    const person = new Person();
    await says(person, `담기 ${HOSTILE}`);
    const { stdout } = await user(['show', person.plusfriend.live, ...AT_STACK]);
    expect(unseenIn(stdout)).toEqual([]);
    expect(forgedIn(stdout)).toEqual([]);
  });
});

describe('user erase', () => {
  test('leaves no trace of a user in the table, and other users untouched', async () => {
    const [leaving, staying] = [new Person(), new Person()];
    await live(leaving);
    await says(staying, `담기 ${staying.word}`);
    const others = await itemsWith(...staying.traces);
    expect(await itemsWith(...leaving.traces)).toHaveLength(6);
    expect(await erase(leaving)).toMatchObject({ code: 0, stderr: '' });
    expect(await itemsWith(...leaving.traces)).toEqual([]);
    expect(await itemsWith(...staying.traces)).toEqual(others);
    expect(await says(leaving, '장바구니')).toContain('모두 0잔');
  });

  test.each([
    ['a later release stored', { format: { N: '99' } }],
    ['nobody can read', { memory: { S: '{"turns":' } }],
  ])('erases a session that %s, with all that it is known to lead to', async (_, changed) => {
    const person = new Person();
    await live(person);
    const key = `live/channel/${person.plusfriend.live}`;
    const item = (await itemsWith(person.word)).find(({ userKey }) => userKey?.S === key);
    await clients.dynamo.send(
      new PutItemCommand({ TableName: gateway.table.name, Item: { ...item, ...changed } }),
    );
    const { code, stderr } = await erase(person);
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 0, lines: 2 });
    expect(stderr).toContain('user: a session of theirs that this release can not read is erased, but may');
    expect((await itemsWith(...person.traces)).map(({ userKey }) => userKey?.S)).not.toContain(key);
    // Whoever knows the app's id finds the rest; the alias led there, where it can still be read.
    expect(await user(['erase', person.appUserId, ...AT_STACK, '--yes'])).toMatchObject({
      code: 'format' in changed ? 1 : 0,
    });
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('tells what remains elsewhere, and until when', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const { stdout } = await erase(person);
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    expect(stdout).toMatch(
      /^Erased: 2 items of the user are gone from the table\.\nWhat remains elsewhere:\n/,
    );
    expect(stdout).toContain(`can be restored until ${day(35)}T`);
    const pseudonym = hashesBy('the value before').pseudonymOf(`live/channel/${person.plusfriend.live}`);
    expect(stdout).toContain(`lines under the pseudonyms ${pseudonym}, until ${day(30)}T`);
    expect(stdout).toContain(' (30 days)');
    expect(stdout).toContain('- the late queue: ');
    expect(stdout).not.toContain('the event bus');
    expect(stdout).toContain('--everywhere does');
    const ko = await user(['erase', person.plusfriend.live, ...AT_STACK, '--yes', '--lang', 'ko']);
    expect(ko.code).toBe(1);
  });

  test('of a user whose late turn is worked on, and waits in the queue, is not undone by either', async () => {
    const person = new Person();
    await says(person, `붙잡기 ${person.word}`);
    await says(person, `붙잡기 ${person.word} 또`);
    await until(() => release.has(person.appUserId));
    expect(await erase(person)).toMatchObject({ code: 0 });
    release.get(person.appUserId)?.();
    await gateway.idle();
    // As the queue delivers their second records.
    const records = gateway.events.filter(event => JSON.stringify(event).includes(person.word));
    expect(records).not.toEqual([]);
    for (const event of records) await gateway.worker(event, CONTEXT);
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('of a user whose answer grows leaves no draft of it', async () => {
    const person = new Person();
    await says(person, `자라기 ${person.word}`);
    await until(async () => JSON.stringify(await itemsWith(person.word)).includes('시작.'));
    expect(await erase(person)).toMatchObject({ code: 0 });
    release.get(person.appUserId)?.();
    await gateway.idle();
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test.each([
    ['an id of the channel', ({ plusfriend }: Person) => plusfriend.live],
    ["the app's id", ({ appUserId }: Person) => appUserId],
    ['a key', ({ botUserKey }: Person) => `live/bot/${BOT_ID}/${botUserKey}`],
  ])('by %s that failed half-way is done by the same command', async (_, idOf) => {
    const person = new Person();
    await live(person);
    const kept = await itemsWith(...person.traces);
    const TableName = gateway.table.name;
    for (const { userKey } of kept) {
      for (const Item of kept) await clients.dynamo.send(new PutItemCommand({ TableName, Item }));
      const allow = refuseToDelete(userKey?.S);
      const failed = await user(['erase', idOf(person), ...AT_STACK, '--yes']);
      allow();
      expect(failed).toMatchObject({ code: 2, stderr: 'user: ThrottlingException: Rate exceeded\n' });
      expect(await user(['erase', idOf(person), ...AT_STACK, '--yes'])).toMatchObject({ code: 0 });
      expect([userKey?.S, await itemsWith(...person.traces)]).toEqual([userKey?.S, []]);
    }
  });

  test('erases again what a turn that was under way has saved meanwhile', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const erasing = user(['erase', person.plusfriend.live, ...AT_STACK, '--yes'], { turnWithinMs: 300 });
    await until(async () => (await itemsWith(...person.traces)).length === 0);
    await says(person, `담기 ${person.word}`);
    const { code, stdout } = await erasing;
    expect({ code, isTold: stdout.includes('they said something meanwhile') }).toEqual({
      code: 0,
      isTold: true,
    });
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test.each([
    ['yes\n', 0, 'Erased: 2 items'],
    ['no\n', 1, 'Nothing was erased.\n'],
  ])('asks at a terminal, where %j is an answer', async (stdin, code, words) => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const ran = await user(['erase', person.plusfriend.live, ...AT_STACK], { stdin });
    expect(ran).toMatchObject({ code, stdout: expect.stringContaining(words) });
    expect(ran.stderr).toContain(
      `These are deleted for good:\n  session live/channel/${person.plusfriend.live}`,
    );
    expect(await itemsWith(person.word)).toHaveLength(code);
  });

  test('erases nobody unasked where there is no terminal', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const ran = await user(['erase', person.plusfriend.live, ...AT_STACK]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('give --yes\n') });
    expect(await itemsWith(person.word)).toHaveLength(1);
  });

  test('reads the id from standard input, where no shell keeps it', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const ran = await user(['erase', '-', ...AT_STACK, '--yes'], { stdin: `${person.plusfriend.live}\n` });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(await itemsWith(...person.traces)).toEqual([]);
  });

  test('leaves what a group room shares to the room, and deletes it where it is asked to', async () => {
    const person = new Person();
    await says(person, '같이 가요', 'room');
    await says(person, `담기 ${person.word}`, 'room');
    const byBot = [person.botUserKey, '--bot-id', BOT_ID, ...AT_STACK, '--yes', '--everywhere'];
    const { stdout } = await user(['erase', ...byBot]);
    expect(stdout).toContain(
      `others' items that name the user, and end by themselves 30 days after their last change: group-room live/room/${ROOM}`,
    );
    expect(await itemsWith(...person.traces)).toHaveLength(1);
    const all = await user(['erase', ...byBot, '--rooms']);
    expect(all).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("others' items: none names the user"),
    });
    expect(await itemsWith(...person.traces)).toEqual([]);
  });
});

describe('user', () => {
  test.each([
    [['show', 'abc'], 'tell which table, by one of both: --stack kakao-gateway-prod, or --table <name>'],
    [['show', ...AT_STACK], 'give one id: user show <id>, or - to have it read from standard input'],
    [['look', 'abc', ...AT_STACK], 'say what to do: user show <id>, or user erase <id>'],
    [['show', 'abc', ...AT_STACK, '--yes'], '--yes and --rooms are for user erase'],
    [['erase', 'abc', ...AT_STACK, '--rooms', '--yes'], '--rooms needs --everywhere, which finds the rooms'],
    [['show', 'abc', '--stack', 'no-such'], 'there is no stack no-such in local of this account'],
    [['show', 'abc', '--table', 'no-such'], 'there is no table no-such in local of this account'],
    [['show', '-', ...AT_STACK], 'the id must have 1 to 300 characters'],
  ])('%j is refused in one sentence', async (args, words) => {
    const { code, stdout, stderr } = await user(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`user: ${words}`);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test("takes no table of the bot's own for the gateway's", async () => {
    await clients.dynamo.send(
      new CreateTableCommand({
        TableName: 'orders',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    expect(await user(['show', 'abc', '--table', 'orders'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        "user: orders is no gateway's table of sessions: its key is id, not userKey. A table of the bot's own is read and changed by the bot's own code\n",
    });
  });

  test('finds the table by the stack of the sessions, too', async () => {
    const person = new Person();
    await says(person, `담기 ${person.word}`);
    const { code, stdout } = await user([
      'show',
      person.plusfriend.live,
      '--stack',
      'kakao-gateway-sessions-prod',
    ]);
    expect({ code, table: JSON.parse(stdout).table }).toEqual({ code: 0, table: gateway.table.name });
  });

  test.each(releases())('shows whatever release %i has stored', release => {
    const kinds = new Set<string>();
    for (const { items } of Object.values(readCorpus(release).stories))
      for (const item of items) {
        const key = item.userKey?.S ?? '';
        const kind = kindOf(key);
        kinds.add(kind);
        const shown = JSON.stringify(readableItem({ kind, key, item }));
        expect(shown).toContain(`"kind":"${kind}","key":"${key}","expiresAt":"2`);
        for (const hidden of ['"packed"', CALLBACK_ORIGIN]) expect(shown).not.toContain(hidden);
      }
    expect(kinds).toContain('session');
  });

  test('looks for an id as a whole', () => {
    const id = '1234567890';
    expect(names(`{"user":"${id}"}`, id)).toBe(true);
    expect(names(`{"at":9${id}}`, id)).toBe(false);
    expect(names(`${id}0 and live/bot/x/${id}`, id)).toBe(true);
  });
});
