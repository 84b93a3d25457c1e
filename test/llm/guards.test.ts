import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { bedrockGuardrail, type Guard, guards, redact, type SourcePart } from '../../lambda/llm/index.ts';
import { anyCharacter } from '../kit/any-character.ts';
import { runs } from '../kit/property.ts';

const turn = undefined as never;

let notes: OperatorNote[];

beforeEach(() => {
  notes = [];
  operatorHears(note => notes.push(note));
});

afterEach(() => {
  jest.useRealTimers();
});

async function* streamOf(...parts: readonly (string | SourcePart)[]): AsyncGenerator<SourcePart> {
  for (const part of parts) yield typeof part === 'string' ? { kind: 'text', text: part } : part;
}

/** Whatever comes of a model's words behind these guards, words as they are and other parts by their kind. */
async function heard(parts: readonly (string | SourcePart)[], ...list: readonly Guard[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const part of guards(...list).output(streamOf(...parts), turn))
    all.push('refuse' in part ? part : part.kind === 'text' ? part.text : part.kind);
  return all;
}

describe('a guard of the input', () => {
  test('changes what the model gets, one after the other', async () => {
    const asked = guards(
      { input: text => text.replace('라떼', '커피') },
      { output: () => ({ refuse: '아니요' }) },
      redact(),
    );
    await expect(asked.input('라떼, 010-1234-5678', turn)).resolves.toBe('커피, [전화번호]');
  });

  test('refuses, and nobody is asked after it', async () => {
    const after = jest.fn((text: string) => text);
    const asked = guards({ input: async () => ({ refuse: '그 말씀에는 답하지 않아요.' }) }, { input: after });
    await expect(asked.input('나쁜 말', turn)).resolves.toEqual({ refuse: '그 말씀에는 답하지 않아요.' });
    expect(after).not.toHaveBeenCalled();
  });

  test.each<readonly [string, Guard['input']]>([
    [
      'throws',
      () => {
        throw new Error('quotes 라떼 두 잔');
      },
    ],
    ['rejects', () => Promise.reject(new Error('quotes 라떼 두 잔'))],
    ['says nothing that is one', () => 7 as never],
    ['says nothing', () => null as never],
  ])('that %s lets nothing through, and the operator is told without a word of it', async (_, input) => {
    const said = await guards({ ...(input && { input }) }).input('라떼 두 잔', turn);
    expect(said).toEqual({ refuse: '죄송해요, 이 말씀에는 답해 드릴 수 없어요.' });
    expect(notes).toEqual([{ level: 'error', what: 'guard failed', outcome: 'refused' }]);
  });

  test('leaves no timer behind', async () => {
    jest.useFakeTimers();
    await guards({ input: text => text }).input('라떼', turn);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that takes longer than three seconds lets nothing through', async () => {
    jest.useFakeTimers();
    const said = guards({ input: () => new Promise(() => {}) }).input('라떼', turn);
    await jest.advanceTimersByTimeAsync(3_000);
    await expect(said).resolves.toHaveProperty('refuse');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a guard of the output', () => {
  const seen: string[] = [];
  const watching: Guard = {
    output: text => {
      seen.push(text);
      return text;
    },
  };

  beforeEach(() => {
    seen.length = 0;
  });

  test('sees whole sentences and lines, as soon as they are', async () => {
    const words = ['안녕', '하세요. 오', '늘은\n라떼가 ', '좋아요! 4', '.5점이에요. 1. 라', '떼예요. 끝'];
    await expect(heard(words, watching)).resolves.toEqual([
      '안녕하세요. ',
      '오늘은\n',
      '라떼가 좋아요! ',
      '4.5점이에요. ',
      '1. 라떼예요. ',
      '끝',
    ]);
    expect(seen.join('')).toBe(words.join(''));
  });

  test('sees all words before a tool is called, and keeps the order of the rest', async () => {
    const usage = { kind: 'usage', input: 1, output: 1 } as const;
    const call = { kind: 'tool-call', id: '1', name: 'order', input: {} } as const;
    const end = { kind: 'end', reason: 'tool' } as const;
    await expect(heard(['주문할', usage, '게요', call, end], watching)).resolves.toEqual([
      ...['usage', '주문할게요', 'tool-call', 'end'],
    ]);
  });

  test('sees a personal number whole, however the model has cut it', async () => {
    const text = '네. 번호는 010-1234-5678 이고 900101-1234567. 감사합니다. ';
    for (let at = 1; at < text.length; at++) {
      const shown = (await heard([text.slice(0, at), text.slice(at)], redact())).join('');
      expect(shown).toBe('네. 번호는 [전화번호] 이고 [주민등록번호]. 감사합니다. ');
    }
  });

  test('sees it whole in a text without any sentence, too', async () => {
    const words = '가나다라마 '.repeat(170);
    const number = '010 1234 5678';
    for (let at = 1; at < number.length; at++) {
      const parts = [`${words}번호 ${number.slice(0, at)}`, `${number.slice(at)} 이에요`];
      expect((await heard(parts, redact())).join('')).toBe(`${words}번호 [전화번호] 이에요`);
    }
  });

  test('refuses: nothing comes after that, and the model is asked no more', async () => {
    let isClosed = false;
    async function* model(): AsyncGenerator<SourcePart> {
      try {
        yield { kind: 'text', text: '좋아요. 나쁜 말. ' };
        yield { kind: 'text', text: '더. ' };
      } finally {
        isClosed = true;
      }
    }
    const parts: unknown[] = [];
    const bad: Guard = { output: text => (text.includes('나쁜') ? { refuse: '여기까지예요.' } : text) };
    for await (const part of guards(bad).output(model(), turn)) parts.push(part);
    expect(parts).toEqual([{ refuse: '여기까지예요.' }]);
    expect(isClosed).toBe(true);
  });

  test('that throws shows nothing of the sentence', async () => {
    const broken: Guard = {
      output: text => {
        if (text.includes('비밀')) throw new Error(text);
        return text;
      },
    };
    await expect(heard(['안녕하세요. ', '비밀이에요. ', '끝'], broken)).resolves.toEqual([
      '안녕하세요. ',
      { refuse: '죄송해요, 이 말씀에는 답해 드릴 수 없어요.' },
    ]);
    expect(JSON.stringify(notes)).not.toContain('비밀');
  });

  test('that changes nothing loses no word, however the words come', async () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom('. ', '\n', '다! ')));
    await fc.assert(
      fc.asyncProperty(texts, async words => {
        expect((await heard(words, watching)).join('')).toBe(words.join(''));
      }),
      runs(500),
    );
  });

  test('never lets a word by that it has not seen', async () => {
    const texts = fc.array(fc.constantFrom('비', '밀', '. ', '\n', '다! ', '010', ' '), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(texts, async words => {
        const shown = (await heard(words, { output: text => text.replaceAll('비밀', '*') })).join('');
        expect(shown).not.toContain('비밀');
      }),
      runs(500),
    );
  });
});

describe('a guardrail of Amazon Bedrock', () => {
  const none = { action: 'NONE', outputs: [], assessments: [{}] };
  const masked = {
    action: 'GUARDRAIL_INTERVENED',
    outputs: [{ text: '제 이름은 {NAME}이에요.' }],
    assessments: [
      {
        sensitiveInformationPolicy: {
          piiEntities: [{ type: 'NAME', match: '홍길동', action: 'ANONYMIZED' }],
        },
      },
    ],
  };
  const blocked = {
    action: 'GUARDRAIL_INTERVENED',
    outputs: [{ text: '그 주제는 말씀드릴 수 없어요.' }],
    assessments: [
      {
        topicPolicy: { topics: [{ name: '투자', type: 'DENY', action: 'BLOCKED' }] },
        sensitiveInformationPolicy: { piiEntities: [{ action: 'ANONYMIZED' }] },
      },
    ],
  };

  test.each([
    ['lets through what it has nothing against', none, '제 이름은 홍길동이에요.'],
    ['has what it masks masked', masked, '제 이름은 {NAME}이에요.'],
    ['refuses what it blocks, in its own words', blocked, { refuse: '그 주제는 말씀드릴 수 없어요.' }],
    [
      'refuses where it does not say why it intervened',
      { ...masked, assessments: [] },
      { refuse: '제 이름은 {NAME}이에요.' },
    ],
    [
      'refuses where it gives no words',
      { action: 'GUARDRAIL_INTERVENED' },
      { refuse: '죄송해요, 이 말씀에는 답해 드릴 수 없어요.' },
    ],
    ['refuses where it gives nothing', undefined, { refuse: '죄송해요, 이 말씀에는 답해 드릴 수 없어요.' }],
  ])('%s', async (_, answer, said) => {
    const asked: unknown[] = [];
    const guard = bedrockGuardrail({
      apply: async (...given) => {
        asked.push(given);
        return answer;
      },
    });
    await expect(guards(guard).input('제 이름은 홍길동이에요.', turn)).resolves.toEqual(said);
    expect(asked).toEqual([['INPUT', '제 이름은 홍길동이에요.']]);
  });

  test('is asked for each sentence of the model, and keeps the lines between them', async () => {
    const asked: string[] = [];
    const guard = bedrockGuardrail({
      apply: async (source, text) => {
        asked.push(`${source} ${text}`);
        return { ...masked, outputs: [{ text: text.trim().replace('홍길동', '{NAME}') }] };
      },
    });
    await expect(heard(['\n\n홍길동', '이에요.\n', '\n', '네'], guard)).resolves.toEqual([
      ...['\n\n', '{NAME}이에요.\n', '\n', '네'],
    ]);
    expect(asked).toEqual(['OUTPUT 홍길동이에요.\n', 'OUTPUT 네']);
  });

  test('is asked on one side alone, and answers with the words of the bot, where its author says so', async () => {
    const apply = jest.fn(async () => blocked);
    const guard = bedrockGuardrail({ apply, sides: ['input'], blocked: '다른 이야기를 해요.' });
    await expect(guards(guard).input('투자', turn)).resolves.toEqual({ refuse: '다른 이야기를 해요.' });
    await expect(heard(['투자. '], guard)).resolves.toEqual(['투자. ']);
    expect(apply).toHaveBeenCalledTimes(1);
  });
});
