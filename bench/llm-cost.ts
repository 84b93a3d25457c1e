import { pathToFileURL } from 'node:url';
import { DRAFT_EVERY_MS } from '../lambda/turn/time-budget.ts';
import { ASSUMED, FRONT_MS, PRICES } from './cost.ts';

/** Won for a US dollar: assumed on 2026-11-22, about what a dollar cost in the year before. */
export const WON_A_DOLLAR = 1_450;

/** A model's price in US dollars for a million tokens, and where it was read. */
interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly source: string;
}

/** The models of docs/llm.md, with prices of 2026 as others list them: look them up before you rely on them. */
export const MODELS = {
  'Amazon Nova Lite (`apac.amazon.nova-lite-v1:0`)': { input: 0.063, output: 0.252, source: 'models.dev' },
  'Claude Haiku 4.5 on Bedrock, by its global profile': { input: 1, output: 5, source: 'AWS' },
} as const satisfies Readonly<Record<string, ModelPrice>>;

/** The assumed needs of a turn with a model. */
export const ASSUMED_OF_MODEL = {
  /** The system's words, what is remembered of the talk, and the question. */
  inputTokens: 1_500,
  outputTokens: 400,
  /** A growing answer's draft: written at its first piece, then every so often while there is more. */
  draftEverySeconds: DRAFT_EVERY_MS / 1_000,
  /** Its mean size: what was said so far. */
  draftKb: 2,
} as const;

/** The lengths of a stream that the page tells of, in seconds. */
const STREAMS = [3, 20, 44, 70, 110] as const;

/** The cost of a turn in won, without its model. */
export function awsWon(streamSeconds: number): number {
  const { workerMb, secondMs, queueCalls, logBytes, frontMb } = ASSUMED;
  const gb = (mb: number, ms: number): number =>
    (mb / 1_024) * (ms / 1_000) * PRICES['Lambda on arm64'].usd + PRICES['Lambda request'].usd;
  const drafts = Math.ceil(streamSeconds / ASSUMED_OF_MODEL.draftEverySeconds);
  const usd =
    PRICES['HTTP API request'].usd +
    gb(frontMb, FRONT_MS[frontMb].warm) +
    gb(workerMb, streamSeconds * 1_000) +
    // The second record and the third, which find it answered.
    2 * gb(workerMb, secondMs) +
    4 * PRICES['DynamoDB strong read of 4 KB'].usd +
    (3 + drafts * ASSUMED_OF_MODEL.draftKb) * PRICES['DynamoDB write of 1 KB'].usd +
    (queueCalls + 3) * PRICES['SQS call'].usd +
    ((4 * logBytes) / 1_000_000_000) * PRICES['CloudWatch logs'].usd;
  return usd * WON_A_DOLLAR;
}

/** The price of a turn of a model, in won. */
export function modelWon({ input, output }: ModelPrice): number {
  const { inputTokens, outputTokens } = ASSUMED_OF_MODEL;
  return ((inputTokens * input + outputTokens * output) / 1_000_000) * WON_A_DOLLAR;
}

/** The tables of docs/llm.md. */
export function llmCostTables(): string {
  const models = Object.entries(MODELS).map(([name, price]) => {
    const each = modelWon(price);
    return `| ${name} | ${price.input} | ${price.output} | ${each.toFixed(2)} | ${Math.round(each * 1_000)} |`;
  });
  const aws = STREAMS.map(seconds => {
    const each = awsWon(seconds);
    return `| ${seconds} s | ${each.toFixed(2)} | ${Math.round(each * 1_000)} |`;
  });
  return [
    [
      '| model | USD, million in | USD, million out | won, a turn | won, 1,000 turns |',
      '|---|---|---|---|---|',
      ...models,
    ],
    ['| stream | won, a turn | won, 1,000 turns |', '|---|---|---|', ...aws],
  ]
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(llmCostTables());
}
