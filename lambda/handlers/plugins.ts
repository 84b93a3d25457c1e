import { ENVIRONMENT, PLUGIN_ORIGINS, REST_API_KEY, readOrigins } from '../aws/environment.ts';
import { log } from '../aws/log.ts';
import type { PluginFailureReason } from '../bot/plugins.ts';
import { KAKAO_PLUGIN_ORIGINS, kakaoPlugins } from '../open-builder/plugins.ts';
import { restApiKeyIn } from './rest-api-key.ts';

let saysNoKey = true;

/** Kakao's plugins, by the REST API key that the environment has or names; a bot that asks none pays nothing. */
export const plugins = kakaoPlugins({
  origins: readOrigins(PLUGIN_ORIGINS, KAKAO_PLUGIN_ORIGINS),
  restApiKey: async () => {
    const { [ENVIRONMENT.restApiKeySecretId]: secretId, [REST_API_KEY]: key } = process.env;
    if (!secretId) return key || undefined;

    return restApiKeyIn(secretId);
  },
  onFailure: (reason, error) => {
    if (reason === 'no-key') sayNoKey();
    else log({ level: levelOf(reason), what: `plugin not read: ${reason}`, error });
  },
});

/** Said once, not by every turn. */
function sayNoKey(): void {
  if (!saysNoKey) return;
  saysNoKey = false;
  log({
    level: 'warn',
    what: `plugins need the REST API key: give KakaoGateway a restApiKeySecret, or set ${REST_API_KEY} on this machine`,
  });
}

function levelOf(reason: PluginFailureReason): 'warn' | 'info' {
  // A one-time password that is over is nobody's fault; a wrong key is told by how many there are.
  return reason === 'expired' ? 'info' : 'warn';
}
