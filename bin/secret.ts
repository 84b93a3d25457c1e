import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { streamAtMost } from '../tools/read-at-most.ts';
import { runSecretCommand } from '../tools/secret.ts';
import { complain, print } from '../tools/terminal.ts';

/** The longest value that Secrets Manager takes. */
const MAX_SECRET_BYTES = 65_536;

process.exitCode = await runSecretCommand(process.argv.slice(2), {
  client: new SecretsManagerClient(),
  language: /^ko/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'ko' : 'en',
  readInput: async () => {
    if (process.stdin.isTTY) complain('Paste the key, then Enter and Ctrl-D.');
    return (await streamAtMost(process.stdin, MAX_SECRET_BYTES))?.toString() ?? '';
  },
  print,
  complain,
});
