import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Language } from '../../../../tools/language.ts';
import type { DeskState } from '../../desk-api.ts';
import { keep, recall } from '../kept.ts';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { Choice, Group } from './group.tsx';

const KEPT_AS = 'kakao-desk.theme';

/** Light or dark, or as the system has it. */
export type Theme = 'system' | 'light' | 'dark';

/** How the page looks and speaks, and what changes it. */
export interface Look {
  readonly theme: Theme;
  readonly language: Language;
  readonly chooseTheme: (theme: Theme) => void;
  readonly chooseLanguage: (language: Language) => void;
}

const isTheme = (kept: string | null): kept is Theme => kept === 'light' || kept === 'dark';

/** The page's look; the theme that was chosen here is kept. */
export function useLook(language: Language, chooseLanguage: (language: Language) => void): Look {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = recall(KEPT_AS);
    return isTheme(kept) ? kept : 'system';
  });
  useEffect(() => {
    keep(KEPT_AS, theme);
    if (theme === 'system') delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = theme;
  }, [theme]);
  return useMemo(
    () => ({ theme, language, chooseTheme: setTheme, chooseLanguage }),
    [theme, language, chooseLanguage],
  );
}

/** The page's own settings, and where the bot is. */
export function LookGroup(props: { readonly look: Look; readonly target: DeskState['target'] }) {
  const say = useSay();
  const { look, target } = props;
  return (
    <Group name={texts.thisPage}>
      <Choice<Language>
        name={texts.language}
        value={look.language}
        options={[
          { value: 'ko', name: '한국어' },
          { value: 'en', name: 'English' },
        ]}
        onChoose={look.chooseLanguage}
      />
      <Choice<Theme>
        name={texts.theme}
        value={look.theme}
        options={(['system', 'light', 'dark'] as const).map(value => ({
          value,
          name: say(texts.themes[value]),
        }))}
        onChoose={look.chooseTheme}
      />
      <dl class="target">
        {target.skillUrl && <Address name={say(texts.skillUrl)} url={target.skillUrl} />}
        {target.appUrl && <Address name={say(texts.appUrl)} url={target.appUrl} />}
      </dl>
      <p class="exports">
        <a href="/gallery">{say(texts.gallery)}</a>
      </p>
    </Group>
  );
}

function Address({ name, url }: { readonly name: string; readonly url: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{url}</dd>
    </div>
  );
}
