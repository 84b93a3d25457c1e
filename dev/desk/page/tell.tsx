import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Sentence } from '../../../tools/language.ts';
import type { Refused } from './desk-client.ts';
import { useSay } from './language.tsx';
import { texts } from './texts.ts';

const STAYS_MS = 8_000;

const Telling = createContext<(says: Sentence) => void>(() => {});

/** Tells the developer something about what they have just done. */
export const useTell = (): ((says: Sentence) => void) => useContext(Telling);

/** Waits for what was asked of the desk, and tells why it was not done. */
export function useAsk(): (asked: Promise<Refused>) => Promise<boolean> {
  const tell = useTell();
  return useCallback(
    async asked => {
      const refused = await asked;
      if (refused !== undefined) tell(refused);
      return refused === undefined;
    },
    [tell],
  );
}

/** Copies a text, and tells that it did. */
export function useCopy(): (text: string) => Promise<void> {
  const tell = useTell();
  return useCallback(
    async text => {
      const isCopied = await navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      );
      tell(isCopied ? texts.copied : texts.notCopied);
    },
    [tell],
  );
}

/** Shows at the page's foot what anything inside it tells. */
export function TellingFoot({ children }: { readonly children: ComponentChildren }) {
  const say = useSay();
  const [told, setTold] = useState<{ readonly says: Sentence }>();
  const tell = useMemo(() => (says: Sentence) => setTold({ says }), []);
  useEffect(() => {
    if (told === undefined) return undefined;
    const timer = setTimeout(() => setTold(undefined), STAYS_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return (
    <Telling.Provider value={tell}>
      {children}
      <div class="told" role="status">
        {told && (
          <p>
            <span>{say(told.says)}</span>
            <button type="button" onClick={() => setTold(undefined)}>
              {say(texts.close)}
            </button>
          </p>
        )}
      </div>
    </Telling.Provider>
  );
}
