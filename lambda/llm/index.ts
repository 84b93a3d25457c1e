// The door of conversations with a model, in another repository 'kakao-gateway/llm'.
export { asData } from './as-data.ts';
export { type BedrockGuardrailOptions, bedrockGuardrail } from './bedrock-guardrail.ts';
export { type CardOptions, type CardReader, linksCard, markdownCards, type PageLink } from './cards.ts';
export type { Asked, AskedAnswer, ConsentTexts } from './consent.ts';
export { type Conversation, conversation } from './conversation.ts';
export { type Guard, type Guards, guards, type Refusal } from './guards.ts';
export type { Folded, Folding, Memory, Recalled, Summarize } from './history.ts';
export { type McpClient, type McpOptions, mcpTools } from './mcp.ts';
export {
  type AnthropicBlock,
  type AnthropicMessage,
  anthropicMessages,
  type BedrockBlock,
  type BedrockMessage,
  bedrockMessages,
  type ImageFormat,
  type OpenAiMessage,
  type OpenAiPart,
  openAiMessages,
} from './messages.ts';
export type {
  AnswersOptions,
  ConversationLimits,
  ConversationOptions,
  HistoryOptions,
  ModelPrices,
  Question,
} from './options.ts';
export { pictureUrls, type ReadPictures } from './photos.ts';
export { pictureBytes } from './picture-bytes.ts';
export { PieceMaker, type PieceOptions, toPieces } from './pieces.ts';
export { enough } from './pieces-enough.ts';
export { type PersonalData, redact, redacted } from './redact.ts';
export type { Round } from './round.ts';
export type { Source, SourceResult, SourceStream } from './source.ts';
export { SourceError, type SourceErrorKind } from './source-error.ts';
export type { ChatMessage, ChatPart, SourcePart } from './source-part.ts';
export type { Spoken } from './spoken.ts';
export { type SummaryQuestion, summaryBy } from './summary.ts';
export type { Reservation, Said, Talk, TalkDay, Talking } from './talk.ts';
export type { ConversationTexts } from './texts.ts';
export { type CountTokens, estimateTokens } from './tokens.ts';
export type { Admitted, AskingState, Ended, Ran, ToolOptions } from './tool-options.ts';
export { type Toolbox, toolbox } from './toolbox.ts';
export type { InputOf, ResultOf, Tool, ToolCall, ToolDone, ToolResult, ToolRun, Tools } from './tools.ts';
export type { Charge, Spent, Usage } from './usage.ts';
