import type { VNode } from 'preact';
import type { Language } from '../../../../tools/language.ts';
import { OWN_WORDS } from './own-words.ts';

/** Three dots of a channel that still writes. */
export function TypingDots({ language }: { readonly language: Language }): VNode {
  return (
    <div class="bubble text-bubble is-channel typing" role="status">
      <span class="dot" />
      <span class="dot" />
      <span class="dot" />
      <span class="spoken">{OWN_WORDS.writes[language]}</span>
    </div>
  );
}
