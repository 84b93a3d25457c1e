import type { VNode } from 'preact';
import { useDrawing } from './drawing.ts';

/** The limits that the part of this path breaks, as a small sign that opens to their sentences. */
export function Sign({ path }: { readonly path: string }): VNode | null {
  const { signs, language, says } = useDrawing();
  const told = signs.get(path);
  if (!told) return null;
  const severity = told.some(one => one.severity === 'rejected') ? 'rejected' : 'shortened';
  return (
    <details class={`sign is-${severity}`}>
      <summary>
        <span aria-hidden="true">{severity === 'rejected' ? '✕' : '…'}</span>
        <span class="spoken">{says(severity)}</span>
      </summary>
      {told.map(({ rule, path: at, says: sentence }) => (
        <p key={`${rule} ${at}`}>{sentence[language]}</p>
      ))}
    </details>
  );
}
