import type { HttpHandler } from '../../lambda/aws/http.ts';
import type { Bot } from '../../lambda/bot/bot.ts';
import { lateTurnHandler } from '../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../lambda/gateway/smart-chat.ts';
import type { DeferredTurn } from '../../lambda/turn/deferred-turn.ts';
import { MemoryDraftStore } from '../../lambda/turn/drafts.ts';
import {
  ANSWER_WITHIN_MS,
  GROWING_VISIBILITY_SECONDS,
  GROWING_WORKER_TIMEOUT_SECONDS,
} from '../../lambda/turn/time-budget.ts';
import { type Call, invoke, skillCall, smartChatCall, testSecret } from '../kit/http.ts';
import { randomBy, STARTS_AT, startVirtualTime } from '../kit/virtual-time.ts';
import { Actor, actor, as } from './actor.ts';
import { CALLBACK_ORIGIN, callbacks } from './callbacks.ts';
import { forgetfulStore } from './forgetful-store.ts';
import { type Done, growingBot, modelBot, WAITING } from './model-bot.ts';
import { pause } from './pause.ts';
import { CALM, type Schedule, type Step } from './schedule.ts';
import { troubledQueue } from './troubled-queue.ts';
import { troubledStore } from './troubled-store.ts';
import type { BrokenPromise, Go, History, ModelTurn, Shown, ShownPiece, Told } from './turns.ts';

/** From the last step to when nothing can be under way any more: the queue's five minutes, and until that counts as lost. */
const QUIET_AFTER_MS = 320_000;

/** The same where answers grow: each of a line of turns may lose its worker when it has nearly come to its end. */
const GROWN_AFTER_MS = 2_000_000;

/** A user who did not see a reply asks again after so long. */
const ASKS_AGAIN_MS = 5_000;

/** A user who reads that an answer goes on taps after so long. */
const GOES_ON_MS = 7_000;

/** The workers of a bot whose answers grow. */
const GROWING_TIMES = {
  visibilitySeconds: GROWING_VISIBILITY_SECONDS,
  workerTimeoutSeconds: GROWING_WORKER_TIMEOUT_SECONDS,
};

/** Kakao repeats a delivery within its own patience; the gateway remembers a turn for a minute. */
const REPEATS_WITHIN_MS = 50_000;

/** Plays a schedule on the real handlers, with a clock of its own, until nothing is under way any more. */
export async function play(schedule: Schedule): Promise<History> {
  const time = startVirtualTime(randomBy(schedule.seed));
  const realFetch = globalThis.fetch;
  try {
    const world = new World(schedule.steps.some(({ does }) => does === 'grow'));
    globalThis.fetch = world.fetch;
    return await time.run(world.play(schedule));
  } finally {
    globalThis.fetch = realFetch;
    time.stop();
  }
}

class World {
  readonly fetch: typeof fetch;
  readonly #bot: Bot<Done>;
  readonly #handlers: Readonly<Record<'skill' | 'smart-chat', HttpHandler>>;
  readonly #turns: ModelTurn[] = [];
  readonly #shown: Shown[] = [];
  readonly #pieces: ShownPiece[] = [];
  readonly #told: Told[] = [];
  readonly #broken: BrokenPromise[] = [];
  readonly #trace: string[] = [];
  readonly #goes = new Map<string, Go[]>();
  readonly #calls = new Map<ModelTurn, Call>();
  readonly #open: (turn: ModelTurn) => void;
  /** By user and place, the buttons that the last reply showed, by their labels. */
  readonly #buttons = new Map<string, ReadonlyMap<string, unknown>>();

  constructor(hasGrowing: boolean) {
    const note = (line: string): void => this.#note(line);
    const goesOf = (word: string): Go[] => this.#goes.get(word) ?? [];
    const newBot = hasGrowing ? growingBot : modelBot;
    this.#bot = newBot(goesOf, (word, choice) => {
      const turn = this.#turns.find(one => one.word === word);
      if (turn && !actor().isWorker) turn.choice = choice;
    });
    const bot = this.#bot;
    const store = troubledStore(forgetfulStore(), note);
    const callbackOrigins = [CALLBACK_ORIGIN];
    const log = ({ level, what, error }: { level: string; what: string; error?: unknown }): void => {
      const run = actor();
      if (level !== 'info' && !run.isDead)
        note(`log of turn ${run.turn.index}: ${what}${error instanceof Error ? `: ${error.message}` : ''}`);
    };
    const drafts = hasGrowing ? troubledStore(new MemoryDraftStore(), note) : undefined;
    const worker = { bot, store, drafts, log, callbackOrigins, deliverers };
    const defer = troubledQueue(
      defer => lateTurnHandler({ ...worker, defer }),
      deferred => this.#turnSaying(deferred),
      note,
      hasGrowing ? GROWING_TIMES : undefined,
    );
    const gateway = { bot, store, drafts, secret: testSecret, log, callbackOrigins, defer };
    this.#handlers = { skill: openBuilderHandler(gateway), 'smart-chat': smartChatHandler(gateway) };
    const kakao = callbacks(
      url => this.#turns.find(turn => turn.url === url),
      (turn, json) => {
        const said = JSON.stringify(json);
        this.#read(turn, said, 'callback', false);
        const seen = { ...turn, step: { ...turn.step, isUnseen: false } };
        setTimeout(() => void this.#follow(seen, said), ASKS_AGAIN_MS);
      },
      note,
    );
    this.fetch = kakao.fetch;
    this.#open = kakao.open;
  }

  #turnSaying({ request: { incoming } }: DeferredTurn): ModelTurn {
    const said = incoming.kind === 'utterance' ? incoming.text : '';
    const found = this.#turns.find(({ word }) => word !== '' && said.includes(` ${word} `));
    if (found === undefined) throw new Error(`nobody said "${said}"`);
    return found;
  }

  async play({ steps }: Schedule): Promise<History> {
    const underWay: Promise<void>[] = [];
    for (const step of steps) {
      await pause(step.afterMs);
      underWay.push(step.does === 'repeat' ? this.#repeat(step) : this.#take(step));
    }
    await Promise.all(underWay);
    await pause(this.#bot.hasGrowingRules ? GROWN_AFTER_MS : QUIET_AFTER_MS);
    const effects = await this.#collectAll(steps);
    const { turns, shown, pieces, told, broken, trace } = {
      turns: this.#turns,
      shown: this.#shown,
      pieces: this.#pieces,
      told: this.#told,
      broken: this.#broken,
      trace: this.#trace,
    };
    return { turns, shown, pieces, told, broken, trace, effects };
  }

  /** Every user asks for what waits in every room, and then says what became of it all. */
  async #collectAll(steps: readonly Step[]): Promise<Map<string, number>> {
    const effects = new Map<string, number>();
    for (const user of new Set(steps.map(step => step.user))) {
      const own = this.#turns.filter(({ step }) => step.user === user);
      const rooms = new Map(own.filter(turn => turn.isAwaited).map(turn => [turn.room, turn.step.place]));
      for (const place of rooms.values()) {
        for (const does of ['collect', 'collect', 'look'] as const) {
          await this.#take({ ...CALM, user, place, does });
        }
      }
      const list = this.#newTurn({ ...CALM, user, place: 'private', does: 'look' }, '');
      const json = await this.#deliver(list, 'list', []);
      for (const word of /done:([^;]*);/.exec(json)?.[1]?.split(',') ?? []) {
        effects.set(word, (effects.get(word) ?? 0) + 1);
      }
    }
    return effects;
  }

  async #take(step: Step): Promise<void> {
    const turn = this.#newTurn(step);
    const json = await this.#deliver(turn, this.#utteranceOf(turn), step.front);
    await this.#follow(turn, json);
  }

  /** Whoever sees 더보기 taps it, and who saw nothing asks again. */
  async #follow(turn: ModelTurn, json: string): Promise<void> {
    const { user, place, isUnseen } = turn.step;
    const again = { ...CALM, user, place };
    if (isUnseen) {
      // The first tap may bring another answer, which goes before.
      for (let taps = 0; taps < 2; taps++) {
        await pause(ASKS_AGAIN_MS);
        await this.#take({ ...again, does: 'collect' });
      }
      return;
    }
    const { more, goOn } = this.#bot.texts;
    if (json.includes(`"${goOn}"`) && !json.includes(`"${more}"`)) {
      await pause(GOES_ON_MS);
      const tap = this.#newTurn({ ...again, does: 'collect' });
      const next = await this.#deliver(tap, goOn, []);
      return next.includes('piece:') ? this.#follow(tap, next) : undefined;
    }
    if (!json.includes(`"${more}"`)) return;
    const tap = this.#newTurn({ ...again, does: 'collect' });
    const rest = await this.#deliver(tap, more, []);
    if (rest.includes(WAITING)) turn.isAwaited = true;
    await this.#follow(tap, rest);
  }

  /** Kakao delivers the user's last turn again that it can name. */
  async #repeat({ user, front }: Step): Promise<void> {
    const turn = this.#turns.findLast(one => one.step.user === user && hasName(one.step));
    if (turn === undefined || Date.now() > turn.receivedAt + REPEATS_WITHIN_MS) return;
    this.#note(`turn ${turn.index} is repeated`);
    await this.#deliver(turn, this.#utteranceOf(turn), front);
  }

  #newTurn(step: Step, word = step.does === 'collect' ? '' : `w${this.#turns.length}`): ModelTurn {
    const index = this.#turns.length;
    const goes: Go[] = [];
    this.#goes.set(word, goes);
    const hasUrl = step.hasCallback && step.place !== 'smart-chat';
    const turn: ModelTurn = {
      index,
      step,
      word,
      room: step.place.startsWith('group') ? step.place : `${step.user}-private`,
      url: hasUrl ? `${CALLBACK_ORIGIN}/${index}` : undefined,
      receivedAt: Date.now(),
      isAwaited: false,
      isApologised: false,
      isApologisedLate: false,
      answeredAt: Number.POSITIVE_INFINITY,
      isSaveUnknown: false,
      isPostUnknown: false,
      choice: undefined,
      workers: 0,
      deaths: 0,
      posts: 0,
      goes,
    };
    this.#turns.push(turn);
    return turn;
  }

  #utteranceOf({ step, word, room }: ModelTurn): string {
    return step.does === 'collect' ? this.#bot.texts.collect : `${step.does} ${word} ${step.workMs} ${room}`;
  }

  /** Has Kakao deliver a turn, and the user see the reply; @returns its JSON */
  async #deliver(turn: ModelTurn, utterance: string, troubles: Step['front']): Promise<string> {
    const { step, index } = turn;
    const run = new Actor(turn, false, { store: troubles });
    const { place, user } = step;
    this.#note(`${user} in ${place} says "${utterance}" (turn ${index})`);
    // A delivery that Kakao repeats is the same to the letter.
    const call = this.#calls.get(turn) ?? this.#callOf(turn, utterance);
    this.#calls.set(turn, call);
    const handler = this.#handlers[place === 'smart-chat' ? 'smart-chat' : 'skill'];
    const { status, json } = await as(run, () => invoke(handler, call));
    const ms = Date.now() - run.startedAt;
    if (status !== 200) this.#broken.push({ promise: 'another status than 200', turn: index });
    if (ms > ANSWER_WITHIN_MS) this.#broken.push({ promise: 'answered after the deadline', turn: index });
    // By the deadline nobody could know, or the calls that could tell failed as well.
    const readableUntil = run.startedAt + ANSWER_WITHIN_MS - 100;
    if (run.lostWritesKnownAt.some(at => at > readableUntil || run.hasTroubleAfterLoss))
      turn.isSaveUnknown = true;
    const text = JSON.stringify(json);
    if (json.useCallback === true) this.#open(turn);
    turn.answeredAt = Math.min(turn.answeredAt, Date.now());
    this.#buttons.set(`${user} ${place}`, buttonsIn(json));
    this.#read(turn, text, step.does === 'collect' ? 'tap' : 'reply', step.isUnseen);
    return text;
  }

  #callOf({ step, index, url: callbackUrl }: ModelTurn, utterance: string): Call {
    const { user: id, place } = step;
    if (place === 'smart-chat') {
      return smartChatCall('POST', '/message', { user_key: id, type: 'text', content: utterance });
    }
    const properties = { botUserKey: id, plusfriendUserKey: id };
    const chat = { id: place, type: 'botGroupKey', properties: { botGroupKey: place } };
    // A tap brings along what its button carries.
    const extra = this.#buttons.get(`${id} ${place}`)?.get(utterance);
    const body = {
      bot: { id: 'b' },
      ...(extra !== undefined && { action: { clientExtra: extra } }),
      userRequest: {
        utterance,
        user: { id, type: 'botUserKey', properties },
        ...(place !== 'private' && { chat }),
        ...(callbackUrl !== undefined && { callbackUrl }),
      },
    };
    return skillCall(body, step.hasId ? { 'x-request-id': `chp-${index}` } : {});
  }

  #read(turn: ModelTurn, json: string, how: Shown['how'], isUnseen: boolean): void {
    const { room, step, index: by } = turn;
    const at = Date.now();
    const { apology } = this.#bot.texts;
    const answers = [...json.matchAll(/answer:(\w+)@([\w-]+);/g)];
    for (const [, word = '', of = ''] of answers) {
      const isOther = word !== turn.word;
      this.#shown.push({ word, of, room, at, by, how, isUnseen: isUnseen && isOther });
    }
    for (const [, word = '', piece] of json.matchAll(/piece:(\w+):(\d+);/g)) {
      const isOther = word !== turn.word;
      this.#pieces.push({ word, piece: Number(piece), room, at, by, how, isUnseen: isUnseen && isOther });
    }
    const isOwn = answers.some(([, word]) => word === turn.word);
    if (json.includes(WAITING)) turn.isAwaited = true;
    const tells = lossWords(this.#bot).some(words => json.includes(words));
    // What Kakao has taken is in the room, whatever the turn's first calls met.
    const isCalm = how === 'callback' || step.front.every(trouble => trouble === 'none');
    if (tells && isCalm && (step.does === 'collect' || isOwn)) this.#told.push({ user: step.user, room, at });
    if (json.includes(apology) && !isOwn)
      turn[how === 'callback' ? 'isApologisedLate' : 'isApologised'] = true;
    this.#note(
      `${how === 'callback' ? 'the callback of ' : ''}turn ${by} shows ${json.replace(/"version":"2.0",?/, '').slice(0, 160)}${isUnseen ? ' (unseen)' : ''}`,
    );
  }

  #note(line: string): void {
    this.#trace.push(`${String(Date.now() - STARTS_AT).padStart(7)} ${line}`);
  }
}

/** The gateway's words that say an answer will not come. */
function lossWords({ texts }: Bot<Done>): string[] {
  return Object.entries(texts).flatMap(([name, words]) => (/apology|lost/i.test(name) ? [words] : []));
}

/** Whether Kakao names the turn's delivery, so that a repeated one is known. */
function hasName({ place, hasId }: Step): boolean {
  return hasId && place !== 'smart-chat';
}

/** The buttons of an answer that carry something, by their texts. */
function buttonsIn(json: unknown, found = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof json !== 'object' || json === null) return found;
  if ('messageText' in json && 'extra' in json) found.set(String(json.messageText), json.extra);
  for (const part of Object.values(json)) buttonsIn(part, found);
  return found;
}
