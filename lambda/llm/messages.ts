import { ConfigurationError } from '../errors.ts';
import type { ChatMessage, ChatPart } from './source-part.ts';

/** A message as OpenAI's chat completions take it. */
export type OpenAiMessage =
  | { role: 'user'; content: string | OpenAiPart[] }
  | { role: 'assistant'; content: string };

/** A part of a message to OpenAI. */
export type OpenAiPart = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

/** A message as Anthropic's Messages take it. */
export interface AnthropicMessage {
  role: ChatMessage['role'];
  content: AnthropicBlock[];
}

/** A block of a message to Anthropic. */
export type AnthropicBlock =
  | { type: 'text'; text: string }
  | {
      type: 'image';
      source:
        | { type: 'url'; url: string }
        | { type: 'base64'; media_type: `image/${ImageFormat}`; data: string };
    };

/** A message as Bedrock's Converse takes it. */
export interface BedrockMessage {
  role: ChatMessage['role'];
  content: BedrockBlock[];
}

/** A block of a message to Bedrock's Converse. */
export type BedrockBlock =
  | { text: string; image?: never }
  | { image: { format: ImageFormat; source: { bytes: Uint8Array } }; text?: never };

/** The types of pictures that models read. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'webp';

type ImagePart = Extract<ChatPart, { type: 'image' }>;

/** The messages for OpenAI's `chat.completions.create({ messages })`, and for the many servers that speak it. */
export function openAiMessages(messages: readonly ChatMessage[]): OpenAiMessage[] {
  return messages.map(({ role, content }) =>
    role === 'assistant' || typeof content === 'string'
      ? { role, content: typeof content === 'string' ? content : '' }
      : { role, content: content.map(openAiPart) },
  );
}

function openAiPart(part: ChatPart): OpenAiPart {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const { image } = part;
  const url = image instanceof URL ? image.href : `data:image/${formatOf(part)};base64,${base64(image)}`;
  return { type: 'image_url', image_url: { url } };
}

/** The messages for Anthropic's `messages.create({ messages })`: they begin with the user's and take turns. */
export function anthropicMessages(messages: readonly ChatMessage[]): AnthropicMessage[] {
  return inTurns(messages, (part): AnthropicBlock => {
    if (part.type === 'text') return { type: 'text', text: part.text };
    const { image } = part;
    if (image instanceof URL) return { type: 'image', source: { type: 'url', url: image.href } };
    const media_type = `image/${formatOf(part)}` as const;
    return { type: 'image', source: { type: 'base64', media_type, data: base64(image) } };
  });
}

/**
 * The messages for Bedrock's `new ConverseStreamCommand({ messages })`: they begin with the user's and take turns.
 * @throws ConfigurationError where a picture is a URL, which Bedrock does not fetch
 */
export function bedrockMessages(messages: readonly ChatMessage[]): BedrockMessage[] {
  return inTurns(messages, (part): BedrockBlock => {
    if (part.type === 'text') return { text: part.text };
    if (part.image instanceof URL)
      throw new ConfigurationError(
        'Bedrock takes pictures as bytes, not as a URL: let the conversation fetch them',
      );
    return { image: { format: formatOf(part), source: { bytes: part.image } } };
  });
}

/** The messages with all that one side says in a row as one of them, which no blank words and no empty one is in. */
function inTurns<B>(
  messages: readonly ChatMessage[],
  blockOf: (part: ChatPart) => B,
): { role: ChatMessage['role']; content: B[] }[] {
  const turns: { role: ChatMessage['role']; content: B[] }[] = [];
  for (const { role, content } of messages) {
    const parts: readonly ChatPart[] =
      typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    const blocks = parts.filter(part => part.type !== 'text' || part.text.trim() !== '').map(blockOf);
    const last = turns.at(-1);
    if (blocks.length === 0 || (last === undefined && role === 'assistant')) continue;
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  return turns;
}

/** The format of a picture's bytes, by its type or by how it begins. */
function formatOf({ image, mediaType }: ImagePart): ImageFormat {
  const told = /^image\/(jpeg|png|gif|webp)$/.exec(mediaType ?? '')?.[1];
  const begins = image instanceof URL ? undefined : BEGINNINGS[image[0] ?? 0];
  return (told as ImageFormat | undefined) ?? begins ?? 'jpeg';
}

const BEGINNINGS: Readonly<Record<number, ImageFormat>> = { 137: 'png', 71: 'gif', 82: 'webp' };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
