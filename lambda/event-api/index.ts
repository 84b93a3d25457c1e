// The door for whoever sends events: in another repository 'kakao-gateway/event-api'.
export {
  type EventApi,
  type EventApiOptions,
  eventApi,
  type KeySource,
  type SendOptions,
  type SendToUsersOptions,
} from './event-api.ts';
export { FATES, type Fate, type RecipientFate } from './fates.ts';
export type { GroupRoom } from './group-rooms.ts';
export type { Pace } from './pace.ts';
export { type EventUser, type Recipient, userOf } from './recipients.ts';
export type { EventReport } from './report.ts';
