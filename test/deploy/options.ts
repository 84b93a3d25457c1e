import { parseArgs } from 'node:util';
import { UsageError } from '../../tools/usage-error.ts';

/** The wishes of the command line and the environment. */
export interface Options {
  /** The emulator on this machine; absent where the operator's own account is meant. */
  readonly endpoint?: string;
  /** Where the counts go as JSON, under the names that jest gives them. */
  readonly outputFile?: string;
}

const OPTIONS = {
  'real-account': { type: 'boolean' },
  'output-file': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The text of `--help`. */
export const HELP = `Deploys a gateway of its own, talks to it, changes it in the middle of a conversation, and removes it.

  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:deploy
  npm run test:deploy -- --real-account

  --real-account        deploys to the account of the ambient credentials, which it costs a few cents
  --output-file <file>  writes how many checks passed and failed, as JSON
  --help                this text

AWS_ENDPOINT_URL is an emulator on this machine; no credentials of yours are used with it.
Exit code: 0 when every check passed, 1 when one did not, 2 when the command line is wrong.
`;

/**
 * Reads where to deploy to: never to an account by accident.
 * @returns undefined where help is asked for
 * @throws UsageError when it is not clear which cloud is meant, or an option is unknown
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options | undefined {
  const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  if (values.help === true) return undefined;
  for (const token of tokens) {
    const isKnown = token.kind === 'option' && Object.hasOwn(OPTIONS, token.name);
    if (!isKnown) throw new UsageError('Only the options of --help are known, each before its value.');
  }
  const outputFile = values['output-file'];
  if (outputFile === true || outputFile === '') throw new UsageError('--output-file needs a value.');
  const endpoint = values['real-account'] ? account(environment) : emulator(environment);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(typeof outputFile === 'string' && { outputFile }),
  };
}

function account(environment: Readonly<Record<string, string | undefined>>): undefined {
  const elsewhere = Object.keys(environment).find(name => name.startsWith('AWS_ENDPOINT_URL'));
  if (elsewhere !== undefined) {
    throw new UsageError(`${elsewhere} leads away from the real account: unset it, or leave --real-account.`);
  }
}

function emulator({ AWS_ENDPOINT_URL: url }: Readonly<Record<string, string | undefined>>): string {
  if (!url) {
    throw new UsageError(
      'This deploys: set AWS_ENDPOINT_URL to an emulator on this machine, or give --real-account to deploy to the account of your credentials.',
    );
  }
  const { protocol, hostname, port } = URL.canParse(url) ? new URL(url) : new URL('none:');
  if (protocol !== 'http:' || !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) {
    throw new UsageError(
      'AWS_ENDPOINT_URL must be an emulator on this machine, like http://127.0.0.1:4566; for AWS itself unset it and give --real-account.',
    );
  }
  return `http://${hostname}:${port || '80'}`;
}
