import { deadlineAt } from '../bot/deadline.ts';
import type { Notice } from '../bot/notice.ts';
import { groupRoomKeyOf } from '../bot/room-key.ts';
import type { UserKey } from '../bot/user.ts';
import { forgetUser } from '../turn/forget-user.ts';
import type { SessionStore } from '../turn/session.ts';
import { NOTICE_WITHIN_MS } from '../turn/time-budget.ts';
import type { Gateway } from './deployment.ts';

/** The notices after which a user is forgotten, or what a group room shares. */
const FORGETS: ReadonlySet<Notice['kind']> = new Set(['friend-blocked', 'unlinked', 'group-left']);

/**
 * Tells a notice to the bot and the event bus, and forgets the user, or the group room, where it says so, whatever the bot
 * does.
 * @param receivedAt epoch ms at which API Gateway received it
 * @param forget erases what is kept of them. Default: what is kept under the notice's keys
 * @throws what the store throws
 */
export async function takeNotice<S>(
  { bot, store, secret, log, bus }: Gateway<S>,
  protocol: string,
  notice: Notice,
  receivedAt: number,
  forget: () => Promise<void> = () => forgetAbout(store, notice),
): Promise<void> {
  const deadline = deadlineAt(receivedAt + NOTICE_WITHIN_MS);
  const telling = async (): Promise<boolean> => {
    try {
      await deadline.race('the function for notices', bot.tell(notice, deadline));
      return true;
    } catch (error) {
      log({ level: 'error', what: 'notice failed', protocol, outcome: notice.kind, error });
      return false;
    }
  };
  const told = Promise.all([telling(), bus?.notice({ protocol, notice, pseudonymOf: secret.pseudonymOf })]);
  try {
    if (FORGETS.has(notice.kind)) await forget();
  } finally {
    // Lambda would freeze what goes on after the answer.
    await told;
  }
  const [isTaken] = await told;
  if (isTaken) log({ level: 'info', what: 'notice taken', protocol, outcome: notice.kind });
}

async function forgetAbout(store: SessionStore, notice: Notice): Promise<void> {
  const { kind, channel = 'live', group } = notice;
  if (kind !== 'group-left') return forgetUser(store, keysOf(notice));
  const room = group && groupRoomKeyOf(channel, group);
  if (room !== undefined) await store.delete(room);
}

function keysOf({ user, keys }: Notice): readonly UserKey[] {
  return keys ?? (user?.key === undefined ? [] : [user.key]);
}
