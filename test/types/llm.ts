import { Bot, listCard, type Output } from '../../lambda/bot/index.ts';
import {
  anthropicMessages,
  bedrockGuardrail,
  bedrockMessages,
  conversation,
  guards,
  openAiMessages,
  type Question,
  redact,
  type Talking,
  toolbox,
} from '../../lambda/llm/index.ts';
import { openChat } from '../kit/testing.ts';

// The code of docs/llm.md, as an author writes it: it has to compile, and a test compares both.

interface CafeState extends Talking {
  cups: number;
}
interface Drink {
  readonly name: string;
}

const HOUR_MS = 3_600_000;
const bot = new Bot<CafeState>({ session: () => ({ cups: 0 }) });
const modelId = 'a-model';
const model = 'a-model';
declare const ask: (question: Question<CafeState>) => AsyncIterable<string>;
declare const apply: (source: 'INPUT' | 'OUTPUT', text: string) => Promise<unknown>;
declare const expect: (words: string) => { toContain(part: string): void };
declare const test: (name: string, run: () => Promise<void>) => void;
declare function streamText(asked: object): { readonly fullStream: AsyncIterable<unknown> };
declare const bedrock: {
  send(command: object, options: object): Promise<{ stream: AsyncIterable<unknown> | undefined }>;
};
declare class ConverseStreamCommand {
  constructor(input: { modelId: string; messages: ReturnType<typeof bedrockMessages> });
}
interface Creates {
  create(asked: object, options: object): Promise<AsyncIterable<unknown>>;
}
declare const openai: { readonly chat: { readonly completions: Creates } };
declare const anthropic: { readonly messages: Creates };
declare const agent: { stream(words: string, options: object): AsyncGenerator<unknown> };

const findDrinks = { execute: (): readonly Drink[] => [{ name: '라떼' }] };
const order = { execute: ({ drink, cups }: { drink: string; cups: number }) => `${drink} ${cups}잔` };
const drinksCard = ([drink]: readonly Drink[]): Output | undefined =>
  drink && listCard({ header: { title: '메뉴' }, items: [{ title: drink.name }] });

const chat = conversation<CafeState>({
  history: { tokens: 3_000, forgetAfterMs: 6 * HOUR_MS },
  limits: { turnsPerDay: 30, tokensPerDay: 60_000, bot: { tokensPerDay: 5_000_000 } },
  prices: { inputWonPerMillion: 91, outputWonPerMillion: 365 },
  texts: { busy: '앞 질문에 답하고 있어요.', spent: '오늘 질문을 다 쓰셨어요.' },
});

const sourcesOf = ({ messages, signal, tools, turn }: Question<CafeState>) => [
  streamText({ model, messages, tools, abortSignal: signal, onError() {} }),
  bedrock.send(new ConverseStreamCommand({ modelId, messages: bedrockMessages(messages) }), {
    abortSignal: signal,
  }),
  openai.chat.completions.create({ model, messages: openAiMessages(messages), stream: true }, { signal }),
  anthropic.messages.create(
    { model, max_tokens: 1_000, messages: anthropicMessages(messages), stream: true },
    { signal },
  ),
  agent.stream(turn.text, { cancelSignal: signal }),
];

bot.block(
  '출처',
  chat.answers(asked => sourcesOf(asked)[0] ?? ''),
);

bot.hears('처음부터', turn => {
  chat.forget(turn);
  return '처음부터 다시 이야기해요.';
});

const cafe = toolbox(
  { findDrinks, order },
  {
    askFirst: ['order'],
    describe: { order: ({ drink, cups }) => `${drink} ${cups}잔을 주문할까요?` },
    cards: { findDrinks: drinks => drinksCard(drinks) },
  },
);

bot.fallback(
  chat.answers(
    ({ messages, signal, tools }) =>
      streamText({ model, messages, tools, abortSignal: signal, onError() {} }),
    { tools: cafe },
  ),
);

bot.fallback(chat.answers(ask, { guard: guards(redact(), bedrockGuardrail({ apply })) }));

const botWith = (answer: string) =>
  new Bot<Talking>({ session: () => ({}) }).fallback(conversation().answers(() => answer));

test('answers in plain words', async () => {
  const chat = openChat(botWith('**달빛카페**예요.'), 'open-builder');
  expect((await chat.says('누구세요?')).words).toContain('달빛카페예요.');
});
