import {
  GROWING_VISIBILITY_SECONDS,
  GROWING_WORKER_TIMEOUT_SECONDS,
  QUEUE_RETENTION_SECONDS,
  QUEUE_VISIBILITY_SECONDS,
  WORKER_TIMEOUT_SECONDS,
} from '../turn/time-budget.ts';

/** The late queue and its worker, as they are deployed. */
export const LATE_QUEUE = {
  retentionSeconds: QUEUE_RETENTION_SECONDS,
  visibilitySeconds: QUEUE_VISIBILITY_SECONDS,
  workerTimeoutSeconds: WORKER_TIMEOUT_SECONDS,
  /** How many late turns are worked on at once, unless the deployment says otherwise. */
  atOnce: 100,
  /** SQS takes so much in a queue of any age; only the newer ones take a mebibyte. */
  messageBytes: 262_144,
} as const;

/** The times of both that are others where the bot has rules whose answers grow. */
export const GROWING_LATE_QUEUE = {
  visibilitySeconds: GROWING_VISIBILITY_SECONDS,
  workerTimeoutSeconds: GROWING_WORKER_TIMEOUT_SECONDS,
} as const;
