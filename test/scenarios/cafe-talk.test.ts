import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KakaoSimulator } from '../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../tools/kakao-simulator/start.ts';
import { runPlay } from '../../tools/play/command.ts';
import { playTalk } from '../../tools/play/play-talk.ts';
import { readTalks } from '../../tools/play/read-talks.ts';
import { failureLines } from '../../tools/play/report.ts';
import { botOf } from '../../tools/play/target.ts';
import { type CafeGateway, startCafeGateway } from '../kit/cafe-gateway.ts';
import { runHere } from '../kit/ran-command.ts';

const FILE = join(import.meta.dirname, 'cafe.talk.yaml');
const talks = readTalks('cafe.talk.yaml', readFileSync(FILE, 'utf8'));

let cafe: CafeGateway;
/** With callbacks and without. */
let kakao: Readonly<Record<'true' | 'false', KakaoSimulator>>;

beforeAll(async () => {
  cafe = await startCafeGateway(async ({ url, secret }) => {
    const { target } = botOf({ url }, { GATEWAY_SECRET: secret });
    kakao = {
      true: await startKakaoSimulator({ target }),
      false: await startKakaoSimulator({ target, hasCallbacks: false }),
    };
    return kakao.true.origin;
  });
});
afterAll(async () => {
  await Promise.all([kakao?.true.stop(), kakao?.false.stop()]);
  await cafe?.stop();
});

const played = talks.flatMap(talk =>
  (talk.protocols ?? []).map(protocol => ({ name: `${talk.name} (${protocol})`, talk, protocol })),
);

test.each(played)('the café goes on as its script says: $name', async ({ talk, protocol }) => {
  const simulator = kakao[`${talk.hasCallbacks}`];
  const { failure, played: steps } = await playTalk(talk, protocol, simulator, 'a run of the test');
  expect(failure && failureLines(failure, 'en')).toBeUndefined();
  expect(steps).toBe(talk.steps.filter(step => (step.protocol ?? protocol) === protocol).length);
});

test('the script is played from the command line, by users that no other run has', async () => {
  for (let run = 0; run < 2; run++) {
    const args = [FILE, '--url', cafe.url, '--only', '장바구니', '--lang', 'en'];
    const ran = await runHere(() => runPlay(args, { GATEWAY_SECRET: cafe.secret }));
    expect(ran).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('\n3 passed, 0 failed\n'),
    });
  }
});
