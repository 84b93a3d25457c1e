/** One talk, which each client tells in its own form. */
export interface Talk {
  /** The words of the model, as they come. */
  readonly texts: readonly string[];
  /** The input of the tool that it asks for at last, as it comes; none where it asks for none. */
  readonly inputs?: readonly string[];
  /** Why it stops, in no client's words. */
  readonly end?: 'stop' | 'length' | 'refused';
}

export const TOKENS = { input: 120, output: 34 } as const;

export const TOOL = { id: 'call_1', name: 'order' } as const;

/** How a client tells a talk: the units of its stream, and its whole result where it has one. */
export interface Client {
  readonly units: (talk: Talk) => readonly unknown[];
  readonly whole?: (talk: Talk) => object;
  /** A unit of its stream where its service fails in the middle, if it does not throw. */
  readonly failure?: object;
}

const inputOf = ({ inputs = [] }: Talk): unknown => JSON.parse(inputs.join(''));

/** A client's word for the end of a talk. */
const ended = (
  { inputs, end = 'stop' }: Talk,
  names: Readonly<Record<'stop' | 'length' | 'refused' | 'tool', string>>,
): string => names[inputs ? 'tool' : end];

const AI_ENDS = { stop: 'stop', length: 'length', refused: 'content-filter', tool: 'tool-calls' };
const aiUsage = {
  inputTokens: TOKENS.input,
  outputTokens: TOKENS.output,
  totalTokens: 154,
  cachedInputTokens: 20,
};
const aiCall = (talk: Talk): object[] =>
  talk.inputs ? [{ type: 'tool-call', toolCallId: TOOL.id, toolName: TOOL.name, input: inputOf(talk) }] : [];

const aiSdk: Client = {
  units: talk => [
    { type: 'start' },
    {
      type: 'start-step',
      request: { body: { messages: [{ role: 'user', content: '질문' }] } },
      warnings: [],
    },
    { type: 'reasoning-start', id: 'r' },
    { type: 'reasoning-delta', id: 'r', text: '생각' },
    { type: 'text-start', id: '0' },
    ...talk.texts.map(text => ({ type: 'text-delta', id: '0', text })),
    { type: 'text-end', id: '0' },
    ...(talk.inputs ? [{ type: 'tool-input-start', id: TOOL.id, toolName: TOOL.name }] : []),
    ...(talk.inputs ?? []).map(delta => ({ type: 'tool-input-delta', id: TOOL.id, delta })),
    ...aiCall(talk),
    {
      type: 'finish-step',
      usage: aiUsage,
      finishReason: ended(talk, AI_ENDS),
      response: { id: 'x', modelId: 'm', messages: [{ content: [{ type: 'text', text: '다시' }] }] },
    },
    { type: 'finish', finishReason: ended(talk, AI_ENDS), rawFinishReason: 'x', totalUsage: aiUsage },
  ],
  whole: talk => {
    const content = [
      { type: 'reasoning', text: '생각' },
      { type: 'text', text: talk.texts.join('') },
      ...aiCall(talk),
    ];
    const finishReason = ended(talk, AI_ENDS);
    // As its classes are: the rest are getters, one of which throws.
    return new (class DefaultGenerateTextResult {
      steps = [
        new (class DefaultStepResult {
          content = content;
          finishReason = finishReason;
          usage = aiUsage;
          get text() {
            return talk.texts.join('');
          }
        })(),
      ];
      totalUsage = aiUsage;
      get text() {
        return talk.texts.join('');
      }
      get content() {
        return content;
      }
      get finishReason() {
        return finishReason;
      }
      get output() {
        throw new Error('no output');
      }
    })();
  },
  failure: {
    type: 'error',
    error: Object.assign(new Error('x'), { name: 'AI_APICallError', statusCode: 529 }),
  },
};

const BEDROCK_ENDS = {
  stop: 'end_turn',
  length: 'max_tokens',
  refused: 'guardrail_intervened',
  tool: 'tool_use',
};
const bedrockUsage = {
  inputTokens: 100,
  outputTokens: 34,
  totalTokens: 154,
  cacheReadInputTokens: 15,
  cacheWriteInputTokens: 5,
};
const bedrock: Client = {
  units: talk => [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { reasoningContent: { text: '생각' } }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    ...talk.texts.map(text => ({ contentBlockDelta: { delta: { text }, contentBlockIndex: 1 } })),
    { contentBlockStop: { contentBlockIndex: 1 } },
    ...(talk.inputs
      ? [
          {
            contentBlockStart: {
              start: { toolUse: { toolUseId: TOOL.id, name: TOOL.name } },
              contentBlockIndex: 2,
            },
          },
          ...talk.inputs.map(input => ({
            contentBlockDelta: { delta: { toolUse: { input } }, contentBlockIndex: 2 },
          })),
          { contentBlockStop: { contentBlockIndex: 2 } },
        ]
      : []),
    { messageStop: { stopReason: ended(talk, BEDROCK_ENDS) } },
    { metadata: { usage: bedrockUsage, metrics: { latencyMs: 5 } } },
  ],
  whole: talk => ({
    $metadata: { httpStatusCode: 200 },
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: '생각' } } },
          { text: talk.texts.join('') },
          ...(talk.inputs
            ? [{ toolUse: { toolUseId: TOOL.id, name: TOOL.name, input: inputOf(talk) } }]
            : []),
        ],
      },
    },
    stopReason: ended(talk, BEDROCK_ENDS),
    usage: bedrockUsage,
    metrics: { latencyMs: 5 },
  }),
  failure: { serviceUnavailableException: { name: 'ServiceUnavailableException', message: 'x' } },
};

const CHAT_ENDS = { stop: 'stop', length: 'length', refused: 'content_filter', tool: 'tool_calls' };
const chatUsage = {
  prompt_tokens: 120,
  completion_tokens: 34,
  total_tokens: 154,
  prompt_tokens_details: { cached_tokens: 9 },
};
const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'chatcmpl',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
  usage: null,
});
const openAiChat: Client = {
  units: talk => [
    chunk({ role: 'assistant', content: '', refusal: null }),
    // DeepSeek's.
    chunk({ content: null, reasoning_content: '생각' }),
    ...talk.texts.map(content => chunk({ content })),
    ...(talk.inputs
      ? [
          chunk({
            tool_calls: [
              { index: 0, id: TOOL.id, type: 'function', function: { name: TOOL.name, arguments: '' } },
            ],
          }),
          ...talk.inputs.map(json => chunk({ tool_calls: [{ index: 0, function: { arguments: json } }] })),
        ]
      : []),
    chunk({}, ended(talk, CHAT_ENDS)),
    { id: 'chatcmpl', object: 'chat.completion.chunk', choices: [], usage: chatUsage },
  ],
  whole: talk => ({
    id: 'chatcmpl',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: talk.texts.join(''),
          refusal: null,
          tool_calls: talk.inputs
            ? [
                {
                  id: TOOL.id,
                  type: 'function',
                  function: { name: TOOL.name, arguments: talk.inputs.join('') },
                },
              ]
            : undefined,
        },
        finish_reason: ended(talk, CHAT_ENDS),
      },
    ],
    usage: chatUsage,
  }),
  failure: { error: { message: 'x', type: 'server_error', code: 'overloaded' }, choices: [] },
};

const responsesUsage = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 9 },
  output_tokens: 34,
  total_tokens: 154,
};
const responseOf = (talk: Talk): object => ({
  id: 'resp',
  object: 'response',
  created_at: 1,
  model: 'a-model',
  error: null,
  status: (talk.end ?? 'stop') === 'stop' ? 'completed' : 'incomplete',
  incomplete_details:
    (talk.end ?? 'stop') === 'stop'
      ? null
      : { reason: talk.end === 'length' ? 'max_output_tokens' : 'content_filter' },
  text: { format: { type: 'text' } },
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: '생각' }] },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: talk.texts.join(''), annotations: [] }],
    },
    ...callItem(talk),
  ],
  usage: responsesUsage,
});
const callItem = (talk: Talk): object[] =>
  talk.inputs
    ? [
        {
          type: 'function_call',
          id: 'fc_1',
          call_id: TOOL.id,
          name: TOOL.name,
          arguments: talk.inputs.join(''),
          status: 'completed',
        },
      ]
    : [];
const OF_WORDS = { item_id: 'msg_1', output_index: 1, content_index: 0 };
const openAiResponses: Client = {
  units: talk => {
    const words = talk.texts.join('');
    const part = { type: 'output_text', text: words, annotations: [] };
    const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] };
    return [
      {
        type: 'response.created',
        response: { ...responseOf(talk), status: 'in_progress', output: [], usage: null },
      },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'reasoning', id: 'rs_1', summary: [] },
      },
      {
        type: 'response.reasoning_summary_text.delta',
        item_id: 'rs_1',
        output_index: 0,
        summary_index: 0,
        delta: '생각',
      },
      { type: 'response.output_item.added', output_index: 1, item: { ...message, content: [] } },
      ...talk.texts.map(delta => ({ type: 'response.output_text.delta', ...OF_WORDS, delta })),
      { type: 'response.output_text.done', ...OF_WORDS, text: words },
      { type: 'response.content_part.done', ...OF_WORDS, part },
      { type: 'response.output_item.done', output_index: 1, item: message },
      ...callItem(talk).map(item => ({
        type: 'response.output_item.added',
        output_index: 2,
        item: { ...item, arguments: '' },
      })),
      ...(talk.inputs ?? []).map(delta => ({
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 2,
        delta,
      })),
      ...callItem(talk).map(item => ({ type: 'response.output_item.done', output_index: 2, item })),
      {
        type: (talk.end ?? 'stop') === 'stop' ? 'response.completed' : 'response.incomplete',
        response: responseOf(talk),
      },
    ].map((unit, sequence_number) => ({ ...unit, sequence_number }));
  },
  whole: responseOf,
  failure: {
    type: 'response.failed',
    response: { status: 'failed', output: [], error: { code: 'server_error', message: 'x' } },
  },
};

const ANTHROPIC_ENDS = { stop: 'end_turn', length: 'max_tokens', refused: 'refusal', tool: 'tool_use' };
const anthropicUsage = {
  input_tokens: 100,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 15,
  output_tokens: 34,
};
const anthropic: Client = {
  units: talk => [
    {
      type: 'message_start',
      message: {
        type: 'message',
        role: 'assistant',
        content: [],
        stop_reason: null,
        usage: { ...anthropicUsage, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: '생각' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'x' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'ping' },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    ...talk.texts.map(text => ({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'text_delta', text },
    })),
    { type: 'content_block_stop', index: 1 },
    ...(talk.inputs
      ? [
          {
            type: 'content_block_start',
            index: 2,
            content_block: { type: 'tool_use', ...TOOL, input: {} },
          },
          ...talk.inputs.map(partial_json => ({
            type: 'content_block_delta',
            index: 2,
            delta: { type: 'input_json_delta', partial_json },
          })),
          { type: 'content_block_stop', index: 2 },
        ]
      : []),
    {
      type: 'message_delta',
      delta: { stop_reason: ended(talk, ANTHROPIC_ENDS), stop_sequence: null },
      usage: { output_tokens: 34 },
    },
    { type: 'message_stop' },
  ],
  whole: talk => ({
    id: 'msg',
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: '생각', signature: 'x' },
      { type: 'text', text: talk.texts.join(''), citations: null },
      ...(talk.inputs ? [{ type: 'tool_use', ...TOOL, input: inputOf(talk) }] : []),
    ],
    stop_reason: ended(talk, ANTHROPIC_ENDS),
    usage: anthropicUsage,
  }),
  failure: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
};

const STRANDS_ENDS = {
  stop: 'endTurn',
  length: 'maxTokens',
  refused: 'guardrailIntervened',
  tool: 'toolUse',
};
const strandsModel = (talk: Talk): readonly object[] => [
  { type: 'modelMessageStartEvent', role: 'assistant' },
  { type: 'modelContentBlockStartEvent' },
  { type: 'modelContentBlockDeltaEvent', delta: { type: 'reasoningContentDelta', text: '생각' } },
  { type: 'modelContentBlockStopEvent' },
  ...talk.texts.map(text => ({ type: 'modelContentBlockDeltaEvent', delta: { type: 'textDelta', text } })),
  { type: 'modelContentBlockStopEvent' },
  ...(talk.inputs
    ? [
        {
          type: 'modelContentBlockStartEvent',
          start: { type: 'toolUseStart', name: TOOL.name, toolUseId: TOOL.id },
        },
        ...talk.inputs.map(input => ({
          type: 'modelContentBlockDeltaEvent',
          delta: { type: 'toolUseInputDelta', input },
        })),
        { type: 'modelContentBlockStopEvent' },
      ]
    : []),
  { type: 'modelMessageStopEvent', stopReason: ended(talk, STRANDS_ENDS) },
  { type: 'modelMetadataEvent', usage: bedrockUsage },
];
const strandsResult = (talk: Talk): object => ({
  type: 'agentResult',
  stopReason: ended(talk, STRANDS_ENDS),
  lastMessage: {
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'reasoningBlock', text: '생각' },
      { type: 'textBlock', text: talk.texts.join('') },
      ...(talk.inputs
        ? [{ type: 'toolUseBlock', toolUseId: TOOL.id, name: TOOL.name, input: inputOf(talk) }]
        : []),
    ],
  },
  metrics: { accumulatedUsage: bedrockUsage },
});
const strandsAgent: Client = {
  units: talk => [
    { type: 'beforeInvocationEvent', agent: {} },
    {
      type: 'messageAddedEvent',
      message: { type: 'message', content: [{ type: 'textBlock', text: '질문' }] },
    },
    ...strandsModel(talk).map(event => ({ type: 'modelStreamUpdateEvent', event })),
    { type: 'contentBlockEvent', contentBlock: { type: 'textBlock', text: talk.texts.join('') } },
    {
      type: 'modelMessageEvent',
      message: { type: 'message', content: [{ type: 'textBlock', text: talk.texts.join('') }] },
      stopReason: 'endTurn',
    },
    { type: 'agentResultEvent', result: strandsResult(talk) },
  ],
  whole: strandsResult,
};

const GEMINI_ENDS = { stop: 'STOP', length: 'MAX_TOKENS', refused: 'SAFETY', tool: 'STOP' };
const geminiUsage = {
  promptTokenCount: 120,
  candidatesTokenCount: 30,
  thoughtsTokenCount: 4,
  totalTokenCount: 154,
};
const generated = (parts: readonly object[], finishReason?: string): object =>
  new (class GenerateContentResponse {
    candidates = [{ content: { role: 'model', parts }, finishReason }];
    usageMetadata = finishReason ? geminiUsage : { promptTokenCount: 120 };
    get text() {
      throw new Error('warns');
    }
  })();
const geminiCall = (talk: Talk): object[] =>
  talk.inputs ? [{ functionCall: { ...TOOL, args: inputOf(talk) } }] : [];
const gemini: Client = {
  units: talk => [
    generated([{ text: '생각', thought: true }]),
    ...talk.texts.map(text => generated([{ text }])),
    generated(geminiCall(talk), ended(talk, GEMINI_ENDS)),
  ],
  whole: talk =>
    generated(
      [{ text: '생각', thought: true }, { text: talk.texts.join('') }, ...geminiCall(talk)],
      ended(talk, GEMINI_ENDS),
    ),
  failure: { error: { code: 503, status: 'UNAVAILABLE', message: 'x' } },
};

/** All clients, by their names. */
export const CLIENTS: Readonly<Record<string, Client>> = {
  'the AI SDK': aiSdk,
  "Bedrock's Converse": bedrock,
  "OpenAI's chat completions": openAiChat,
  "OpenAI's Responses": openAiResponses,
  "Anthropic's Messages": anthropic,
  'a Strands agent': strandsAgent,
  'a Strands model': { units: strandsModel },
  Gemini: gemini,
};
