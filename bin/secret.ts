import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { languageOf } from '../tools/language.ts';
import { runSecretCommand } from '../tools/secret/command.ts';
import { readKey } from '../tools/secret/read-key.ts';
import { complain, print } from '../tools/terminal.ts';

process.exitCode = await runSecretCommand(process.argv.slice(2), {
  client: new SecretsManagerClient(),
  language: languageOf(process.env),
  readInput: () => readKey(process.stdin),
  print,
  complain,
});
