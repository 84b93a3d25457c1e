import { smartChatHandler } from '../gateway/smart-chat.ts';
import { httpDeployment } from './http-deployment.ts';
import { warmUp } from './warm-up.ts';

/** The function that smart-chat calls, and whoever calls a path that is no route. */
export const handler = smartChatHandler(httpDeployment);

const { secret, store } = httpDeployment;
await warmUp(
  signal => secret.read(signal),
  signal => store.connect(signal),
);
