import type { ComponentChildren, VNode } from 'preact';
import type { SimulatedUser } from '../../../tools/kakao-simulator/scene.ts';
import type { Language, Sentence } from '../../../tools/language.ts';
import { Painter } from './draw/drawing.ts';
import { SkillBubbles } from './draw/skill-bubbles.tsx';
import { SkillQuickReplies } from './draw/skill-quick-replies.tsx';
import { SmartChatBubble } from './draw/smart-chat-bubble.tsx';
import { SmartChatKeyboard } from './draw/smart-chat-keyboard.tsx';
import { TextBubble } from './draw/text-bubble.tsx';
import { TypingDots } from './draw/typing-dots.tsx';
import { GALLERY_ANSWERS, type GalleryAnswer } from './gallery-answers.ts';
import { paintScenery } from './scenery.tsx';

const TEXTS = {
  title: { ko: '말풍선 모음', en: 'Every bubble' },
  about: {
    ko: '두 프로토콜의 모든 말풍선을 카카오톡이 그리는 대로 그렸어요. 사진 자리에는 직접 그린 그림이 있어요.',
    en: 'Every bubble of both protocols, drawn as KakaoTalk draws it, with drawings of our own in place of pictures.',
  },
  light: { ko: '밝은 화면', en: 'Light' },
  dark: { ko: '어두운 화면', en: 'Dark' },
  said: { ko: '메뉴 보여 주세요', en: '메뉴 보여 주세요' },
  back: { ko: '대화방으로', en: 'To the room' },
} as const satisfies Readonly<Record<string, Sentence>>;

const LOOKS = ['light', 'dark'] as const;

/** Every component of both protocols, drawn from samples of Kakao's traffic, light and dark. */
export function Gallery(props: {
  readonly language: Language;
  readonly answers?: readonly GalleryAnswer[];
  readonly users?: readonly SimulatedUser[];
}): VNode {
  const { language, answers = GALLERY_ANSWERS, users = [] } = props;
  return (
    <Painter.Provider value={paintScenery}>
      <main class="gallery" lang={language}>
        <h1>{TEXTS.title[language]}</h1>
        <p>{TEXTS.about[language]}</p>
        <p>
          <a href="/">{TEXTS.back[language]}</a>
        </p>
        <Shown name="TextBubble, TypingDots" language={language}>
          <div class="from-user">
            <TextBubble side="user" text={TEXTS.said[language]} language={language} hasTail={true} />
          </div>
          <FromChannel>
            <TypingDots language={language} />
          </FromChannel>
        </Shown>
        {answers.map(answer => (
          <Shown key={answer.name} name={answer.name} language={language}>
            <DrawnAnswer answer={answer} language={language} users={users} />
          </Shown>
        ))}
      </main>
    </Painter.Provider>
  );
}

function Shown(props: {
  readonly name: string;
  readonly language: Language;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <section class="shown" aria-label={props.name}>
      <h2>{props.name}</h2>
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

function FromChannel({ children }: { readonly children: ComponentChildren }): VNode {
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
function DrawnAnswer(props: {
  readonly answer: GalleryAnswer;
  readonly language: Language;
  readonly users: readonly SimulatedUser[];
}): VNode {
  const { answer, language, users } = props;
  const sent: { readonly keyboard?: unknown } = JSON.parse(answer.json);
  const drawing = { answer: sent, language, users, showsImages: false };
  if (answer.protocol === 'open-builder') {
    return (
      <>
        <FromChannel>
          <SkillBubbles {...drawing} />
        </FromChannel>
        <SkillQuickReplies {...drawing} />
      </>
    );
  }
  return (
    <>
      {'message' in sent ? (
        <FromChannel>
          <SmartChatBubble {...drawing} />
        </FromChannel>
      ) : null}
      <InputLine keyboard={sent.keyboard} />
    </>
  );
}

function InputLine({ keyboard }: { readonly keyboard: unknown }): VNode {
  const labels = labelsOf(keyboard);
  if (labels.length === 0) return <p class="gallery-input">메시지 입력</p>;
  return <SmartChatKeyboard keyboard={{ type: 'buttons', buttons: labels }} />;
}

function labelsOf(keyboard: unknown): readonly string[] {
  if (typeof keyboard !== 'object' || keyboard === null || !('buttons' in keyboard)) return [];
  const { buttons } = keyboard;
  return Array.isArray(buttons) ? buttons.filter(label => typeof label === 'string') : [];
}
