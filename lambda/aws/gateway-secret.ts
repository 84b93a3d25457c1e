import { hash, timingSafeEqual } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

import { ConfigurationError, UnavailableError } from '../errors.ts';
import {
  SECRET_FRESH_MS,
  SECRET_RECHECK_MS,
  SECRET_REFRESH_MS,
  SECRET_TRUSTED_MS,
} from '../turn/time-budget.ts';
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
  /**
   * Has it read again where that is due, for whoever asks for no value and only names users: half a second is waited at most.
   * Never throws.
   */
  keepFresh(): Promise<void>;
}

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

/** The values that are valid: their digests, and the version of the current one where Secrets Manager names it. */
interface Known {
  readonly current: Buffer;
  readonly previous: Buffer | undefined;
  readonly version: string | undefined;
}

/**
 * A secret in Secrets Manager, whose current and previous values are both accepted, so that a rotation needs no outage. While
 * it can't be read, what was valid stays so. Who shows the current value waits for nobody; who shows another one waits for the
 * read that may make it valid, or end it: the previous one lives on for seconds after the next rotation, where it is shown.
 */
export function storedSecret(client: SecretsManagerClient, secretId: string, kind: SecretKind): StoredSecret {
  let known: Known | undefined;
  let keyed: SecretHashes | undefined;
  let knownAt = 0;
  let triedAt = 0;
  let reading: Promise<Known> | undefined;

  const readNow = async (isBrief: boolean, signal?: AbortSignal): Promise<Known> => {
    triedAt = Date.now();
    const read = await readValues({ client, secretId, kind, signal }, isBrief ? known : undefined);
    if (read !== known) keyed = hashesOf(read.current);
    known = read;
    knownAt = triedAt;
    return read;
  };
  const begin = (isBrief = false, signal?: AbortSignal): Promise<Known> => {
    if (reading !== undefined) return reading;
    const begun = readNow(isBrief, signal);
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
  const refresh = (isCurrent: boolean): void => {
    const isRead = knownAt === triedAt;
    const maxAgeMs = isRead && isCurrent ? SECRET_FRESH_MS : SECRET_RECHECK_MS;
    if (Date.now() - triedAt >= maxAgeMs) begin(isCurrent);
  };
  const isTrusted = (): boolean => reading === undefined || Date.now() - knownAt < SECRET_TRUSTED_MS;

  return {
    async read(signal) {
      await begin(false, signal);
    },
    async keepFresh() {
      refresh(true);
      if (!isTrusted() && reading !== undefined) await atMost(SECRET_REFRESH_MS, reading);
    },
    async accepts(candidate) {
      if (candidate === undefined) return false;
      const digest = digestOf(candidate);
      const valid = known ?? (await begin());
      const place = placeOf(digest, valid);
      refresh(place === 'current');
      if (reading === undefined || (place === 'current' && isTrusted())) return place !== undefined;
      return placeOf(digest, (await atMost(SECRET_REFRESH_MS, reading)) ?? valid) !== undefined;
    },
    pseudonymOf: userKey => keyed?.pseudonymOf(userKey),
    wordsKey: () => keyed?.wordsKey,
  };
}

/** Which of the valid values it is; undefined where it is none. Constant in time for whatever candidate. */
function placeOf(digest: Buffer, { current, previous }: Known): 'current' | 'previous' | undefined {
  const isCurrent = timingSafeEqual(current, digest);
  // Compared in any case, so that the time tells nothing.
  const isPrevious = timingSafeEqual(previous ?? current, digest) && previous !== undefined;
  return isCurrent ? 'current' : isPrevious ? 'previous' : undefined;
}

/** The log's names for what is secret, by one value of the gateway's secret. */
export interface SecretHashes {
  readonly pseudonymOf: (userKey: string) => string;
  readonly wordsKey: string;
}

/** The pseudonyms and the key of word hashes that a gateway with this secret writes. */
export function hashesBy(secret: string): SecretHashes {
  return hashesOf(digestOf(secret));
}

function hashesOf(digest: Buffer): SecretHashes {
  const hashOf = keyedHash(digest);
  // No user's key is so short, or without a stroke.
  return { pseudonymOf: key => hashOf(key).slice(0, 16), wordsKey: hashOf('words').slice(0, 32) };
}

/** Which secret is read, and how. */
interface Reading {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
  readonly kind: SecretKind;
  readonly signal: AbortSignal | undefined;
}

/**
 * The current value, and the one before where there is one.
 * @param known what it still is where its current version is the same: half the price
 */
async function readValues(of: Reading, known?: Known): Promise<Known> {
  const { kind } = of;
  // At once, unless the first tells that the second is known.
  const before = known ? undefined : readVersion(of, 'AWSPREVIOUS');
  const [now] = await Promise.all([readVersion(of, 'AWSCURRENT'), before]);
  const current = now.text && kind.valueIn(now.text);
  if (!current) throw new UnavailableError(kind.part, { cause: new ConfigurationError(kind.noValue) });
  if (known?.version !== undefined && known.version === now.version) return known;
  const { text } = await (before ?? readVersion(of, 'AWSPREVIOUS'));
  const previous = text && kind.valueIn(text);
  return {
    current: digestOf(current),
    previous: previous ? digestOf(previous) : undefined,
    version: now.version,
  };
}

/** A version, without text where there is none. @throws UnavailableError when that can't be known */
async function readVersion(
  { client, secretId, kind, signal: abortSignal }: Reading,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<{ readonly text?: string | undefined; readonly version?: string | undefined }> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    const { SecretString, VersionId } = await client.send(command, abortSignal && { abortSignal });
    return { text: SecretString || undefined, version: VersionId };
  } catch (error) {
    if (stage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return {};
    throw new UnavailableError(kind.part, { cause: error });
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
