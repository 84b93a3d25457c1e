// The door as clients' files import it, the reader that a conversation has inside, and a room to have one in.
export * from '../../lambda/llm/index.ts';
export { partsOf } from '../../lambda/llm/source.ts';
export { talkRoom } from '../llm/talk-room.ts';
