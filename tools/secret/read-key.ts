import { streamAtMost } from '../read-at-most.ts';
import { complain } from '../terminal.ts';

/** Secrets Manager takes no longer value. */
const MAX_SECRET_BYTES = 65_536;

/** The key on the standard input, where a person at a terminal is told to paste it; empty where it is too long for one. */
export async function readKey(
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean },
): Promise<string> {
  if (stdin.isTTY) complain('Paste the key, then Enter and Ctrl-D.');
  return (await streamAtMost(stdin, MAX_SECRET_BYTES))?.toString() ?? '';
}
