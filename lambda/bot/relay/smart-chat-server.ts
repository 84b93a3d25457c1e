import { isBlank } from '../../blank.ts';
import { ConfigurationError } from '../../errors.ts';
import { Bot } from '../bot.ts';
import { type BotOptions, requireBotOptions, type StatelessBotOptions } from '../bot-options.ts';
import type { Deadline } from '../deadline.ts';
import type { Incoming, MediaKind } from '../incoming.ts';
import type { Notice, NoticeKind } from '../notice.ts';
import { type Reply, text } from '../reply.ts';
import type { Turn } from '../turn.ts';
import { type AppUrlSource, reachOf } from './smart-chat-app-url.ts';
import type { Patience } from './smart-chat-calls.ts';
import { orNone } from './smart-chat-home.ts';
import { buttonsIn, knowUser, memoryIn, type SmartChatState, showButtons } from './smart-chat-memory.ts';
import { outputsOf } from './smart-chat-outputs.ts';
import { pageOf, pageTapOf, type ShownButtons } from './smart-chat-pages.ts';
import { oldUserKey, oldUserKeysOf } from './smart-chat-user.ts';
import type { OldAnswer } from './smart-chat-wire.ts';

/** An old smart-chat server, and how it is stood in for. */
export interface SmartChatServerOptions extends StatelessBotOptions {
  /**
   * The 앱 URL that was registered with Kakao: `/keyboard`, `/message` and the others follow it. Where it is a secret, the
   * way to it: `() => secretText('cafe/app-url')`.
   */
  readonly appUrl: AppUrlSource;
  /** The bubble above the home keyboard, for who comes in. Default: a Korean greeting. */
  readonly greeting?: string;
  /**
   * The way of what the server does not answer in time. `'again'`, the default: a worker asks once more, and has longer.
   * `'at-once'`: a worker asks every time, and once alone; users read `texts.waiting` first. `'never'`: it is asked once,
   * and users read `texts.apology` when it is late. Kakao never asked twice: who takes orders chooses one of these two.
   */
  readonly late?: 'again' | 'at-once' | 'never';
  /** Whether who comes back after ten minutes gets the home keyboard under an answer that has none. Default: true. */
  readonly homeAgain?: boolean;
}

/**
 * A bot that is an old smart-chat server; rules that are declared on it come before that server. Its session is its
 * author's, beside what the relay remembers in it.
 * @throws ConfigurationError when an option is none; and what {@link Bot} throws
 */
export function smartChatServer<S extends object>(
  options: SmartChatServerOptions & BotOptions<S>,
): Bot<S & SmartChatState>;
/** The same with the relay's own session alone. */
export function smartChatServer(options: SmartChatServerOptions): Bot<SmartChatState>;
export function smartChatServer<S extends object>(
  options: SmartChatServerOptions & Partial<BotOptions<S>>,
): Bot<S & SmartChatState> {
  requireOptions(options);
  requireBotOptions(options);
  const reach = reachOf(options.appUrl);
  const bot = new Bot<S & SmartChatState>(botOptions(options));
  const relay: Relay = {
    reach,
    greeting: options.greeting ?? GREETING,
    texts: bot.texts,
    late: options.late ?? 'again',
    homeAgain: options.homeAgain ?? true,
    known: new Map(),
  };
  bot
    // A word on the gateway's own buttons may be one that a rule hears.
    .when(
      turn => pageTapOf(turn.incoming) !== undefined,
      turn => showPage(relay, turn),
    )
    .welcome(turn => greet(relay, turn))
    .notices((notice, deadline) => tellNotice(relay, notice, deadline));
  if (relay.late !== 'at-once')
    return bot.fallback(async turn => answer(relay, turn, await ask(relay, turn)));
  return bot.fallback({
    slow: bot.texts.waiting,
    work: turn => ask(relay, turn),
    then: (turn, asked) => answer(relay, turn, asked),
  });
}

const GREETING = '안녕하세요! 무엇을 도와드릴까요?';

/** An old server, and all that is told and remembered in its name. */
interface Relay {
  readonly reach: ReturnType<typeof reachOf>;
  readonly greeting: string;
  readonly texts: Bot['texts'];
  readonly late: 'again' | 'at-once' | 'never';
  readonly homeAgain: boolean;
  /** The answers to turns of the last seconds: a turn that met another is not asked twice. */
  readonly known: Map<string, { readonly asked: Asked; readonly until: number }>;
}

type SmartChatTurn = Turn<SmartChatState>;

/** The outcome of asking. */
interface Asked {
  /** Absent where there is nothing to show. */
  readonly said?: OldAnswer;
  /** The home keyboard, where the one that the user had is over. */
  readonly home?: readonly string[];
  /** Whether the server was told of the user. */
  readonly isTold: boolean;
}

function requireOptions({ late = 'again', greeting }: SmartChatServerOptions): void {
  if (!['again', 'at-once', 'never'].includes(late))
    throw new ConfigurationError(`smartChatServer: late must be 'again', 'at-once' or 'never'`);
  if (greeting !== undefined && isBlank(greeting))
    throw new ConfigurationError(
      'smartChatServer: greeting is blank: give it words, or leave it out for ours',
    );
}

/** The author's session with a place for the relay's memory, which no `migrate` of theirs sees. */
function botOptions<S extends object>({
  session,
  version,
  migrate,
  texts,
}: Partial<BotOptions<S>>): BotOptions<S & SmartChatState> {
  const own = session && {
    session,
    ...(version !== undefined && { version }),
    ...(migrate && {
      migrate: (state: unknown, from: number): S & SmartChatState => {
        const { smartChat, ...others } = (state ?? {}) as SmartChatState;
        return { ...migrate(others, from), ...(smartChat && { smartChat }) };
      },
    }),
  };
  // Without a session of the author's, S has no members.
  const empty = (): S & SmartChatState => ({}) as S & SmartChatState;
  return { session: empty, ...own, ...(texts && { texts }) };
}

/** The part of a turn's time that is left when its answer is there: for sending it, in a worker for saving and posting it. */
const HERE_MS = 200;
const IN_WORKER_MS = 500;

/** Nobody has longer who answers Kakao: then it is a worker's. */
const LONGEST_HERE_MS = 5_000;

/** The longest that an answer waits for the home keyboard below it. */
const HOME_AFTER_MS = 500;

/** The longest that a server is told of a new user before it is asked. */
const FRIEND_MS = 1_000;

function timeOf(deadline: Deadline): number {
  const leftMs = deadline.remainingMs();
  return Math.max(0, leftMs - (leftMs > LONGEST_HERE_MS ? IN_WORKER_MS : HERE_MS));
}

/** How long a message waits: what may be asked again by a worker ends with the turn's own deadline. */
function patienceOf({ late }: Relay, { deadline, user, group }: SmartChatTurn): Patience {
  const leftMs = deadline.remainingMs();
  // Of whom nothing is remembered, and of a room without a name, no turn is put off.
  const isPutOff = user.key !== undefined && group?.key !== '';
  const isLeftToWorker = late === 'again' && isPutOff && leftMs <= LONGEST_HERE_MS;
  return { timeoutMs: isLeftToWorker ? leftMs + HERE_MS : timeOf(deadline), signal: deadline.signal };
}

/** Asks the server what it answers to a turn, and before the first one tells it of the user. */
async function ask(relay: Relay, turn: SmartChatTurn): Promise<Asked> {
  const { known } = relay;
  const id = `${turn.user.key}/${turn.id}`;
  const now = Date.now();
  for (const [key, { until }] of known) if (until < now) known.delete(key);
  const before = known.get(id);
  if (before) return before.asked;
  const content = contentOf(turn);
  const isNew = !memoryIn(turn.session).isKnown && turn.tester === undefined && turn.user.key !== undefined;
  if (content === undefined) return { isTold: false };
  const { server, home: ownHome } = await relay.reach();
  const isOver = relay.homeAgain && buttonsIn(turn.session) === undefined;
  const asking = isOver ? ownHome(timeOf(turn.deadline)) : undefined;
  const userKey = oldUserKey(turn.user);
  if (isNew) await server.friend(userKey, { timeoutMs: FRIEND_MS, signal: turn.deadline.signal });
  const said = await server.say(userKey, content.type, content.words, patienceOf(relay, turn));
  // Nobody waits long for buttons who has an answer, nor at all where that has its own.
  const waitMs = Math.min(HOME_AFTER_MS, timeOf(turn.deadline));
  const home = asking && said?.buttons === undefined ? await orNone(asking, waitMs) : undefined;
  const asked = { isTold: isNew, ...(said && { said }), ...(home && { home }) };
  if (said) known.set(id, { asked, until: now + LONGEST_HERE_MS });
  return asked;
}

/** A turn as Kakao told it to the server; undefined of a file of another kind. */
function contentOf({
  incoming,
  session,
}: SmartChatTurn):
  | { readonly type: 'text' | Exclude<MediaKind, 'other'>; readonly words: string }
  | undefined {
  if (incoming.kind !== 'media') return { type: 'text', words: labelSaid(incoming, session) };
  return incoming.media === 'other' ? undefined : { type: incoming.media, words: incoming.url };
}

/** The words that were said; of a button its label, with the white space that it has there. */
function labelSaid({ text: said }: Exclude<Incoming, { kind: 'media' }>, session: SmartChatState): string {
  const { buttons } = memoryIn(session);
  if (!Array.isArray(buttons)) return said;
  return buttons.find(label => label === said) ?? buttons.find(label => isSaid(label, said)) ?? said;
}

const isSaid = (label: unknown, said: string): boolean =>
  typeof label === 'string' && label.normalize('NFC').trim() === said;

/** The server's answer as a reply; where it has none, the apology, and the buttons that the user had. */
function answer(relay: Relay, turn: SmartChatTurn, { said, home = [], isTold }: Asked): Reply {
  const { texts } = relay;
  const { session } = turn;
  if (isTold) knowUser(session);
  if (turn.incoming.kind === 'media' && turn.incoming.media === 'other')
    return withButtons(turn, [text(texts.notUnderstood)], buttonsIn(session)?.buttons ?? []);
  const outputs = said && (outputsOf(said) ?? (said.buttons?.length ? [text(texts.choose)] : undefined));
  if (outputs === undefined)
    return withButtons(turn, [text(texts.apology)], buttonsIn(session)?.buttons ?? home);
  return withButtons(turn, outputs, said?.buttons ?? home);
}

function withButtons(
  { session }: SmartChatTurn,
  outputs: Reply['outputs'],
  buttons: readonly string[],
): Reply {
  return replyOf(outputs, showButtons(session, buttons), 0);
}

function replyOf(outputs: Reply['outputs'], shown: ShownButtons, page: number): Reply {
  const { quickReplies } = pageOf(shown, page);
  return quickReplies.length > 0 ? { outputs, quickReplies } : { outputs };
}

/** Another page of the buttons that the user has; the home keyboard, where those are over. */
async function showPage({ reach, texts }: Relay, turn: SmartChatTurn): Promise<Reply> {
  const { session, deadline } = turn;
  const tap = pageTapOf(turn.incoming);
  const shown = buttonsIn(session);
  if (tap && shown?.shownAt === tap.of) {
    const { number, count } = pageOf(shown, tap.page);
    return replyOf([text(`${texts.choose} (${number}/${count})`)], shown, tap.page);
  }
  if (shown !== undefined) return withButtons(turn, [text(texts.choose)], shown.buttons);
  const { home } = await reach();
  return withButtons(turn, [text(texts.choose)], await home(timeOf(deadline)));
}

/** The greeting and the home keyboard; meanwhile the server is told of the user. */
async function greet({ reach, greeting }: Relay, turn: SmartChatTurn): Promise<Reply> {
  const { session, deadline, user } = turn;
  const isNew = !memoryIn(session).isKnown && turn.tester === undefined && user.key !== undefined;
  const { server, home } = await reach();
  const timeoutMs = Math.min(FRIEND_MS, timeOf(deadline));
  const [buttons] = await Promise.all([
    home(timeOf(deadline)),
    isNew && server.friend(oldUserKey(user), { timeoutMs, signal: deadline.signal }),
  ]);
  if (isNew) knowUser(session);
  return withButtons(turn, [text(greeting)], buttons);
}

/** Tells the server what Kakao told it: a friend that was added or is gone, a room that was left. */
async function tellNotice({ reach }: Relay, notice: Notice, deadline: Deadline): Promise<void> {
  const tell = TOLD[notice.kind];
  if (tell === undefined) return;
  const { server } = await reach();
  const patience = { timeoutMs: timeOf(deadline), signal: deadline.signal };
  await Promise.all(oldUserKeysOf(notice).map(userKey => server[tell](userKey, patience)));
}

/** How a server is told of a notice; Kakao knew no others. */
const TOLD: { readonly [Kind in NoticeKind]?: 'friend' | 'unfriend' | 'leave' } = {
  'friend-added': 'friend',
  'friend-blocked': 'unfriend',
  unlinked: 'unfriend',
  'room-left': 'leave',
};
