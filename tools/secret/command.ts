import { types } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { WhereAsked } from '../asked-region.ts';
import type { Language, Sentence } from '../language.ts';
import { Obstacle, refusalOfAws } from '../sessions-table/told-error.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type AppKey, HELP, type NamedSecret, type Options, ROTATION_HOURS, readOptions } from './options.ts';
import { FORCED, IN_ENGLISH, keyPut, located, notRotated, rotated } from './sentences.ts';
import { currentValue, findSecret, putRandomValue, putValue, versionsOf } from './stored-secret.ts';

/** All that the command reads and writes beside its arguments. */
export interface SecretCommandIo {
  /** Called once, where AWS is to be asked. */
  readonly client: (where: WhereAsked) => SecretsManagerClient;
  /** Unless the arguments name another. */
  readonly language: Language;
  readonly readInput: (language: Language) => Promise<string>;
  /** Prints a line an entry, whatever it holds. */
  readonly print: (lines: readonly string[]) => void;
  readonly complain: (line: string) => void;
  /** The words by which it was called, for what is told. Default: its npm script. */
  readonly calledAs?: string;
}

/** Does what `npm run secret` is asked to, and resolves with its exit code; prints a value for `--show` alone. */
export async function runSecretCommand(args: readonly string[], io: SecretCommandIo): Promise<number> {
  let { language } = io;
  try {
    const options = readOptions(args, language);
    language = options.language;
    return await run(options, io);
  } catch (error) {
    const refusal = error instanceof Obstacle ? error.sentence[language] : refusalOfAws(error, language);
    if (refusal !== undefined) {
      io.complain(`secret: ${refusal}`);
      return 2;
    }
    // Of a message of several lines the first says what is wrong.
    const message = types.isNativeError(error) ? error.message.split('\n')[0] : typeof error;
    io.complain(`secret: ${message} (--help tells more)`);
    return 2;
  }
}

/** As the texts have it. */
const SCRIPT = 'npm run secret --';

async function run(options: Options, io: SecretCommandIo): Promise<number> {
  const { calledAs = SCRIPT } = io;
  const say = (sentence: Sentence): void =>
    io.print(sentence[options.language].replaceAll(SCRIPT, calledAs).split('\n'));
  if (options.action === 'help') {
    say(HELP);
    return 0;
  }
  const { secret, key } = options;
  const client = io.client({ region: options.region, ...secret });
  const id = 'id' in secret ? secret.id : await findSecret(client, secret.stack);
  switch (options.action) {
    case 'show':
      io.print([await currentValue(client, id)]);
      return 0;
    case 'rotate':
      return rotate(io, client, { ...options, id }, say);
    case 'set':
      // The options say that only a key is set.
      if (key === undefined) throw new UsageError('--set is for a key of the app');
      await putValue(client, id, checkedKey(await io.readInput(options.language), key));
      say(keyPut(id, key));
      return 0;
    case 'locate': {
      const { madeAt, hasPrevious } = await versionsOf(client, id);
      say(located(id, madeAt, key === 'rest-api-key' ? 'not told' : hasPrevious ? 'valid' : 'none'));
      return 0;
    }
    default:
      return options satisfies never;
  }
}

interface Rotation {
  readonly id: string;
  readonly secret: NamedSecret;
  readonly isForced: boolean;
  readonly language: Language;
}

async function rotate(
  { complain }: SecretCommandIo,
  client: SecretsManagerClient,
  { id, secret, isForced, language }: Rotation,
  say: (sentence: Sentence) => void,
): Promise<number> {
  const { madeAt, hasPrevious } = await versionsOf(client, id);
  const isSoon = madeAt !== undefined && Date.now() - madeAt.getTime() < ROTATION_HOURS * 3_600_000;
  if (hasPrevious && isSoon && !isForced) {
    say(notRotated(madeAt));
    return 1;
  }
  await putRandomValue(client, id);
  say(rotated(id, visible('id' in secret ? `--secret-id ${id}` : `--stack ${secret.stack}`)));
  if (isForced && hasPrevious && isSoon) complain(FORCED[language]);
  return 0;
}

function checkedKey(input: string, key: AppKey): string {
  const value = input.trim();
  if (/^\w+$/.test(value)) return value;
  throw new UsageError(`standard input must hold ${IN_ENGLISH[key]}, and nothing else: letters and digits`);
}
