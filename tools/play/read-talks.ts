import { durationIn, membersOf, textIn, truthIn, wordIn } from './members.ts';
import { bareDeedIn, callerIn, DEED_NAMES, deedIn, protocolIn, roomIn } from './read-deed.ts';
import { expectationsIn } from './read-expects.ts';
import { ScriptError, type ScriptValue, scriptValuesOf } from './script-value.ts';
import type { Step, Talk, TalkUser } from './talk.ts';

/** The talks of a script, one a document. @throws ScriptError with one sentence that names the place */
export function readTalks(file: string, text: string): readonly Talk[] {
  const documents = scriptValuesOf(file, text.replace(/^\ufeff/, ''));
  const talks = documents.map(talkIn);
  const [place] = documents.map(document => document.place);
  if (place === undefined)
    throw new ScriptError({ file, line: 1, column: 1 }, 'has no talk: write a name and steps');
  for (const [at, talk] of talks.entries()) {
    const same = talks.slice(0, at).find(({ name }) => name === talk.name);
    if (same)
      throw new ScriptError(
        talk.place,
        `a talk of the same name begins in line ${same.place.line}: name this one otherwise`,
      );
  }
  return talks;
}

const MEMBERS = ['name', 'protocol', 'caller', 'callback', 'room', 'user', 'users', 'steps'];

function talkIn(value: ScriptValue): Talk {
  const members = membersOf(value, 'a talk', MEMBERS);
  const protocol = members.read('protocol', wordIn(['open-builder', 'smart-chat', 'both']));
  const user = members.read('user', userIn);
  const users = members.read('users', (list, name) => {
    if (user) throw new ScriptError(list.place, 'a talk has a user or users, not both: keep users');
    if (list.kind !== 'list' || list.items.length === 0)
      throw new ScriptError(list.place, `${name} must be a list of users`);
    return list.items.map(item => userIn(item, 'a user'));
  });
  const steps = members.needs('steps');
  if (steps.kind !== 'list' || steps.items.length === 0)
    throw new ScriptError(steps.place, 'steps must be a list, such as - says: 안녕');
  return {
    name: textIn(members.needs('name'), 'name'),
    place: value.place,
    caller: members.read('caller', callerIn) ?? 'live',
    room: members.read('room', roomIn) ?? 'private',
    hasCallbacks: members.read('callback', truthIn) ?? true,
    users: users ?? [user ?? { name: '나', isFriend: true, isLinked: false }],
    steps: steps.items.map(stepIn),
    ...(protocol && { protocols: protocol === 'both' ? ['open-builder', 'smart-chat'] : [protocol] }),
  };
}

function userIn(value: ScriptValue, name: string): TalkUser {
  if (value.kind === 'text') return { name: textIn(value, name), isFriend: true, isLinked: false };
  const members = membersOf(value, name, ['name', 'key', 'friend', 'linked']);
  const key = members.read('key', keyIn);
  return {
    name: members.read('name', textIn) ?? '나',
    isFriend: members.read('friend', truthIn) ?? true,
    isLinked: members.read('linked', truthIn) ?? false,
    ...(key !== undefined && { key }),
  };
}

function keyIn(value: ScriptValue, name: string): string {
  const key = textIn(value, name);
  // In smart-chat's paths it stands as it is.
  if (/^[\w-]{1,70}$/.test(key)) return key;
  throw new ScriptError(value.place, `${name} must be letters, digits, _ and -, such as Zx3_Kp-9QwE7`);
}

const STEP_MEMBERS = [...DEED_NAMES, 'as', 'in', 'retries', 'expects'];

function stepIn(value: ScriptValue): Step {
  if (value.kind === 'text') {
    const { deed, name } = bareDeedIn(value);
    return { place: value.place, told: name, deed };
  }
  const members = membersOf(value, 'a step', STEP_MEMBERS);
  const { deed, name } = deedIn(members);
  const as = members.read('as', textIn);
  const protocol = members.read('in', protocolIn);
  const retriesMs = members.read('retries', durationIn);
  const expects = members.read('expects', expectationsIn);
  const isQuiet = deed.kind === 'switches' || deed.kind === 'clears';
  if (isQuiet && (expects || retriesMs !== undefined))
    throw new ScriptError(
      value.place,
      `${name} has no answer to expect something of: expect it of the next step`,
    );
  return {
    place: value.place,
    told: `${name} ${toldOf(members.needs(name))}`.trim(),
    deed,
    ...(as !== undefined && { as }),
    ...(protocol && { protocol }),
    ...(retriesMs !== undefined && { retriesMs }),
    ...(expects && { expects }),
  };
}

const LONGEST_TOLD = 60;

function toldOf(value: ScriptValue): string {
  const text =
    value.kind === 'text'
      ? value.text
      : value.kind === 'list'
        ? value.items.map(toldOf).join(', ')
        : [...value.members].map(([name, member]) => `${name}: ${toldOf(member.value)}`).join(', ');
  return text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD)}…` : text;
}
