import type { Exchange } from '../../desk-api.ts';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';

/** The limits that an answer breaks, in a list. */
export function Violations({ violations }: { readonly violations: Exchange['violations'] }) {
  const say = useSay();
  if (violations.length === 0) return null;
  return (
    <ul class="violations" aria-label={say(texts.violations)}>
      {violations.map(({ path, rule, severity, says }) => (
        <li key={`${path} ${rule}`} class={severity}>
          <strong>{say(texts.severities[severity])}</strong> <code>{path}</code> <span>{say(says)}</span>
        </li>
      ))}
    </ul>
  );
}
