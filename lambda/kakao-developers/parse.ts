import { InvalidRequestError } from '../errors.ts';
import { firstId, type JsonObject, requireId, requireObject } from '../json-reader.ts';
import type { ChannelWebhookBody, UnlinkWebhookFields } from './wire.ts';

/** A webhook that tells what a user did with a channel of the app's. */
export interface ChannelWebhook {
  readonly kind: 'friend-added' | 'friend-blocked';
  /** The user's id in the app; absent where Kakao gives another, by which nobody here knows them. */
  readonly appUserId?: string;
  /** The channel's profile id, as in its address `pf.kakao.com/<id>`. */
  readonly channelPublicId?: string;
}

/** A webhook that tells that a user's account is no longer linked to the app. */
export interface UnlinkWebhook {
  readonly appUserId: string;
  readonly appId: string;
}

/** @throws InvalidRequestError when it is no channel webhook of Kakao Developers', with the field's name */
export function parseChannelWebhook(body: unknown): ChannelWebhook {
  const webhook: Unread<ChannelWebhookBody> = requireObject(body, 'body');
  const { event, id, id_type: idType } = webhook;
  const kind = event === 'added' ? 'friend-added' : event === 'blocked' ? 'friend-blocked' : undefined;
  if (kind === undefined) throw new InvalidRequestError('event', '"added" or "blocked"');
  const known = requireId(firstId(id), 'id');
  const channelPublicId = firstId(webhook.channel_public_id, webhook.plus_friend_public_id);
  return {
    kind,
    ...(idType === 'app_user_id' && { appUserId: known }),
    ...(channelPublicId !== undefined && { channelPublicId }),
  };
}

/** @throws InvalidRequestError when it is no unlink webhook of Kakao Developers', with the field's name */
export function parseUnlinkWebhook(fields: unknown): UnlinkWebhook {
  const webhook: Unread<UnlinkWebhookFields> = requireObject(fields, 'body');
  return {
    appId: requireId(firstId(webhook.app_id), 'app_id'),
    appUserId: requireId(firstId(webhook.user_id), 'user_id'),
  };
}

/** The members of a wire type as they came: nothing but their names is known. */
type Unread<T> = { readonly [K in keyof T]?: unknown } & JsonObject;
