/** What the late queue and its worker are deployed with: a callback lives a minute, so nothing here lives longer. */
export const LATE_QUEUE = {
  /** The least that SQS allows, and as long as a callback lives. */
  retentionSeconds: 60,
  /** When a turn whose worker died comes to another; no less than the worker's timeout, or Lambda refuses it. */
  visibilitySeconds: 30,
  workerTimeoutSeconds: 28,
  /** What SQS takes in a queue of any age; only the newer ones take a mebibyte. */
  messageBytes: 262_144,
} as const;
