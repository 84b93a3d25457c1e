// The door of `kakao-gateway/testing`: how another repository talks to its bot, and nothing else of this kit.
export { MemoryRoomStore } from '../../lambda/turn/rooms.ts';
export { MemorySessionStore } from '../../lambda/turn/session.ts';
export { type Chat, type ChatOptions, openChat, type Seen } from './chat.ts';
