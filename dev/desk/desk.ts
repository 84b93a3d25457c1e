import type { Act } from '../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../tools/kakao-simulator/exchange.ts';
import { RefusedActError } from '../../tools/kakao-simulator/refusals.ts';
import type { Scene } from '../../tools/kakao-simulator/scene.ts';
import type { KakaoSimulator, Target } from '../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../tools/kakao-simulator/start.ts';
import type { Sentence } from '../../tools/language.ts';
import { BotLog, type LineOfRequest, requestIdOf } from './bot-log.ts';
import type { DeskState, FeedEntry, ScenePatch } from './desk-api.ts';
import { Feed } from './feed.ts';
import { keepStage, stageOf } from './kept-stage.ts';
import { RefusalError } from './refusal.ts';
import { afterAct, patched, type Stage } from './stage.ts';

/** The bot that a desk talks to. */
export interface DeskBot {
  /** For the header of the room. */
  readonly name: string;
  readonly target: Target;
  /** Present where it is the gateway of this run. */
  readonly gateway?: OwnGateway;
  /** The file in which the scene outlives the desk; unless given, it does not. */
  readonly sceneFile?: string;
}

/** The gateway of this run, as far as the desk looks into it. */
export interface OwnGateway {
  /** The words of a shell that stand for its secret. */
  readonly secretInShell: string;
  /** The session of who plays the scene, as JSON; null where there is none. */
  readSession(scene: Scene): Promise<unknown>;
  forgetSession(scene: Scene): Promise<void>;
  /** Resolves when the sessions' database answers from now on, or does not. */
  setDatabase(state: 'works' | 'down'): Promise<void>;
}

/** A room on the developer's desk: Kakao's simulator, the scene that it plays, and the pages that look. */
export class Desk {
  readonly feed = new Feed();
  readonly bot: DeskBot;
  readonly #simulator: KakaoSimulator;
  #stage: Stage;
  #database: 'works' | 'down' = 'works';
  #lastState = '';
  readonly #botLog = new BotLog();
  readonly #begun = new Set<() => void>();

  /** Starts Kakao's simulator for the bot. */
  static async start(bot: DeskBot): Promise<Desk> {
    let told = (_: Exchange): void => {};
    const simulator = await startKakaoSimulator({
      target: bot.target,
      onExchange: exchange => told(exchange),
    });
    const desk = new Desk(bot, simulator);
    told = exchange => desk.#tell(exchange);
    return desk;
  }

  private constructor(bot: DeskBot, simulator: KakaoSimulator) {
    this.bot = bot;
    this.#simulator = simulator;
    this.#stage = stageOf(simulator.protocols, bot.sceneFile);
  }

  /** Where Kakao is played: a bot must be allowed to call it. */
  get origin(): string {
    return this.#simulator.origin;
  }

  get scene(): Scene {
    return this.#stage.scene;
  }

  get exchanges(): readonly Exchange[] {
    return this.#simulator.exchanges;
  }

  /** Everything that a page must know that looks from now on. */
  everything(): readonly FeedEntry[] {
    return [{ kind: 'state', state: this.#state() }, ...this.exchanges.map(this.#told)];
  }

  /** Takes a line of the bot's log: it stands at the exchange whose request it is about. */
  hear(line: LineOfRequest): void {
    this.#botLog.add(line);
    const exchange = this.exchanges.find(one => requestIdOf(one) === line.requestId);
    if (exchange !== undefined) this.feed.tell(this.#told(exchange));
  }

  /**
   * Plays an act; resolves when it has begun, and the feed tells the rest.
   * @throws RefusalError when it can't be played
   */
  async act(act: Act): Promise<void> {
    const { scene } = this;
    let begin = (): void => {};
    const begun = new Promise<void>(resolve => {
      begin = resolve;
    });
    this.#begun.add(begin);
    const acted = this.#simulator.act(act, scene).then(() => {
      this.#enter(afterAct(this.#stage, act, scene));
    });
    try {
      await Promise.race([begun, acted]);
    } catch (error) {
      if (error instanceof RefusedActError) throw new RefusalError(error.says);
      throw error;
    } finally {
      this.#begun.delete(begin);
    }
    acted.catch(console.error);
  }

  /** Changes the scene. @throws RefusalError when it can't be so */
  async patch({ database, ...patch }: ScenePatch): Promise<void> {
    if (patch.protocol !== undefined && !this.#simulator.protocols.includes(patch.protocol)) {
      throw new RefusalError(NO_PROTOCOL[patch.protocol]);
    }
    // Refused before anything is changed.
    patched(this.#stage, patch);
    if (database !== undefined) {
      await this.#own(NO_DATABASE).setDatabase(database);
      this.#database = database;
    }
    this.#enter(patched(this.#stage, patch));
  }

  /** The session of who plays the scene. @throws RefusalError when nobody can look */
  readSession(): Promise<unknown> {
    return this.#own(NO_SESSIONS).readSession(this.scene).catch(noDatabase);
  }

  /** Forgets it. @throws RefusalError when nobody can */
  forgetSession(): Promise<void> {
    return this.#own(NO_SESSIONS).forgetSession(this.scene).catch(noDatabase);
  }

  /** A clean room: sessions stay. */
  clear(): void {
    this.#simulator.clear();
    this.#botLog.clear();
    this.feed.tell({ kind: 'cleared' });
    this.#tellState();
  }

  async stop(): Promise<void> {
    this.feed.stop();
    await this.#simulator.stop();
  }

  #enter(stage: Stage): void {
    const { sceneFile } = this.bot;
    if (stage !== this.#stage && sceneFile !== undefined) keepStage(stage, sceneFile);
    this.#stage = stage;
    this.#tellState();
  }

  #tell(exchange: Exchange): void {
    for (const begin of this.#begun) begin();
    this.feed.tell(this.#told(exchange));
    this.#tellState();
  }

  readonly #told = (exchange: Exchange): FeedEntry => {
    const log = this.#botLog.of(requestIdOf(exchange));
    return { kind: 'exchange', exchange: log.length === 0 ? exchange : { ...exchange, log } };
  };

  #own(otherwise: Sentence): OwnGateway {
    const { gateway } = this.bot;
    if (gateway === undefined) throw new RefusalError(otherwise);
    return gateway;
  }

  /** Tells the pages where something is another than they know. */
  #tellState(): void {
    const state = this.#state();
    const json = JSON.stringify(state);
    if (json === this.#lastState) return;
    this.#lastState = json;
    this.feed.tell({ kind: 'state', state });
  }

  #state(): DeskState {
    const { name, target, gateway } = this.bot;
    const { scene, users, rooms } = this.#stage;
    return {
      target: {
        kind: gateway === undefined ? 'other' : 'gateway',
        protocols: this.#simulator.protocols,
        name,
        ...(target.skill && { skillUrl: target.skill.url }),
        ...(target.appUrl !== undefined && { appUrl: withoutSecret(target.appUrl, target) }),
      },
      scene,
      ...(gateway && { database: this.#database }),
      users,
      rooms,
      keyboard: this.#simulator.keyboardOf(scene),
    };
  }
}

const NO_SESSIONS = {
  en: "this bot's sessions are its own: only those of the gateway on this machine can be looked at",
  ko: '이 봇의 세션은 이 봇만 압니다: 이 컴퓨터에서 실행하는 게이트웨이의 세션만 볼 수 있습니다',
};

const NO_DATABASE = {
  en: "this bot's database is its own: only that of the gateway on this machine can be put down",
  ko: '이 봇의 데이터베이스는 이 봇의 것입니다: 이 컴퓨터에서 실행하는 게이트웨이의 데이터베이스만 멈출 수 있습니다',
};

const NO_PROTOCOL = {
  'open-builder': {
    en: 'this desk has no skill URL: start it with --skill <url>, too',
    ko: '스킬 URL이 없습니다: --skill <url>도 넣어서 시작하세요',
  },
  'smart-chat': {
    en: 'this desk has no app URL of smart-chat: start it with --smart-chat <url>, too',
    ko: '스마트채팅 앱 URL이 없습니다: --smart-chat <url>도 넣어서 시작하세요',
  },
} as const;

function noDatabase(): never {
  throw new RefusalError(
    {
      en: "the sessions' database does not answer: let it work again, then look",
      ko: '세션 데이터베이스가 답하지 않습니다: 다시 작동하게 한 다음에 보세요',
    },
    503,
  );
}

function withoutSecret(url: string, { secret }: Target): string {
  return secret === undefined ? url : url.replaceAll(secret, '<secret>');
}
