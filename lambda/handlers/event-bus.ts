import { ENVIRONMENT, readEventIds } from '../aws/environment.ts';
import { eventBridge } from '../aws/event-bus.ts';
import { log } from '../aws/log.ts';
import { botName } from '../aws/metrics.ts';
import type { EventBus } from '../gateway/event-bus.ts';
import { tellingBus } from '../gateway/tell-bus.ts';
import { secretsManager } from './secrets-manager.ts';

const { [ENVIRONMENT.eventBus]: name, [ENVIRONMENT.eventBusUtterances]: utterances } = process.env;

/** The `#event-bus` of a deployment that has one, and of this machine: the bus that the environment names. */
export const bus: EventBus | undefined = name
  ? tellingBus({
      put: eventBridge(() => secretsManager().config, name),
      log,
      bot: botName(),
      ids: readEventIds(),
      utterances: utterances === 'true',
    })
  : undefined;
