import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../kit/late-gateway.ts';
import { npmStart } from '../kit/npm-start.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SCRIPT = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../dev/watch.ts', import.meta.url)),
];

const CAFE = fileURLToPath(new URL('../../lambda/scenarios/cafe.ts', import.meta.url));

/** `npm run dev`, as npm runs it. */
function npmRunDev(...args: readonly string[]) {
  const child = spawn(process.execPath, [...SCRIPT, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', chunk => {
      printed += chunk;
    });
  }
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve));
  const urls = (): string[] =>
    printed.match(/http:\/\/127\.0\.0\.1:\d+\/open-builder\/skill(?=\n.*Ctrl-C stops)/gs) ?? [];
  return {
    exited,
    printed: () => printed,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    /** Presses Enter, which does as each save. */
    restart: () => child.stdin.write('\n'),
    /** How often the gateway was started. */
    starts: () => urls().length,
    urls,
    /** The answer; empty while nobody listens. */
    says: async (utterance: string): Promise<string> => {
      const answer = await fetch(urls().at(-1) ?? '', {
        method: 'POST',
        headers: { 'x-gateway-secret': 'local-secret', 'content-type': 'application/json' },
        body: JSON.stringify({ bot: { id: 'b' }, userRequest: { utterance, user: { id: 'u' } } }),
      });
      return answer.text();
    },
  };
}

type Dev = ReturnType<typeof npmRunDev>;

/** A bot of several files, each of which says a word of the answer; in a repository of its own. */
const FILES = ['one', 'two', 'three', 'four', 'five'];

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const word = (file: string, said: string): void =>
  write(`bots/words/${file}.ts`, `export const ${file} = ${JSON.stringify(said)};\n`);

const git = (...args: readonly string[]): unknown =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });

function writeBot(): void {
  for (const file of FILES) word(file, `${file}-0`);
  write(
    'bots/flowers.ts',
    `import { Bot } from 'kakao-gateway/bot';
${FILES.map(file => `import { ${file} } from './words/${file}.ts';`).join('\n')}
interface State { asked: number }
export const bot = new Bot<State>({ session: () => ({ asked: 0 }) });
bot.hears('던져', () => {
  throw new Error('thrown');
});
bot.fallback(turn => {
  turn.session.asked++;
  return [turn.session.asked + '번째', ${FILES.join(', ')}, process.env.FLOWER ?? 'no flower'].join(' ');
});
`,
  );
}

/** Waits until the bot's answer has the words; while it starts again, nobody answers. */
const untilItSays = (dev: Dev, words: string): Promise<void> =>
  until(async () => (await dev.says('안녕').catch(() => '')).includes(words), 20_000);

describe('npm run dev, of a bot whose path is given,', () => {
  test('takes over what is saved, however it is written, and .env.local, and keeps its port', async () => {
    writeBot();
    git('init', '-q', '-b', 'main');
    write('.gitignore', '.local/\n');
    git('add', '-A');
    git('commit', '-qm', 'main');
    git('checkout', '-qb', 'other');
    for (const file of FILES) word(file, `${file}-other`);
    git('commit', '-qam', 'other');
    git('checkout', '-q', 'main');
    const dev = npmRunDev('bots/flowers.ts');
    try {
      await until(() => dev.starts() === 1, 20_000);
      const [url] = dev.urls();

      word('one', 'one-saved');
      await untilItSays(dev, 'one-saved');

      // As most editors save.
      write('bots/words/one.ts.new', 'export const one = "one-renamed";');
      renameSync(join(folder, 'bots/words/one.ts.new'), join(folder, 'bots/words/one.ts'));
      await untilItSays(dev, 'one-renamed');

      git('checkout', '-q', '--', '.');
      git('checkout', '-q', 'other');
      await untilItSays(dev, FILES.map(file => `${file}-other`).join(' '));

      word('two', 'two-kept');
      await untilItSays(dev, 'one-other two-kept three-other');
      git('stash', '-q');
      await untilItSays(dev, 'one-other two-other three-other');
      git('stash', 'pop', '-q');
      await untilItSays(dev, 'one-other two-kept three-other');
      word('two', 'two-later');
      await untilItSays(dev, 'two-later');

      rmSync(join(folder, 'bots/words'), { recursive: true });
      await until(() => dev.printed().includes('Could not resolve "./words/one.ts"'), 20_000);
      for (const file of FILES) word(file, `${file}-anew`);
      await untilItSays(dev, FILES.map(file => `${file}-anew`).join(' '));
      word('five', 'five-last');
      await untilItSays(dev, 'four-anew five-last');

      write('.env.local', 'FLOWER=rose');
      await untilItSays(dev, 'five-last rose');
      write('.env.local', 'FLOWER=tulip');
      await untilItSays(dev, 'five-last tulip');

      expect(new Set(dev.urls())).toEqual(new Set([url]));
    } finally {
      await dev.stop();
    }
  }, 90_000);

  test('answers as before while what is saved has an error, says where, as it does of a rule that throws, and takes over what is mended', async () => {
    writeBot();
    const dev = npmRunDev('bots/flowers.ts');
    try {
      await untilItSays(dev, 'one-0 two-0');
      write('bots/words/two.ts', 'export const two = ;');
      await until(() => dev.printed().includes('goes on as it was before this save'), 20_000);
      expect(dev.printed()).toContain('bots/words/two.ts:1:19');
      await untilItSays(dev, 'one-0 two-0');
      word('two', 'two-mended');
      await untilItSays(dev, 'one-0 two-mended');

      await dev.says('던져');
      await until(() => /thrown\n +at bots\/flowers\.ts:10:9\n/.test(dev.printed()));

      write('bots/words/two.ts', 'export const two = undefined.flower;');
      await until(() => dev.printed().includes('The gateway has ended: mend it and save'), 20_000);
      expect(dev.printed()).toMatch(/at .*bots\/words\/two\.ts:1:30/);
      word('two', 'two-again');
      await untilItSays(dev, 'one-0 two-again');
    } finally {
      await dev.stop();
    }
  }, 60_000);

  test('goes on with its dialogues, beside those of other bots', async () => {
    writeBot();
    write('bots/roses.ts', readFileSync(join(folder, 'bots/flowers.ts'), 'utf8'));
    const flowers = npmRunDev('bots/flowers.ts');
    const roses = npmRunDev('bots/roses.ts');
    try {
      for (const dev of [flowers, roses]) await untilItSays(dev, '1번째');
      await untilItSays(flowers, '2번째');
      expect(await roses.says('안녕')).toContain('2번째');
      word('one', 'one-saved');
      await untilItSays(flowers, '3번째 one-saved');
      await untilItSays(roses, '3번째 one-saved');
      expect(flowers.printed()).toContain('Sessions are kept in .local/bots/flowers.ts/sessions.json');
      expect(flowers.printed() + roses.printed()).not.toContain('in memory alone');
    } finally {
      await Promise.all([flowers.stop(), roses.stop()]);
    }
  }, 60_000);

  test('ends at once on Ctrl-C, and leaves nothing that listens', async () => {
    writeBot();
    const dev = npmRunDev('bots/flowers.ts');
    await untilItSays(dev, '1번째');
    await dev.stop();
    expect(await dev.exited).toBe(0);
    await expect(dev.says('안녕')).rejects.toThrow();
    expect(dev.printed()).not.toContain('has ended');
  });

  test('listens no longer when it is killed', async () => {
    writeBot();
    const dev = npmRunDev('bots/flowers.ts');
    await untilItSays(dev, '1번째');
    await dev.kill();
    await until(async () => (await dev.says('안녕').catch(() => '')) === '', 20_000);
  });
});

test('npm start takes the path of a bot, too', async () => {
  writeBot();
  const gateway = await npmStart({}, { folder, args: ['bots/flowers.ts'] });
  const body = { bot: { id: 'b' }, userRequest: { utterance: '안녕', user: { id: 'u' } } };
  const { json } = await gateway.call('POST', '/open-builder/skill', body, {
    'x-gateway-secret': 'local-secret',
  });
  await gateway.interrupt();
  expect(JSON.stringify(json)).toContain('1번째 one-0 two-0');
  expect(gateway.printed()).toContain(
    'Change its words in bots/flowers.ts, then start again (npm run dev -- bots/flowers.ts does',
  );
  expect(gateway.printed()).toContain('npm start -- bots/flowers.ts --fresh forgets them');
});

test('npm run dev goes on with a dialogue at each restart; with --fresh it forgets what was before it, and that once', async () => {
  const before = await npmStart({}, { folder, args: [CAFE] });
  const body = { bot: { id: 'b' }, userRequest: { utterance: '담기 라떼', user: { id: 'u' } } };
  await before.call('POST', '/open-builder/skill', body, { 'x-gateway-secret': 'local-secret' });
  await before.interrupt();
  expect(readFileSync(join(folder, '.local/elsewhere', CAFE, 'sessions.json'), 'utf8')).toContain('라떼');

  const dev = npmRunDev(CAFE, '--fresh');
  try {
    await until(() => dev.starts() === 1, 20_000);
    expect(await dev.says('장바구니')).toContain('비어 있어요');
    await dev.says('주문');
    for (const [starts, utterance, next] of [
      [2, '라떼', '어떤 크기로'],
      [3, '톨', '몇 잔'],
    ] as const) {
      dev.restart();
      await until(() => dev.starts() === starts, 20_000);
      expect(await dev.says(utterance)).toContain(next);
    }
    expect(dev.printed()).not.toContain('in memory alone');
  } finally {
    await dev.stop();
  }
});

test('npm run dev says in one sentence which option there is, and ends', async () => {
  const dev = npmRunDev('--frehs');
  expect(await dev.exited).toBe(1);
  expect(dev.printed()).toMatch(/^the one option is --fresh, which forgets all sessions first; .*\n/m);
  expect(dev.printed()).not.toContain('    at ');
});
