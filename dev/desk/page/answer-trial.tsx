import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Language, Sentence } from '../../../tools/language.ts';
import type { Exchange } from '../desk-api.ts';
import { checkAnswer } from './desk-client.ts';
import { DrawnAnswer, Shown } from './gallery-parts.tsx';
import { readTrial } from './read-trial.ts';

const TEXTS = {
  name: { ko: '내 답 그려 보기', en: 'Draw an answer of yours' },
  label: { ko: '답의 JSON', en: "The answer's JSON" },
  hint: {
    ko: '스킬이나 스마트채팅 봇의 답을 붙여 넣으면 바로 그리고, 카카오의 규격에 맞는지 봅니다. 아래 말풍선을 고쳐 봐도 됩니다.',
    en: "Paste a skill's answer, or smart-chat's: it is drawn at once, and held against Kakao's limits. Or change one of those below.",
  },
  drawn: { ko: '그린 답', en: 'Drawn' },
  group: { ko: '그룹 채팅방', en: 'Group room' },
  fits: { ko: '카카오의 규격에 맞습니다.', en: "It keeps to Kakao's limits." },
  rejected: { ko: '카카오가 답 전체를 버립니다', en: 'Kakao drops the whole answer' },
  shortened: { ko: '카카오가 줄이거나 무시합니다', en: 'Kakao shortens or ignores it' },
} as const satisfies Readonly<Record<string, Sentence>>;

/** Milliseconds after the last keystroke: whoever types is not judged in the middle of a word. */
const SETTLED_MS = 250;

type Checked = Awaited<ReturnType<typeof checkAnswer>>;

/** A field for anybody's answer, which is drawn below it with the limits that it breaks. */
export function AnswerTrial(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly language: Language;
}): VNode {
  const { text, onText, language } = props;
  const [isGroup, setIsGroup] = useState(false);
  const trial = useMemo(() => readTrial(text), [text]);
  const checked = useChecked(trial, isGroup);
  const violations = checked && 'violations' in checked ? checked.violations : [];
  return (
    <section class="trial" aria-label={TEXTS.name[language]}>
      <h2>{TEXTS.name[language]}</h2>
      <p>{TEXTS.hint[language]}</p>
      <label>
        <span class="spoken">{TEXTS.label[language]}</span>
        <textarea
          rows={8}
          spellcheck={false}
          value={text}
          placeholder='{ "version": "2.0", "template": { "outputs": [ … ] } }'
          onInput={typed => onText(typed.currentTarget.value)}
        />
      </label>
      <label class="trial-room">
        <input
          type="checkbox"
          checked={isGroup}
          onChange={changed => setIsGroup(changed.currentTarget.checked)}
        />{' '}
        {TEXTS.group[language]}
      </label>
      <div role="status">
        {trial.kind === 'broken' ? <p class="trial-lost">{trial.says[language]}</p> : null}
        {checked ? <Verdict checked={checked} language={language} /> : null}
      </div>
      {trial.kind === 'answer' ? (
        <Shown name={TEXTS.drawn[language]} language={language}>
          <DrawnAnswer
            {...{ answer: trial.answer, protocol: trial.protocol, language, users: [], violations }}
          />
        </Shown>
      ) : null}
    </section>
  );
}

/** Kakao's verdict; undefined until that is known of the text as it stands. */
function useChecked(trial: ReturnType<typeof readTrial>, isGroup: boolean): Checked | undefined {
  const [known, setKnown] = useState<{ readonly of: unknown; readonly checked: Checked }>();
  const asked = useMemo(() => ({ trial, isGroup }), [trial, isGroup]);
  useEffect(() => {
    if (trial.kind !== 'answer') return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const { answer, protocol } = trial;
      const checked = await checkAnswer({ answer, protocol, room: isGroup ? 'group' : 'private' });
      if (!isOver) setKnown({ of: asked, checked });
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  return known?.of === asked ? known.checked : undefined;
}

function Verdict(props: { readonly checked: Checked; readonly language: Language }): VNode {
  const { checked, language } = props;
  if ('says' in checked) return <p class="trial-lost">{checked.says[language]}</p>;
  if (checked.violations.length === 0) return <p class="trial-fits">{TEXTS.fits[language]}</p>;
  return (
    <>
      {(['rejected', 'shortened'] as const).map(severity => (
        <Violations
          key={severity}
          {...{ severity, language, violations: checked.violations.filter(one => one.severity === severity) }}
        />
      ))}
    </>
  );
}

function Violations(props: {
  readonly severity: 'rejected' | 'shortened';
  readonly violations: Exchange['violations'];
  readonly language: Language;
}): VNode | null {
  const { severity, violations, language } = props;
  if (violations.length === 0) return null;
  return (
    <div class={severity === 'rejected' ? 'trial-lost' : 'trial-less'}>
      <p>{TEXTS[severity][language]}</p>
      <ul>
        {violations.map(({ path, rule, says }) => (
          <li key={`${path} ${rule}`}>{says[language]}</li>
        ))}
      </ul>
    </div>
  );
}
