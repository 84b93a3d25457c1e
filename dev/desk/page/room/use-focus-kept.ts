import { useEffect, useRef } from 'preact/hooks';

/**
 * Gives the focus back to the message box, or what stands in its place, when the button that had it is gone:
 * quick replies and keyboards are, once they were tapped.
 */
export function useFocusKept(place: { readonly current: HTMLElement | null }): void {
  const last = useRef<Element>(null);
  useEffect(() => {
    const look = ({ target }: FocusEvent): void => {
      last.current = target instanceof Element && place.current?.contains(target) ? target : null;
    };
    addEventListener('focusin', look);
    return () => removeEventListener('focusin', look);
  }, [place]);
  useEffect(() => {
    if (last.current === null || last.current.isConnected || document.activeElement !== document.body) return;
    last.current = null;
    const box = place.current?.querySelector<HTMLElement>('.composer textarea, .composer button:not(.plus)');
    // On a phone the box would bring its keyboard along.
    if (matchMedia('(hover: hover)').matches) box?.focus();
    else place.current?.querySelector<HTMLElement>('[role="log"]')?.focus();
  });
}
