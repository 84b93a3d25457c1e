import type { ComponentChildren, VNode } from 'preact';
import type { SimulatedUser } from '../../../tools/kakao-simulator/scene.ts';
import type { Language, Sentence } from '../../../tools/language.ts';
import type { Exchange } from '../desk-api.ts';
import { SkillBubbles } from './draw/skill-bubbles.tsx';
import { SkillQuickReplies } from './draw/skill-quick-replies.tsx';
import { SmartChatBubble } from './draw/smart-chat-bubble.tsx';
import { SmartChatKeyboard } from './draw/smart-chat-keyboard.tsx';

const LOOKS = ['light', 'dark'] as const;

const TEXTS: Readonly<Record<(typeof LOOKS)[number], Sentence>> = {
  light: { ko: '밝은 화면', en: 'Light' },
  dark: { ko: '어두운 화면', en: 'Dark' },
};

/** Something by its name, in a light room and a dark one. */
export function Shown(props: {
  readonly name: string;
  readonly language: Language;
  /** Stands beside the name. */
  readonly button?: VNode;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <section class="shown" aria-label={props.name}>
      <div class="shown-head">
        <h2>{props.name}</h2>
        {props.button}
      </div>
      <div class="looks">
        {LOOKS.map(look => (
          <section
            key={look}
            class="gallery-room"
            data-look={look}
            aria-label={`${props.name}, ${TEXTS[look][props.language]}`}
          >
            {props.children}
          </section>
        ))}
      </div>
    </section>
  );
}

/** Bubbles beside the picture and the name of a channel. */
export function FromChannel({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <div class="from-channel">
      <span class="channel-picture" aria-hidden="true">
        달
      </span>
      <div class="channel-words">
        <span class="channel-name">달빛카페</span>
        {children}
      </div>
    </div>
  );
}

/** An answer in a room of its own: its bubbles, and what stands below them. */
export function DrawnAnswer(props: {
  readonly answer: unknown;
  readonly protocol: Exchange['scene']['protocol'];
  readonly language: Language;
  readonly users: readonly SimulatedUser[];
  readonly violations?: Exchange['violations'];
}): VNode {
  const { protocol, ...given } = props;
  const drawing = { ...given, showsImages: false };
  if (protocol === 'open-builder') {
    return (
      <>
        <FromChannel>
          <SkillBubbles {...drawing} />
        </FromChannel>
        <SkillQuickReplies {...drawing} />
      </>
    );
  }
  const { answer } = props;
  const isMessage = typeof answer === 'object' && answer !== null && 'message' in answer;
  return (
    <>
      {isMessage ? (
        <FromChannel>
          <SmartChatBubble {...drawing} />
        </FromChannel>
      ) : null}
      <InputLine labels={labelsOf(isMessage && 'keyboard' in answer ? answer.keyboard : answer)} />
    </>
  );
}

function InputLine({ labels }: { readonly labels: readonly string[] }): VNode {
  if (labels.length === 0) return <p class="gallery-input">메시지 입력</p>;
  return <SmartChatKeyboard keyboard={{ type: 'buttons', buttons: labels }} />;
}

function labelsOf(keyboard: unknown): readonly string[] {
  if (typeof keyboard !== 'object' || keyboard === null || !('buttons' in keyboard)) return [];
  const { buttons } = keyboard;
  return Array.isArray(buttons) ? buttons.filter(label => typeof label === 'string') : [];
}
