import type { Language, Sentence } from '../language.ts';
import { streamAtMost } from '../read-at-most.ts';
import { complain } from '../terminal.ts';

/** Secrets Manager takes no longer value. */
const MAX_SECRET_BYTES = 65_536;

const PASTE: Sentence = {
  en: 'Paste the key, then Enter and Ctrl-D.',
  ko: '키를 붙여 넣고 Enter와 Ctrl-D를 누르세요.',
};

/** The key on the standard input, where a person at a terminal is told to paste it; empty where it is too long for one. */
export async function readKey(
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean },
  language: Language,
): Promise<string> {
  if (stdin.isTTY) complain(PASTE[language]);
  return (await streamAtMost(stdin, MAX_SECRET_BYTES))?.toString() ?? '';
}
