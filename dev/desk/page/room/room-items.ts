import type { Sentence } from '../../../../tools/language.ts';
import type { DeskState, Exchange, Scene } from '../../desk-api.ts';
import { keyOf } from '../feed.ts';
import { texts } from '../texts.ts';

/** Something that stands in the room. */
export type RoomItem = Placed &
  (
    | { readonly kind: 'said'; readonly text: string }
    | { readonly kind: 'sent'; readonly media: string; readonly url: string }
    /** Something that the user did without a word. */
    | { readonly kind: 'did'; readonly says: Sentence }
    /** A skill's answer or smart-chat's, as the bot sent it. */
    | {
        readonly kind: 'answer';
        readonly answer: unknown;
        readonly isLate: boolean;
        readonly violations: Exchange['violations'];
      }
    /** Said by Kakao: while a callback is awaited, for a value that was refused, and for a bot of smart-chat's that does not respond. */
    | { readonly kind: 'waiting'; readonly text: string }
    /** The desk's own word, which no user would see. */
    | { readonly kind: 'note'; readonly tone: 'plain' | 'late' | 'lost'; readonly says: Sentence }
  );

interface Placed {
  readonly key: string;
  readonly at: number;
  readonly exchange: Exchange;
}

/** The items of an exchange, in their order; of one that changed they are made anew, else they stay the same. */
export function itemsOf(exchange: Exchange, repeated?: Exchange): readonly RoomItem[] {
  if (exchange.repeats !== undefined) return repeatItems(exchange, repeated);
  const made = itemsMade.get(exchange) ?? [
    ...doneItems(exchange),
    ...fateItems(exchange),
    ...logItems(exchange),
    ...callbackItems(exchange),
  ];
  itemsMade.set(exchange, made);
  return made;
}

const itemsMade = new WeakMap<Exchange, readonly RoomItem[]>();

/** Whether the exchange is a part of the conversation that the scene shows. */
export function isInRoom(exchange: Exchange, scene: Scene): boolean {
  const { room, user } = exchange.scene;
  if (room.id !== scene.room.id || room.kind !== scene.room.kind) return false;
  return room.kind === 'group' || user.botUserKey === scene.user.botUserKey;
}

/** Whether the bot, or Kakao for it, has yet to say something. */
export function isAwaited({ fate, callback }: Exchange): boolean {
  return fate.kind === 'waits' || (fate.kind === 'deferred' && callback?.state === 'open');
}

/** The skill's quick replies that stand under the last bubble: none once something was done after it, none in a group. */
export function quickRepliesOf(
  items: readonly RoomItem[],
  scene: Scene,
): (RoomItem & { readonly kind: 'answer' }) | undefined {
  const last = items.findLast(item => item.kind !== 'note');
  if (last?.kind !== 'answer' || scene.protocol !== 'open-builder' || scene.room.kind === 'group')
    return undefined;
  return last.exchange.scene.protocol === 'open-builder' ? last : undefined;
}

/** smart-chat's buttons in place of the input line; none where it has the usual one. */
export function keyboardOf({ scene, keyboard }: DeskState): readonly string[] | undefined {
  return scene.protocol === 'smart-chat' && keyboard.type === 'buttons' ? keyboard.buttons : undefined;
}

function doneItems(exchange: Exchange): RoomItem[] {
  const { act, at, said } = exchange;
  const placed = { key: `${keyOf(exchange)} did`, at, exchange };
  if (act.kind === 'sends') return [{ ...placed, kind: 'sent', media: act.media, url: act.url }];
  if (said !== undefined && said !== '') return [{ ...placed, kind: 'said', text: said }];
  const says = texts.did(act);
  return says === undefined ? [] : [{ ...placed, kind: 'did', says }];
}

function fateItems(exchange: Exchange): RoomItem[] {
  const { fate, answer, violations } = exchange;
  const key = keyOf(exchange);
  const at = exchange.at + (answer?.ms ?? 0);
  const note = (tone: 'plain' | 'late' | 'lost', says: Sentence): RoomItem => ({
    ...{ key: `${key} note`, at, exchange, kind: 'note', tone, says },
  });
  switch (fate.kind) {
    case 'waits':
      return [];
    case 'shown':
      if (!hasBubble(exchange)) return [];
      return [
        {
          key: `${key} answer`,
          at,
          exchange,
          kind: 'answer',
          answer: answer?.json,
          isLate: false,
          violations,
        },
      ];
    case 'deferred': {
      const words: RoomItem = { key: `${key} waiting`, at, exchange, kind: 'waiting', text: fate.text };
      return [...(fate.text === '' ? [] : [words]), note('late', texts.deferred)];
    }
    case 'silent':
      return [note('plain', fate.says)];
    case 'judged':
      return [
        ...(fate.status === 'FAIL' ? refusalItems(exchange, key, at) : []),
        note(fate.status === 'SUCCESS' ? 'plain' : 'late', texts.judged(fate.status, fate.says)),
      ];
    case 'dropped':
      return [
        ...(isToldByKakao(exchange)
          ? [{ key: `${key} unanswered`, at, exchange, kind: 'waiting' as const, text: DOES_NOT_RESPOND }]
          : []),
        note('lost', fate.says),
      ];
    default:
      return fate satisfies never;
  }
}

/** A validation's message, by which Kakao asks for the value again. */
function refusalItems(exchange: Exchange, key: string, at: number): RoomItem[] {
  const json = exchange.answer?.json;
  const text = typeof json === 'object' && json !== null && 'message' in json ? json.message : undefined;
  if (typeof text !== 'string' || text === '') return [];
  return [{ key: `${key} refusal`, at, exchange, kind: 'waiting', text }];
}

/** The errors of the bot's own log: of those the user hears an apology, if anything. */
function logItems(exchange: Exchange): RoomItem[] {
  const { at, answer, log = [] } = exchange;
  return log.flatMap(({ level, text }, line): RoomItem[] => {
    if (level !== 'error') return [];
    const [what = '', why] = text.split('\n');
    const says = texts.botFailed(what, why);
    const key = `${keyOf(exchange)} log ${line}`;
    return [{ key, at: at + (answer?.ms ?? 0), exchange, kind: 'note', tone: 'lost', says }];
  });
}

/** The bubble by which smart-chat tells a user of an answer that it could not take. */
const DOES_NOT_RESPOND =
  '해당 프로필의 자동응답 시스템이 응답을 하지 않습니다. 문제가 보고되어 처리 예정입니다. 다음에 다시 시도해주세요.';

/** Open Builder's users see nothing of an answer that was dropped, and nobody of a keyboard. */
const isToldByKakao = ({ scene, request }: Exchange): boolean =>
  scene.protocol === 'smart-chat' && request.url.endsWith('/message');

/** smart-chat's home keyboard comes without a bubble. */
function hasBubble({ scene, answer }: Exchange): boolean {
  const json = answer?.json;
  return (
    scene.protocol === 'open-builder' || (typeof json === 'object' && json !== null && 'message' in json)
  );
}

function callbackItems(exchange: Exchange): RoomItem[] {
  const { callback, fate } = exchange;
  if (callback === undefined) return [];
  const key = keyOf(exchange);
  const posts = callback.posts.flatMap((post, at): RoomItem[] => {
    const placed = { key: `${key} post ${at}`, at: post.at, exchange };
    if (!post.isTaken) {
      const says = texts.callbackRefused(post.message, post.ms);
      return [{ ...placed, key: `${key} refused ${at}`, kind: 'note', tone: 'lost', says }];
    }
    return [
      { ...placed, kind: 'answer', answer: post.json, isLate: true, violations: post.violations },
      {
        ...placed,
        key: `${key} taken ${at}`,
        kind: 'note',
        tone: 'plain',
        says: texts.callbackTaken(post.ms),
      },
    ];
  });
  // A post that was refused has told it already.
  if (callback.state !== 'expired' || fate.kind !== 'deferred' || posts.length > 0) return posts;
  const says = texts.callbackExpired(callback.expiresAt - exchange.at);
  return [{ key: `${key} expired`, at: callback.expiresAt, exchange, kind: 'note', tone: 'lost', says }];
}

/** A request that came twice is told once: a user has said it once. */
function repeatItems(exchange: Exchange, repeated: Exchange | undefined): RoomItem[] {
  if (exchange.fate.kind === 'waits' || repeated === undefined || repeated.fate.kind === 'waits') return [];
  const isSame = exchange.answer?.text === repeated.answer?.text && exchange.fate.kind === repeated.fate.kind;
  return [
    {
      key: `${keyOf(exchange)} repeat`,
      at: exchange.at + (exchange.answer?.ms ?? 0),
      exchange,
      kind: 'note',
      tone: isSame ? 'plain' : 'lost',
      says: isSame ? texts.repeatedAlike : texts.repeatedOtherwise,
    },
  ];
}
