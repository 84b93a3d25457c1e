import { SessionValueError } from '../errors.ts';
import { tellOperator } from './operator.ts';
import { ofSomeRule } from './rule-errors.ts';

/**
 * The JSON as which a state is stored. A value of it that JSON does not keep as it is, such as a Date, is told to the
 * operator, and to the author who tries the bot, once a process.
 * @param name of the state, as its bot's author has it
 * @throws SessionValueError of what has no JSON: a BigInt, or what holds itself
 */
export function jsonOfState(state: unknown, name = 'turn.session'): string {
  if (looksLeft > 0) tellLost(state, name);
  try {
    return JSON.stringify(state);
  } catch (error) {
    const lost = lostValueIn(state, isWithoutJson);
    throw lost ? errorOf(lost, name) : error;
  }
}

/** An error that says what of a state JSON does not keep, and what to keep instead; undefined where it keeps all of it. */
export function lostIn(state: unknown, name = 'turn.session'): SessionValueError | undefined {
  const lost = lostValueIn(state, isAny);
  return lost && errorOf(lost, name);
}

/** A value of a state that JSON does not keep. */
interface LostValue {
  /** The way to it from the state. */
  readonly path: string;
  readonly kind: keyof typeof ADVICE;
}

/** How to keep each kind of them instead. */
const ADVICE = {
  'a Date': 'keep date.toISOString(), and make a Date of it where you need one',
  'a Map': 'keep Object.fromEntries(map)',
  'a Set': 'keep [...set]',
  'a BigInt': 'keep its toString()',
  'a function': 'keep what it is made of',
  'a symbol': 'keep a text',
  'not a finite number': 'keep a number or null',
  'undefined in a list': 'keep null, or leave it out',
  'an object of a class': 'keep its members as a plain object, and make it of them again',
  'an object that holds itself': 'keep an id in its place',
} as const;

function errorOf({ path, kind }: LostValue, name: string): SessionValueError {
  // The names of members may be what users said.
  return ofSomeRule(
    new SessionValueError(`${name}${path} is ${kind}, which JSON does not keep: ${ADVICE[kind]}`),
  );
}

/** How many values a process looks at for that: its first turns are like all others, and the later ones pay nothing. */
let looksLeft = 20_000;

const told = new Set<string>();

function tellLost(state: unknown, name: string): void {
  // Of what has no JSON the turn's own failure tells.
  const lost = lostValueIn(state, kind => !isWithoutJson(kind));
  if (lost === undefined) return;
  const error = errorOf(lost, name);
  if (told.has(error.message)) return;
  told.add(error.message);
  tellOperator({ level: 'warn', what: 'session value not kept', outcome: lost.kind, error });
}

const HOLDS_ITSELF = 'an object that holds itself';

/** Whether a kind of value is looked for. */
type Wanted = (kind: LostValue['kind']) => boolean;

const isAny: Wanted = () => true;

/** Those that JSON.stringify throws at; the others it leaves out, or makes something else of. */
const isWithoutJson: Wanted = kind => kind === 'a BigInt' || kind === HOLDS_ITSELF;

function lostValueIn(state: unknown, isWanted: Wanted): LostValue | undefined {
  try {
    return find(state, [], isWanted);
  } catch {
    // Whatever throws when it is looked at is its author's.
    return undefined;
  }
}

/** @param around the objects that it stands in */
function find(value: unknown, around: readonly object[], isWanted: Wanted): LostValue | undefined {
  looksLeft--;
  const kind = kindOf(value, around);
  if (kind !== undefined && isWanted(kind)) return { path: '', kind };
  if (typeof value !== 'object' || value === null || kind === HOLDS_ITSELF) return undefined;
  const inside = [...around, value];
  for (const [name, member] of Object.entries(value)) {
    const isLeftOut = member === undefined && Array.isArray(value) && isWanted('undefined in a list');
    const lost: LostValue | undefined = isLeftOut
      ? { path: '', kind: 'undefined in a list' }
      : find(member, inside, isWanted);
    if (lost) return { ...lost, path: `${stepTo(name, value)}${lost.path}` };
  }
  return undefined;
}

function stepTo(name: string, of: object): string {
  if (Array.isArray(of)) return `[${name}]`;
  return /^[\p{L}_$][\p{L}\d_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function kindOf(value: unknown, around: readonly object[]): LostValue['kind'] | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : 'not a finite number';
    case 'object':
      return value === null ? undefined : kindOfObject(value, around);
    case 'bigint':
      return 'a BigInt';
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return undefined;
  }
}

/** By their tags and prototypes, since an object may be of another realm, as in tests. */
function kindOfObject(value: object, around: readonly object[]): LostValue['kind'] | undefined {
  if (around.includes(value)) return HOLDS_ITSELF;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || Array.isArray(value)) return undefined;
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return tag === 'Date' || tag === 'Map' || tag === 'Set' ? `a ${tag}` : 'an object of a class';
}
