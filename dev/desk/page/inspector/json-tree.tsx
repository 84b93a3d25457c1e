import { useMemo, useState } from 'preact/hooks';
import type { Exchange } from '../../desk-api.ts';
import { useSay } from '../language.tsx';
import { texts } from '../texts.ts';
import { isWithin, jsonText, membersOf, nearestPlace, type Place } from './json-places.ts';

type Violations = Exchange['violations'];

const FIRST_MEMBERS = 50;
const FIRST_CHARACTERS = 400;
const OPEN_DEPTH = 3;
/** Shorter JSON is open throughout. */
const SHORT_JSON = 4_000;

interface TreeProps {
  readonly violations: ReadonlyMap<string, Violations>;
  /** How many levels are open at first. */
  readonly openDepth: number;
}

/** JSON that opens and closes, of any size; the limits that it breaks stand at their place. */
export function JsonTree(props: { readonly value: unknown; readonly violations?: Violations }) {
  const { value, violations = [] } = props;
  const placed = useMemo(() => {
    const places = new Map<string, Violations>();
    for (const violation of violations) {
      const place = nearestPlace(violation.path, value);
      places.set(place, [...(places.get(place) ?? []), violation]);
    }
    return places;
  }, [value, violations]);
  const openDepth = useMemo(
    () => (jsonText(value).length < SHORT_JSON ? Number.POSITIVE_INFINITY : OPEN_DEPTH),
    [value],
  );
  return (
    <div class="json">
      <Marks told={placed.get('')} />
      <Value place={{ path: '', name: '', value }} violations={placed} openDepth={openDepth} />
    </div>
  );
}

function Value({ place, ...tree }: TreeProps & { readonly place: Place }) {
  const { value } = place;
  if (typeof value === 'object' && value !== null) return <Members place={place} {...tree} />;
  return <Leaf value={value} />;
}

function Members({ place, violations, openDepth }: TreeProps & { readonly place: Place }) {
  const say = useSay();
  const [most, setMost] = useState(FIRST_MEMBERS);
  const { members, count } = membersOf(place.value, place.path, most);
  const brackets = Array.isArray(place.value) ? (['[', ']'] as const) : (['{', '}'] as const);
  const mustOpen = [...violations.keys()].some(path => isWithin(path, place.path));
  const [isOpen, setOpen] = useState(openDepth > 0 || mustOpen);
  if (count === 0) return <span class="json-bracket">{brackets.join('')}</span>;
  return (
    <>
      <button
        type="button"
        class="json-toggle"
        aria-expanded={isOpen}
        aria-label={`${place.name || 'JSON'} ${brackets.join('')} ${count}`}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? brackets[0] : `${brackets[0]} ${count} ${brackets[1]}`}
      </button>
      {isOpen && (
        <>
          <ul>
            {members.map(member => (
              <li key={member.name}>
                {brackets[0] === '{' && <span class="json-name">{member.name}: </span>}
                <Value place={member} violations={violations} openDepth={openDepth - 1} />
                <Marks told={violations.get(member.path)} />
              </li>
            ))}
            {count > most && (
              <li>
                <button type="button" class="json-more" onClick={() => setMost(most * 4)}>
                  {say(texts.moreMembers(count - most))}
                </button>
              </li>
            )}
          </ul>
          <span class="json-bracket">{brackets[1]}</span>
        </>
      )}
    </>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  const say = useSay();
  const [isWhole, setWhole] = useState(false);
  const text = JSON.stringify(value) ?? 'undefined';
  const isLong = text.length > FIRST_CHARACTERS && !isWhole;
  return (
    <>
      <span class={`json-${value === null ? 'null' : typeof value}`}>
        {isLong ? `${text.slice(0, FIRST_CHARACTERS)}…` : text}
      </span>
      {isLong && (
        <button type="button" class="json-more" onClick={() => setWhole(true)}>
          {say(texts.moreCharacters(text.length - FIRST_CHARACTERS))}
        </button>
      )}
    </>
  );
}

function Marks({ told }: { readonly told: Violations | undefined }) {
  const say = useSay();
  if (told === undefined) return null;
  return (
    <>
      {told.map(violation => (
        <p key={`${violation.path} ${violation.rule}`} class={`json-mark ${violation.severity}`}>
          {say(violation.says)}
        </p>
      ))}
    </>
  );
}
