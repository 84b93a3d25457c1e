import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../kakao-simulator/act.ts';
import type { Exchange } from '../kakao-simulator/exchange.ts';
import { NO_FAULTS, type ProtocolName, type Scene } from '../kakao-simulator/scene.ts';
import type { KakaoSimulator } from '../kakao-simulator/simulator.ts';
import { UsageError } from '../usage-error.ts';
import { type Came, firstAnswer, lateAnswer } from './came.ts';
import { type Cast, castOf } from './cast.ts';
import { problemsOf } from './judge-step.ts';
import type { Problem } from './problem.ts';
import { isShownTo } from './story.ts';
import type { Step, Switch, Talk } from './talk.ts';
import { placeTapped } from './taps.ts';

/** How a talk ended. */
export interface Ending {
  readonly talk: Talk;
  readonly protocol: ProtocolName;
  /** Steps that were played. */
  readonly played: number;
  readonly ms: number;
  /** Absent where every step went as expected. */
  readonly failure?: Failure;
}

/** The step at which a talk failed: none behind it was played. */
export interface Failure {
  readonly step: Step;
  readonly problems: readonly Problem[];
  /** Absent where the step could not be played. */
  readonly came?: Came;
}

/** Plays a talk, step by step, until one does not go as expected. @param run an id that makes the users of this run its own */
export async function playTalk(
  talk: Talk,
  protocol: ProtocolName,
  simulator: KakaoSimulator,
  run: string,
): Promise<Ending> {
  const startedAt = performance.now();
  const stage = new Stage(talk, protocol, simulator, run);
  let played = 0;
  let failure: Failure | undefined;
  for (const step of talk.steps) {
    if (step.protocol !== undefined && step.protocol !== stage.protocol) continue;
    failure = await stage.play(step);
    played++;
    if (failure) break;
  }
  return { talk, protocol, played, ms: performance.now() - startedAt, ...(failure && { failure }) };
}

/** How long after one try the next begins: longer each time. */
const RETRY_MS = { first: 100, longest: 1_000 };

/** The room that a talk is played in. */
class Stage {
  readonly #simulator: KakaoSimulator;
  readonly #cast: Cast;
  #user: string;
  #scene: Pick<Scene, 'protocol' | 'caller' | 'room'>;
  /** Ids of exchanges, in order. */
  #acted: string[] = [];
  /** Those whose late answer was judged. */
  readonly #waited = new Set<string>();

  constructor(talk: Talk, protocol: ProtocolName, simulator: KakaoSimulator, run: string) {
    this.#simulator = simulator;
    this.#cast = castOf(talk, protocol, run);
    this.#user = this.#cast.first;
    this.#scene = { protocol, caller: talk.caller, room: this.#cast.room(talk.room) };
  }

  get protocol(): ProtocolName {
    return this.#scene.protocol;
  }

  /** Plays a step; resolves with what is wrong with it. */
  async play(step: Step): Promise<Failure | undefined> {
    const until = performance.now() + (step.retriesMs ?? 0);
    let failure = await this.#try(step);
    for (let wait = RETRY_MS.first; failure?.came && performance.now() + wait <= until; ) {
      await sleep(wait);
      const next = await this.#try(step);
      // What can't be played again, such as a tap whose button has gone, tells less than the answer before.
      if (next && !next.came) break;
      failure = next;
      wait = Math.min(wait * 2, RETRY_MS.longest);
    }
    return failure;
  }

  async #try(step: Step): Promise<Failure | undefined> {
    try {
      const came = await this.#do(step);
      if (came === undefined) return undefined;
      if ('missing' in came) return { step, problems: [came.missing] };
      const problems = problemsOf(came, step.expects);
      return problems.length > 0 ? { step, problems, came } : undefined;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { step, problems: [{ en: error.message, ko: error.message }] };
    }
  }

  async #do({ deed, as, expects }: Step): Promise<Came | { readonly missing: Problem } | undefined> {
    const name = as ?? this.#user;
    if (deed.kind === 'acts') return this.#act(deed.act, name);
    if (deed.kind === 'taps') {
      const shown = this.#exchanges().filter(exchange => isShownTo(exchange, name));
      return this.#act({ kind: 'taps', at: placeTapped(deed, shown) }, name);
    }
    if (deed.kind === 'waits') return this.#wait(deed.ms, name, expects !== undefined);
    if (deed.kind === 'switches') this.#switch(deed);
    else {
      this.#simulator.clear();
      this.#acted = [];
    }
    return undefined;
  }

  async #act(act: Act, name: string): Promise<Came> {
    const user = this.#cast.userNamed(name);
    const exchange = await this.#simulator.act(act, { ...this.#scene, user, faults: NO_FAULTS });
    this.#acted.push(exchange.id);
    if (act.kind === 'adds-friend') this.#cast.change(name, { isFriend: true });
    if (act.kind === 'blocks-friend') this.#cast.change(name, { isFriend: false });
    return firstAnswer(exchange);
  }

  /** Waits for the late answer of what the user did last; a pause where none is awaited. */
  async #wait(
    ms: number,
    name: string,
    isExpected: boolean,
  ): Promise<Came | { readonly missing: Problem } | undefined> {
    const awaited = this.#exchanges().findLast(
      ({ id, scene, fate }) => fate.kind === 'deferred' && scene.user.name === name && !this.#waited.has(id),
    );
    if (awaited === undefined) {
      if (isExpected) return { missing: NOTHING_AWAITED };
      await sleep(ms);
      return undefined;
    }
    this.#waited.add(awaited.id);
    const timer = new AbortController();
    const settled = await Promise.race([
      this.#simulator.settled(awaited),
      sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    const late = lateAnswer(settled ?? this.#newest(awaited));
    return late ?? { missing: settled ? CALLBACK_IS_OVER : noLateAnswer(ms) };
  }

  #switch({ protocol, caller, room, user, isFriend, isLinked }: Switch): void {
    if (protocol !== undefined && !this.#simulator.protocols.includes(protocol))
      throw new UsageError(noAddress(protocol));
    this.#scene = {
      protocol: protocol ?? this.#scene.protocol,
      caller: caller ?? this.#scene.caller,
      room: room ? this.#cast.room(room) : this.#scene.room,
    };
    this.#user = user ?? this.#user;
    this.#cast.change(this.#user, {
      ...(isFriend !== undefined && { isFriend }),
      ...(isLinked !== undefined && { isLinked }),
    });
  }

  /** The exchanges of this talk in their order, each as it is by now. */
  #exchanges(): readonly Exchange[] {
    const known = new Map(this.#simulator.exchanges.map(exchange => [exchange.id, exchange]));
    return this.#acted.flatMap(id => known.get(id) ?? []);
  }

  #newest(exchange: Exchange): Exchange {
    return this.#simulator.exchanges.find(({ id }) => id === exchange.id) ?? exchange;
  }
}

/** The option that gives the address of a protocol. */
export const noAddress = (protocol: ProtocolName): string =>
  `the bot's ${protocol} is not known: give --${protocol === 'smart-chat' ? 'smart-chat with its app URL' : 'skill with its URL'}, or --url`;

const NOTHING_AWAITED: Problem = {
  en: 'no late answer is awaited: the last answer did not ask for its callback',
  ko: '기다릴 늦은 답변이 없습니다. 마지막 답변이 콜백을 쓰겠다고 하지 않았습니다',
};

const CALLBACK_IS_OVER: Problem = {
  en: 'no late answer came as long as its callback URL was valid',
  ko: '콜백 URL이 유효한 동안 늦은 답변이 오지 않았습니다',
};

const noLateAnswer = (ms: number): Problem => ({
  en: `no late answer came within ${ms / 1_000} s`,
  ko: `${ms / 1_000}초 안에 늦은 답변이 오지 않았습니다`,
});
