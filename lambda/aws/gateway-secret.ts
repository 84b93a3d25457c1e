import { hash, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

import { ConfigurationError, UnavailableError } from '../errors.ts';
import { SECRET_REFRESH_MS } from '../turn/time-budget.ts';
import { keyedHash } from './keyed-hash.ts';

/** Tells whether a caller knows the gateway's secret. */
export interface GatewaySecret {
  /** Constant in time for whatever candidate. @throws when the secret was never read and can't be now */
  accepts(candidate: string | undefined): Promise<boolean>;
  /**
   * The user's pseudonym for the log: 16 hex digits, which nobody without the secret can link to the user key. Another after a rotation,
   * so that lines from before and after can't be joined. Undefined while the secret was never read.
   */
  pseudonymOf(userKey: string): string | undefined;
  /** The key of word hashes, of which nobody comes to the secret. Another after a rotation. Undefined while the secret was never read. */
  wordsKey(): string | undefined;
}

/** A gateway's secret that is read where it is kept. */
export interface StoredSecret extends GatewaySecret {
  /**
   * Reads it before anybody asks, until the signal aborts. Where that fails, or comes to no end, whoever asks first reads
   * it as if nobody had.
   */
  read(signal: AbortSignal): Promise<void>;
}

/** How long a read of the secret is good for: then the next call has it read again, and does not wait. */
const FRESH_MS = 5 * 60_000;

/**
 * How long what was read is trusted unasked. Lambda freezes a read that nobody waits for: without this bound
 * a value that a rotation ended might be accepted for ever by a function that is seldom called.
 */
const TRUSTED_MS = 2 * FRESH_MS;

/** How soon it is read again after a wrong candidate or a failed read: a rotation counts at once, a guess costs little. */
const RECHECK_MS = 10_000;

/** The gateway's own secret in Secrets Manager. */
export function gatewaySecret(client: SecretsManagerClient, secretId: string): StoredSecret {
  return storedSecret(client, secretId, { part: 'gateway secret', noValue: NO_VALUE, valueIn: text => text });
}

/** Which secret it is, and how its value stands there. */
export interface SecretKind {
  /** As errors name it. */
  readonly part: UnavailableError['part'];
  /** The sentence on one whose current value is none. */
  readonly noValue: string;
  /** The value in a stored text; undefined where it is none. */
  valueIn(text: string): string | undefined;
}

/**
 * A secret in Secrets Manager, whose current and previous values are both accepted, so that a rotation needs no outage.
 * Read once in five minutes; while it can't be read, what was valid stays so. Who shows a valid value waits for nobody;
 * who shows another one waits for the read that may make it valid.
 */
export function storedSecret(client: SecretsManagerClient, secretId: string, kind: SecretKind): StoredSecret {
  let known: readonly Buffer[] | undefined;
  let keyed: SecretHashes | undefined;
  let knownAt = 0;
  let triedAt = 0;
  let reading: Promise<readonly Buffer[]> | undefined;

  const readNow = async (signal?: AbortSignal): Promise<readonly Buffer[]> => {
    triedAt = Date.now();
    const values = await readValues(client, secretId, kind, signal);
    known = values.map(digestOf);
    keyed = hashesBy(values[0]);
    knownAt = triedAt;
    return known;
  };
  const begin = (signal?: AbortSignal): Promise<readonly Buffer[]> => {
    if (reading !== undefined) return reading;
    const begun = readNow(signal);
    const forget = (): void => {
      if (reading === begun) reading = undefined;
    };
    reading = begun;
    // It may fail while nobody waits for it.
    begun.then(forget, forget);
    // What was given up is nothing to wait for, though it has yet to fail.
    signal?.addEventListener('abort', forget, { once: true });
    return begun;
  };
  const refresh = (maxAgeMs: number): void => {
    const isRead = knownAt === triedAt;
    if (Date.now() - triedAt >= (isRead ? maxAgeMs : RECHECK_MS)) begin();
  };

  return {
    async read(signal) {
      await begin(signal);
    },
    async accepts(candidate) {
      if (candidate === undefined) return false;
      const digest = digestOf(candidate);
      const isOneOf = (valid: readonly Buffer[]): boolean =>
        valid.map(one => timingSafeEqual(one, digest)).includes(true);
      const valid = known ?? (await begin());
      const isValid = isOneOf(valid);
      refresh(isValid ? FRESH_MS : RECHECK_MS);
      if (reading === undefined || (isValid && Date.now() - knownAt < TRUSTED_MS)) return isValid;
      return isOneOf((await atMost(SECRET_REFRESH_MS, reading)) ?? valid);
    },
    pseudonymOf: userKey => keyed?.pseudonymOf(userKey),
    wordsKey: () => keyed?.wordsKey,
  };
}

/** The log's names for what is secret, by one value of the gateway's secret. */
export interface SecretHashes {
  readonly pseudonymOf: (userKey: string) => string;
  readonly wordsKey: string;
}

/** The pseudonyms and the key of word hashes that a gateway with this secret writes. */
export function hashesBy(secret: string): SecretHashes {
  const hashOf = keyedHash(digestOf(secret));
  // No user's key is so short, or without a stroke.
  return { pseudonymOf: key => hashOf(key).slice(0, 16), wordsKey: hashOf('words').slice(0, 32) };
}

/** The current value, and the one before where there is one. */
async function readValues(
  client: SecretsManagerClient,
  secretId: string,
  { part, noValue, valueIn }: SecretKind,
  signal?: AbortSignal,
): Promise<readonly [string, ...string[]]> {
  const stages = ['AWSCURRENT', 'AWSPREVIOUS'];
  const texts = await Promise.all(
    stages.map(stage => readVersion(client, secretId, { stage, part }, signal)),
  );
  const [current, previous] = texts.map(text => text && valueIn(text));
  if (current === undefined) throw new UnavailableError(part, { cause: new ConfigurationError(noValue) });
  return previous === undefined ? [current] : [current, previous];
}

/** The text of a version; undefined where there is none. @throws UnavailableError when that can't be known */
async function readVersion(
  client: SecretsManagerClient,
  secretId: string,
  { stage, part }: { readonly stage: string; readonly part: UnavailableError['part'] },
  abortSignal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    const version = await client.send(command, abortSignal && { abortSignal });
    return version.SecretString || undefined;
  } catch (error) {
    if (stage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
    throw new UnavailableError(part, { cause: error });
  }
}

const NO_VALUE =
  'the gateway secret has no text as its current value: put a new one in by npm run secret with --rotate';

/** Waits for a work that may go on, or fail, without us: gives undefined where it has made nothing by then. */
export async function atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const made = await Promise.race([work.catch(() => undefined), timeout]);
  clearTimeout(timer);
  return made;
}

function digestOf(secret: string): Buffer {
  // A buffer that hash() makes is one of its own, beside Node's pool: twice as dear.
  return Buffer.from(hash('sha256', secret, 'hex'), 'hex');
}
