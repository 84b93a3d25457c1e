import { NO_FAULTS, type Scene } from '../../../tools/kakao-simulator/scene.ts';
import type { KakaoSimulator, SimulatorOptions, Target } from '../../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../../tools/kakao-simulator/start.ts';
import { type Served, type ServedCall, startVisitedServer } from '../../kit/visited-server.ts';

/** A request as the bot got it. */
export interface Got extends Omit<ServedCall, 'body'> {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly json: any;
}

/** An answer for each request. */
export type Answers = (got: Got) => Served;

/** A bot that is not ours, and Kakao in front of it. */
export interface SomeBot {
  readonly kakao: KakaoSimulator;
  readonly got: readonly Got[];
  readonly url: string;
  /** The most requests that it had at once. */
  mostAtOnce(): number;
  stop(): Promise<void>;
}

/** The secret segment of its app URL. */
export const APP_SECRET = 'app/secret';

/** Starts both. */
export async function startSomeBot(
  answers: Answers,
  options: Partial<SimulatorOptions> = {},
): Promise<SomeBot> {
  const got: Got[] = [];
  const server = await startVisitedServer(({ body, ...call }) => {
    const one = { ...call, json: body === '' ? undefined : JSON.parse(body) };
    got.push(one);
    return answers(one);
  });
  const { url } = server;
  const kakao = await startKakaoSimulator({ target: targetAt(url), ...options });
  const stop = async (): Promise<void> => {
    await kakao.stop();
    await server.stop();
  };
  return { kakao, got, url, mostAtOnce: server.mostAtOnce, stop };
}

/** Every URL that Kakao can know of it. */
export const targetAt = (url: string): Target => ({
  skill: { url: `${url}/skill`, headers: { 'x-key': 'a-secret-value' } },
  appUrl: `${url}/app/${encodeURIComponent(APP_SECRET)}`,
  secret: APP_SECRET,
  validationUrl: `${url}/validation/<parameter>`,
});

/** A skill's answer of one bubble. */
export const bubble = (text: string, more: object = {}): object => ({
  version: '2.0',
  template: { outputs: [{ simpleText: { text } }], ...more },
});

/** 라이언, a friend of the live channel, in a room of two. */
export const SCENE: Scene = {
  protocol: 'open-builder',
  caller: 'live',
  user: {
    name: '라이언',
    botUserKey: 'a1b2c3d4e5f60718293a4b5c6d7e8f90'.padEnd(66, '0'),
    plusfriendUserKey: 'Zx3_Kp-9QwE7',
    isFriend: true,
  },
  room: { name: '달빛카페', kind: 'private', id: 'private' },
  faults: NO_FAULTS,
};

/** The same room, spoken to by smart-chat. */
export const SMART: Scene = { ...SCENE, protocol: 'smart-chat' };

/** A group room with 라이언 in it. */
export const GROUP: Scene = { ...SCENE, room: { name: '모임', kind: 'group', id: 'c9f5'.padEnd(66, '0') } };
