import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';

/** Bytes or a text, as the SDK hands them to a hash. */
type Source = string | ArrayBuffer | ArrayBufferView;

/** The keys that calls of this day are signed with, as Node takes them: the SDK keeps each, too. */
const keys = new WeakMap<object, KeyObject>();

/**
 * SHA-256, or with a key HMAC-SHA-256, as the SDK's clients take it for their signatures (`sha256` of their configuration).
 * A key is made ready for Node once, where the SDK's own hash has it made for each call: a twentieth of a call's processor
 * time on Node 24.
 */
export class SigningHash {
  readonly #key: string | KeyObject | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#key = secret === undefined || typeof secret === 'string' ? secret : keyOf(secret);
    this.#hash = this.#begun();
  }

  update(data: Source, encoding?: 'utf8' | 'ascii' | 'latin1'): void {
    if (typeof data === 'string') this.#hash.update(data, encoding ?? 'utf8');
    else this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begun();
  }

  #begun(): Hash | Hmac {
    return this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
  }
}

function keyOf(secret: ArrayBuffer | ArrayBufferView): KeyObject {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = createSecretKey(bytesOf(secret));
  keys.set(secret, key);
  return key;
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
