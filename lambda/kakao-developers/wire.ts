/**
 * The body of a 카카오톡 채널 webhook.
 * @see https://developers.kakao.com/docs/latest/ko/kakaotalk-channel/callback
 */
export interface ChannelWebhookBody {
  readonly event: 'added' | 'blocked';
  readonly id: string;
  /** `open_id` of a user who never agreed to tell the app of their channels: no turn ever shows that id. */
  readonly id_type: 'app_user_id' | 'open_id';
  readonly channel_public_id: string;
  readonly channel_uuid: string;
  /** RFC 3339, UTC. */
  readonly updated_at: string;
  /** The names before they were those of channels; some webhooks had both. */
  readonly plus_friend_public_id?: string;
  readonly plus_friend_uuid?: string;
  readonly timestamp?: number;
}

/**
 * The fields of an unlink webhook (연결 해제 웹훅): a form, or a query.
 * @see https://developers.kakao.com/docs/latest/ko/kakaologin/callback
 */
export interface UnlinkWebhookFields {
  readonly app_id: string;
  readonly user_id: string;
  readonly referrer_type:
    | 'ACCOUNT_DELETE'
    | 'FORCED_ACCOUNT_DELETE'
    | 'UNLINK_FROM_ADMIN'
    | 'UNLINK_FROM_APPS'
    | 'INCOMPLETE_SIGN_UP';
  /** Of an app in a group of apps. */
  readonly group_user_token?: string;
}
