import type { MessageResponse } from './wire.ts';

/** The words of the one bubble of an answer: those of its cards are in it as text. */
export function wordsOfMessage({ message: { text } }: MessageResponse): readonly string[] {
  return text === undefined ? [] : [text];
}
