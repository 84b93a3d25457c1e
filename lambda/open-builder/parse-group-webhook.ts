import type { Notice, NoticeKind } from '../bot/notice.ts';
import { type ChannelKind, type User, userKeyOf } from '../bot/user.ts';
import { firstId, isObject, type JsonObject, objectOrEmpty } from '../json-reader.ts';

/** A call by which a group room tells that the bot came or left, or that somebody invited members. */
export interface GroupWebhook {
  readonly kind: 'group-webhook';
  /** Absent where Kakao tells something that nobody knows, or of no room. */
  readonly notice?: Notice;
}

/** Kakao's words for what a group room tells; the set is open. */
const KINDS: ReadonlyMap<unknown, NoticeKind> = new Map<unknown, NoticeKind>([
  ['entrance', 'group-entered'],
  ['leave', 'group-left'],
  ['inviteMember', 'group-invited'],
]);

/** The longest id of Kakao's that is taken for one: theirs have at most 70 characters. */
const MAX_ID_LENGTH = 140;

/** Reads what a group room tells; what it leaves out, or says in another form, is absent. Never throws. */
export function parseGroupWebhook({ botId, type, group, payload }: JsonObject): GroupWebhook {
  const kind = KINDS.get(type);
  const key = idOf(objectOrEmpty(group).botGroupKey);
  if (kind === undefined || key === undefined) return { kind: 'group-webhook' };
  const bot = idOf(botId) ?? 'unknown';
  const channel: ChannelKind = bot.endsWith('!') ? 'dev' : 'live';
  const { inviter, params } = objectOrEmpty(payload);
  const user = inviterOf(objectOrEmpty(inviter), channel, bot.replace(/!$/, '') || bot);
  return {
    kind: 'group-webhook',
    notice: {
      kind,
      ...(user && { user }),
      group: { key },
      channel,
      ...(isObject(params) && { params }),
    },
  };
}

function inviterOf(inviter: JsonObject, channelKind: ChannelKind, botId: string): User | undefined {
  const botUserKey = idOf(inviter.botUserKey);
  const appUserId = idOf(inviter.appUserId);
  if (botUserKey === undefined && appUserId === undefined) return undefined;
  return {
    ...(botUserKey !== undefined && { key: userKeyOf(channelKind, { botId, botUserKey }), botUserKey }),
    channelKind,
    ...(appUserId !== undefined && { appUserId }),
    isFriend: false,
  };
}

function idOf(value: unknown): string | undefined {
  const id = firstId(value);
  return id === undefined || id.length > MAX_ID_LENGTH ? undefined : id.toWellFormed();
}
