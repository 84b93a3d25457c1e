import { isObject } from '../json-reader.ts';
import type { Button, QuickReply } from './components.ts';
import type { Extra, TurnRequest } from './incoming.ts';
import { button } from './reply.ts';
import type { UserKey } from './user.ts';

/** The gateway's own buttons that come back with a mark: 더보기 and 결과 확인. */
export type OwnButton = 'more' | 'collect';

/** The answer that one of the gateway's own buttons brings. */
export interface BroughtAnswer {
  /** The id of the turn that it answers. */
  readonly answer?: string;
  /** The part of it, from 0. */
  readonly part?: number;
  /** Whose answer it is, in a group room: everybody there may tap. */
  readonly of?: UserKey;
}

/** A tap on one of the gateway's own buttons. */
export interface OwnTap extends BroughtAnswer {
  readonly button: OwnButton;
}

/** The member of an `extra` that is reserved for the mark of the gateway's own buttons. */
const MARK = 'kakaoGateway';

/** One of the gateway's own buttons: its mark tells a tap on it from the typed word and from a bot's button of the same label. */
export function ownButton(own: OwnButton, label: string, brought: BroughtAnswer = {}): Button & QuickReply {
  return button.message(label, label, { [MARK]: { button: own, ...brought } });
}

/**
 * The answer of a turn as the gateway's buttons under it bring it: in a group room they name whose it is.
 * @param of its user, who may be another than whoever tapped for it
 */
export function broughtBy(
  { user, group }: Pick<TurnRequest, 'user' | 'group'>,
  answer?: Pick<BroughtAnswer, 'answer' | 'part'>,
  of: UserKey | undefined = user.key,
): BroughtAnswer {
  return group === undefined || of === undefined ? { ...answer } : { ...answer, of };
}

/** A turn as rules may see it, without any mark, and which of the gateway's own buttons was tapped. */
export function tapOf(request: TurnRequest): {
  readonly request: TurnRequest;
  readonly tapped: OwnTap | undefined;
} {
  const { incoming } = request;
  if (incoming.kind !== 'utterance' || !Object.hasOwn(incoming.extra, MARK))
    return { request, tapped: undefined };
  const extra = withoutMark(incoming.extra);
  const { trigger } = request;
  // Without its mark, an extra may no longer tell that something was tapped.
  const how = trigger === undefined || trigger.how === 'unknown' ? 'tapped' : trigger.how;
  return {
    request: { ...request, incoming: { ...incoming, extra }, trigger: { ...trigger, how } },
    tapped: tapIn(incoming.extra[MARK], request),
  };
}

function tapIn(mark: unknown, { group }: Pick<TurnRequest, 'group'>): OwnTap | undefined {
  if (!isObject(mark)) return undefined;
  const { button: own, answer, part, of } = mark;
  if (own !== 'more' && own !== 'collect') return undefined;
  return {
    button: own,
    ...(typeof answer === 'string' && { answer }),
    ...(Number.isSafeInteger(part) && Number(part) >= 0 && { part: Number(part) }),
    // No button in a room of two names a user: nobody reads there what is another's. Whoever may call the gateway may name
    // any user in a group room: this is one more way to.
    ...(group !== undefined && typeof of === 'string' && { of: of as UserKey }),
  };
}

/** The quick replies without our own ones that bring late answers: whoever shows these has others, or none. */
export function withoutCollect(quickReplies: readonly QuickReply[]): readonly QuickReply[] {
  return quickReplies.filter(({ extra }) => {
    const mark = extra?.[MARK];
    return !(isObject(mark) && mark.button === 'collect');
  });
}

/** An `extra` as the bot's author gave it. */
export function withoutMark({ [MARK]: _, ...extra }: Extra): Extra {
  return extra;
}
