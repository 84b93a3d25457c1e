import { hash } from 'node:crypto';

/** SHA-256 takes its input in blocks of so many bytes, and HMAC fills one with its key. */
const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 of texts by one key of at most 64 bytes, as hex digits. Node's own makes an object for each text, and has it
 * collected: that is a tenth of a turn.
 * @see https://www.rfc-editor.org/rfc/rfc2104#section-2
 */
export function keyedHash(key: Buffer): (text: string) => string {
  const inner = filled(key, 0x36);
  const outer = filled(key, 0x5c);
  return text => hashOf(outer, Buffer.from(hashOf(inner, Buffer.from(text)), 'hex'));
}

/** A block of the key, combined with this byte. */
function filled(key: Buffer, byte: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, byte);
  for (const [at, one] of key.entries()) block[at] = one ^ byte;
  return block;
}

function hashOf(block: Buffer, bytes: Buffer): string {
  return hash('sha256', Buffer.concat([block, bytes]), 'hex');
}
