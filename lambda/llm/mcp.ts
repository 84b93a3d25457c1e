import { tellOperator } from '../bot/operator.ts';
import { ConfigurationError } from '../errors.ts';
import { isObject, type JsonObject } from '../json-reader.ts';
import type { Tool, Tools } from './tools.ts';

/** A connected client of an MCP server by its shape: `Client` of @modelcontextprotocol/sdk, or the AI SDK's `createMCPClient()`. */
export type McpClient =
  | {
      listTools(page?: { cursor: string }): Promise<unknown>;
      callTool(call: never, schema?: undefined, options?: never): Promise<unknown>;
    }
  | { tools(): PromiseLike<unknown> };

/** Options of {@link mcpTools}. */
export interface McpOptions {
  /** The tools that the model may know; all unless given. A server may add others, or change what they do: name them. */
  readonly only?: readonly string[];
  /** The most characters of a result that the model reads: 8,000 unless given. */
  readonly mostCharacters?: number;
}

/**
 * The tools of an MCP server, as {@link toolbox} takes them: `toolbox(() => mcpTools(client), { askFirst: 'all' })`. Their
 * results are text; a tool that fails tells so as its result. The list is asked for every five minutes.
 * @throws ConfigurationError where the client has not the shape of one, and whatever it throws when it lists its tools
 */
export async function mcpTools(client: McpClient, options: McpOptions = {}): Promise<Tools> {
  const known = lists.get(client);
  const isFresh = known !== undefined && Date.now() < known.at + LIST_FOR_MS;
  const listed = isFresh ? known.tools : toolsOf(client);
  if (!isFresh) lists.set(client, { at: Date.now(), tools: listed });
  try {
    return chosen(await listed, options);
  } catch (error) {
    lists.delete(client);
    throw error;
  }
}

const lists = new WeakMap<object, { readonly at: number; readonly tools: Promise<readonly Listed[]> }>();

/** For how long a server's list is good (ms). */
const LIST_FOR_MS = 300_000;

/** The most tools of a server: a model reads all of their descriptions in each turn. */
const MOST_TOOLS = 128;

/** The most characters of a tool's description, which a server writes into what the model reads. */
const MOST_DESCRIPTION = 2_000;

const MOST_CHARACTERS = 8_000;

/** Names that the models' APIs take. */
const NAME = /^[\w-]{1,64}$/;

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
  call(input: unknown, signal: AbortSignal | undefined): unknown;
}

function chosen(listed: readonly Listed[], { only, mostCharacters = MOST_CHARACTERS }: McpOptions): Tools {
  const wanted = listed.filter(({ name }) => NAME.test(name) && (only?.includes(name) ?? true));
  if (only === undefined && wanted.length < listed.length)
    tellOperator({ level: 'warn', what: 'MCP server', outcome: 'a name that models do not take' });
  return Object.fromEntries(
    wanted.slice(0, MOST_TOOLS).map(({ name, description, inputSchema, call }): [string, Tool] => [
      name,
      {
        description: description.slice(0, MOST_DESCRIPTION),
        inputSchema,
        execute: (input: unknown, options?: { readonly abortSignal?: AbortSignal }) =>
          textOf(() => call(input, options?.abortSignal), mostCharacters),
      },
    ]),
  );
}

async function toolsOf(client: McpClient): Promise<readonly Listed[]> {
  if ('tools' in client && typeof client.tools === 'function') return aiSdkTools(await client.tools());
  if (!('listTools' in client && typeof client.callTool === 'function'))
    throw new ConfigurationError(
      'mcpTools takes a client with listTools() and callTool(), or with tools(): give it a connected client of an MCP server',
    );
  const tools: JsonObject[] = [];
  let cursor: string | undefined;
  // A page may have no tool and lead to itself.
  let pages = 0;
  do {
    const page: unknown = await client.listTools(cursor === undefined ? undefined : { cursor });
    if (!isObject(page) || !Array.isArray(page.tools)) break;
    tools.push(...page.tools.filter(isObject));
    cursor = typeof page.nextCursor === 'string' ? page.nextCursor : undefined;
    pages++;
  } while (cursor !== undefined && tools.length < MOST_TOOLS && pages < MOST_TOOLS);
  return tools.map(({ name, description, inputSchema }) => ({
    name: String(name),
    description: typeof description === 'string' ? description : '',
    inputSchema: schemaOf(inputSchema),
    call: (input, signal) =>
      client.callTool({ name, arguments: input } as never, undefined, { signal } as never),
  }));
}

/** A JSON schema as the AI SDK takes one, which knows its own by this symbol; others read its `jsonSchema`. */
function schemaOf(schema: unknown): object {
  const jsonSchema = isObject(schema) ? schema : { type: 'object', properties: {} };
  return { [Symbol.for('vercel.ai.schema')]: true, jsonSchema, validate: undefined };
}

function aiSdkTools(tools: unknown): readonly Listed[] {
  if (!isObject(tools)) return [];
  return Object.entries(tools).flatMap(([name, tool]) => {
    if (!isObject(tool) || typeof tool.execute !== 'function') return [];
    const { execute, description, inputSchema } = tool;
    return {
      name,
      description: typeof description === 'string' ? description : '',
      inputSchema,
      call: (input, abortSignal) =>
        execute.call(tool, input, { abortSignal, toolCallId: name, messages: [] }),
    };
  });
}

/** The words of a tool's result; those of a failure, too, which the model is to know of. */
async function textOf(call: () => unknown, most: number): Promise<string> {
  let result: unknown;
  try {
    result = await call();
  } catch {
    // The words of its error may quote what the user said, or a key.
    tellOperator({ level: 'error', what: 'tool failed', outcome: 'MCP server' });
    return 'The tool failed; whether it did anything is not known.';
  }
  if (!isObject(result)) return bounded(String(result ?? ''), most);
  const { content, structuredContent, isError } = result;
  const words = Array.isArray(content) ? content.map(wordsOf).filter(Boolean).join('\n') : '';
  const told = words !== '' || structuredContent === undefined ? words : JSON.stringify(structuredContent);
  return bounded(isError === true ? `The tool failed: ${told}` : told, most);
}

const bounded = (words: string, most: number): string =>
  words.length > most ? `${words.slice(0, most).toWellFormed()}\n(cut)` : words;

/** The words of a part of a result; pictures and sounds are told by their kind alone. */
function wordsOf(part: unknown): string {
  if (!isObject(part)) return '';
  const { type, text, resource, uri, mimeType } = part;
  if (typeof text === 'string') return text;
  if (isObject(resource)) return typeof resource.text === 'string' ? resource.text : `(${resource.uri})`;
  return typeof uri === 'string'
    ? uri
    : `(${[type, mimeType].filter(one => typeof one === 'string').join(' ')})`;
}
