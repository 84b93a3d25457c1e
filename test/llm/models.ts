/** The tokens that a model tells. */
interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** A model's stream as the AI SDK gives it: words, then why it stopped and what it took. */
export function streaming(
  words: readonly string[],
  { input, output }: Tokens,
  finishReason = 'stop',
): { readonly fullStream: AsyncIterable<unknown> } {
  return {
    fullStream: (async function* () {
      for (const text of words) yield { type: 'text-delta', id: '0', text };
      const totalUsage = { inputTokens: input, outputTokens: output };
      yield { type: 'finish', finishReason, totalUsage };
    })(),
  };
}

/** A model that fails after so many words, as its client tells by a status. */
export async function* failing(words: readonly string[], status: number): AsyncGenerator<string> {
  yield* words;
  throw Object.assign(new Error('the model failed'), { status });
}

/** A model that says so much, and then nothing until it is told to stop. */
export async function* hanging(words: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  yield* words;
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
