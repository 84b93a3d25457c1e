import { isPromise } from '../bot/deadline.ts';
import type { Piece } from '../bot/growing.ts';
import { tellOperator } from '../bot/operator.ts';
import type { Turn } from '../bot/turn.ts';
import { ConfigurationError } from '../errors.ts';
import { isObject } from '../json-reader.ts';
import { asData } from './as-data.ts';
import type { Round } from './round.ts';
import type { ChatMessage, SourcePart } from './source-part.ts';

/** A tool by its shape: the AI SDK's `tool({ description, inputSchema, execute })` is one, and whatever has a function `execute`. */
export interface Tool {
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly execute?: ((input: never, options: never) => unknown) | undefined;
}

/** Tools by the names that the model knows. */
export type Tools = Readonly<Record<string, Tool>>;

/** The second argument of a tool's `execute`, beside what the model's client gives there. */
export interface ToolRun<S = unknown> {
  /** The turn in which it runs; what is changed of its session is not kept: see `then` of {@link ToolOptions}. */
  readonly turn: Turn<S>;
  /** Of a tool that asked first: the same when a worker runs it again after another died. Hand it to whatever takes an order. */
  readonly idempotencyKey?: string;
}

/** A tool that the model asks for, and that its client does not run. */
export type ToolCall = Extract<SourcePart, { kind: 'tool-call' }>;

/** The result of a tool that the model's client did run. */
export type ToolResult = Extract<SourcePart, { kind: 'tool-result' }>;

/** A tool that was run, and what it gave. */
export interface ToolDone {
  readonly tool: string;
  readonly result: unknown;
  /** Whether it threw, or its input did not fit: then the result says so to the model. */
  readonly isFailed: boolean;
}

/** The input of a tool. */
export type InputOf<T extends Tool> = T extends {
  readonly execute?: ((input: infer I, ...more: never) => unknown) | undefined;
}
  ? I
  : unknown;

/** The result of a tool, as it is when it is done. */
export type ResultOf<T extends Tool> = T extends {
  readonly execute?: ((...given: never) => infer R) | undefined;
}
  ? LastOf<Awaited<R>>
  : unknown;

/** Of each form that a result may have: the AI SDK's `tool()` has several. */
type LastOf<R> = R extends AsyncIterable<infer Last> ? Last : R;

/** Runs a tool with an input that fits its schema; what goes wrong becomes a result that says so, and is told to the operator. */
export async function runTool<S>(
  tool: Tool,
  input: unknown,
  run: ToolRun<S> & { readonly toolCallId: string; readonly abortSignal: AbortSignal },
): Promise<Omit<ToolDone, 'tool'>> {
  try {
    const judged = await fitting(tool.inputSchema, input);
    if (!judged.fits) return failed('its input did not fit; it was not run');
    const made = tool.execute?.(judged.input as never, { ...run, messages: [] } as never);
    return { result: await lastOf(isPromise(made) ? await made : made), isFailed: false };
  } catch {
    // Its words may quote what the user said.
    tellOperator({ level: 'error', what: 'tool failed', outcome: 'threw' });
    return failed('it failed; whether it did anything is not known');
  }
}

const failed = (error: string) => ({ result: { error }, isFailed: true });

/** The last of what a tool gives bit by bit, as the AI SDK's may; else what it gives. */
async function lastOf(made: unknown): Promise<unknown> {
  if (typeof made !== 'object' || made === null || !(Symbol.asyncIterator in made)) return made;
  let last: unknown;
  for await (const one of made as AsyncIterable<unknown>) last = one;
  return last;
}

/** Whether the input fits the tool's schema, if that can be asked. */
export async function fits({ inputSchema }: Tool, input: unknown): Promise<boolean> {
  try {
    return (await fitting(inputSchema, input)).fits;
  } catch {
    tellOperator({ level: 'error', what: 'tool failed', outcome: 'schema threw' });
    return false;
  }
}

type Fitting = { readonly fits: true; readonly input: unknown } | { readonly fits: false };

/** An input as its schema has it: a Standard Schema (zod, valibot, arktype), or the AI SDK's; others are not asked. */
async function fitting(schema: unknown, input: unknown): Promise<Fitting> {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null)
    return { fits: true, input };
  const { '~standard': standard, validate } = schema as Record<string, unknown>;
  if (isObject(standard) && typeof standard.validate === 'function') {
    const judged = await standard.validate(input);
    return judged.issues ? { fits: false } : { fits: true, input: judged.value };
  }
  if (typeof validate === 'function') {
    const judged = await validate.call(schema, input);
    if (isObject(judged) && judged.success === false) return { fits: false };
  }
  return { fits: true, input };
}

/** A blank line behind the words before a tool ran; nothing where there are none, so that no piece shows nothing. */
export const gapAfter = (rounds: readonly Round[]): readonly Piece[] =>
  rounds.some(({ words }) => words.trim() !== '') ? ['\n\n'] : [];

/** The messages with a note for the model behind the user's last words. */
export function withNote(messages: ChatMessage[], note: string | undefined): ChatMessage[] {
  const last = messages.at(-1);
  if (!note || last?.role !== 'user') return messages;
  const content =
    typeof last.content === 'string'
      ? `${last.content}\n\n${note}`
      : [...last.content, { type: 'text' as const, text: note }];
  return [...messages.slice(0, -1), { role: 'user', content }];
}

/** The most characters of a result that the model reads. */
const MOST_RESULT = 8_000;

/** The results of tools as the model reads them: data. */
export function noteOf(done: readonly ToolDone[]): string {
  return done
    .map(({ tool, result }) => asData(`the result of ${tool}`, wordsOf(result), MOST_RESULT))
    .join('\n');
}

function wordsOf(result: unknown): string {
  if (typeof result === 'string') return result;
  const json = jsonOf(result);
  // The model knows nothing of it then, and may make something up.
  if (json === undefined && result !== undefined)
    tellOperator({ level: 'error', what: 'tool failed', outcome: 'its result is no JSON' });
  return json ?? 'done';
}

/** A value as JSON; undefined where it is none. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Whether two calls are one: models ask for the same twice, at times. */
export const isSame = (one: ToolCall, other: ToolCall): boolean =>
  one.name === other.name && jsonOf(one.input) === jsonOf(other.input);

/** @throws ConfigurationError where a name is no tool's: it may be a misspelt one that must not run unasked */
export function requireKnown(member: string, names: Iterable<string>, tools: Tools): void {
  for (const name of names)
    if (!Object.hasOwn(tools, name))
      throw new ConfigurationError(
        `${member} names "${name}", which is no tool: the tools are ${Object.keys(tools).join(', ') || 'none'}`,
      );
}
