/** The sessions table: an item for each session, and beside them aliases, rooms, drafts and counters. */
export const SESSION_TABLE = {
  /** Partition key: the user key, or what stands for it of an item that is no session. */
  key: 'userKey',
  /** The attribute whose epoch seconds DynamoDB deletes by, some day; we treat it as deleted at once. */
  timeToLive: 'expiresAt',
} as const;
