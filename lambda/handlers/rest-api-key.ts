import { secretRestApiKey } from '../aws/rest-api-key.ts';
import { secretsManager } from './secrets-manager.ts';

let known: (() => Promise<string>) | undefined;

/** The REST API key in this secret, the same one in every call: imported when a plugin is first asked. */
export function restApiKeyIn(secretId: string): Promise<string> {
  known ??= secretRestApiKey(secretsManager(), secretId);
  return known();
}
