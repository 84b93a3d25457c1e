import { ENVIRONMENT, requireEnvironment } from '../aws/environment.ts';
import { log } from '../aws/log.ts';
import { eventApi } from '../event-api/event-api.ts';
import { eventHandler } from '../gateway/send-event.ts';
import { restApiKeyIn } from './rest-api-key.ts';

const secretId = requireEnvironment(ENVIRONMENT.restApiKeySecretId);

/** The function that other code invokes to send an event of Kakao's Event API. */
export const handler = eventHandler({
  api: eventApi({
    botId: requireEnvironment(ENVIRONMENT.eventBotId),
    restApiKey: () => restApiKeyIn(secretId),
  }),
  log,
});
