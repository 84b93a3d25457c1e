import { describe, expect, test } from '@jest/globals';
import { anthropicMessages, bedrockMessages, openAiMessages } from '../../lambda/llm/messages.ts';
import type { ChatMessage } from '../../lambda/llm/source-part.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const TALK: readonly ChatMessage[] = [
  { role: 'user', content: '안녕' },
  { role: 'assistant', content: '네, 안녕하세요.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: '이건 뭐예요?' },
      { type: 'image', image: PNG, mediaType: 'image/png' },
      { type: 'image', image: new URL('https://cafe.example/a.jpg') },
    ],
  },
];

test('OpenAI gets pictures as URLs, those of bytes as data', () => {
  expect(openAiMessages(TALK)).toEqual([
    { role: 'user', content: '안녕' },
    { role: 'assistant', content: '네, 안녕하세요.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '이건 뭐예요?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
        { type: 'image_url', image_url: { url: 'https://cafe.example/a.jpg' } },
      ],
    },
  ]);
});

test('Anthropic gets blocks', () => {
  expect(anthropicMessages(TALK)).toEqual([
    { role: 'user', content: [{ type: 'text', text: '안녕' }] },
    { role: 'assistant', content: [{ type: 'text', text: '네, 안녕하세요.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: '이건 뭐예요?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } },
        { type: 'image', source: { type: 'url', url: 'https://cafe.example/a.jpg' } },
      ],
    },
  ]);
});

test('Bedrock gets blocks, and pictures as bytes', () => {
  const bytes = TALK.map(message =>
    message.role === 'user' && typeof message.content !== 'string'
      ? { ...message, content: message.content.slice(0, 2) }
      : message,
  );
  expect(bedrockMessages(bytes)).toEqual([
    { role: 'user', content: [{ text: '안녕' }] },
    { role: 'assistant', content: [{ text: '네, 안녕하세요.' }] },
    {
      role: 'user',
      content: [{ text: '이건 뭐예요?' }, { image: { format: 'png', source: { bytes: PNG } } }],
    },
  ]);
});

test('a picture that Bedrock would have to fetch is refused in one sentence', () => {
  expect(() => bedrockMessages(TALK)).toThrow(
    'Bedrock takes pictures as bytes, not as a URL: let the conversation fetch them',
  );
});

test.each([
  [[0xff, 0xd8], undefined, 'jpeg'],
  [[0x89, 0x50], undefined, 'png'],
  [[0x47, 0x49], undefined, 'gif'],
  [[0x52, 0x49], undefined, 'webp'],
  [[0x52, 0x49], 'image/gif', 'gif'],
  [[], 'application/octet-stream', 'jpeg'],
])('the format of a picture is told by its type, or by how it begins: %j %s', (bytes, mediaType, format) => {
  const image = Uint8Array.from(bytes as number[]);
  const part = { type: 'image' as const, image, ...(mediaType && { mediaType: mediaType as string }) };
  expect(bedrockMessages([{ role: 'user', content: [part] }])).toEqual([
    { role: 'user', content: [{ image: { format, source: { bytes: image } } }] },
  ]);
});

describe.each([
  ['Anthropic', (messages: readonly ChatMessage[]) => anthropicMessages(messages)],
  ['Bedrock', (messages: readonly ChatMessage[]) => bedrockMessages(messages)],
])('%s, which takes turns,', (_, form) => {
  test('gets what one side says in a row as one message, never an empty one, the first from the user', () => {
    const said = form([
      { role: 'assistant', content: '무엇을 도와드릴까요?' },
      { role: 'user', content: '저기' },
      { role: 'user', content: '안녕' },
      { role: 'assistant', content: ' ' },
      { role: 'user', content: [{ type: 'text', text: '라테' }] },
      { role: 'assistant', content: '네' },
    ]);
    expect(said.map(({ role, content }) => [role, content.length])).toEqual([
      ['user', 3],
      ['assistant', 1],
    ]);
  });
});
