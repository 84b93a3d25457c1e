import type { User } from '../bot/user.ts';

/**
 * The users that no person is, by their ids: whoever watches over a gateway speaks as one. No id of Kakao's looks like these,
 * and only who knows the gateway's secret can speak as any user.
 */
export const SYNTHETIC_USERS = { probe: 'kakao-gateway-probe', doctor: 'kakao-gateway-doctor' } as const;

/** Whose user it is: of the function that asks once a minute, or of the doctor. */
export type SyntheticUser = keyof typeof SYNTHETIC_USERS;

/** The words to which the gateway answers the probe itself, without the bot. */
export const PROBE_SAYS = SYNTHETIC_USERS.probe;

/** Which synthetic user it is, by either of the ids that Kakao gives; undefined of a person. */
export function syntheticUserOf({ botUserKey, plusfriendUserKey }: User): SyntheticUser | undefined {
  if (isOf('probe')) return 'probe';
  return isOf('doctor') ? 'doctor' : undefined;

  function isOf(name: SyntheticUser): boolean {
    const id = SYNTHETIC_USERS[name];
    return botUserKey === id || plusfriendUserKey === id;
  }
}
