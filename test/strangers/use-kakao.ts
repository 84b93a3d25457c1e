import { afterAll } from '@jest/globals';
import type { KakaoSimulator, SimulatorOptions, Target } from '../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../tools/kakao-simulator/start.ts';

/** Starts Kakao's simulator for a target, as often as asked; all of them end with the test file. */
export function useKakao(): (target: Target, options?: Partial<SimulatorOptions>) => Promise<KakaoSimulator> {
  const played: KakaoSimulator[] = [];
  afterAll(() => Promise.all(played.map(kakao => kakao.stop())));
  return async (target, options = {}) => {
    const kakao = await startKakaoSimulator({ target, ...options });
    played.push(kakao);
    return kakao;
  };
}
