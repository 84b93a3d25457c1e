import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runSecretCommand } from './secret-command.ts';

process.exitCode = await runSecretCommand(process.argv.slice(2), {
  client: new SecretsManagerClient(),
  language: /^ko/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ko' : 'en',
  readInput: () => {
    if (process.stdin.isTTY) console.error('Paste the key, then Enter and Ctrl-D.');
    return text(process.stdin);
  },
  print: line => console.log(line),
  complain: line => console.error(line),
});
