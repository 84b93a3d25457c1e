import { describe, expect, test } from '@jest/globals';
import { partsOf, type Source } from '../../lambda/llm/source.ts';
import type { SourceError } from '../../lambda/llm/source-error.ts';
import type { SourcePart } from '../../lambda/llm/source-part.ts';
import { CLIENTS, type Client, type Talk, TOKENS, TOOL } from './source-clients.ts';

const neverAborted = (): AbortSignal => new AbortController().signal;

/** A stream of these, whatever it ends with. */
async function* streamOf(units: readonly unknown[], end?: () => unknown): AsyncGenerator<unknown> {
  for (const unit of units) {
    await null;
    yield unit;
  }
  if (end) throw end();
}

/** All that is told of a source. */
async function told(source: Source, signal = neverAborted()) {
  const parts: SourcePart[] = [];
  let error: unknown;
  try {
    for await (const part of partsOf(source, { signal })) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  const of = <K extends SourcePart['kind']>(kind: K) =>
    parts.filter((part): part is Extract<SourcePart, { kind: K }> => part.kind === kind);
  return {
    parts,
    words: of('text')
      .map(({ text }) => text)
      .join(''),
    usage: of('usage').at(-1),
    calls: of('tool-call'),
    end: of('end'),
    error: error as SourceError,
  };
}

/** The ways in which a client gives what it has: as chunks, in its result, promised. */
const WAYS: Readonly<Record<string, (client: Client, talk: Talk) => Source | undefined>> = {
  'as a stream': ({ units }, talk) => streamOf(units(talk)),
  'as a stream that is promised': ({ units }, talk) => Promise.resolve(streamOf(units(talk))),
  'as a ReadableStream': ({ units }, talk) => ReadableStream.from(units(talk)),
  'in a result': ({ units }, talk) => ({ stream: streamOf(units(talk)) }),
  'in a result of the AI SDK': ({ units }, talk) => ({
    fullStream: streamOf(units(talk)),
    textStream: streamOf(['다른 말']),
  }),
  'as a whole': ({ whole }, talk) => whole?.(talk) as Source | undefined,
  'as a whole that is promised': ({ whole }, talk) => whole && Promise.resolve(whole(talk) as Source),
};

const TALK: Talk = { texts: ['안녕', '하세요. ', '**라테** 두 잔\n', '어떠세요?'] };

describe.each(Object.entries(CLIENTS))('%s', (_, client) => {
  const ways = Object.entries(WAYS).filter(([, way]) => way(client, TALK) !== undefined);

  test.each(ways)('tells its words in their order, its tokens and its end, %s', async (__, way) => {
    const { words, usage, calls, end, error } = await told(way(client, TALK) as Source);
    expect(error).toBeUndefined();
    expect(words).toBe(TALK.texts.join(''));
    expect(usage).toEqual({ kind: 'usage', ...TOKENS });
    expect(calls).toEqual([]);
    expect(end).toEqual([{ kind: 'end', reason: 'stop' }]);
  });

  test.each(ways)('tells the tool that the model asks for, %s', async (__, way) => {
    const talk = { texts: ['주문할게요.'], inputs: ['', '{"menu":', '"라', '테","cups"', ':2}'] };
    const { parts, words, calls, error } = await told(way(client, talk) as Source);
    expect(error).toBeUndefined();
    expect(words).toBe('주문할게요.');
    expect(calls).toEqual([{ kind: 'tool-call', ...TOOL, input: { menu: '라테', cups: 2 } }]);
    expect(parts.at(-1)).toEqual({ kind: 'end', reason: 'tool' });
  });

  test.each(ways)('tells that the model was cut, or refused, %s', async (__, way) => {
    for (const end of ['length', 'refused'] as const) {
      const { parts } = await told(way(client, { texts: ['안녕'], end }) as Source);
      expect(parts.at(-1)).toEqual({ kind: 'end', reason: end });
    }
  });

  test('tells what came, then throws once, where its stream breaks', async () => {
    const units = client.units(TALK).filter(unit => JSON.stringify(unit).includes('안녕') || undefined);
    const { words, end, error } = await told(streamOf(units.slice(0, 1), () => new Error('terminated')));
    expect([words, end, error.name, error.kind, error.mayRetry]).toEqual([
      '안녕',
      [],
      'SourceError',
      'broken',
      true,
    ]);
  });

  test('is broken where its stream ends before the model stopped', async () => {
    const all = client.units(TALK);
    const cut = all.findIndex(unit => JSON.stringify(unit).includes('어떠'));
    const { words, error } = await told(streamOf(all.slice(0, cut)));
    expect([words, error.kind]).toEqual([TALK.texts.slice(0, 3).join(''), 'broken']);
  });

  const { failure } = client;
  if (failure) {
    test('throws the error that its stream tells of, after what came', async () => {
      const { words, error } = await told(streamOf([...client.units(TALK).slice(0, 5), failure]));
      expect(TALK.texts.join('')).toContain(words);
      expect(error.kind).toBe('overloaded');
    });
  }
});
