import { outliveUnawaitedErrors } from '../aws/unawaited-errors.ts';
import { rehearse } from '../gateway/rehearsal.ts';
import { smartChatHandler } from '../gateway/smart-chat.ts';
import { REHEARSED_CALL } from '../smart-chat/rehearsal.ts';
import { httpDeployment } from './http-deployment.ts';
import { warmUp } from './warm-up.ts';

/** The function that smart-chat calls, and whoever calls a path that is no route. */
export const handler = smartChatHandler(httpDeployment);

const { bus, secret, store } = httpDeployment;
outliveUnawaitedErrors();
await warmUp(
  signal => secret.read(signal),
  signal => store.connect(signal),
  async signal => bus?.connect(signal),
  () => rehearse(smartChatHandler, 'POST /smart-chat/{secret}/message', REHEARSED_CALL),
);
