import type { Act, BlockCall, Media, Plugin } from '../kakao-simulator/act.ts';
import type { Caller, ProtocolName, SimulatedRoom } from '../kakao-simulator/scene.ts';
import {
  durationIn,
  type Members,
  membersOf,
  nearest,
  paramsIn,
  textIn,
  truthIn,
  wordIn,
} from './members.ts';
import { tappedIn } from './read-expects.ts';
import { ScriptError, type ScriptValue } from './script-value.ts';
import type { Deed, Switch } from './talk.ts';

/** The words of a script for Open Builder and smart-chat. */
export const protocolIn = wordIn<ProtocolName>(['open-builder', 'smart-chat']);

/** The words of a script for from where a skill is called. */
export const callerIn = wordIn<Caller>(['live', 'dev', 'bot-test', 'skill-test']);

/** The words of a script for a room's kind. */
export const roomIn = wordIn<SimulatedRoom['kind']>(['private', 'group']);

type DeedReader = (value: ScriptValue, name: string) => Deed;

const acts =
  (read: (value: ScriptValue, name: string) => Act): DeedReader =>
  (value, name) => ({ kind: 'acts', act: read(value, name) });

/** A deed that needs no more words. */
const alone =
  (deed: Deed): DeedReader =>
  (value, name) => {
    if (value.kind === 'text' && (value.text === '' || truthIn(value, name))) return deed;
    throw new ScriptError(value.place, `${name} needs nothing behind it: write - ${name}`);
  };

const bareActs = ['enters', 'adds-friend', 'blocks-friend', 'leaves'] as const;

const DEEDS: Readonly<Record<string, DeedReader>> = {
  says: acts((value, name) => ({ kind: 'says', text: textIn(value, name) })),
  taps: (value, name) => ({ kind: 'taps', ...tappedIn(value, name) }),
  sends: acts(sendsIn),
  ...Object.fromEntries(bareActs.map(kind => [kind, alone({ kind: 'acts', act: { kind } })])),
  block: acts((value, name) => {
    if (value.kind === 'text') return { kind: 'calls-block', block: textIn(value, name) };
    const members = membersOf(value, name, ['name', ...CALL_MEMBERS]);
    return { kind: 'calls-block', block: textIn(members.needs('name'), 'name'), ...callIn(members) };
  }),
  plugin: acts(pluginIn),
  fills: acts((value, name) => {
    const members = membersOf(value, name, ['param', 'value']);
    const [param, filled] = [members.needs('param'), members.needs('value')];
    return { kind: 'fills', param: textIn(param, 'param'), value: textIn(filled, 'value') };
  }),
  event: acts(eventIn),
  switches: (value, name) => ({ kind: 'switches', ...switchIn(value, name) }),
  waits: (value, name) => ({ kind: 'waits', ms: durationIn(value, name) }),
  clears: alone({ kind: 'clears' }),
};

/** The words by which a step begins. */
export const DEED_NAMES: readonly string[] = Object.keys(DEEDS);

/** The only deed among a step's members. @throws ScriptError where there is none, or several */
export function deedIn(members: Members): { readonly deed: Deed; readonly name: string } {
  const [name, ...others] = members.names.filter(one => Object.hasOwn(DEEDS, one));
  const read = name === undefined ? undefined : DEEDS[name];
  if (name === undefined || read === undefined)
    throw new ScriptError(members.place, `a step does something: one of ${DEED_NAMES.join(', ')}`);
  if (others.length > 0)
    throw new ScriptError(
      members.place,
      `a step does one thing, not ${name} and ${others[0]}: make two steps of it`,
    );
  return { deed: read(members.needs(name), name), name };
}

/** A step that is one word. @throws ScriptError where it needs more */
export function bareDeedIn(value: ScriptValue & { readonly kind: 'text' }): {
  readonly deed: Deed;
  readonly name: string;
} {
  const { text: name, place } = value;
  const { [name]: read } = Object.hasOwn(DEEDS, name) ? DEEDS : {};
  if (read === undefined) {
    const near = nearest(name, DEED_NAMES);
    const advice = near === undefined ? `one of ${DEED_NAMES.join(', ')}` : `did you mean ${near}?`;
    throw new ScriptError(place, `no step is called ${name.slice(0, 40)}: ${advice}`);
  }
  return { deed: read({ place, kind: 'text', text: '', value: null }, name), name };
}

const CALL_MEMBERS = ['id', 'utterance', 'params'];

function callIn(members: Members): Omit<BlockCall, 'block'> {
  const blockId = members.read('id', textIn);
  const utterance = members.read('utterance', textIn);
  const params = members.read('params', paramsIn);
  return { ...(blockId && { blockId }), ...(utterance && { utterance }), ...(params && { params }) };
}

function sendsIn(value: ScriptValue, name: string): Act {
  const kinds: readonly Media[] = ['photo', 'video', 'audio'];
  const members = membersOf(value, name, kinds);
  for (const media of kinds) {
    const url = members.read(media, textIn);
    if (url === undefined) continue;
    if (members.names.length > 1) break;
    if (!/^https?:\/\//.test(url))
      throw new ScriptError(value.place, `${media} must be a URL with http or https`);
    return { kind: 'sends', media, url };
  }
  throw new ScriptError(value.place, `${name} needs one of ${kinds.join(', ')}, with its URL`);
}

function pluginIn(value: ScriptValue, name: string): Act {
  const members = membersOf(value, name, ['kind', 'param', 'block', ...CALL_MEMBERS]);
  return {
    kind: 'uses-plugin',
    plugin: wordIn<Plugin>(['profile', 'location', 'secure-image'])(members.needs('kind'), 'kind'),
    param: textIn(members.needs('param'), 'param'),
    block: textIn(members.needs('block'), 'block'),
    ...callIn(members),
  };
}

function eventIn(value: ScriptValue, name: string): Act {
  if (value.kind === 'text') return { kind: 'gets-event', name: textIn(value, name) };
  const members = membersOf(value, name, ['name', 'data', 'params']);
  const data = members.read('data', paramsIn);
  const params = members.read('params', paramsIn);
  return {
    kind: 'gets-event',
    name: textIn(members.needs('name'), 'name'),
    ...(data && { data }),
    ...(params && { params }),
  };
}

function switchIn(value: ScriptValue, name: string): Switch {
  const members = membersOf(value, name, ['protocol', 'caller', 'room', 'user', 'friend', 'linked']);
  if (members.names.length === 0)
    throw new ScriptError(value.place, `${name} says what is another from here on`);
  const protocol = members.read('protocol', protocolIn);
  const caller = members.read('caller', callerIn);
  const room = members.read('room', roomIn);
  const user = members.read('user', textIn);
  const isFriend = members.read('friend', truthIn);
  const isLinked = members.read('linked', truthIn);
  return {
    ...(protocol && { protocol }),
    ...(caller && { caller }),
    ...(room && { room }),
    ...(user && { user }),
    ...(isFriend !== undefined && { isFriend }),
    ...(isLinked !== undefined && { isLinked }),
  };
}
