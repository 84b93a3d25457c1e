import { pathOf } from './json-path.ts';
import {
  countIn,
  durationIn,
  jsonIn,
  type Members,
  membersOf,
  nearest,
  textIn,
  textsIn,
  truthIn,
  wordIn,
} from './members.ts';
import { patternOf } from './regular-expression.ts';
import { ScriptError, type ScriptValue } from './script-value.ts';
import type { Expectations, ExpectedFate, JsonExpectation, Matcher } from './talk.ts';

const MEMBERS = ['words', 'not', 'buttons', 'keyboard', 'outputs', 'json', 'fate', 'within', 'violations'];

/** Reads `expects`. @throws ScriptError */
export function expectationsIn(value: ScriptValue, name: string): Expectations {
  const members = membersOf(value, name, MEMBERS);
  const keyboard = members.read('keyboard', keyboardIn);
  const outputs = members.read('outputs', textsIn);
  const fate = members.read('fate', fateIn);
  const withinMs = members.read('within', durationIn);
  const violations = members.read('violations', violationsIn);
  return {
    words: textsOf(members, 'words'),
    not: textsOf(members, 'not'),
    buttons: textsOf(members, 'buttons'),
    json: members.read('json', jsonExpectationsIn) ?? [],
    ...(keyboard && { keyboard }),
    ...(outputs && { outputs }),
    ...(fate && { fate }),
    ...(withinMs !== undefined && { withinMs }),
    ...(violations && { violations }),
  };
}

const textsOf = (members: Members, name: string): readonly string[] => members.read(name, textsIn) ?? [];

const keyboardIn = (value: ScriptValue, name: string): 'text' | readonly string[] =>
  value.kind === 'list' ? textsIn(value, name) : wordIn(['text'])(value, name);

const violationsIn = (value: ScriptValue, name: string): readonly string[] =>
  value.kind === 'text' && value.text === 'none' ? [] : textsIn(value, name);

const FATES = ['shown', 'deferred', 'silent', 'judged', 'dropped'] as const;
const DROPS = [
  ...(['unreachable', 'timeout', 'redirect', 'status', 'content-type'] as const),
  ...(['too-long', 'not-json', 'violation'] as const),
];

function fateIn(value: ScriptValue, name: string): ExpectedFate {
  if (value.kind !== 'map') return { kind: wordIn(FATES)(value, name) };
  const members = membersOf(value, name, ['dropped', 'judged']);
  const dropped = members.read('dropped', wordIn(DROPS));
  if (dropped !== undefined) return { kind: 'dropped', reason: dropped };
  return { kind: 'judged', reason: textIn(members.needs('judged'), 'judged') };
}

function jsonExpectationsIn(value: ScriptValue, name: string): readonly JsonExpectation[] {
  if (value.kind !== 'map')
    throw new ScriptError(value.place, `${name} must have paths such as template.outputs[0].simpleText.text`);
  return [...value.members].map(([path, { place, value: wanted }]) => {
    const steps = pathOf(path);
    if (steps === undefined)
      throw new ScriptError(
        place,
        'is no path: write names and indexes as in template.outputs[0].simpleText.text',
      );
    return { path, steps, matcher: matcherIn(wanted, path) };
  });
}

const MATCHERS = ['equals', 'contains', 'matches', 'exists'];

function matcherIn(value: ScriptValue, path: string): Matcher {
  const names = value.kind === 'map' ? [...value.members.keys()] : [];
  // Any other map is a value of the answer's, unless it is nearly a matcher.
  const isMatcher = names.length > 0 && names.every(name => MATCHERS.includes(name) || isSlip(name, names));
  if (!isMatcher) return { kind: 'equals', value: jsonIn(value) };
  const members = membersOf(value, path, MATCHERS);
  if (members.names.length !== 1)
    throw new ScriptError(value.place, `${path} must have one of ${MATCHERS.join(', ')} alone`);
  return (
    members.read('equals', wanted => ({ kind: 'equals' as const, value: jsonIn(wanted) })) ??
    members.read('contains', wanted => ({ kind: 'contains' as const, value: jsonIn(wanted) })) ??
    members.read('exists', wanted => ({ kind: 'exists' as const, isThere: truthIn(wanted, 'exists') })) ??
    members.read('matches', matchIn) ?? { kind: 'exists', isThere: true }
  );
}

const isSlip = (name: string, names: readonly string[]): boolean =>
  names.length === 1 && nearest(name, MATCHERS) !== undefined;

const LONGEST_PATTERN = 1_000;

function matchIn(value: ScriptValue): Matcher {
  const text = textIn(value, 'matches');
  const pattern = text.length > LONGEST_PATTERN ? undefined : patternOf(text);
  if (pattern === undefined)
    throw new ScriptError(
      value.place,
      'matches must be a regular expression as JavaScript has it with the u flag',
    );
  return { kind: 'matches', pattern };
}

/** Reads the label of a tap: alone, or with where it stands. @throws ScriptError */
export function tappedIn(
  value: ScriptValue,
  name: string,
): { readonly label: string; readonly card?: number; readonly back: number } {
  if (value.kind === 'text') return { label: textIn(value, name), back: 0 };
  const members = membersOf(value, name, ['label', 'card', 'back']);
  const card = members.read('card', countIn);
  return {
    label: textIn(members.needs('label'), 'label'),
    back: members.read('back', countIn) ?? 0,
    ...(card !== undefined && { card }),
  };
}
