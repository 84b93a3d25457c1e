import { stringify } from 'yaml';
import type { Act, BlockCall } from '../kakao-simulator/act.ts';
import type { Exchange } from '../kakao-simulator/exchange.ts';
import type { Scene } from '../kakao-simulator/scene.ts';
import type { Seen } from './seen.ts';
import { type Chapter, firstLinesOf, labelsOf, lateSeenOf, seenOf, storyOf, tappedOf } from './story.ts';

/** A recorded conversation as a script that passes when it is played again: `kakao-gateway play talk.yaml`. */
export function exportTalk(exchanges: readonly Exchange[]): string {
  const story = storyOf(exchanges);
  const [first] = story;
  if (first === undefined) return '# nothing was said yet\n';
  const { scene } = first.exchange;
  const skills = exchanges.filter(one => one.scene.protocol === 'open-builder');
  const hasCallbacks = skills.length === 0 || skills.some(({ callback }) => callback !== undefined);
  const users = usersOf(story);
  const talk = {
    name: '대화',
    protocol: scene.protocol,
    ...(scene.caller !== 'live' && { caller: scene.caller }),
    ...(!hasCallbacks && { callback: false }),
    ...(scene.room.kind === 'group' && { room: 'group' }),
    ...(users.length === 1 ? { user: users[0] } : { users }),
    steps: stepsOf(story, exchanges),
  };
  return stringify(talk, { lineWidth: 0 });
}

function usersOf(story: readonly Chapter[]): object[] {
  const users = new Map(
    story
      .map(({ exchange }) => exchange.scene.user)
      .reverse()
      .map(user => [user.name, user]),
  );
  return [...users.values()].reverse().map(({ name, isFriend, appUserId }) => ({
    name,
    ...(!isFriend && { friend: false }),
    ...(appUserId !== undefined && { linked: true }),
  }));
}

function stepsOf(story: readonly Chapter[], exchanges: readonly Exchange[]): object[] {
  const known = new Map<string, Scene['user']>();
  let scene: Scene | undefined;
  return story.flatMap(({ kind, exchange }) => {
    if (kind === 'late') return [lateStep(exchange)];
    const changed = scene ? switched(scene, exchange.scene, known.get(exchange.scene.user.name)) : {};
    ({ scene } = exchange);
    known.set(scene.user.name, friendAfter(exchange));
    return [
      ...(Object.keys(changed).length > 0 ? [{ switches: changed }] : []),
      { ...deedOf(exchange, exchanges), ...(!isKeptUp(exchange) && { expects: expectsOf(exchange) }) },
    ];
  });
}

/** Whether a fault of the network alone kept the answer from coming in time: scripts are played without. */
const isKeptUp = ({ fate, scene }: Exchange): boolean =>
  fate.kind === 'dropped' && fate.reason === 'timeout' && scene.faults.networkMs > 0;

function switched(from: Scene, to: Scene, known: Scene['user'] | undefined): object {
  const isOther = to.user.name !== from.user.name;
  return {
    ...(to.protocol !== from.protocol && { protocol: to.protocol }),
    ...(to.caller !== from.caller && { caller: to.caller }),
    ...(to.room.kind !== from.room.kind && { room: to.room.kind }),
    ...(isOther && { user: to.user.name }),
    ...(known && known.isFriend !== to.user.isFriend && { friend: to.user.isFriend }),
    ...(known &&
      (known.appUserId === undefined) !== (to.user.appUserId === undefined) && {
        linked: to.user.appUserId !== undefined,
      }),
  };
}

function friendAfter({ act, scene: { user } }: Exchange): Scene['user'] {
  if (act.kind === 'adds-friend') return { ...user, isFriend: true };
  return act.kind === 'blocks-friend' ? { ...user, isFriend: false } : user;
}

function deedOf(exchange: Exchange, exchanges: readonly Exchange[]): object {
  const { act, said = '' } = exchange;
  if (act.kind !== 'taps') return actTold(act);
  const tapped = tappedOf(exchange, exchanges);
  if (tapped === undefined) return { says: said };
  const { tappable, isAlone, back } = tapped;
  if (isAlone && back === 0) return { taps: tappable.label };
  return {
    taps: {
      label: tappable.label,
      ...(!isAlone && tappable.card !== undefined && { card: tappable.card }),
      ...(back > 0 && { back }),
    },
  };
}

function actTold(act: Exclude<Act, { readonly kind: 'taps' }>): object {
  switch (act.kind) {
    case 'says':
      return { says: act.text };
    case 'sends':
      return { sends: { [act.media]: act.url } };
    case 'calls-block':
      return { block: { name: act.block, ...callTold(act) } };
    case 'uses-plugin':
      return { plugin: { kind: act.plugin, param: act.param, block: act.block, ...callTold(act) } };
    case 'fills':
      return { fills: { param: act.param, value: act.value } };
    case 'gets-event':
      return {
        event: {
          name: act.name,
          ...(act.data && { data: act.data }),
          ...(act.params && { params: act.params }),
        },
      };
    default:
      return { [act.kind]: true };
  }
}

const callTold = ({ blockId, utterance, params }: BlockCall): object => ({
  ...(blockId && { id: blockId }),
  ...(utterance && { utterance }),
  ...(params && Object.keys(params).length > 0 && { params }),
});

function expectsOf(exchange: Exchange): object {
  const { fate } = exchange;
  if (fate.kind === 'dropped') return { fate: { dropped: fate.reason } };
  if (fate.kind === 'judged') return { fate: { judged: fate.status } };
  if (fate.kind === 'silent') return { fate: 'silent' };
  const isDeferred = fate.kind === 'deferred';
  return { ...(isDeferred && { fate: 'deferred' }), ...shownTold(seenOf(exchange)) };
}

/** A callback lives no longer, in a group room neither. */
const LATE_WITHIN = '5m';

const lateStep = (exchange: Exchange): object => {
  const seen = lateSeenOf(exchange);
  return { waits: LATE_WITHIN, ...(seen && { expects: shownTold(seen) }) };
};

function shownTold(seen: Seen): object {
  const [words, buttons] = [firstLinesOf(seen), labelsOf(seen)];
  return {
    ...(words.length > 0 && { words: words.length === 1 ? words[0] : words }),
    ...(buttons.length > 0 && { buttons }),
    ...(words.length === 0 && buttons.length === 0 && { fate: 'shown' }),
  };
}
