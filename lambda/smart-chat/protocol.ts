import type { Protocol } from '../turn/protocol.ts';
import { checkSmartChat } from './check.ts';
import { areLabelsFresh, recallLabel, typeReply } from './keyboard.ts';
import { parseMessage } from './parse.ts';
import { renderMessage } from './render.ts';
import type { MessageResponse } from './wire.ts';
import { wordsOfMessage } from './words.ts';

/** Kakao's auto-reply API: one bubble and a keyboard, and late answers are collected. */
export const smartChat: Protocol<MessageResponse> = {
  name: 'smart-chat',
  parse: (body, { requestId }) => ({ kind: 'turn', request: parseMessage(body, requestId) }),
  render: renderMessage,
  check: checkSmartChat,
  words: wordsOfMessage,
  recall: recallLabel,
  isFresh: areLabelsFresh,
  ownReply: typeReply,
};
