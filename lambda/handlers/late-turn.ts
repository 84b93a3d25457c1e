import { outliveUnawaitedErrors } from '../aws/unawaited-errors.ts';
import { lateTurnHandler } from '../gateway/late-turn.ts';
import { deliverers } from '../gateway/protocols.ts';
import { callbackOrigins } from './callback-origins.ts';
import { defer } from './defer.ts';
import { deployment } from './deployment.ts';
import { plugins } from './plugins.ts';
import { warmUp } from './warm-up.ts';

/** The function that takes late turns from the queue. */
export const handler = lateTurnHandler({ ...deployment, plugins, defer, callbackOrigins, deliverers });

outliveUnawaitedErrors();
await warmUp(
  signal => deployment.store.connect(signal),
  async signal => deployment.bus?.connect(signal),
);
