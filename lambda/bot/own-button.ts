import { isObject } from '../json-reader.ts';
import type { Button, QuickReply } from './components.ts';
import type { Extra, TurnRequest } from './incoming.ts';
import { button } from './reply.ts';

/** The gateway's own buttons that come back with a mark: 더보기 and 결과 확인. */
export type OwnButton = 'more' | 'collect';

/** The member of an `extra` that is reserved for the mark of the gateway's own buttons. */
const MARK = 'kakaoGateway';

/** One of the gateway's own buttons: its mark tells a tap on it from the typed word and from a bot's button of the same label. */
export function ownButton(own: OwnButton, label: string): Button & QuickReply {
  return button.message(label, label, { [MARK]: { button: own } });
}

/** A turn as rules may see it, without any mark, and which of the gateway's own buttons was tapped. */
export function tapOf(request: TurnRequest): {
  readonly request: TurnRequest;
  readonly tapped: OwnButton | undefined;
} {
  const { incoming } = request;
  if (incoming.kind !== 'utterance' || !Object.hasOwn(incoming.extra, MARK))
    return { request, tapped: undefined };
  const mark = incoming.extra[MARK];
  const own = isObject(mark) ? mark.button : undefined;
  const extra = withoutMark(incoming.extra);
  const { trigger } = request;
  // Without its mark, an extra may no longer tell that something was tapped.
  const how = trigger === undefined || trigger.how === 'unknown' ? 'tapped' : trigger.how;
  return {
    request: { ...request, incoming: { ...incoming, extra }, trigger: { ...trigger, how } },
    tapped: own === 'more' || own === 'collect' ? own : undefined,
  };
}

/** An `extra` as the bot's author gave it. */
export function withoutMark({ [MARK]: _, ...extra }: Extra): Extra {
  return extra;
}
