import { tellOperator } from '../bot/operator.ts';
import type { Answer } from '../bot/reply.ts';
import type { Turn } from '../bot/turn.ts';
import type { SourcePart } from './source-part.ts';

/** A guard's word in place of a text: the answer that the user reads. */
export interface Refusal {
  readonly refuse: Answer;
}

/** Looks at what goes to a model, at what comes from it, or at both; at once or within three seconds. */
export interface Guard<S = unknown> {
  /** Of the user's words: what the model and the history get of them. */
  readonly input?: (text: string, turn: Turn<S>) => string | Refusal | Promise<string | Refusal>;
  /** Of the model's words, sentence by sentence: what the user sees of them. */
  readonly output?: (text: string, turn: Turn<S>) => string | Refusal | Promise<string | Refusal>;
}

/** Guards as a conversation asks them. */
export interface Guards<S = unknown> {
  input(text: string, turn: Turn<S>): Promise<string | Refusal>;
  /** The parts with guarded words in them; after a refusal nothing follows. */
  output(parts: AsyncIterable<SourcePart>, turn: Turn<S>): AsyncIterable<SourcePart | Refusal>;
}

/** Guards, one after the other: `guard: guards(redact(), { output: … })`. One that throws or takes longer than three seconds refuses. */
export function guards<S = unknown>(...list: readonly Guard<S>[]): Guards<S> {
  return {
    input: (text, turn) => askAll(list, 'input', text, turn),
    output: (parts, turn) => guarded(parts, text => askAll(list, 'output', text, turn)),
  };
}

/** The answer where a guard failed. */
const REFUSED = '죄송해요, 이 말씀에는 답해 드릴 수 없어요.';

/** The longest that a guard may take (ms). */
const GUARD_WITHIN_MS = 3_000;

async function askAll<S>(
  list: readonly Guard<S>[],
  side: 'input' | 'output',
  text: string,
  turn: Turn<S>,
): Promise<string | Refusal> {
  let words = text;
  for (const guard of list) {
    const ask = guard[side];
    if (ask === undefined) continue;
    const said = await askOne(async () => ask.call(guard, words, turn));
    if (typeof said !== 'string') return said;
    words = said;
  }
  return words;
}

async function askOne(ask: () => Promise<string | Refusal>): Promise<string | Refusal> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the guard overran')), GUARD_WITHIN_MS);
    });
    const said: unknown = await Promise.race([ask(), over]);
    if (typeof said === 'string') return said;
    if (typeof said === 'object' && said !== null && 'refuse' in said) return said as Refusal;
  } catch {
    // Its words may quote what was said.
  } finally {
    clearTimeout(timer);
  }
  // What no guard has passed is shown to nobody.
  tellOperator({ level: 'error', what: 'guard failed', outcome: 'refused' });
  return { refuse: REFUSED };
}

/** The most characters that wait for the end of their sentence. */
const LONGEST_SENTENCE = 1_000;

/** Parts that stand beside the words, and end no sentence. */
const BESIDE: readonly SourcePart['kind'][] = ['usage', 'link'];

async function* guarded(
  parts: AsyncIterable<SourcePart>,
  ask: (text: string) => Promise<string | Refusal>,
): AsyncGenerator<SourcePart | Refusal, void, undefined> {
  let waiting = '';
  for await (const part of parts) {
    if (part.kind === 'text') waiting += part.text;
    const at = part.kind === 'text' ? lastEnd(waiting) : BESIDE.includes(part.kind) ? 0 : waiting.length;
    if (at > 0) {
      const said = await ask(waiting.slice(0, at));
      if (typeof said !== 'string') return yield said;
      waiting = waiting.slice(at);
      yield { kind: 'text', text: said };
    }
    if (part.kind !== 'text') yield part;
  }
  if (waiting === '') return;
  const said = await ask(waiting);
  yield typeof said === 'string' ? { kind: 'text', text: said } : said;
}

/** Where the last whole sentence ends. A number's dot ends none: "010. 1234" is one. */
function lastEnd(text: string): number {
  const at = endOfLast(text, /\n|[^\d\s][.!?…。]["'”’)\]]{0,2}\s/g);
  if (at > 0 || text.length < LONGEST_SENTENCE) return at;
  // Not between digits either, where a number would be two.
  return endOfLast(text, /[^\d\s]\s(?=[^\d\s])/g) || text.length;
}

function endOfLast(text: string, ends: RegExp): number {
  let at = 0;
  for (const { 0: end, index } of text.matchAll(ends)) at = index + end.length;
  return at;
}
