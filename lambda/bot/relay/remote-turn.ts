import { isObject } from '../../json-reader.ts';
import type {
  ActiveContext,
  Block,
  Extra,
  Group,
  Incoming,
  Knowledge,
  Tester,
  Trigger,
} from '../incoming.ts';
import type { Notice, NoticeKind } from '../notice.ts';
import type { Params } from '../params.ts';
import type { Turn } from '../turn.ts';
import type { ChannelKind, User } from '../user.ts';

// The JSON that a bot server gets, as docs/remote-bot.schema.json has it: what changes here changes there.

/** The version of all that is posted to a bot server. */
export const REMOTE_VERSION = 1;

/** A user as a bot server knows them: by the ids that Kakao gave, not by the gateway's key. */
export type RemoteUser = Omit<User, 'key' | 'channelKind'>;

/** A block's parameter. */
export interface RemoteParam {
  /** A text; an object or a list where Kakao's text is the JSON of one; null where it is missing. */
  readonly value: unknown;
  /** The user's own words for it, where Kakao tells. */
  readonly origin?: string;
}

/** A turn as a bot server gets it: what a rule sees of it, as plain JSON. */
export interface RemoteTurn {
  /** The same when the turn is asked again, be it by Kakao, after a failure, or since it was late. */
  readonly id: string;
  readonly incoming: Incoming;
  readonly text: string;
  readonly user: RemoteUser;
  readonly channel: ChannelKind;
  /** The bot server's own state of this user, as its last answer gave it; empty at first. */
  readonly session: Extra;
  readonly trigger: Trigger;
  readonly params: { readonly [name: string]: RemoteParam };
  readonly contexts: { readonly [name: string]: ActiveContext | undefined };
  readonly knowledge: readonly Knowledge[];
  readonly eventParams: Extra;
  readonly lastBlock?: Block;
  readonly tester?: Tester;
  readonly group?: Group;
}

/** A notice as a bot server gets it. */
export interface RemoteNotice {
  /** The same when the notice is told again after a failure. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly user?: RemoteUser;
  readonly channel?: ChannelKind;
  readonly group?: Group;
  readonly params?: Extra;
}

/** The turn with the state that the bot server gave last. */
export function remoteTurnOf(turn: Turn<unknown>, session: Extra): RemoteTurn {
  const { lastBlock, tester, group } = turn;
  return {
    id: turn.id,
    incoming: turn.incoming,
    text: turn.text,
    user: remoteUserOf(turn.user),
    channel: turn.channel,
    session,
    trigger: turn.trigger,
    params: paramsOf(turn.params),
    contexts: turn.contexts,
    knowledge: turn.knowledge,
    eventParams: turn.eventParams,
    ...(lastBlock && { lastBlock }),
    ...(tester && { tester }),
    ...(group && { group }),
  };
}

/** The notice under an id of its own. */
export function remoteNoticeOf({ kind, user, group, params, ...rest }: Notice, id: string): RemoteNotice {
  const channel = rest.channel ?? user?.channelKind;
  return {
    id,
    kind,
    ...(user && { user: remoteUserOf(user) }),
    ...(channel && { channel }),
    ...(group && { group }),
    ...(params && { params }),
  };
}

function remoteUserOf({ key: _key, channelKind: _channelKind, ...ids }: User): RemoteUser {
  return ids;
}

function paramsOf(params: Params): RemoteTurn['params'] {
  const paramOf = (name: string): RemoteParam => {
    const json = params.json(name);
    const value = isObject(json) || Array.isArray(json) ? json : (params.text(name) ?? null);
    const origin = params.origin(name);
    return { value, ...(origin !== undefined && { origin }) };
  };
  return Object.fromEntries(params.names.map(name => [name, paramOf(name)]));
}
