import { smartChatHandler } from '../gateway/smart-chat.ts';
import { httpDeployment } from './http-deployment.ts';

/** The function that smart-chat calls, and whoever calls a path that is no route. */
export const handler = smartChatHandler(httpDeployment);
