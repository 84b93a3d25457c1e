import type { ChatMessage } from '../../lambda/llm/source-part.ts';

/** How a fake model answers a call. */
export interface FakeAnswer {
  readonly words: string;
  /** From its first word to its last. */
  readonly overMs: number;
  /** From the call to its first word: it thinks, or is slow; default 400. */
  readonly firstAfterMs?: number;
  /** It goes no further than to so many milliseconds after its first word: then it fails, or says nothing more for ever. */
  readonly breaks?: { readonly afterMs: number; readonly by: 'an error' | 'silence' };
  /** It takes no call: 401 is a wrong key, 429 too many calls, 529 too many of everybody's. */
  readonly refusesWith?: 401 | 429 | 500 | 529;
  /** Whether it stops, and counts no further, when nobody listens any more; some go on to their end. Default true. */
  readonly stopsWhenCut?: boolean;
  /** Tokens of its instructions and tools, which each call has beside its messages; default none. */
  readonly promptTokens?: number;
  /** Whether it tells what it counted; default true. */
  readonly tellsUsage?: boolean;
}

/** A call of a fake model, as its account book has it. */
export interface FakeCall {
  readonly at: number;
  readonly messages: readonly ChatMessage[];
  /** Tokens of what it was asked; 0 where it took no call. */
  readonly input: number;
  /** Tokens that it made so far, whoever read them. */
  readonly output: number;
  /** Of these, the ones that its caller has read. */
  readonly read: number;
  /** Undefined while it goes on. */
  readonly end: 'whole' | 'cut' | 'failed' | 'refused' | undefined;
  readonly endedAt: number | undefined;
}

/** Whoever calls a model: a worker that may die, whose connection is cut then, and which gets no answer any more. */
export interface FakeCaller {
  calls<R>(work: () => Promise<R>): Promise<R>;
  onDeath(listener: () => void): void;
}

/** A call to a model. */
export interface FakeAsk {
  readonly messages: readonly ChatMessage[];
  readonly signal?: AbortSignal | undefined;
}

/** A part of the AI SDK's `fullStream`, as far as the fake model has it. */
export type FakeStreamPart =
  | { readonly type: 'start' }
  | { readonly type: 'text-delta'; readonly id: string; readonly text: string }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'finish'; readonly finishReason: 'stop'; readonly totalUsage: FakeUsage };

/** The tokens of a call, in the AI SDK's form. */
export interface FakeUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly totalTokens: number | undefined;
}

/** Characters of a token, of Korean words and of all others alike. */
export const TOKEN = 3;

/** The tokens of a text, as a fake model counts them. */
export const tokensIn = (text: string): number => Math.ceil(text.length / TOKEN);

/** A model in this process: it speaks at its own pace, on whatever clock there is, and books each token as it makes it. */
export class FakeModel {
  readonly #answer: (ask: FakeAsk, nth: number) => FakeAnswer;
  readonly #caller: () => FakeCaller | undefined;
  readonly #calls: OpenCall[] = [];

  /** @param answer how it answers the nth call, from 0 */
  constructor(
    answer: (ask: FakeAsk, nth: number) => FakeAnswer,
    caller: () => FakeCaller | undefined = () => undefined,
  ) {
    this.#answer = answer;
    this.#caller = caller;
  }

  /** Its account book. */
  get calls(): readonly FakeCall[] {
    return this.#calls;
  }

  /** All that it is to be paid for. */
  get paid(): number {
    return this.#calls.reduce((sum, { input, output }) => sum + input + output, 0);
  }

  /** Its answer as words alone, as many clients give it. */
  async *words(ask: FakeAsk): AsyncGenerator<string, void, undefined> {
    for await (const part of this.stream(ask).fullStream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'text-delta') yield part.text;
    }
  }

  /** Its answer in the form of the AI SDK's `streamText`: called at once, read when somebody does. */
  stream(ask: FakeAsk): { readonly fullStream: AsyncIterable<FakeStreamPart> } {
    const caller = this.#caller();
    const call = new OpenCall(ask, this.#answer(ask, this.#calls.length));
    this.#calls.push(call);
    caller?.onDeath(() => call.cut());
    ask.signal?.addEventListener('abort', () => call.cut(), { once: true });
    if (ask.signal?.aborted) call.cut();
    const next = (): Promise<IteratorResult<FakeStreamPart>> =>
      caller === undefined ? call.next() : caller.calls(() => call.next());
    const iterator: AsyncIterator<FakeStreamPart> = {
      next,
      return: async () => {
        call.cut();
        return { done: true, value: undefined };
      },
    };
    return { fullStream: { [Symbol.asyncIterator]: () => iterator } };
  }
}

class OpenCall implements FakeCall {
  readonly at = Date.now();
  readonly messages: readonly ChatMessage[];
  readonly input: number;
  output = 0;
  read = 0;
  end: FakeCall['end'];
  endedAt: number | undefined;
  readonly #answer: FakeAnswer;
  readonly #tokens: readonly string[];
  readonly #ready: FakeStreamPart[] = [{ type: 'start' }];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor({ messages }: FakeAsk, answer: FakeAnswer) {
    this.messages = messages;
    this.#answer = answer;
    this.#tokens = Array.from({ length: Math.ceil(answer.words.length / TOKEN) }, (_, at) =>
      answer.words.slice(at * TOKEN, (at + 1) * TOKEN),
    );
    const { refusesWith, firstAfterMs = 400, promptTokens = 0 } = answer;
    const asked = messages.reduce((sum, one) => sum + tokensOf(one), promptTokens);
    this.input = refusesWith === undefined ? asked : 0;
    if (refusesWith === undefined) this.#plan(firstAfterMs, () => this.#speak());
    else this.#plan(50, () => this.#fail('refused', refusal(refusesWith)));
  }

  /** The next part, as soon as there is one. */
  async next(): Promise<IteratorResult<FakeStreamPart>> {
    for (;;) {
      const part = this.#ready.shift();
      if (part) {
        if (part.type === 'text-delta') this.read++;
        return { done: false, value: part };
      }
      if (this.#isClosed) return { done: true, value: undefined };
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  /** Nobody listens any more. */
  cut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ready.length = 0;
    this.#wake?.();
    if (this.#answer.stopsWhenCut === false || this.end !== undefined) return;
    clearTimeout(this.#timer);
    this.#ends('cut');
  }

  #ends(end: FakeCall['end']): void {
    this.end = end;
    this.endedAt = Date.now();
  }

  #plan(ms: number, work: () => void): void {
    this.#timer = setTimeout(work, ms);
  }

  #speak(): void {
    const { overMs, breaks } = this.#answer;
    const everyMs = overMs / Math.max(1, this.#tokens.length - 1);
    const say = (nth: number): void => {
      const text = this.#tokens[nth];
      if (text === undefined) return this.#finish();
      if (breaks && nth * everyMs >= breaks.afterMs) {
        if (breaks.by === 'an error') this.#fail('failed', new Error('the connection was reset'));
        return;
      }
      this.output++;
      this.#give({ type: 'text-delta', id: '0', text });
      if (nth + 1 === this.#tokens.length) return this.#finish();
      // Not one pause after the other: their rounding would add up.
      this.#plan(Math.round((nth + 1) * everyMs) - Math.round(nth * everyMs), () => say(nth + 1));
    };
    say(0);
  }

  #finish(): void {
    this.#ends('whole');
    const tells = this.#answer.tellsUsage !== false;
    const totalUsage: FakeUsage = {
      inputTokens: tells ? this.input : undefined,
      outputTokens: tells ? this.output : undefined,
      totalTokens: tells ? this.input + this.output : undefined,
    };
    this.#give({ type: 'finish', finishReason: 'stop', totalUsage });
    this.#isClosed = true;
    this.#wake?.();
  }

  #fail(end: 'failed' | 'refused', error: Error): void {
    this.#ends(end);
    this.#give({ type: 'error', error });
    this.#isClosed = true;
    this.#wake?.();
  }

  #give(part: FakeStreamPart): void {
    if (this.#isClosed) return;
    this.#ready.push(part);
    this.#wake?.();
  }
}

function tokensOf({ content }: ChatMessage): number {
  if (typeof content === 'string') return tokensIn(content);
  return content.reduce((sum, part) => sum + (part.type === 'text' ? tokensIn(part.text) : 500), 0);
}

/** An error in the form of the AI SDK's `APICallError`. */
function refusal(statusCode: number): Error {
  const error = new Error('the model takes no call');
  error.name = 'AI_APICallError';
  return Object.assign(error, { statusCode, isRetryable: statusCode !== 401 });
}

/**
 * An answer of so many sentences, each of which tells its place: whoever reads them sees what is missing, and what is twice.
 * @param of tells the answer from others
 */
export function numberedSentences(count: number, of = ''): string {
  const sentences = Array.from({ length: count }, (_, n) => {
    const end = (n + 1) % 5 === 0 ? '\n\n' : ' ';
    return `〈${of}${n + 1}〉 이것은 ${(n + 1) * 7}개의 낱말 가운데 하나를 말하는 문장이에요.${end}`;
  });
  return sentences.join('').trim();
}
