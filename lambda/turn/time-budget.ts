// Every number that "never late" is made of, as arithmetic on Kakao's limits: a number that follows from others says so,
// and one that stands for itself has its reason. All are lengths of time, and their names tell the unit.
// `test/turn/time-budget.test.ts` states what must hold between them, and names the number that breaks it.

/**
 * How long Kakao waits for a skill, and smart-chat waited, from the user's word to the answer.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/make_skill
 */
export const KAKAO_WAITS_MS = 5_000;

/**
 * How long a callback URL of a private room takes its one answer, from the request that brought it.
 * @see https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
 */
export const CALLBACK_LIVES_MS = 60_000;

/** The same of a group room, as Kakao's guide to group bots has it. */
export const GROUP_CALLBACK_LIVES_MS = 5 * 60_000;

/**
 * THE DEADLINE: from API Gateway's receipt to our answer. Of Kakao's time it leaves 700 ms for the way from Kakao to API
 * Gateway and back; a cold start spends the same five seconds.
 */
export const ANSWER_WITHIN_MS = KAKAO_WAITS_MS - 700;

/** When API Gateway gives up on the function, past our own answer: 100 ms are left to its 503 to come before Kakao gives up. */
export const INTEGRATION_TIMEOUT_MS = KAKAO_WAITS_MS - 100;

/** When Lambda ends a function that answers Kakao, for a call that nothing else ended: as long again as Kakao waited for it. */
export const FUNCTION_TIMEOUT_SECONDS = (2 * KAKAO_WAITS_MS) / 1_000;

/** The time that deferring a turn takes before the deadline: one save and one send, over a connection yet to be made perhaps. */
export const DEFER_MS = 500;

/** When a rule is cut off where a worker can take its turn: deferring it still fits before the deadline. */
export const RULE_WITHIN_MS = ANSWER_WITHIN_MS - DEFER_MS;

/** The end of a turn's time that a rule whose answer grows does not get, where no worker is: what it has made by then is the answer. */
export const GROWN_END_MS = 200;

/** From where on an answer is called slow, and the alarm counts it: before rules are cut off, or it would hardly ever go off. */
export const SLOW_ANSWER_MS = RULE_WITHIN_MS - 300;

/**
 * From API Gateway's receipt to a verdict. Kakao documents no allowance, and asks the user again where a cold start of
 * a second was too long for it.
 */
export const VALIDATE_WITHIN_MS = 2_000;

/** From API Gateway's receipt to the end of what a bot does for a notice: Kakao Developers waits three seconds for its webhooks. */
export const NOTICE_WITHIN_MS = 2_500;

/** The longest that a turn waits for its user's alias to be written: the next turn writes one that was not. */
export const ALIAS_WITHIN_MS = 300;

/**
 * The longest that an answer which is made waits until the event bus has taken what became of it: a new connection and one
 * call, three times over, and still less than anybody feels. Near the deadline it waits no longer than that.
 */
export const BUS_WITHIN_MS = 300;

/** The longest that asking one of Kakao's plugins may take of a turn: a rule still answers without what it did not get. */
export const PLUGIN_TIMEOUT_MS = 2_000;

/** The longest that reading a secret text may take of a turn: a rule still answers without it, or by its error. */
export const SECRET_TEXT_WITHIN_MS = 2_000;

/** The tries of a call to AWS, the first one included; the deadline ends the last. */
export const AWS_TRIES = 3;

/** The deadline's time in equal parts: each try may hang for one, and the turn itself has the last. */
const AWS_PARTS = AWS_TRIES + 1;

/** One try of a call to AWS, its connection included, in whole tenths of a second: a part of the deadline's time. */
export const AWS_REQUEST_TIMEOUT_MS = (ANSWER_WITHIN_MS - (ANSWER_WITHIN_MS % (100 * AWS_PARTS))) / AWS_PARTS;

/** To connect to a service of AWS, of a try's time the half: in one region, what has not answered by then will not. */
export const AWS_CONNECTION_TIMEOUT_MS = AWS_REQUEST_TIMEOUT_MS / 2;

/** The longest that a call waits for a newer secret while there is an older one: as long as for a connection. */
export const SECRET_REFRESH_MS = AWS_CONNECTION_TIMEOUT_MS;

/**
 * How long a read of the secret is good for whoever shows its current value: then the next call has it read again, and does
 * not wait. A function that is always called reads it 960 times a day, for half a cent.
 */
export const SECRET_FRESH_MS = 90_000;

/**
 * How long that value is trusted unasked. Lambda freezes a read that nobody waits for: without this bound a value that a
 * rotation ended might be accepted for ever by a function that is seldom called.
 */
export const SECRET_TRUSTED_MS = 2 * SECRET_FRESH_MS;

/**
 * How soon the secret is read again for whoever shows another value than the current one, the previous one too, and after a
 * read that failed: a rotation counts at once, and a guess costs little.
 */
export const SECRET_RECHECK_MS = 10_000;

/**
 * The longest that a start does ahead what its first turn would: what has not answered in the time of one try is asked
 * again by that turn, no later than by a second try.
 */
export const WARM_UP_MS = AWS_REQUEST_TIMEOUT_MS;

/** Marking a turn as deferred, about: one save over a connection that is there. */
export const MARK_MS = 20;

/**
 * The longest pause before a turn that met another tries again, or a worker whose table fails: a random part of a time that
 * doubles.
 */
export const LONGEST_PAUSE_MS = 800;

/** The first pause before a change of a room that met another is tried again: about one round trip to the table; it doubles. */
export const FIRST_ROOM_PAUSE_MS = 10;

/** How long a repeated delivery of a turn is recognised: far longer than any client of a 5 s protocol retries. */
export const REMEMBER_TURN_MS = 60_000;

/** How long a late reply is worth telling, unless its rule says otherwise: about as long as somebody looks at a chat. */
export const WORTH_MS = 10 * 60_000;

/** The end of a callback's life that no rule gets: it is for saving and posting. */
export const SAVE_AND_POST_MS = 10_000;

/** From a late turn's request to its answer, if only an apology. */
export const LATE_ANSWER_WITHIN_MS = CALLBACK_LIVES_MS - SAVE_AND_POST_MS;

/** The same where its callback is of a group room. */
export const GROUP_LATE_ANSWER_WITHIN_MS = GROUP_CALLBACK_LIVES_MS - SAVE_AND_POST_MS;

/** The end of a callback's life in which no post is tried any more: what is under way then arrives before it is over. */
export const POST_ARRIVES_MS = 2_000;

/** From a late turn's request to the end of the last try to post it. */
export const POST_UNTIL_MS = CALLBACK_LIVES_MS - POST_ARRIVES_MS;

/** The same where its callback is of a group room. */
export const GROUP_POST_UNTIL_MS = GROUP_CALLBACK_LIVES_MS - POST_ARRIVES_MS;

/** From the answer that tells to wait to the first post: Kakao refuses a callback that overtakes that answer. */
export const POST_NOT_BEFORE_MS = 1_000;

/** One try of a post to Kakao. */
export const POST_TIMEOUT_MS = 3_000;

/** The pause before the second try of a post; it doubles. */
export const FIRST_POST_PAUSE_MS = 250;

/** The time of a worker's to keep a reply that Kakao does not take: one save. */
export const KEEP_MS = 1_000;

/** The time of a worker's that its rule does not get: one try of a post, and keeping the reply that it did not deliver. */
export const FINISH_MS = POST_TIMEOUT_MS + KEEP_MS;

/** The longest that a rule works in a worker, where it says so: Kakao's minute without what is before and after the rule. */
export const LONGEST_LATE_RULE_MS = LATE_ANSWER_WITHIN_MS - KAKAO_WAITS_MS;

/** The rule's part of a worker's time, unless it asks for more: should its worker die, as much is left to a second one, nearly. */
export const LATE_RULE_WITHIN_MS = 24_000;

/** For how long a worker takes a turn at first: then it has answered, or says that it lives, or is dead. */
export const LEASE_MS = LATE_RULE_WITHIN_MS + FINISH_MS;

/** From where on a worker that is still at work says so, before its lease is over: one write that may hang once. */
export const RENEW_LEASE_MS = LATE_RULE_WITHIN_MS;

/** When Lambda ends a worker: its rule had the longest time, and what follows fitted in. */
export const WORKER_TIMEOUT_SECONDS = (LONGEST_LATE_RULE_MS + FINISH_MS) / 1_000;

/** When a record whose worker died comes to another: 1 s after that was ended, so that never two are at work on one. */
export const QUEUE_VISIBILITY_SECONDS = WORKER_TIMEOUT_SECONDS + 1;

/**
 * After how long a late turn's second record comes, which finds it answered, or takes it when its worker is dead: at half
 * of the callback's life, when the first lease of whoever took it at once is over.
 */
export const SECOND_RECORD_SECONDS = CALLBACK_LIVES_MS / 2 / 1_000;

/** The longest that a second record waits for a lease that is about to end: a worker began as late by a cold start. */
export const AWAIT_LEASE_MS = 4_000;

/** How often a second record looks whether the turn before its own is answered, and a worker whether its turn was replaced. */
export const LOOK_EVERY_MS = 1_000;

/** From one save of a growing answer's draft to the next, at least: a worker that dies takes no more with it than what came in so long. */
export const DRAFT_EVERY_MS = 2_000;

/** How long a growing rule whose time is over may take to yield what it held back: it has that already. */
export const LAST_PIECES_MS = 100;

/** The longest that a rule whose answer grows goes on after what there was had to be posted: as long again as a callback lives. */
export const LONGEST_GROWING_REST_MS = CALLBACK_LIVES_MS;

/** When Lambda ends a worker of a bot whose answers grow: it lives longer by the rest, and by saving the part before that. */
export const GROWING_WORKER_TIMEOUT_SECONDS =
  WORKER_TIMEOUT_SECONDS + (LONGEST_GROWING_REST_MS + KEEP_MS) / 1_000;

/** When a record comes to another worker there: 1 s after the one before was ended. */
export const GROWING_VISIBILITY_SECONDS = GROWING_WORKER_TIMEOUT_SECONDS + 1;

/**
 * From the request of a late turn of such a bot to its third record, which comes in place of the first one: that comes back
 * when no callback lives any more. By then, whoever had the turn has posted what there was, or is dead.
 */
export const THIRD_RECORD_SECONDS = (LATE_ANSWER_WITHIN_MS + POST_TIMEOUT_MS) / 1_000;

/** How long a record of a growing turn is worth anything: it comes back when its worker died in the rest. */
export const GROWING_RECORD_MS = GROWING_VISIBILITY_SECONDS * 1_000 + SAVE_AND_POST_MS;

/** How long the late queue keeps a turn: as long as the callback lives that lives longest. A worker knows of each turn when it is over. */
export const QUEUE_RETENTION_SECONDS = GROUP_CALLBACK_LIVES_MS / 1_000;

/** From where on a turn waits long in the queue, and the alarm goes off: longer than any worker has one. */
export const SLOW_QUEUE_SECONDS = QUEUE_VISIBILITY_SECONDS + 5;

/** The same of a bot whose answers grow: a turn that a worker has counts as waiting, too. */
export const GROWING_SLOW_QUEUE_SECONDS = GROWING_VISIBILITY_SECONDS + 5;

/** From where on a rule that met another turn is not run again: what it answered is joined to what the other changed. */
export const RERUN_WITHIN_MS = 300;

/** How long an answer that was shown stays readable: the reply to the tap that asked for it may be lost. */
export const READABLE_MS = 60_000;

/** How long a turn that nobody can name again is remembered: while it may meet itself, which its own deadline ends. */
export const REMEMBER_BRIEFLY_MS = 2 * KAKAO_WAITS_MS;

/** The longest pause of a worker before it saves again, when the user said something meanwhile; a failing table doubles it. */
export const WORKER_PAUSE_MS = 50;

/** From its request to when a late turn without an answer is lost: Kakao waited, then its record was worth as long as a callback. */
export const LOST_AFTER_MS = KAKAO_WAITS_MS + CALLBACK_LIVES_MS;

/** The same where its callback is of a group room. */
export const GROUP_LOST_AFTER_MS = KAKAO_WAITS_MS + GROUP_CALLBACK_LIVES_MS;

/** The same of a turn whose answer grows: its record had the time to come back. */
export const GROWING_LOST_AFTER_MS = KAKAO_WAITS_MS + GROWING_RECORD_MS;

/** How long a change of a room is remembered: as long as its turn may run again, in whatever worker. */
export const REMEMBER_CHANGE_MS = GROUP_LOST_AFTER_MS + GROWING_WORKER_TIMEOUT_SECONDS * 1_000;

/** How far in the past a lease that nobody has begins: further than two machines' clocks differ. */
export const FREE_SINCE_MS = 60_000;

/** From its request to when a late turn that no worker has taken keeps no other waiting: its deferral, and a queue that is slow. */
export const STALLED_AFTER_MS = 3 * KAKAO_WAITS_MS;

/** When the lease of a lost turn is forgotten: long after any worker could come. */
export const FORGET_LEASE_MS = 10 * 60_000;

/** How often the probe asks: the shortest rate of a schedule. */
export const PROBE_EVERY_MS = 60_000;

/** From where on the probe takes an answer for none: its own way to the API is shorter than Kakao's. */
export const PROBE_WITHIN_MS = KAKAO_WAITS_MS - 500;

/** From where on the probe's call is slow, and the alarm counts it: half of Kakao's time, of a turn whose rule takes none of it. */
export const PROBE_SLOW_MS = KAKAO_WAITS_MS / 2;

/** When Lambda ends the probe: it had Kakao's time for its call, and as long for all tries of reading the secret. */
export const PROBE_TIMEOUT_SECONDS = (2 * KAKAO_WAITS_MS) / 1_000;
