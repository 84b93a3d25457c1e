import { type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { localQueue } from '../../dev/local-queue.ts';
import { lateQueue, readDeferredTurn } from '../../lambda/aws/late-queue.ts';
import type { LogEntry } from '../../lambda/aws/log.ts';
import { Bot } from '../../lambda/bot/bot.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { LateTurnTooLargeError, UnavailableError } from '../../lambda/errors.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import type { DeferredTurn, LateRecord } from '../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore } from '../../lambda/turn/session.ts';
import { type LocalServer, serveLocally } from '../../tools/local-server.ts';
import { type Answered, invoke, skillCall, testSecret } from '../kit/http.ts';
import { saying } from '../kit/turns.ts';

/** The most that SQS takes in a queue of any age: the newer ones take more. */
const SQS_TAKES_BYTES = 262_144;

const bot = new Bot({ session: () => ({}) });
bot.hears(/./s, () => '여기 있어요.', { slow: '고르고 있어요.' });
bot.fallback(() => '네?');

let server: LocalServer;
let sqs: SQSClient;
let sent: string[];

beforeEach(async () => {
  const queue = localQueue();
  sent = [];
  queue.deliverTo(async ({ Records }) => {
    for (const { body } of Records) sent.push(body);
    return { batchItemFailures: [] };
  });
  server = await serveLocally(queue.listener);
  sqs = new SQSClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterEach(async () => {
  sqs.destroy();
  await server.stop();
});

/** Says something to a bot whose every rule is slow; `clientExtra` is what its author put behind a button. */
async function tap(
  clientExtra: string,
  utterance = '추천해줘',
): Promise<{ answered: Answered; logged: LogEntry[] }> {
  const logged: LogEntry[] = [];
  const queueUrl = 'http://localhost/000000000000/late-turns';
  const handler = openBuilderHandler({
    bot,
    store: new MemorySessionStore(),
    secret: testSecret,
    log: entry => logged.push(entry),
    defer: lateQueue(() => sqs, queueUrl),
  });
  const body = `{"bot":{"id":"b"},"userRequest":{"utterance":${JSON.stringify(utterance)},"user":{"id":"u"}},"action":{"clientExtra":${clientExtra}}}`;
  return { answered: await invoke(handler, skillCall(body)), logged };
}

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('a late turn', () => {
  test('comes out of the queue as it went in, as deep as a request may be', async () => {
    const { answered } = await tap(nested(62));
    expect(JSON.stringify(answered.json)).toContain('고르고 있어요.');
    const incoming = { kind: 'utterance', text: '추천해줘', extra: JSON.parse(nested(62)) };
    expect(readDeferredTurn(sent[0] ?? '')).toMatchObject({ request: { incoming } });
  });

  test.each([63, 3_000, 10_000])(
    'of a request nested deeper is refused at the border (%s levels)',
    async levels => {
      const { answered, logged } = await tap(nested(levels));
      expect(answered).toMatchObject({ status: 400, json: { field: 'body' } });
      expect(logged).toMatchObject([{ what: 'body refused' }]);
      expect(sent).toEqual([]);
    },
  );

  test('that is larger than its queue takes is told by its size, not as a queue that is ill', async () => {
    const { answered, logged } = await tap(`{"sizes":[${Array(13_000).fill('1e20')}]}`);
    expect(answered.status).toBe(200);
    expect(JSON.stringify(answered.json)).not.toContain('고르고 있어요.');
    expect(logged).toMatchObject([
      {
        what: 'turn failed',
        error: {
          name: 'LateTurnTooLargeError',
          message: expect.stringMatching(/^the late turn has \d{6} bytes and its queue takes 262144: /),
        },
      },
    ]);
    expect(logged[0]?.error).not.toHaveProperty('part');
    expect(sent).toEqual([]);
  });

  test('may be just as large as its queue takes', async () => {
    await tap('{}');
    const numbers = Math.floor((SQS_TAKES_BYTES - Buffer.byteLength(sent[0] ?? '') - 100) / 22);
    const { answered } = await tap(`{"sizes":[${Array(numbers).fill('1e20')}]}`);
    expect(JSON.stringify(answered.json)).toContain('고르고 있어요.');
    expect(Buffer.byteLength(sent[1] ?? '')).toBeGreaterThan(SQS_TAKES_BYTES - 1_000);
    expect(Buffer.byteLength(sent[1] ?? '')).toBeLessThanOrEqual(SQS_TAKES_BYTES);
  });

  test('that leaves no room for its second record goes without', async () => {
    await tap('{}');
    const turn = readDeferredTurn(sent[0] ?? '');
    if (turn === undefined) throw new Error('no turn to begin with');
    const defer = lateQueue(() => sqs, 'http://localhost/000000000000/late-turns');
    const addressed = (letters: number): DeferredTurn => ({
      ...turn,
      delivery: { protocol: 'open-builder', address: 'x'.repeat(letters) },
    });
    const around = Buffer.byteLength(JSON.stringify({ ...addressed(0), format: 2 }));
    const first = addressed(SQS_TAKES_BYTES - around);
    await defer([
      { turn: first, delaySeconds: 0 },
      { turn: { ...first, isSecond: true }, delaySeconds: 30 },
    ]);
    expect(Buffer.byteLength(sent[1] ?? '')).toBe(SQS_TAKES_BYTES);
  });

  test('is measured in bytes, not in letters', async () => {
    const defer = lateQueue(() => sqs, 'http://localhost/000000000000/late-turns');
    const turn = (letters: number): DeferredTurn => {
      const record = readDeferredTurn(sent[0] ?? '');
      if (record === undefined) throw new Error('no turn to begin with');
      return { ...record, delivery: { protocol: 'open-builder', address: '가'.repeat(letters) } };
    };
    await tap('{}');
    await defer([{ turn: turn(80_000), delaySeconds: 0 }]);
    await expect(defer([{ turn: turn(90_000), delaySeconds: 0 }])).rejects.toThrow(
      'bytes and its queue takes 262144',
    );
  });

  test('makes a client for the first, and the same for all', async () => {
    let clients = 0;
    const newClient = (): SQSClient => {
      clients++;
      return sqs;
    };
    await tap('{}');
    const turn = readDeferredTurn(sent[0] ?? '');
    if (turn === undefined) throw new Error('no turn to begin with');
    const defer = lateQueue(newClient, 'http://localhost/000000000000/late-turns');
    expect(clients).toBe(0);
    for (let times = 0; times < 3; times++) await defer([{ turn, delaySeconds: 0 }]);
    expect(clients).toBe(1);
    expect(sent).toHaveLength(4);
  });

  test('has no letter that SQS refuses, whatever the user said', async () => {
    const said = '한글 👋 \u0000\u001b\u007f\ufffe\uffff\ud800';
    await tap('{}', said);
    expect(sent[0]).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    expect(readDeferredTurn(sent[0] ?? '')).toMatchObject({ request: { incoming: { text: said } } });
  });
});

describe('the records of a late turn', () => {
  const QUEUE_URL = 'http://localhost/000000000000/late-turns';
  const turn: DeferredTurn = {
    key: userKeyOf('live', { plusfriendUserKey: 'someone' }),
    request: saying('추천해줘', 'late'),
    delivery: { protocol: 'p' },
    receivedAt: 1,
    deferredAt: 2,
    worthMs: 3,
  };

  /** The requests that SQS was sent. */
  let asked: SendMessageBatchCommandInput[];

  /** Hands records to a queue that answers so. */
  function deferTo(answer: () => object, records: readonly LateRecord[]): Promise<void> {
    asked = [];
    sqs.middlewareStack.add(
      () => async args => {
        asked.push(args.input as SendMessageBatchCommandInput);
        return { output: answer() as never, response: {} };
      },
      { step: 'initialize', name: 'played' },
    );
    return lateQueue(() => sqs, QUEUE_URL)(records);
  }

  /** A turn whose record has so many bytes. */
  function ofBytes(bytes: number): DeferredTurn {
    const address = (letters: number) => ({ protocol: 'p', address: 'x'.repeat(letters) });
    const around = JSON.stringify({ ...turn, delivery: address(0), format: 2 });
    return { ...turn, delivery: address(bytes - Buffer.byteLength(around)) };
  }

  test('are sent at once, each with its delay', async () => {
    const second = { ...turn, isSecond: true } as const;
    const records = [
      { turn, delaySeconds: 0 },
      { turn: second, delaySeconds: 30 },
    ];
    await deferTo(() => ({ Successful: [] }), records);
    expect(asked).toEqual([
      {
        QueueUrl: QUEUE_URL,
        Entries: [
          { Id: '0', MessageBody: JSON.stringify({ ...turn, format: 2 }), DelaySeconds: 0 },
          { Id: '1', MessageBody: JSON.stringify({ ...second, format: 2 }), DelaySeconds: 30 },
        ],
      },
    ]);
  });

  test.each([
    [SQS_TAKES_BYTES / 2, ['0', '1']],
    [SQS_TAKES_BYTES / 2 + 1, ['0']],
    [SQS_TAKES_BYTES, ['0']],
  ])('of %d bytes are sent as far as a batch has room', async (bytes, sentIds) => {
    const record = { turn: ofBytes(bytes), delaySeconds: 0 };
    await deferTo(() => ({}), [record, record]);
    expect(asked[0]?.Entries).toHaveLength(sentIds.length);
    expect(asked[0]?.Entries?.map(({ Id }) => Id)).toStrictEqual(sentIds);
    expect(Buffer.byteLength(asked[0]?.Entries?.[0]?.MessageBody ?? '')).toBe(bytes);
  });

  test('of one byte more than the queue takes are refused', async () => {
    const record = { turn: ofBytes(SQS_TAKES_BYTES + 1), delaySeconds: 0 };
    await expect(deferTo(() => ({}), [record])).rejects.toThrow(LateTurnTooLargeError);
    expect(asked).toEqual([]);
  });

  test('are handed over where SQS refuses no more than the second', async () => {
    const record = { turn, delaySeconds: 0 };
    const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
    expect(await deferTo(() => ({ Failed }), [record, record])).toBeUndefined();
  });

  test('are not handed over where SQS refuses the first', async () => {
    const record = { turn, delaySeconds: 0 };
    const Failed = [
      { Id: '1', Code: 'Other', SenderFault: false },
      { Id: '0', Code: 'InternalError', SenderFault: false },
    ];
    await expect(deferTo(() => ({ Failed }), [record, record])).rejects.toMatchObject({
      part: 'late queue',
      cause: { message: 'SQS refused the record: InternalError' },
    });
  });

  test('are not handed over where the queue is ill', async () => {
    const cause = new Error('no route to the queue');
    const failed = deferTo(() => {
      throw cause;
    }, [{ turn, delaySeconds: 0 }]).catch(error => error);
    expect(await failed).toBeInstanceOf(UnavailableError);
    expect(await failed).toMatchObject({ part: 'late queue', cause });
  });
});

describe('the format of a late turn', () => {
  const turn = { key: 'u', request: {}, delivery: { protocol: 'p' }, receivedAt: 1 };

  test.each([undefined, 1, 2, '3'])('is one that this release knows: %j', format => {
    const record = { ...turn, ...(format !== undefined && { format }) };
    expect(readDeferredTurn(JSON.stringify(record))).toEqual(record);
  });

  test('is told where a later release wrote it', () => {
    expect(() => readDeferredTurn(JSON.stringify({ ...turn, format: 3 }))).toThrow(
      'the late turn has format 3 and this release knows 2',
    );
  });
});

describe('a late turn of the first format', () => {
  const turn = { key: 'u', request: {}, receivedAt: 1, trail: { protocol: 'some', deferredBy: 'r' } };

  test.each([
    [{ kind: 'room' }, { protocol: 'some' }],
    [{ kind: 'room', url: 'https://a.example/1' }, { protocol: 'some' }],
    [
      { kind: 'callback', url: 'https://a.example/1', room: 'private' },
      { protocol: 'some', address: 'https://a.example/1' },
    ],
  ])('is delivered by the protocol of its trail: %j', (delivery, read) => {
    for (const format of [{}, { format: 1 }])
      expect(readDeferredTurn(JSON.stringify({ ...turn, ...format, delivery }))?.delivery).toEqual(read);
  });
});

describe('what else lies in the queue', () => {
  const turn = { key: 'u', request: {}, delivery: { protocol: 'p' }, receivedAt: 1 };

  test.each([
    ['no JSON', '{"key":'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['a turn of nobody', JSON.stringify({ ...turn, key: undefined })],
    ['a turn without a request', JSON.stringify({ ...turn, request: [] })],
    ['a turn without a delivery', JSON.stringify({ ...turn, delivery: 'room' })],
    ['a turn of no protocol', JSON.stringify({ ...turn, delivery: { address: 'somewhere' } })],
    ['a turn whose trail is none', JSON.stringify({ ...turn, delivery: { kind: 'room' }, trail: 'p' })],
    ['a turn without a time', JSON.stringify({ ...turn, receivedAt: '1' })],
    [
      'a turn nested deeper than any request',
      `{"key":"u","request":${nested(65)},"delivery":{"protocol":"p"},"receivedAt":1}`,
    ],
    [
      'a turn nested deeper than a stack',
      `{"key":"u","request":${nested(30_000)},"delivery":{"protocol":"p"},"receivedAt":1}`,
    ],
  ])('is no turn: %s', (_, body) => {
    expect(readDeferredTurn(JSON.stringify(turn))).toEqual(turn);
    expect(readDeferredTurn(body)).toBeUndefined();
  });
});
