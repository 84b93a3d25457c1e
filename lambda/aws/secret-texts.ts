import type { ReadSecretText, SecretTextStore } from '../bot/secret-text-name.ts';
import { ConfigurationError, GatewayError } from '../errors.ts';
import { SECRET_REFRESH_MS, SECRET_TEXT_WITHIN_MS } from '../turn/time-budget.ts';
import { atMost } from './gateway-secret.ts';

/** Reads from a store; undefined where what is there is no text. */
export type ReadStore = (name: string, signal: AbortSignal) => Promise<string | undefined>;

/** How long a read is good for. */
const FRESH_MS = 5 * 60_000;

/** How long the text that was read last is used where it can't be read anew: then a rotation, or a right that was taken, counts at last. */
const TRUSTED_MS = 60 * 60_000;

/** How soon it is read again after a failed read. */
const RECHECK_MS = 10_000;

/** How many are remembered: a bot asks for a few. */
const MOST = 50;

interface Known {
  readonly text: string;
  readonly readAt: number;
  readonly freshUntil: number;
}

/**
 * The secret texts of the stores, each read when it is first asked for and once in five minutes, by one call for all
 * who ask meanwhile; while one can't be read, what was read before is used for an hour.
 * @param onFailure told of each read that failed, by an error that names the secret and what is missing
 */
export function secretTexts(
  stores: Readonly<Record<SecretTextStore, ReadStore>>,
  onFailure: (error: GatewayError) => void,
): ReadSecretText {
  const known = new Map<string, Known>();
  const reads = new Map<string, { readonly begunAt: number; readonly text: Promise<string> }>();

  const remember = (name: string, found: Known): void => {
    known.delete(name);
    known.set(name, found);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  };
  const readNow = async (name: string, store: SecretTextStore): Promise<string> => {
    try {
      const text = await stores[store](name, AbortSignal.timeout(SECRET_TEXT_WITHIN_MS));
      if (text === undefined)
        throw new ConfigurationError(`the secret text "${name}" is no text: store it as one`);
      const readAt = Date.now();
      remember(name, { text, readAt, freshUntil: readAt + FRESH_MS });
      return text;
    } catch (error) {
      const before = known.get(name);
      if (before) {
        const freshUntil = Math.min(Date.now() + RECHECK_MS, before.readAt + TRUSTED_MS);
        known.set(name, { ...before, freshUntil });
      }
      const failure = failureOf(name, store, error);
      onFailure(failure);
      throw failure;
    }
  };
  const read = (name: string, store: SecretTextStore): Promise<string> => {
    const going = reads.get(name);
    // What Lambda froze in the middle is waited for by nobody.
    if (going && Date.now() - going.begunAt < SECRET_TEXT_WITHIN_MS) return going.text;
    const text = readNow(name, store);
    const own = { begunAt: Date.now(), text };
    reads.set(name, own);
    const done = (): void => {
      if (reads.get(name) === own) reads.delete(name);
    };
    text.then(done, done);
    return text;
  };

  return async (name, store) => {
    const before = known.get(name);
    if (before && Date.now() < before.freshUntil) return before.text;
    const text = read(name, store);
    if (before === undefined || Date.now() - before.readAt >= TRUSTED_MS) return text;
    return (await atMost(SECRET_REFRESH_MS, text)) ?? before.text;
  };
}

/** The error that a rule gets, and the log tells: one sentence with the secret's name, never with its text. */
function failureOf(name: string, store: SecretTextStore, cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  switch (cause instanceof Error ? cause.name : undefined) {
    case 'AccessDeniedException':
      return new ConfigurationError(
        `the functions may not read "${name}" in the ${store}: name it in secretTexts, or grant it by secret.grantRead(gateway), and its key by key.grantDecrypt(gateway)`,
        { cause },
      );
    case 'ResourceNotFoundException':
    case 'ParameterNotFound':
      return new ConfigurationError(
        `the ${store} of this region has no "${name}": make it there, or give secretText the name that it has`,
        { cause },
      );
    default:
      return new GatewayError(`"${name}" could not be read from the ${store}: the next turn tries again`, {
        cause,
      });
  }
}
