// Every number that "never late" is made of, as arithmetic on Kakao's limits. Names tell the unit; times of day are
// epoch ms elsewhere, here are only lengths. `test/turn/time-budget.test.ts` states what must hold between them.

/**
 * Kakao gives up on a skill after so long, and smart-chat did, too.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/make_skill
 */
export const KAKAO_WAITS_MS = 5_000;

/**
 * A callback URL takes one answer, so long after the request that brought it.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export const CALLBACK_LIVES_MS = 60_000;

/** Of Kakao's time, for the way from Kakao to API Gateway and back. */
const NETWORK_MS = 700;

/**
 * From API Gateway's receipt to our answer.
 * Kakao counts the network too, and a cold start spends the same five seconds.
 */
export const ANSWER_WITHIN_MS = KAKAO_WAITS_MS - NETWORK_MS;

/** When API Gateway gives up on the function: past our own answer, and before Kakao does. */
export const INTEGRATION_TIMEOUT_MS = KAKAO_WAITS_MS - 100;

/** When Lambda ends a function that answers Kakao: the outer net, for a call that nothing else ended. */
export const FUNCTION_TIMEOUT_SECONDS = (2 * KAKAO_WAITS_MS) / 1_000;

/**
 * From API Gateway's receipt to a verdict. Kakao documents no allowance, and asks the user again where a cold start of
 * a second was too long for it.
 */
export const VALIDATE_WITHIN_MS = 2_000;

/** The longest that asking one of Kakao's plugins may take of a turn. */
export const PLUGIN_TIMEOUT_MS = 2_000;

/** To connect to a service of AWS: in one region, what has not answered by then will not. */
export const AWS_CONNECTION_TIMEOUT_MS = 500;

/** One try of a call to AWS: given up so early that another fits into {@link ANSWER_WITHIN_MS}. */
export const AWS_REQUEST_TIMEOUT_MS = 1_000;

/** The tries of a call to AWS; the deadline ends the last. */
export const AWS_TRIES = 3;

/** Deferring a turn that overran: one save and one send, over a connection yet to be made perhaps. */
export const DEFER_MS = 500;

/** Marking a turn as deferred, about. */
export const MARK_MS = 20;

/** The longest pause before a turn that met another tries again: a random part of a time that doubles. */
export const LONGEST_PAUSE_MS = 800;

/** How long a late reply is worth telling, unless its rule says otherwise. */
export const WORTH_MS = 10 * 60_000;

/** When a late turn is answered at the latest, if only by an apology: from its request. */
export const LATE_ANSWER_WITHIN_MS = CALLBACK_LIVES_MS - 10_000;

/** From its request; a post of a callback that starts later would not arrive. */
export const POST_UNTIL_MS = CALLBACK_LIVES_MS - 2_000;

/** From the answer that tells to wait: Kakao refuses a callback that overtakes it. */
export const POST_NOT_BEFORE_MS = 1_000;

/** One try of a post to Kakao. */
export const POST_TIMEOUT_MS = 3_000;

/** The pause before the second try; it doubles. */
export const FIRST_POST_PAUSE_MS = 250;

/** The least that SQS allows, and as long as a callback lives. */
export const QUEUE_RETENTION_SECONDS = CALLBACK_LIVES_MS / 1_000;

/** When a turn whose worker died comes to another; no less than the worker's timeout, or Lambda refuses it. */
export const QUEUE_VISIBILITY_SECONDS = 30;

/** When Lambda ends a worker. */
export const WORKER_TIMEOUT_SECONDS = QUEUE_VISIBILITY_SECONDS - 2;

/** Of a worker's time, for saving and posting. */
export const FINISH_MS = 4_000;

/** Of that, for keeping a reply that Kakao does not take. */
export const KEEP_MS = 1_000;

/** The longest pause of a worker, when the user said something meanwhile. */
export const WORKER_PAUSE_MS = 50;

/** When a late turn that is not answered must be lost: its queue has forgotten it by then. */
export const LOST_AFTER_MS = QUEUE_RETENTION_SECONDS * 1_000 + 5_000;

/** How far in the past a lease that nobody has begins: further than two machines' clocks differ. */
export const FREE_SINCE_MS = 60_000;

/** When the lease of a lost turn is forgotten. */
export const FORGET_LEASE_MS = 10 * 60_000;

/** How long a repeated delivery of a turn is recognised: far longer than any client of a 5 s protocol retries. */
export const REMEMBER_TURN_MS = 60_000;
