import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { askedRegion } from '../asked-region.ts';
import { PATIENCE } from '../aws-patience.ts';
import { languageOf } from '../language.ts';
import { complain, print } from '../terminal.ts';
import { runSecretCommand } from './command.ts';
import { readKey } from './read-key.ts';

/** Runs the command on the account of the environment's credentials, at this terminal. @returns the exit code */
export function runSecretOfAws(args: readonly string[], calledAs?: string): Promise<number> {
  return runSecretCommand(args, {
    client: where =>
      new SecretsManagerClient({ region: askedRegion(process.env, where), requestHandler: PATIENCE }),
    language: languageOf(process.env),
    readInput: language => readKey(process.stdin, language),
    print,
    complain,
    ...(calledAs !== undefined && { calledAs }),
  });
}
