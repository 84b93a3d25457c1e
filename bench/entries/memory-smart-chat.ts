import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import { memoryDeployment } from './memory-deployment.ts';

/** smart-chat's function without a table. */
export const handler = smartChatHandler(memoryDeployment);
