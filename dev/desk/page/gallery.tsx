import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { SimulatedUser } from '../../../tools/kakao-simulator/scene.ts';
import type { Language, Sentence } from '../../../tools/language.ts';
import { AnswerTrial } from './answer-trial.tsx';
import { Painter } from './draw/drawing.ts';
import { TextBubble } from './draw/text-bubble.tsx';
import { TypingDots } from './draw/typing-dots.tsx';
import { GALLERY_ANSWERS, type GalleryAnswer } from './gallery-answers.ts';
import { DrawnAnswer, FromChannel, Shown } from './gallery-parts.tsx';
import { paintScenery } from './scenery.tsx';

const TEXTS = {
  title: { ko: '말풍선 모음', en: 'Every bubble' },
  about: {
    ko: '두 프로토콜의 모든 말풍선을 카카오톡이 그리는 대로 그렸어요. 사진 자리에는 직접 그린 그림이 있어요.',
    en: 'Every bubble of both protocols, drawn as KakaoTalk draws it, with drawings of our own in place of pictures.',
  },
  change: { ko: '고쳐 보기', en: 'Change it' },
  said: { ko: '메뉴 보여 주세요', en: '메뉴 보여 주세요' },
  back: { ko: '대화방으로', en: 'To the room' },
} as const satisfies Readonly<Record<string, Sentence>>;

const NOBODY: readonly SimulatedUser[] = [];

/** Every component of both protocols, drawn from samples of Kakao's traffic, light and dark, and any answer that is pasted. */
export function Gallery(props: {
  readonly language: Language;
  readonly answers?: readonly GalleryAnswer[];
  readonly users?: readonly SimulatedUser[];
}): VNode {
  const { language, answers = GALLERY_ANSWERS, users = NOBODY } = props;
  const [tried, setTried] = useState('');
  const change = ({ json }: GalleryAnswer): void => {
    setTried(JSON.stringify(JSON.parse(json), null, 2));
    scrollTo({ top: 0 });
  };
  // Whoever types into the field waits for none of them.
  const drawn = useMemo(
    () =>
      answers.map(answer => (
        <Shown
          key={answer.name}
          name={answer.name}
          language={language}
          button={
            <button
              type="button"
              aria-label={`${TEXTS.change[language]}: ${answer.name}`}
              onClick={() => change(answer)}
            >
              {TEXTS.change[language]}
            </button>
          }
        >
          <DrawnAnswer {...{ answer: JSON.parse(answer.json), protocol: answer.protocol, language, users }} />
        </Shown>
      )),
    [answers, language, users],
  );
  return (
    <Painter.Provider value={paintScenery}>
      <main class="gallery" lang={language}>
        <h1>{TEXTS.title[language]}</h1>
        <p>{TEXTS.about[language]}</p>
        <p>
          <a href="/">{TEXTS.back[language]}</a>
        </p>
        <AnswerTrial text={tried} onText={setTried} language={language} />
        <Shown name="TextBubble, TypingDots" language={language}>
          <div class="from-user">
            <TextBubble side="user" text={TEXTS.said[language]} language={language} hasTail={true} />
          </div>
          <FromChannel>
            <TypingDots language={language} />
          </FromChannel>
        </Shown>
        {drawn}
      </main>
    </Painter.Provider>
  );
}
