import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runPlay } from '../../tools/play/command.ts';
import { playTalk } from '../../tools/play/play-talk.ts';
import { readTalks } from '../../tools/play/read-talks.ts';
import { failureLines } from '../../tools/play/report.ts';
import { usePlayedCafe } from '../kit/played-cafe.ts';
import { runHere } from '../kit/ran-command.ts';

const FILE = join(import.meta.dirname, 'cafe.talk.yaml');
const talks = readTalks('cafe.talk.yaml', readFileSync(FILE, 'utf8'));

const cafe = usePlayedCafe();

const played = talks.flatMap(talk =>
  (talk.protocols ?? []).map(protocol => ({ name: `${talk.name} (${protocol})`, talk, protocol })),
);

test.each(played)('the café goes on as its script says: $name', async ({ talk, protocol }) => {
  const { failure, played: steps } = await playTalk(talk, protocol, cafe.kakaoFor(talk), 'a run of the test');
  expect(failure && failureLines(failure, 'en')).toBeUndefined();
  expect(steps).toBe(talk.steps.filter(step => (step.protocol ?? protocol) === protocol).length);
});

test('the script is played from the command line, by users that no other run has', async () => {
  for (let run = 0; run < 2; run++) {
    const args = [FILE, '--url', cafe.gateway().url, '--only', '장바구니', '--lang', 'en'];
    const ran = await runHere(() => runPlay(args, { GATEWAY_SECRET: cafe.gateway().secret }));
    expect(ran).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('\n3 passed, 0 failed\n'),
    });
  }
});
