import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type OperatorNote, operatorHears } from '../../lambda/bot/operator.ts';
import { mcpTools, type Tools } from '../../lambda/llm/index.ts';

let notes: OperatorNote[];

beforeEach(() => {
  notes = [];
  operatorHears(note => notes.push(note));
});

const schema = { type: 'object', properties: { drink: { type: 'string' } }, required: ['drink'] };

/** A client as @modelcontextprotocol/sdk has it, whose server lists these tools on pages of two, and answers with `result`. */
function sdkClient(names: readonly string[], result: unknown = { content: [] }) {
  const calls: unknown[] = [];
  const client = {
    listTools: jest.fn(async (page?: { cursor: string }) => {
      const from = Number(page?.cursor ?? 0);
      const tools = names
        .slice(from, from + 2)
        .map(name => ({ name, description: `${name} it`, inputSchema: schema }));
      return from + 2 < names.length ? { tools, nextCursor: String(from + 2) } : { tools };
    }),
    callTool: async (...call: readonly unknown[]) => {
      calls.push(call);
      if (result instanceof Error) throw result;
      return result;
    },
  };
  return { client, calls };
}

const call = (tools: Tools, name: string, input: unknown, options: object = {}): unknown =>
  tools[name]?.execute?.(input as never, options as never);

describe('the tools of an MCP server', () => {
  test('are listed, all pages of them, with schemas that the AI SDK takes and others read', async () => {
    const { client } = sdkClient(['menu', 'order', 'cancel', 'call', 'pay']);
    const tools = await mcpTools(client);
    expect(Object.keys(tools)).toEqual(['menu', 'order', 'cancel', 'call', 'pay']);
    expect(tools.order).toMatchObject({
      description: 'order it',
      inputSchema: { [Symbol.for('vercel.ai.schema')]: true, jsonSchema: schema },
    });
    // The AI SDK looks whether it is there.
    expect(tools.order?.inputSchema).toHaveProperty('validate');
  });

  test('are called by their names, with the signal that ends the turn', async () => {
    const { client, calls } = sdkClient(['order'], { content: [{ type: 'text', text: '주문했어요' }] });
    const { signal } = new AbortController();
    const tools = await mcpTools(client);
    await expect(call(tools, 'order', { drink: '라떼' }, { abortSignal: signal })).resolves.toBe(
      '주문했어요',
    );
    expect(calls).toEqual([[{ name: 'order', arguments: { drink: '라떼' } }, undefined, { signal }]]);
  });

  test.each<readonly [string, unknown, string]>([
    [
      'several parts',
      {
        content: [
          { type: 'text', text: '둘' },
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          { type: 'resource', resource: { uri: 'file:///menu.txt', text: '라떼' } },
          { type: 'resource', resource: { uri: 'file:///menu.pdf', blob: 'AAAA' } },
          { type: 'resource_link', uri: 'https://example.com/menu', name: 'menu' },
          null,
        ],
      },
      '둘\n(image image/png)\n라떼\n(file:///menu.pdf)\nhttps://example.com/menu',
    ],
    ['structured content alone', { content: [], structuredContent: { orderId: 7 } }, '{"orderId":7}'],
    ['a failure', { isError: true, content: [{ type: 'text', text: '품절' }] }, 'The tool failed: 품절'],
    ['nothing', { content: [] }, ''],
    ['no result at all', undefined, ''],
    ['an older form', { toolResult: 7 }, ''],
    ['an error', new Error('quotes 라떼'), 'The tool failed; whether it did anything is not known.'],
  ])('tell %s as text', async (_, result, told) => {
    const { client } = sdkClient(['order'], result);
    await expect(call(await mcpTools(client), 'order', {})).resolves.toBe(told);
    expect(JSON.stringify(notes)).not.toContain('라떼');
  });

  test('tell no more than fits, and describe themselves no longer', async () => {
    const { client } = sdkClient(['order'], { content: [{ type: 'text', text: '가'.repeat(100_000) }] });
    const told = await call(await mcpTools(client, { mostCharacters: 100 }), 'order', {});
    expect(told).toBe(`${'가'.repeat(100)}\n(cut)`);
    const long = {
      listTools: async () => ({ tools: [{ name: 'a', description: 'x'.repeat(9_000) }] }),
      callTool: async () => 0,
    };
    expect((await mcpTools(long)).a?.description).toHaveLength(2_000);
  });

  test('are those alone that the author names', async () => {
    const { client } = sdkClient(['menu', 'order', 'delete_all']);
    expect(Object.keys(await mcpTools(client, { only: ['menu', 'order'] }))).toEqual(['menu', 'order']);
  });

  test('are at most 128 with names that models take, and end with a list that has no end', async () => {
    const endless = {
      listTools: jest.fn(async () => ({
        tools: Array.from({ length: 50 }, (_, at) => ({
          name: `t${endless.listTools.mock.calls.length}_${at}`,
        })),
        nextCursor: 'more',
      })),
      callTool: async () => ({}),
    };
    expect(Object.keys(await mcpTools(endless as never))).toHaveLength(128);
    expect(endless.listTools).toHaveBeenCalledTimes(3);
    const empty = { ...endless, listTools: jest.fn(async () => ({ tools: [], nextCursor: 'same' })) };
    expect(await mcpTools(empty as never)).toEqual({});
    expect(empty.listTools).toHaveBeenCalledTimes(128);
    const { client } = sdkClient(['주문', 'or der', 'order']);
    expect(Object.keys(await mcpTools(client))).toEqual(['order']);
    expect(notes).toEqual([{ level: 'warn', what: 'MCP server', outcome: 'a name that models do not take' }]);
  });

  test('are asked for once in five minutes, and again where that failed', async () => {
    jest.useFakeTimers();
    try {
      const { client } = sdkClient(['order']);
      client.listTools.mockRejectedValueOnce(new Error('down'));
      await expect(mcpTools(client)).rejects.toThrow('down');
      await mcpTools(client);
      await mcpTools(client);
      expect(client.listTools).toHaveBeenCalledTimes(2);
      jest.advanceTimersByTime(300_000);
      await mcpTools(client);
      expect(client.listTools).toHaveBeenCalledTimes(3);
    } finally {
      jest.useRealTimers();
    }
  });

  test("come by the AI SDK's client, too", async () => {
    const inputSchema = { jsonSchema: schema };
    const execute = jest.fn(async (..._given: readonly unknown[]) => ({
      content: [{ type: 'text', text: '주문했어요' }],
    }));
    const toModelOutput = () => 'raw';
    const client = {
      tools: async () => ({
        order: { description: 'order it', inputSchema, execute, toModelOutput },
        none: {},
      }),
    };
    const tools = await mcpTools(client);
    expect(Object.keys(tools)).toEqual(['order']);
    expect(tools.order?.inputSchema).toBe(inputSchema);
    // It reads the server's own result, which ours is not.
    expect(tools.order).not.toHaveProperty('toModelOutput');
    await expect(call(tools, 'order', { drink: '라떼' })).resolves.toBe('주문했어요');
    expect(execute).toHaveBeenCalledWith({ drink: '라떼' }, expect.objectContaining({ toolCallId: 'order' }));
  });

  test('are not those of anything else', async () => {
    await expect(mcpTools({} as never)).rejects.toThrow(
      'mcpTools takes a client with listTools() and callTool(), or with tools(): give it a connected client of an MCP server',
    );
  });
});
