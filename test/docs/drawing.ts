import type { Loss } from '../../lambda/bot/loss.ts';
import type { MessageResponse } from '../../lambda/smart-chat/wire.ts';

/** How wide a drawing may be. */
export const MAX_COLUMNS = 60;

/** The lines of a text as docs/replies.md draws them: of a long one the first and the last. */
export function drawnLines(text: string): string[] {
  const lines = text.split('\n');
  return lines.length > 12 ? [...lines.slice(0, 1), '⋮', ...lines.slice(-1)] : lines;
}

/** A message of smart-chat's as docs/replies.md draws it: the bubble, the keys instead of an input line, what is lost. */
export function drawnMessage({ message, keyboard }: MessageResponse, lost: readonly Loss[]): string {
  const { text, photo, message_button: link } = message;
  const bubble = [
    ...(text === undefined ? [] : drawnLines(text)),
    ...(photo ? ['▒'.repeat(20)] : []),
    ...(link ? [`[ ${link.label} ↗ ]`] : []),
  ];
  const keys = keyboard?.type === 'buttons' ? [keyboard.buttons.map(label => `( ${label} )`).join(' ')] : [];
  const losses = [...new Set(lost.map(({ what }) => what))];
  return [
    `╭ smart-chat ${'─'.repeat(24)}`,
    ...bubble.flatMap(wrapped).map(line => `│ ${line}`.trimEnd()),
    `╰${'─'.repeat(36)}`,
    ...keys,
    ...(losses.length > 0 ? [`✗ ${losses.join(', ')}`] : []),
  ].join('\n');
}

/** Words that a phone would wrap, too, in lines of the page's width. */
function wrapped(line: string): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (columnsOf(longer) > MAX_COLUMNS - 2) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** How many columns a line takes where a Hangul syllable takes two. */
export function columnsOf(line: string): number {
  return [...line].reduce(
    (sum, letter) => sum + (/[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff00-\uffe6]/.test(letter) ? 2 : 1),
    0,
  );
}
