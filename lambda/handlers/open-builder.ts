import { outliveUnawaitedErrors } from '../aws/unawaited-errors.ts';
import { openBuilderHandler } from '../gateway/open-builder.ts';
import { rehearse } from '../gateway/rehearsal.ts';
import { REHEARSED_CALL } from '../open-builder/rehearsal.ts';
import { callbackOrigins } from './callback-origins.ts';
import { httpDeployment } from './http-deployment.ts';
import { plugins } from './plugins.ts';
import { warmUp } from './warm-up.ts';

/** The function that Open Builder's skills call. */
export const handler = openBuilderHandler({ ...httpDeployment, plugins, callbackOrigins });

const { bot, bus, secret, store } = httpDeployment;
outliveUnawaitedErrors();
await warmUp(
  signal => secret.read(signal),
  // A bot of neither makes its ordinary turns without the table.
  async signal => (bot.hasSession || bot.hasSlowRules) && store.connect(signal),
  async signal => bus?.connect(signal),
  () => rehearse(openBuilderHandler, 'POST /open-builder/skill', REHEARSED_CALL),
);
