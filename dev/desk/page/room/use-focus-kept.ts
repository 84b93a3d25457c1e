import { useEffect, useRef } from 'preact/hooks';

/** Gives the focus back to a place whose buttons were replaced while one of them had it. */
export function useFocusKept(place: { readonly current: HTMLElement | null }, shown: string): void {
  const hadFocus = useRef(false);
  useEffect(() => {
    const look = (): void => {
      hadFocus.current = place.current?.contains(document.activeElement) ?? false;
    };
    addEventListener('focusin', look);
    return () => removeEventListener('focusin', look);
  }, [place]);
  useEffect(() => {
    if (hadFocus.current && document.activeElement === document.body)
      place.current?.querySelector<HTMLElement>('textarea, button')?.focus();
  }, [shown]);
}
