import type { ChatMessage } from '../../lambda/llm/index.ts';

/** The tokens that every answer of the model takes, as it tells. */
export const ANSWER_TOKENS = { inputTokens: 2_000, outputTokens: 1_000 };

/** The tokens of all users a day: room for one answer, and not for a second. */
export const WHOLE_DAY_TOKENS = 4_000;

/** The orders that the model's tool has made in this process. */
export const ordered: string[] = [];

/** A made-up model, as the AI SDK streams one: it tells all that it was told, and orders where the user asks for that. */
export function tellingModel({ messages }: { readonly messages: readonly ChatMessage[] }) {
  return { fullStream: streamOf(messages) };
}

async function* streamOf(messages: readonly ChatMessage[]): AsyncGenerator<object> {
  const said = messages.map(({ content }) => (typeof content === 'string' ? content : '?'));
  const isOrder = said.at(-1)?.endsWith('주문해 줘') === true;
  if (isOrder)
    yield {
      type: 'tool-call',
      toolCallId: 'call-1',
      toolName: 'order',
      input: { drink: '라떼', options: { cups: 2 } },
    };
  else yield { type: 'text-delta', id: '0', text: `들은 말 ${said.length}개: ${said.join(' | ')}` };
  yield { type: 'finish', finishReason: isOrder ? 'tool-calls' : 'stop', totalUsage: ANSWER_TOKENS };
}

/** The tool that the model orders by. */
export const order = {
  execute: async ({ drink }: { readonly drink: string }) => {
    ordered.push(drink);
    return { drink };
  },
};
