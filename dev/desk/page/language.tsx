import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import type { Language, Sentence } from '../../../tools/language.ts';
import { keep, recall } from './kept.ts';
import { texts } from './texts.ts';

const KEPT_AS = 'kakao-desk.language';

const Spoken = createContext<Language>('ko');

/** The language of the page. */
export const useLanguage = (): Language => useContext(Spoken);

/** Says a sentence in the page's language. */
export function useSay(): (sentence: Sentence) => string {
  const language = useContext(Spoken);
  // Sentences of the commands begin small, as they stand behind a name there.
  return sentence => sentence[language].replace(/^[a-z](?=[a-z]* )/, first => first.toUpperCase());
}

/** The page's language and what changes it: what was chosen here, or else the browser's. */
export function useChosenLanguage(): readonly [Language, (language: Language) => void] {
  const [language, choose] = useState<Language>(() => {
    const kept = recall(KEPT_AS);
    if (kept === 'ko' || kept === 'en') return kept;
    return /^ko/i.test(navigator.language) ? 'ko' : 'en';
  });
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = texts.title[language];
  }, [language]);
  const chooseAndKeep = useCallback((chosen: Language) => {
    keep(KEPT_AS, chosen);
    choose(chosen);
  }, []);
  return [language, chooseAndKeep];
}

/** Everything inside it speaks this language. */
export function Speaking(props: { readonly language: Language; readonly children: ComponentChildren }) {
  return <Spoken.Provider value={props.language}>{props.children}</Spoken.Provider>;
}
