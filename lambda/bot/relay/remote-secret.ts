import { isBlank } from '../../blank.ts';
import { ConfigurationError } from '../../errors.ts';
import { ownError, secretTexts } from '../rule-errors.ts';

/** The text that a gateway and its bot server share; of two, during a rotation, the first signs. */
export type RemoteSecret = string | readonly [first: string, other?: string];

/** A secret, or the way to one, which is gone each time: `() => secretText('cafe/remote')`. */
export type RemoteSecretSource =
  | RemoteSecret
  | Promise<RemoteSecret>
  | (() => RemoteSecret | Promise<RemoteSecret>);

/** The headers that show a bot server who calls it, and when. */
export interface Signature {
  readonly 'x-kakao-gateway-timestamp': string;
  readonly 'x-kakao-gateway-signature': string;
}

/** Signs a body as it is sent now. */
export type Sign = (body: string) => Signature;

type Crypto = ReturnType<typeof process.getBuiltinModule<'node:crypto'>>;
type SecretKey = ReturnType<Crypto['createSecretKey']>;

const LEAST_LENGTH = 16;

/**
 * The way to sign by HMAC-SHA256 over the time and the body, with the secret that its source has then; it throws a
 * ConfigurationError when that is none, and whatever the source throws. A secret that is given as it is is judged at once.
 * @throws ConfigurationError when that is none
 */
export function signerOf(source: RemoteSecretSource | undefined): () => Promise<Sign> {
  if (source instanceof Promise) {
    // It is awaited when a turn is there: broken before, it would end the process.
    source.catch(() => {});
  } else if (typeof source !== 'function') firstOf(source);
  let known: { readonly secret: string; readonly key: SecretKey } | undefined;
  return async () => {
    const { createHmac, createSecretKey } = process.getBuiltinModule('node:crypto');
    const secret = firstOf(await (typeof source === 'function' ? source() : source));
    if (known?.secret !== secret) known = { secret, key: createSecretKey(secret, 'utf8') };
    const { key } = known;
    return body => {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const hex = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
      return { 'x-kakao-gateway-timestamp': timestamp, 'x-kakao-gateway-signature': `v1=${hex}` };
    };
  };
}

/** The secret that signs. @throws ConfigurationError whose sentence never repeats it */
function firstOf(secret: unknown): string {
  const given: readonly unknown[] = Array.isArray(secret)
    ? secret.filter(one => one !== undefined)
    : [secret];
  const wrong =
    given.length < 1 || given.length > 2 ? 'one text, or two' : given.map(wrongOf).find(one => one);
  if (wrong !== undefined)
    throw ownError(
      new ConfigurationError(`remoteBot: secret must be ${wrong}, the same that its bot server has`),
    );
  const [first] = given;
  return `${first}`;
}

/** The end of the sentence "secret must be …"; undefined of one that is right. */
function wrongOf(secret: unknown): string | undefined {
  if (typeof secret !== 'string' || isBlank(secret)) return 'a text that is not blank';
  // Whatever throws quotes it: no log may have it.
  secretTexts.add(secret);
  if (secret.length < LEAST_LENGTH) return `at least ${LEAST_LENGTH} characters long`;
  return secret === secret.trim() ? undefined : 'without white space around it';
}
