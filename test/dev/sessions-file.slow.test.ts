import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startLocalAws } from '../../dev/local-aws.ts';
import { forgetSessions, openSessionsFile, sessionsFileIn } from '../../dev/sessions-file.ts';
import { QUEUE_VISIBILITY_SECONDS, SECOND_RECORD_SECONDS } from '../../lambda/turn/time-budget.ts';
import { type BuiltCommand, builtCommand } from '../kit/built-command.ts';
import { type CallbackSink, startCallbackSink } from '../kit/callback-sink.ts';
import { until } from '../kit/late-gateway.ts';
import { npmStart, npmStartFails, type StartedGateway } from '../kit/npm-start.ts';

let built: BuiltCommand;
let folder: string;
let running: StartedGateway[];

beforeAll(async () => {
  built = await builtCommand('dev/start.ts');
});
afterAll(() => built?.remove());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sessions-file-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map(gateway => gateway.kill()));
  rmSync(folder, { recursive: true });
});

const start = async (args: readonly string[] = [], environment = {}): Promise<StartedGateway> => {
  const gateway = await npmStart(environment, { built, folder, args });
  running.push(gateway);
  return gateway;
};
const end = (gateway: StartedGateway, how: 'kill' | 'interrupt'): Promise<unknown> => {
  running = running.filter(one => one !== gateway);
  return gateway[how]();
};
const says = async (
  gateway: StartedGateway,
  utterance: string,
  { user = 'u', callbackUrl = undefined as string | undefined } = {},
): Promise<string> => {
  const body = { bot: { id: 'b' }, userRequest: { utterance, user: { id: user }, callbackUrl } };
  const { json } = await gateway.call('POST', '/open-builder/skill', body, {
    'x-gateway-secret': 'local-secret',
  });
  return JSON.stringify(json);
};

const inLocal = (name: string): string => join(folder, '.local', name);
const contents = (name = 'sessions.json'): string => readFileSync(inLocal(name), 'utf8');
const lateTurns = (): { receives: number }[] => JSON.parse(contents()).lateTurns;
/** Does it with the folder as this process's own. */
async function inFolder<T>(work: () => Promise<T>): Promise<T> {
  const here = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(here);
  }
}
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const cupsSaid = (answer: string): number => Number(/모두 (\d+)잔/.exec(answer)?.[1]);

/** Makes the file what it were if the gateway had stood still for longer: every time in it, epoch ms all, is so much older. */
function letPass(ms: number): void {
  writeFileSync(
    inLocal('sessions.json'),
    contents().replace(/\b1[789]\d{11}\b/g, at => String(Number(at) - ms)),
  );
}

describe('npm start, started again in the same folder,', () => {
  test.each(['kill', 'interrupt'] as const)('goes on with a dialogue after %s', async how => {
    let gateway = await start();
    await says(gateway, '주문');
    expect(await says(gateway, '라떼')).toContain('어떤 크기로');
    await end(gateway, how);

    gateway = await start();
    expect(gateway.printed()).toContain(
      'Sessions are kept in .local/sessions.json; npm start -- --fresh forgets them.\n',
    );
    expect(await says(gateway, '톨')).toContain('몇 잔');
    expect(await says(gateway, '2잔')).toContain('라떼 톨 2잔, 모두 9,000원이에요. 맞으신가요?');
  });

  test('has every turn that it answered, whenever it is killed in the midst of many', async () => {
    const told = [0, 0, 0, 0, 0];
    for (const killAfter of [1, 20]) {
      const gateway = await start();
      let answered = 0;
      const asking = Array.from({ length: 50 }, async (_, n) => {
        const user = n % told.length;
        const cups = cupsSaid(await says(gateway, '담기 라떼', { user: `u${user}` }));
        // An apology is no promise.
        if (cups > 0) told[user] = Math.max(told[user] ?? 0, cups);
        if (++answered === killAfter) await end(gateway, 'kill');
      });
      await Promise.allSettled(asking);
      const next = await start();
      for (const [user, cups] of told.entries()) {
        const now = cupsSaid(await says(next, '담기 라떼', { user: `u${user}` }));
        expect(now).toBeGreaterThan(cups);
        told[user] = now;
      }
      await end(next, 'interrupt');
    }
    expect(Math.max(...told)).toBeGreaterThan(4);
  });

  test('lets nobody else read what users said', async () => {
    const gateway = await start();
    await says(gateway, '담기 라떼');
    expect(contents()).toContain('라떼');
    expect([modeOf(join(folder, '.local')), modeOf(inLocal('sessions.json'))]).toEqual(['700', '600']);
  });

  test('forgets everything with --fresh', async () => {
    const first = await start();
    await says(first, '담기 라떼');
    await end(first, 'kill');
    writeFileSync(inLocal('sessions.unreadable.json'), 'of another day');
    const second = await start(['--fresh']);
    expect(() => contents('sessions.unreadable.json')).toThrow('ENOENT');
    expect(await says(second, '장바구니')).toContain('비어 있어요');
    await says(second, '담기 유자차');
    expect(contents()).not.toContain('라떼');
    await end(second, 'interrupt');
    expect(cupsSaid(await says(await start(), '담기 유자차'))).toBe(2);
  });

  test('says in one sentence which option there is, and does not repeat what may be a secret', async () => {
    const { code, stderr } = await npmStartFails({}, { built, folder, args: ['--secret=abc'] });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('the one option is --fresh, which forgets all sessions first'),
    });
    expect(stderr).not.toContain('abc');
  });
});

describe('a late turn', () => {
  let sink: CallbackSink;

  beforeAll(async () => {
    sink = await startCallbackSink();
  });
  afterAll(() => sink?.stop());

  test('that is under way when the gateway is killed is answered after the restart', async () => {
    const environment = { KAKAO_CALLBACK_ORIGINS: sink.origin };
    const first = await start([], { ...environment, RECOMMEND_DELAY_MS: '60000' });
    const callbackUrl = sink.newUrl();
    expect(await says(first, '추천해줘', { callbackUrl })).toContain('고르고 있어요');
    expect(await says(first, '추천해줘', { user: 'who-collects' })).toContain('결과 확인');
    await until(() => lateTurns().filter(({ receives }) => receives === 1).length === 2);
    await end(first, 'kill');

    // A worker that died is followed by that of the turn's second record.
    letPass(SECOND_RECORD_SECONDS * 1_000);
    const second = await start([], { ...environment, RECOMMEND_DELAY_MS: '0' });
    await until(() => sink.postsTo(callbackUrl).length > 0);
    await until(() => lateTurns().length === 2);
    expect(JSON.stringify(sink.postsTo(callbackUrl)[0]?.json)).toContain('어떠세요?');
    expect(await says(second, '결과 확인', { user: 'who-collects' })).toContain('어떠세요?');

    // The records of the dead come back, and find their turns answered.
    await end(second, 'kill');
    letPass((QUEUE_VISIBILITY_SECONDS - SECOND_RECORD_SECONDS) * 1_000);
    await start([], environment);
    await until(() => lateTurns().length === 0);
    expect(sink.postsTo(callbackUrl).filter(({ taken }) => taken)).toHaveLength(1);
  });
});

describe('the file', () => {
  test('is whole at every moment, and whoever saves meanwhile shares the next write', async () => {
    await inFolder(async () => {
      const { file } = openSessionsFile({ isFresh: false });
      const session = Buffer.from(JSON.stringify({ userKey: { S: '가'.repeat(1_000_000) } }));
      let asked = 0;
      const now = () => ({ sessions: Array.from({ length: ++asked }, () => session), lateTurns: [] });
      const saved: number[] = [];
      for (let writes = 1; writes <= 3; writes++) {
        let isSaved = false;
        const saves = [1, 2, 3].map(() => file?.save(now).then(() => saved.push(asked)));
        void Promise.all(saves).then(() => {
          isSaved = true;
        });
        while (!isSaved) {
          if (writes > 1) expect(JSON.parse(contents()).sessions.length).toBeGreaterThanOrEqual(writes - 1);
          await new Promise(resolve => setImmediate(resolve));
        }
        expect(JSON.parse(contents()).sessions).toHaveLength(writes);
      }
      expect(saved).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    });
  });

  test('is written with pauses, the longer the more it holds, and makes the JSON of a late turn once', async () => {
    await inFolder(async () => {
      const { file } = openSessionsFile({ isFresh: false });
      let jsons = 0;
      const kept = {};
      const lateTurn = { id: 'it', body: '{}', sentAt: 0, receives: 0, visibleAt: 0 };
      const toJSON = (): object => {
        jsons++;
        return lateTurn;
      };
      const session = Buffer.from(JSON.stringify({ userKey: { S: 'u'.repeat(20_000_000) } }));
      const writes: { startedAt: number; endedAt: number }[] = [];
      for (let write = 0; write < 4; write++) {
        let startedAt = 0;
        await file?.save(() => {
          startedAt = performance.now();
          return { sessions: [session], lateTurns: [Object.assign(kept, { ...lateTurn, toJSON })] };
        });
        writes.push({ startedAt, endedAt: performance.now() });
      }
      for (const [at, { startedAt }] of writes.entries()) {
        const before = writes[at - 1];
        if (before === undefined) continue;
        expect(startedAt - before.endedAt).toBeGreaterThan(before.endedAt - before.startedAt);
      }
      expect(jsons).toBe(1);
      expect(lateTurns()).toEqual([lateTurn]);
    });
  });

  test('is written no more when the gateway that it was opened for has ended', async () => {
    await inFolder(async () => {
      openSessionsFile({ isFresh: false });
      let isOurs = true;
      const file = sessionsFileIn('.local', () => isOurs);
      await file.save(() => ({ sessions: [Buffer.from('{"userKey":{"S":"ours"}}')], lateTurns: [] }));
      isOurs = false;
      await file.save(() => ({ sessions: [], lateTurns: [] }));
      expect(contents()).toContain('ours');
    });
  });

  test('is not forgotten under a process that has it', async () => {
    mkdirSync(join(folder, '.local'));
    writeFileSync(inLocal('sessions.json'), 'its own');
    writeFileSync(inLocal('sessions.lock'), String(process.ppid));
    await inFolder(async () => forgetSessions());
    expect([contents(), contents('sessions.lock')]).toEqual(['its own', String(process.ppid)]);
  });

  test.each(['', '0', '-1', 'none', '999999999', '1.5'])(
    'is free where the lock names no process that runs, but "%s"',
    async holder => {
      mkdirSync(join(folder, '.local'));
      writeFileSync(inLocal('sessions.lock'), holder);
      await inFolder(async () => expect(openSessionsFile({ isFresh: false }).file).toBeDefined());
      expect(contents('sessions.lock')).toBe(String(process.pid));
    },
  );
});

describe('a file that can not be used', () => {
  const PUT_ASIDE =
    ".local/sessions.json can't be read: it is .local/sessions.unreadable.json from now on, and every session begins anew.";

  test('is put aside with a sentence, and everybody begins anew', async () => {
    mkdirSync(join(folder, '.local'));
    const half = '{"format":1,"sessions":[{"userKey":{"S":"의 비밀';
    writeFileSync(inLocal('sessions.json'), half);
    const gateway = await start();
    expect(gateway.printed()).toContain(`${PUT_ASIDE}\n`);
    expect(gateway.printed()).not.toContain('비밀');
    expect(contents('sessions.unreadable.json')).toBe(half);
    await says(gateway, '담기 라떼');
    await end(gateway, 'kill');
    const next = await start();
    expect(next.printed()).not.toContain(PUT_ASIDE);
    expect(cupsSaid(await says(next, '담기 라떼'))).toBe(2);
  });

  test.each([
    ['no JSON', ''],
    ['of another format', '{"format":2,"sessions":[],"lateTurns":[]}'],
    ['without late turns', '{"format":1,"sessions":[]}'],
    ['of sessions that are none', '{"format":1,"sessions":[{"userKey":"u"}],"lateTurns":[]}'],
    [
      'of one session that is none among others',
      '{"format":1,"sessions":[{"userKey":{"S":"u"}},null],"lateTurns":[]}',
    ],
    ['of late turns that are none', '{"format":1,"sessions":[],"lateTurns":[{"body":"it"}]}'],
  ])('is one that is %s, too', async (_, text) => {
    mkdirSync(join(folder, '.local'));
    writeFileSync(inLocal('sessions.json'), text);
    const error = jest.spyOn(console, 'error').mockImplementation(() => {});
    await inFolder(async () => {
      const { file } = openSessionsFile({ isFresh: false });
      const aws = await startLocalAws({ secret: 'unused', ...(file && { file }) });
      await aws.stop();
    });
    expect(error.mock.calls).toEqual([[PUT_ASIDE]]);
    error.mockRestore();
    expect(contents('sessions.unreadable.json')).toBe(text);
  });

  test('leaves the sessions in memory, and the banner says so', async () => {
    writeFileSync(join(folder, '.local'), 'a file where the folder would be');
    const gateway = await start();
    expect(gateway.printed()).toContain(
      "Sessions are in memory alone: .local/sessions.json can't be used (EEXIST).\n",
    );
    await says(gateway, '담기 라떼');
    expect(cupsSaid(await says(gateway, '담기 라떼'))).toBe(2);
  });

  test('any more is told once each time, and what was said goes on in memory', async () => {
    const gateway = await start();
    rmSync(join(folder, '.local'), { recursive: true });
    for (const cups of [1, 2]) expect(cupsSaid(await says(gateway, '담기 라떼'))).toBe(cups);
    const told = ".local/sessions.json can't be written (ENOENT): a restart forgets what is new.";
    expect(gateway.printed().split(told)).toHaveLength(2);
    // As soon as it can be written again, it has everything.
    mkdirSync(join(folder, '.local'));
    await says(gateway, '담기 라떼');
    const file = contents();
    rmSync(join(folder, '.local'), { recursive: true });
    await says(gateway, '장바구니');
    await says(gateway, '담기 라떼');
    expect(gateway.printed().split(told)).toHaveLength(3);
    await end(gateway, 'kill');
    mkdirSync(join(folder, '.local'));
    writeFileSync(inLocal('sessions.json'), file);
    expect(cupsSaid(await says(await start(), '담기 라떼'))).toBe(4);
  });

  test('has no session whose time is over', async () => {
    const first = await start();
    await says(first, '담기 라떼', { user: 'long-gone' });
    await says(first, '담기 라떼', { user: 'here' });
    await end(first, 'kill');
    const [gone = '', ...others] = contents()
      .split('\n')
      .filter(line => line.includes('expiresAt'));
    expect(others).toHaveLength(1);
    const expired = gone.replace(/("expiresAt":\{"N":")\d+/, '$11');
    writeFileSync(inLocal('sessions.json'), contents().replace(gone, expired));
    await says(await start(), '담기 라떼', { user: 'here' });
    expect(contents()).toContain('here');
    expect(contents()).not.toContain('long-gone');
  });
});

test('of two in one folder the second keeps its sessions in memory, says so, and leaves the file alone', async () => {
  const first = await start();
  await says(first, '담기 라떼');
  const second = await start(['--fresh']);
  expect(second.printed()).toMatch(
    /^Sessions are in memory alone: process \d+ has \.local\/sessions\.json\. If it is no gateway, delete \.local\/sessions\.lock\.$/m,
  );
  expect(await says(second, '장바구니')).toContain('비어 있어요');
  await says(second, '담기 유자차');
  await end(second, 'interrupt');
  expect(contents()).not.toContain('유자차');
  // Its end does not free the file either.
  const third = await start();
  expect(third.printed()).toContain('Sessions are in memory alone');
  await end(third, 'kill');
  await end(first, 'interrupt');
  expect(await says(await start(), '장바구니')).toContain('라떼 1잔');
});
