import { userKeyOf } from '../../lambda/bot/user.ts';

const KINDS = ['live', 'dev'] as const;

/**
 * The keys of the sessions that a user may have by one of Kakao's ids.
 * @param id `plusfriendUserKey` or smart-chat's `user_key`; with a bot's id also `botUserKey`, which `userRequest.user.id` is
 */
export function userKeys(id: string, botId: string | undefined): readonly string[] {
  if (/^(live|dev)\/(channel|bot)\//.test(id)) return [id];
  return KINDS.flatMap(kind => [
    userKeyOf(kind, { plusfriendUserKey: id }),
    // An id of the development channel's bot ends so.
    ...(botId === undefined ? [] : [userKeyOf(kind, { botId: botId.replace(/!$/, ''), botUserKey: id })]),
  ]);
}
