import { isObject, type JsonObject, objectOrEmpty } from '../json-reader.ts';
import { isWebUrl } from '../web-url.ts';
import { SourceError, toSourceError } from './source-error.ts';
import type { SourcePart } from './source-part.ts';

/** The most that is read of a source: its words, and the inputs of its tools (bytes). */
export const MOST_SOURCE_BYTES = 200_000;

/** The longest text of one part. */
export const MOST_PART_CHARACTERS = 2_000;

type EndReason = Extract<SourcePart, { kind: 'end' }>['reason'];

/** A tool that the model asks for, and its input as far as it came. */
interface Call {
  readonly id: string;
  readonly name: string;
  input: unknown;
  json: string;
}

/**
 * The types of what is looked at; what thoughts, tools that ran elsewhere and the repetition of words are in has others,
 * and Bedrock, Gemini and OpenAI's chat completions have none.
 */
const TYPES =
  /^(|text([-_]?(delta|block))?|output_text|refusal|message|agentResult|source|\w+_(citation|location)|(message|citations|content_block)_(start|delta)|finish(-step)?|error|abort|model(StreamUpdate|ContentBlockStart|ContentBlockDelta|MessageStop|Metadata)Event|response\.((output_text|refusal)\.delta|output_text\.annotation\.added|output_item\.done|completed|incomplete|failed))$/i;

/** The types of what asks for a tool, or is more of its input. */
const CALL = /^(tool-call|tool_use|toolUse(Start|Block|InputDelta)|input_json_delta|function_call)$/;

/** The types of what is left of a tool that the client ran. */
const RAN = /^tool(-(result|error|output-denied)|ResultEvent)$/;

/** Members that hold more of the same. */
const INNER =
  'event choices message lastMessage contentBlockStart start content_block contentBlockDelta delta output content parts tool_calls messageStop metrics incomplete_details citation citations annotation annotations url_citation'.split(
    ' ',
  );

/** The first form that a client's word fits tells why the model stopped. */
const ENDS: readonly (readonly [EndReason, RegExp])[] = [
  ['refused', /filter|refus|guard|safe|prohib|block|recit|spii/i],
  ['length', /length|tokens|context|limit/i],
  ['tool', /^(tool|function)/i],
  ['stop', /^(stop|end|complete)/i],
];

/** Makes the parts of a source of what its client tells: chunks of a stream, or a whole result, by the members they have. */
export class SourceReader {
  /** Whether anything was told in a shape that is known. */
  isKnown = false;
  /** Whether all was read that a source may say. */
  isFull = false;
  /** Why the model stopped, once that is told. */
  reason: EndReason | undefined;
  readonly #calls = new Map<unknown, Call>();
  readonly #open = new Map<unknown, Call>();
  readonly #told = new Set<string>();
  #parts: SourcePart[] = [];
  #bytes = 0;
  /** Goes before the next words: the first half of a character, or a blank line. */
  #before = '';
  #tokens: readonly [number, number] = [0, 0];

  /** @throws whatever the unit tells as an error */
  read(unit: unknown): readonly SourcePart[] {
    if (typeof unit === 'string') this.#text(unit);
    else this.#tell(unit);
    this.isKnown ||= typeof unit === 'string' || this.#parts.length + this.#calls.size > 0 || !!this.reason;
    return this.#parts.splice(0);
  }

  /**
   * All that is left at the end: the tools that wait for us, and why the model stopped.
   * @throws SourceError where the input of a tool is not whole
   */
  end(): readonly SourcePart[] {
    const calls = [...this.#calls.values()];
    const told = this.reason ?? 'stop';
    const reason = this.isFull ? 'length' : calls.length > 0 && told === 'stop' ? 'tool' : told;
    for (const { id, name, input, json } of calls) {
      // Not to be run, since it was cut.
      if (reason === 'length') continue;
      this.#parts.push({ kind: 'tool-call', id, name, input: json ? JSON.parse(json) : input });
    }
    return [...this.#parts.splice(0), { kind: 'end', reason }];
  }

  #tell(unit: unknown, place?: unknown): void {
    if (!isObject(unit)) return;
    const exception = Object.keys(unit).find(name => name.endsWith('Exception'));
    if (exception) throw toSourceError({ name: exception, cause: unit[exception] });
    const type = String(unit.type ?? '');
    const at = unit.index ?? unit.contentBlockIndex ?? place;
    if (RAN.test(type)) this.#ran(unit);
    const tool = CALL.test(type)
      ? unit
      : (unit.function ?? (type === '' ? (unit.toolUse ?? unit.functionCall) : 0));
    if (isObject(tool) && !unit.providerExecuted) this.#call({ ...unit, ...tool }, at);
    if (!TYPES.test(type) || unit.thought) return;
    this.isKnown ||= type !== '';
    if (isObject(unit.error) || /^(error|abort)$/.test(type)) throw unit.error ?? unit;
    const items = unit.steps ?? unit.candidates;
    if (Array.isArray(items)) {
      // The AI SDK's and Gemini's have the same words a second time.
      for (const { content, finishReason } of items.map(objectOrEmpty)) this.#tell({ content, finishReason });
    } else {
      const { response, item } = unit;
      this.#words(unit);
      for (const name of INNER) for (const inner of [unit[name]].flat()) this.#tell(inner, at);
      // The words of these came before, by and by.
      if (isObject(response)) this.#tell({ ...response, output: undefined });
      if (objectOrEmpty(item).type === 'function_call') this.#tell(item);
    }
    this.#rest(unit, /^(finish-step|modelMetadataEvent)$/.test(type));
  }

  #words(unit: JsonObject): void {
    for (const words of [unit.text, unit.refusal, unit.content, unit.delta]) this.#text(words);
    const { url, title } = unit;
    if (typeof url !== 'string' || !isWebUrl(url) || url.length > MOST_PART_CHARACTERS || this.#told.has(url))
      return;
    this.#told.add(url);
    this.#parts.push({ kind: 'link', url, title: typeof title === 'string' ? title : undefined });
  }

  #text(words: unknown): void {
    if (typeof words !== 'string' || words === '') return;
    let rest = this.#before + words;
    this.#before = '';
    while (rest !== '' && !this.isFull) {
      let length = Math.min(rest.length, MOST_PART_CHARACTERS);
      // A character's halves stay together, also where its second half is to come.
      if (/[\ud800-\udbff]/.test(rest.charAt(length - 1))) length -= 1;
      if (length === 0) {
        this.#before = rest;
        return;
      }
      const text = rest.slice(0, length).toWellFormed();
      rest = rest.slice(length);
      this.#count(text);
      if (!this.isFull) this.#parts.push({ kind: 'text', text });
    }
  }

  #call(tool: JsonObject, at: unknown): void {
    const { toolCallId, toolUseId = toolCallId, call_id = toolUseId, toolName, name = toolName } = tool;
    const { args, arguments: json = args, input = json, partial_json } = tool;
    if (typeof name === 'string' && name !== '') {
      const id = String(call_id ?? tool.id ?? `call-${this.#calls.size}`);
      const call = { id, name, input: typeof input === 'string' ? {} : (input ?? {}), json: '' };
      this.#calls.set(id, call);
      this.#open.set(at, call);
      // Words before a tool is run, and those after it, are paragraphs of their own.
      if (this.#bytes > 0) this.#before = '\n\n';
    }
    const call = this.#open.get(at);
    const more = partial_json ?? input;
    if (call === undefined || typeof more !== 'string') return;
    this.#count(more);
    if (this.isFull) throw new SourceError('too-long');
    call.json += more;
  }

  #ran(unit: JsonObject): void {
    if (unit.preliminary) return;
    const {
      toolCallId,
      toolUseId = toolCallId,
      toolName,
      content,
      output = content,
    } = objectOrEmpty(unit.result ?? unit);
    const name = toolName ?? this.#calls.get(toolUseId)?.name;
    this.#calls.delete(toolUseId);
    if (typeof name === 'string' && !/error|denied/.test(String(unit.type)))
      this.#parts.push({ kind: 'tool-result', name, output });
  }

  /** Why the model stopped, and the tokens: of a step, or of all until now. */
  #rest(unit: JsonObject, isStep: boolean): void {
    const { finishReason = unit.finish_reason, stopReason = unit.stop_reason, status } = unit;
    // Gemini has no candidate where it refuses the question itself, for whatever reason.
    const blocked = objectOrEmpty(unit.promptFeedback).blockReason && 'blocked';
    // Of what is not complete another member tells why.
    const reason = finishReason ?? stopReason ?? blocked ?? unit.reason ?? (status === 'completed' && status);
    if (typeof reason === 'string') this.reason = ENDS.find(([, form]) => form.test(reason))?.[0] ?? 'other';
    const {
      usage = objectOrEmpty(unit.metadata).usage,
      totalUsage = usage,
      accumulatedUsage = totalUsage,
    } = unit;
    const told = objectOrEmpty(unit.usageMetadata ?? accumulatedUsage);
    // Bedrock and Anthropic count what comes from a cache apart.
    const input =
      sumOf(told, /^prompt_?token(s|Count)$/i) ||
      sumOf(told, /^(cache_?(read|write|creation)_?)?input_?tokens$/i);
    const output = sumOf(told, /^((output|completion)_?tokens|(candidates|thoughts)TokenCount)$/i);
    const [inputs, outputs] = this.#tokens;
    // A client tells the sum of all until now, but of steps each one's own.
    const now = isStep
      ? ([inputs + input, outputs + output] as const)
      : ([Math.max(inputs, input), Math.max(outputs, output)] as const);
    if (now[0] === inputs && now[1] === outputs) return;
    this.#tokens = now;
    this.#parts.push({ kind: 'usage', input: now[0], output: now[1] });
  }

  #count(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    this.isFull = this.#bytes > MOST_SOURCE_BYTES;
  }
}

/** The sum of the counts of these names. */
function sumOf(counts: JsonObject, names: RegExp): number {
  return Object.entries(counts).reduce(
    (sum, [name, count]) =>
      sum + (names.test(name) && Number.isSafeInteger(count) ? Math.max(0, Number(count)) : 0),
    0,
  );
}
