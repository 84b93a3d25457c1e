/** How much of a value is shown. */
const MOST_CHARACTERS = 2_000;
const MOST_MEMBERS = 100;

/** A value's JSON for a person to read: of what is large it has the beginning, and says how much follows. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'string') return shortText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_MEMBERS).map(shortened);
    return value.length > MOST_MEMBERS ? [...shown, more(value.length - MOST_MEMBERS)] : shown;
  }
  const entries = Object.entries(value);
  const shown = entries.slice(0, MOST_MEMBERS).map(([name, one]) => [name, shortened(one)] as const);
  const rest = entries.length - MOST_MEMBERS;
  return Object.fromEntries(rest > 0 ? [...shown, ['…', more(rest)] as const] : shown);
}

function shortText(text: string): string {
  const rest = text.length - MOST_CHARACTERS;
  return rest > 0 ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()} ${more(rest)}` : text;
}

const more = (count: number): string => `… ${count} more`;
