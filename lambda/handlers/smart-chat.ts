import { frontDoor } from './front-door.ts';
import { smartChatHandler } from './smart-chat-service.ts';

/** The function that smart-chat calls, and whoever calls a path that is no route. */
export const handler = smartChatHandler(frontDoor);
