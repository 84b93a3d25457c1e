/** The sessions table: one item a user. */
export const SESSION_TABLE = {
  /** Partition key: the user key. */
  key: 'userKey',
  /** The attribute whose epoch seconds DynamoDB deletes by, some day; we treat it as deleted at once. */
  timeToLive: 'expiresAt',
} as const;
