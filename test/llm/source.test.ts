import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorFacts } from '../../lambda/aws/error-facts.ts';
import { callRule } from '../../lambda/bot/rule-errors.ts';
import { ConfigurationError } from '../../lambda/errors.ts';
import { partsOf, type Source } from '../../lambda/llm/source.ts';
import { SourceError } from '../../lambda/llm/source-error.ts';
import type { SourcePart } from '../../lambda/llm/source-part.ts';
import { MOST_PART_CHARACTERS, MOST_SOURCE_BYTES } from '../../lambda/llm/source-reader.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';
import { CLIENTS } from './source-clients.ts';

/** Reads a source to its end, or until it throws. */
async function read(source: Source, signal = new AbortController().signal) {
  const parts: SourcePart[] = [];
  try {
    for await (const part of partsOf(source, { signal })) parts.push(part);
    return { parts, error: undefined };
  } catch (error) {
    return { parts, error: error as SourceError };
  }
}

const wordsOf = (parts: readonly SourcePart[]): string =>
  parts.map(part => (part.kind === 'text' ? part.text : '')).join('');

async function* streamOf(...units: readonly unknown[]): AsyncGenerator<unknown> {
  yield* units;
}

/** A stream that says something, then nothing more, and notes when it is left. */
function hanging(...units: readonly unknown[]) {
  const left = { times: 0 };
  const rest = [...units];
  const stream = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        rest.length > 0
          ? Promise.resolve({ done: false, value: rest.shift() })
          : new Promise<never>(() => {}),
      return: async () => {
        left.times += 1;
        return { done: true as const, value: undefined };
      },
    }),
  };
  return { stream: stream as AsyncIterable<unknown>, left };
}

let unhandled: unknown[];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await sleep(1);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('words alone', () => {
  test.each<[string, () => Source]>([
    ['a string', () => '안녕하세요'],
    ['a promise of one', () => Promise.resolve('안녕하세요')],
    ['an AsyncIterable', () => streamOf('안녕', '', '하세요')],
    ['a ReadableStream', () => ReadableStream.from(['안녕', '하세요'])],
    ['a promise of a stream', async () => streamOf('안녕하', '세요')],
    [
      'a result with a text stream',
      () => ({ textStream: streamOf('안녕', '하세요') as AsyncIterable<string> }),
    ],
  ])('of %s are told, and that they ended', async (_, source) => {
    const { parts, error } = await read(source());
    expect([wordsOf(parts), error]).toEqual(['안녕하세요', undefined]);
    expect(parts.at(-1)).toEqual({ kind: 'end', reason: 'stop' });
  });

  test('are none where a model says nothing', async () => {
    for (const source of ['', streamOf(), streamOf('')])
      expect((await read(source)).parts).toEqual([{ kind: 'end', reason: 'stop' }]);
  });

  test('are the same however a stream cuts them, between the halves of a character, too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: anyCharacter, maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        async (words, cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), words.length];
          const chunks = at.slice(1).map((end, index) => words.slice(at[index], end));
          const { parts } = await read(streamOf(...chunks));
          expect(wordsOf(parts)).toBe(words);
          expect(parts.every(part => part.kind !== 'text' || part.text.isWellFormed())).toBe(true);
        },
      ),
      runs(300),
    );
  });

  test('hold no half of a character that the model never ended', async () => {
    expect(wordsOf((await read(streamOf('라테 \ud83d'))).parts)).toBe('라테 ');
    expect(wordsOf((await read(streamOf('라테 \ud83d', '두 잔'))).parts)).toBe('라테 \ufffd두 잔');
  });

  test('come in parts of a bounded length, of which none ends within a character', async () => {
    const words = `a${'☕️🙂'.repeat(2_000)}`;
    const { parts } = await read(words);
    expect(wordsOf(parts)).toBe(words);
    for (const part of parts.slice(0, -1))
      expect(
        part.kind === 'text' && part.text.length <= MOST_PART_CHARACTERS && part.text.isWellFormed(),
      ).toBe(true);
  });

  test('end at 200 KB, as an answer that was cut, and the stream is left', async () => {
    let left = false;
    const endless = (async function* () {
      try {
        for (;;) yield '가'.repeat(1_000);
      } finally {
        left = true;
      }
    })();
    const { parts, error } = await read(endless);
    expect(error).toBeUndefined();
    expect(Buffer.byteLength(wordsOf(parts))).toBeLessThanOrEqual(MOST_SOURCE_BYTES);
    expect(Buffer.byteLength(wordsOf(parts))).toBeGreaterThan(MOST_SOURCE_BYTES - 3 * MOST_PART_CHARACTERS);
    expect([parts.at(-1), left]).toEqual([{ kind: 'end', reason: 'length' }, true]);
  });
});

describe('a tool', () => {
  const aiCall = (id: string) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: 'order',
    input: { cups: 2 },
  });
  const finish = { type: 'finish', finishReason: 'stop', totalUsage: {} };

  test('that its client ran is told with its result, and does not wait', async () => {
    const result = { type: 'tool-result', toolCallId: '1', toolName: 'order', output: { number: 7 } };
    const { parts } = await read(
      streamOf(aiCall('1'), { ...result, output: '…', preliminary: true }, result, finish),
    );
    expect(parts).toEqual([
      { kind: 'tool-result', name: 'order', output: { number: 7 } },
      { kind: 'end', reason: 'stop' },
    ]);
  });

  test('stands between paragraphs: words before it is run, and those after that', async () => {
    const { parts } = await read(
      streamOf(
        '찾아볼게요.',
        aiCall('1'),
        { type: 'tool-result', toolCallId: '1', output: 1 },
        '있어요.',
        ' 네.',
        finish,
      ),
    );
    expect(wordsOf(parts)).toBe('찾아볼게요.\n\n있어요. 네.');
  });

  test.each(['tool-error', 'tool-output-denied'])('that ended as %s does not wait', async type => {
    const { parts, error } = await read(
      streamOf(aiCall('1'), { type, toolCallId: '1', toolName: 'order', error: new Error('x') }, finish),
    );
    expect([parts, error]).toEqual([[{ kind: 'end', reason: 'stop' }], undefined]);
  });

  test("of the model's service itself does not wait", async () => {
    const { parts } = await read(streamOf({ ...aiCall('1'), providerExecuted: true }, '끝', finish));
    expect(parts.map(({ kind }) => kind)).toEqual(['text', 'end']);
  });

  test('is one of several, whose inputs come by turns', async () => {
    const chunk = (index: number, tool: object) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index, ...tool }] } }],
    });
    const { parts } = await read(
      streamOf(
        chunk(0, { id: 'a', function: { name: 'order', arguments: '{"cups"' } }),
        chunk(1, { id: 'b', function: { name: 'find', arguments: '' } }),
        chunk(0, { function: { arguments: ':2}' } }),
        chunk(1, { function: { arguments: '{}' } }),
        { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
      ),
    );
    expect(parts).toEqual([
      { kind: 'tool-call', id: 'a', name: 'order', input: { cups: 2 } },
      { kind: 'tool-call', id: 'b', name: 'find', input: {} },
      { kind: 'end', reason: 'tool' },
    ]);
  });

  test('whose input was cut with the answer is not asked for', async () => {
    const client = CLIENTS["Anthropic's Messages"];
    const units = client
      ?.units({ texts: ['네'], inputs: ['{"cups"', ':2'] })
      .map(unit =>
        JSON.stringify(unit).includes('stop_reason":"tool_use')
          ? { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 1 } }
          : unit,
      );
    const { parts, error } = await read(streamOf(...(units ?? [])));
    expect([parts.map(({ kind }) => kind), error]).toEqual([['usage', 'text', 'end'], undefined]);
    expect(parts.at(-1)).toEqual({ kind: 'end', reason: 'length' });
  });

  test('whose input is no JSON, or endless, is an error', async () => {
    const call = (json: string) => ({
      choices: [
        {
          message: { tool_calls: [{ id: 'a', function: { name: 'order', arguments: json } }] },
          finish_reason: 'stop',
        },
      ],
    });
    expect((await read(call('{"cups":'))).error?.kind).toBe('broken');
    expect((await read(call(`"${'가'.repeat(70_000)}"`))).error?.kind).toBe('too-long');
  });
});

describe('a page that the model names', () => {
  const page = { kind: 'link', url: 'https://cafe.example/menu', title: '메뉴' };
  const named = { url: page.url, title: page.title };
  test.each<[string, Source]>([
    ['the AI SDK', streamOf({ type: 'source', sourceType: 'url', id: '1', ...named })],
    [
      'OpenAI',
      {
        choices: [{ message: { content: '', annotations: [{ type: 'url_citation', url_citation: named }] } }],
      },
    ],
    [
      'OpenAI’s Responses',
      streamOf({
        type: 'response.output_text.annotation.added',
        annotation: { type: 'url_citation', ...named },
      }),
    ],
    [
      'Anthropic',
      streamOf({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'citations_delta', citation: { type: 'web_search_result_location', ...named } },
      }),
    ],
  ])('is told once, of %s', async (_, source) => {
    expect((await read(source)).parts.filter(({ kind }) => kind === 'link')).toEqual([page]);
  });

  test('is left out where it is none of the web, or was named before', async () => {
    const source = (url: string) => ({ type: 'source', sourceType: 'url', url });
    const { parts } = await read(
      streamOf(source('javascript:alert(1)'), source('https://a.example/'), source('https://a.example/'), {
        type: 'finish',
        finishReason: 'stop',
      }),
    );
    expect(parts.filter(({ kind }) => kind === 'link')).toHaveLength(1);
  });
});

test('tokens are those of all steps, and of a stream that breaks those that were told', async () => {
  const step = { type: 'finish-step', usage: { inputTokens: 10, outputTokens: 5 } };
  const { parts, error } = await read(streamOf(step, step, { type: 'error', error: new Error('x') }));
  expect([parts, error?.kind]).toEqual([
    [
      { kind: 'usage', input: 10, output: 5 },
      { kind: 'usage', input: 20, output: 10 },
    ],
    'broken',
  ]);
});

test("a helper's failure that came while nobody waited is asked for", async () => {
  const failure = Object.assign(new Error('x'), { status: 529 });
  const helper = { errored: true, done: () => Promise.reject(failure) };
  const said = { type: 'content_block_delta', delta: { type: 'text_delta', text: '안녕' } };
  const { parts, error } = await read(Object.assign(streamOf(said), helper));
  expect([wordsOf(parts), error?.kind, error?.message]).toEqual([
    '안녕',
    'overloaded',
    expect.stringContaining('HTTP 529'),
  ]);
});

test('tokens that are no numbers are not told', async () => {
  const usage = { inputTokens: Number.NaN, outputTokens: -3, prompt_tokens: '9' };
  expect((await read(streamOf({ type: 'finish', finishReason: 'stop', totalUsage: usage }))).parts).toEqual([
    { kind: 'end', reason: 'stop' },
  ]);
});

describe('a signal that aborts', () => {
  test('ends a stream that hangs, after all that came, and has its client leave it', async () => {
    const aborter = new AbortController();
    const { stream, left } = hanging('안녕', '하세요');
    setTimeout(() => aborter.abort(), 20);
    const { parts, error } = await read(stream, aborter.signal);
    expect([wordsOf(parts), error?.kind, left.times]).toEqual(['안녕하세요', 'timeout', 1]);
  });

  test('ends a promise that hangs, and has the stream left that it comes to later', async () => {
    const aborter = new AbortController();
    const { stream, left } = hanging('늦은 말');
    let arrive = (_: AsyncIterable<unknown>): void => {};
    const late = new Promise<AsyncIterable<unknown>>(resolve => {
      arrive = resolve;
    });
    setTimeout(() => aborter.abort(), 10);
    const { parts, error } = await read(late, aborter.signal);
    expect([parts, error?.kind, left.times]).toEqual([[], 'timeout', 0]);
    arrive(stream);
    await sleep(1);
    expect(left.times).toBe(1);
  });

  test('that aborted before lets nothing be read', async () => {
    const { stream, left } = hanging('안녕');
    const { parts, error } = await read(stream, AbortSignal.abort());
    expect([parts, error?.kind]).toEqual([[], 'timeout']);
    await sleep(1);
    expect(left.times).toBe(1);
  });

  test('has a ReadableStream cancelled that hangs', async () => {
    const aborter = new AbortController();
    let cancelled = 0;
    const stream = new ReadableStream({
      start: controller => controller.enqueue('안녕'),
      cancel: () => {
        cancelled += 1;
      },
    });
    setTimeout(() => aborter.abort(), 10);
    const { parts, error } = await read(stream, aborter.signal);
    expect([wordsOf(parts), error?.kind, cancelled]).toEqual(['안녕', 'timeout', 1]);
  });

  test("aborts the client's own request, where a generator that waits would not hear of it", async () => {
    const aborter = new AbortController();
    const controller = new AbortController();
    const stream = Object.assign(hanging('안녕').stream, { controller });
    setTimeout(() => aborter.abort(), 10);
    await read(stream, aborter.signal);
    expect(controller.signal.aborted).toBe(true);
  });

  test('leaves nothing that listens to it, however a source ends', async () => {
    const { signal } = new AbortController();
    let listening = 0;
    const { addEventListener, removeEventListener } = signal;
    Object.assign(signal, {
      addEventListener: (...given: Parameters<typeof addEventListener>) => {
        listening += 1;
        addEventListener.apply(signal, given);
      },
      removeEventListener: (...given: Parameters<typeof removeEventListener>) => {
        listening -= 1;
        removeEventListener.apply(signal, given);
      },
    });
    await read('안녕', signal);
    await read(Promise.reject(new Error('x')), signal);
    for await (const _ of partsOf(streamOf('가', '나'), { signal })) break;
    expect(listening).toBe(0);
  });
});

test('a reader that stops has the stream left', async () => {
  const { stream, left } = hanging('안녕', '하세요');
  const { signal } = new AbortController();
  for await (const part of partsOf(stream, { signal })) {
    expect(part).toEqual({ kind: 'text', text: '안녕' });
    break;
  }
  await sleep(1);
  expect(left.times).toBe(1);
});

test('a promise that breaks before anybody reads is heard by the reader alone', async () => {
  const parts = partsOf(Promise.reject(new Error('terminated')), { signal: new AbortController().signal });
  await sleep(5);
  await expect(parts.next()).rejects.toMatchObject({ kind: 'broken' });
  await expect(parts.next()).resolves.toEqual({ done: true, value: undefined });
});

describe('a source of no known shape', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /gave undefined, which is no model's answer: return a string/],
    ['null', null, /gave null,/],
    ['a number', 7, /gave Number,/],
    ['what has no constructor', Object.create(null), /gave an object,/],
    ['a list', ['안녕'], /gave Array,/],
    ['an object', { reply: '비밀', to: '누구' }, /gave Object with reply, to,/],
    [
      'an instance',
      new (class Answer {
        said = '비밀';
      })(),
      /gave Answer with said,/,
    ],
    [
      'a stream of what nobody knows',
      streamOf({ piece: '비밀' }, { piece: '비밀' }),
      /gave Object with piece,/,
    ],
    ['a stream of bytes', streamOf(Buffer.from('비밀')), /gave Buffer/],
    ['an empty result', {}, /gave Object,/],
  ])('as %s is told by its names, never by its words', async (_, source, sentence) => {
    const { parts, error } = await read(source as Source);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect([parts, String(error)]).toEqual([[], expect.stringMatching(sentence)]);
    expect(String(error)).not.toMatch(/비밀|누구/);
  });
});

describe('an error of a client', () => {
  const named = (name: string, members: object = {}) =>
    Object.assign(new Error('라테 두 잔'), { name, ...members });
  test.each<[SourceError['kind'], unknown]>([
    ['rate-limited', named('RateLimitError', { status: 429 })],
    ['rate-limited', named('ThrottlingException', { $metadata: { httpStatusCode: 429 } })],
    ['rate-limited', named('AI_RetryError', { lastError: named('AI_APICallError', { statusCode: 429 }) })],
    ['rate-limited', named('Error', { code: 'insufficient_quota' })],
    ['overloaded', named('InternalServerError', { status: 500 })],
    ['overloaded', named('APIError', { error: { type: 'error', error: { type: 'overloaded_error' } } })],
    ['overloaded', named('ServiceUnavailableException')],
    ['timeout', named('TimeoutError')],
    ['timeout', named('AbortError')],
    ['timeout', named('APIConnectionTimeoutError')],
    ['timeout', named('ModelTimeoutException', { $metadata: { httpStatusCode: 408 } })],
    ['timeout', named('Error', { cause: named('Error', { code: 'ETIMEDOUT' }) })],
    ['refused', named('AuthenticationError', { status: 401 })],
    ['refused', named('AccessDeniedException', { $metadata: { httpStatusCode: 403 } })],
    ['refused', named('ResourceNotFoundException')],
    ['too-long', named('Error', { status: 400, code: 'context_length_exceeded' })],
    ['too-long', Object.assign(new Error('prompt is too long: 208310 tokens > 200000'), { status: 400 })],
    ['too-long', named('Error', { status: 413 })],
    ['broken', named('TypeError', { cause: named('SocketError', { code: 'UND_ERR_SOCKET' }) })],
    ['broken', new Error('terminated')],
    ['broken', 'a text'],
    ['broken', null],
    [
      'broken',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('라테');
          },
        },
      ),
    ],
  ])('is %s: %#', async (kind, thrown) => {
    const { error } = await read(Promise.reject(thrown));
    expect(error).toBeInstanceOf(SourceError);
    expect([error?.kind, error?.mayRetry]).toEqual([kind, !['refused', 'too-long'].includes(kind)]);
    expect(error?.message).toMatch(/^the model did not answer in full(, HTTP \d+)?: /);
    expect(error?.message).not.toContain('라테');
    expect(error?.cause).toBe(thrown);
  });

  test('is told with its status', async () => {
    const { error } = await read(Promise.reject(named('X', { status: 503 })));
    expect(error?.message).toBe('the model did not answer in full, HTTP 503: its service failed');
  });

  test('stands in the log with its own sentence, and with no word of the service, which may quote a user', async () => {
    const quoting = named('ValidationException', { $metadata: { httpStatusCode: 400 }, code: '라테' });
    const { error } = await read(Promise.reject(quoting));
    const thrown = await Promise.resolve(callRule(() => Promise.reject(error), {})).catch(known => known);
    const facts = errorFacts(thrown);
    expect(facts).toMatchObject({
      name: 'SourceError',
      message: 'the model did not answer in full, HTTP 400: look at its name and key',
    });
    expect(facts.cause).toBeDefined();
    expect(JSON.stringify(facts)).not.toContain('라테');
  });

  test('that names itself without end is looked at for a while', async () => {
    const endless: { cause?: unknown } = new Error('x');
    endless.cause = endless;
    expect((await read(Promise.reject(endless))).error?.kind).toBe('broken');
  });
});
