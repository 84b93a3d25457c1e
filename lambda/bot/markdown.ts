import type { LinkTargets } from './markdown-inline.ts';
import { MarkdownPage, QUOTE, TARGET } from './markdown-page.ts';

/**
 * A language model's Markdown as KakaoTalk, which shows plain text only, should show it: words without marks,
 * bullets as "•", links as "text (URL)", a table's rows as lines, at most one blank line in a row. Code and LaTeX
 * stay as they are, and so does what only looks like markup (2*3*4, snake_case, 5,000~6,000원).
 * Any text will do, an answer that was cut off too; in linear time.
 */
export function plain(markdown: string): string {
  const lines = markdown.split(/\r\n?|\n/);
  const page = new MarkdownPage(targetsIn(lines));
  for (const line of lines) page.read(line);
  return page.end();
}

function targetsIn(lines: readonly string[]): LinkTargets {
  const targets = new Map<string, string>();
  for (const line of lines) {
    const [, label, url] = TARGET.exec(line.replace(QUOTE, '').trim()) ?? [];
    if (label !== undefined && url !== undefined) targets.set(label.toLowerCase(), url);
  }
  return targets;
}
