import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { log } from '../aws/log.ts';
import { parameterOf } from '../aws/parameter-store.ts';
import { secretTexts } from '../aws/secret-texts.ts';
import { secretsManager } from './secrets-manager.ts';

/** The `#secrets` of a deployed bundle whose bot asks for secret texts; no other bundle has this file. */
export const readSecretText = secretTexts(
  {
    'Secrets Manager': async (name, abortSignal) => {
      const command = new GetSecretValueCommand({ SecretId: name });
      return (await secretsManager().send(command, { abortSignal })).SecretString;
    },
    'Parameter Store': (name, signal) => parameterOf(secretsManager().config, name, signal),
  },
  error => log({ level: 'error', what: 'secret text not read', error }),
);
