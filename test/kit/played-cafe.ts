import { afterAll, beforeAll } from '@jest/globals';
import type { KakaoSimulator } from '../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../tools/kakao-simulator/start.ts';
import type { Talk } from '../../tools/play/talk.ts';
import { botOf } from '../../tools/play/target.ts';
import { type CafeGateway, startCafeGateway } from './cafe-gateway.ts';

/** The café, and Kakao who plays talks with it. */
export interface PlayedCafe {
  gateway(): CafeGateway;
  /** The simulator that a talk is played by: with callbacks or without. */
  kakaoFor(talk: Talk): KakaoSimulator;
}

/**
 * Has the café of the deployed handlers be played with while this file's tests run.
 * @param recommendMs how long the café thinks before it recommends a drink
 */
export function usePlayedCafe(recommendMs?: number): PlayedCafe {
  let cafe: CafeGateway | undefined;
  const kakaos: KakaoSimulator[] = [];
  beforeAll(async () => {
    cafe = await startCafeGateway(async ({ url, secret }) => {
      const { target } = botOf({ url }, { GATEWAY_SECRET: secret });
      kakaos.push(await startKakaoSimulator({ target }));
      kakaos.push(await startKakaoSimulator({ target, hasCallbacks: false }));
      return kakaos[0]?.origin ?? '';
    }, recommendMs);
  });
  afterAll(async () => {
    await Promise.all(kakaos.map(kakao => kakao.stop()));
    await cafe?.stop();
  });
  const there = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('The café is open only while tests run.');
    return one;
  };
  return {
    gateway: () => there(cafe),
    kakaoFor: ({ hasCallbacks }) => there(kakaos[hasCallbacks ? 0 : 1]),
  };
}
