import { Bot, type Turn } from '../../lambda/bot/index.ts';
import {
  type AnswersOptions,
  type ChatMessage,
  conversation,
  type Talking,
  type ToolOptions,
  type Tools,
  toolbox,
} from '../../lambda/llm/index.ts';

/** One answer of a model: words, or a tool that it asks for and perhaps words before. */
export type Said =
  | string
  | { readonly words?: string; readonly calls: readonly (readonly [tool: string, input: unknown])[] };

/** The parts of an answer, as the AI SDK's stream has them. */
async function* streamOf(said: Said): AsyncGenerator<object> {
  const { words = '', calls = [] } = typeof said === 'string' ? { words: said } : said;
  if (words !== '') yield { type: 'text-delta', id: '0', text: words };
  for (const [at, [toolName, input]] of calls.entries())
    yield { type: 'tool-call', toolCallId: `call-${at}`, toolName, input };
  yield { type: 'finish', finishReason: calls.length > 0 ? 'tool-calls' : 'stop' };
}

/** A model that says this, one answer after the other, to whatever it is told. */
export function modelOf(...says: readonly Said[]) {
  const told: ChatMessage[][] = [];
  const ask = ({ messages }: { readonly messages: ChatMessage[] }) => {
    told.push(messages);
    return { fullStream: streamOf(says[told.length - 1] ?? '더 드릴 말씀이 없어요.') };
  };
  /** All words of what it was told last. */
  const lastTold = (): string => JSON.stringify(told.at(-1));
  return { ask, told, lastTold };
}

export interface CafeState extends Talking {
  orders: string[];
}

/** An order as the café's tool takes it. */
export interface Order {
  readonly drink: string;
  readonly count: number;
}

/** A café whose model may order when its user has agreed; `done` has each order that went out, with its key. */
export function orderTool() {
  const done: { readonly order: Order; readonly key: string | undefined }[] = [];
  const order = {
    description: '음료를 주문한다',
    execute: async (input: Order, { idempotencyKey }: { readonly idempotencyKey?: string }) => {
      done.push({ order: input, key: idempotencyKey });
      return { number: done.length, drink: input.drink };
    },
  };
  return { done, order };
}

export const LATTES = { calls: [['order', { drink: '라떼', count: 2 }]] } as const satisfies Said;

/** A bot whose model has these tools. */
export function toolBot<T extends Tools>(
  ask: ReturnType<typeof modelOf>['ask'],
  tools: T | ((turn: Turn<CafeState>) => T | Promise<T>),
  options: ToolOptions<T, CafeState> = {},
  more: AnswersOptions<CafeState, T> = {},
): Bot<CafeState> {
  const chat = conversation<CafeState>();
  const box = toolbox<T, CafeState>(tools, options);
  return new Bot<CafeState>({ session: () => ({ orders: [] }) }).fallback(
    chat.answers(ask, { ...more, tools: box }),
  );
}
