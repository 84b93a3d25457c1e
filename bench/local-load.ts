import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bot } from '../lambda/scenarios/cafe.ts';
import { startCallbackSink } from '../test/kit/callback-sink.ts';
import { cpuMs } from '../test/kit/cpu.ts';
import { failuresIn, WITH_CAFE } from '../test/kit/npm-start.ts';
import { offerLoad } from './offered-load.ts';

// `node --import tsx bench/local-load.ts turns 1000 30`: what `npm start` does of a thousand turns a second, for 30 s.
// `node --import tsx bench/local-load.ts late 2000 200`: 2,000 slow turns of 200 users at once, whose answers Kakao gets.
// The last line is the figures, as JSON.

const [what = 'turns', first = '1000', second = '30'] = process.argv.slice(2);
const [many, of] = [Number(first), Number(second)];

interface Gateway {
  readonly url: string;
  printed(): string;
  stop(): Promise<void>;
}

async function startGateway(environment: Readonly<Record<string, string>>): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'local-load-'));
  const script = fileURLToPath(new URL('../dev/start.ts', import.meta.url));
  const gateway = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    cwd: folder,
    env: { ...process.env, ...WITH_CAFE, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: string[] = [];
  let isUp = false;
  const url = await new Promise<string>((resolve, reject) => {
    gateway.stdout.setEncoding('utf8').on('data', chunk => {
      chunks.push(chunk);
      if (isUp) return;
      const printed = chunks.join('');
      const found = /http:\/\/127\.0\.0\.1:\d+(?=\/open-builder\/skill)/.exec(printed)?.[0];
      if (!found || !printed.includes('Ctrl-C')) return;
      isUp = true;
      resolve(found);
    });
    gateway.once('exit', code => reject(new Error(`npm start ended with ${code}`)));
  });
  return {
    url,
    printed: () => chunks.join(''),
    stop: async () => {
      const ended = new Promise(resolve => gateway.once('exit', resolve));
      gateway.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

const headers = { 'x-gateway-secret': 'local-secret' };
const skillOf = (user: string, utterance: string, callbackUrl?: string) => ({
  bot: { id: 'b' },
  userRequest: { utterance, user: { id: user }, ...(callbackUrl && { callbackUrl }) },
});

async function ask(url: string, body: unknown): Promise<string> {
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
  return (await fetch(url, { ...init, body: JSON.stringify(body) })).text();
}

/** Three of four turns only read; a thousand users take turns. */
async function offerTurns(): Promise<object> {
  const gateway = await startGateway({});
  try {
    const said = ['메뉴', '담기 라떼', '장바구니', '영업시간'];
    const bodyOf = (n: number) => skillOf(`u${n % 1_000}`, said[n % said.length] ?? '');
    const load = { url: `${gateway.url}/open-builder/skill`, headers, apology: bot.texts.apology };
    await offerLoad({ ...load, perSecond: 20, seconds: 2, bodyOf: n => skillOf('warm', said[n % 4] ?? '') });
    const { answeredMs, refusedMs, ...counts } = await offerLoad({
      ...load,
      perSecond: many,
      seconds: of,
      bodyOf,
    });
    const own = [...gateway.printed().matchAll(/^\d{3} +(\d+) ms /gm)].map(([, ms]) => Number(ms));
    const failures = failuresIn(gateway.printed());
    const told = { failures: failures.length, first: failures.slice(0, 3) };
    const overloads = gateway.printed().match(/more turns than this machine/g)?.length ?? 0;
    return {
      ...counts,
      answeredMs: spreadOf(answeredMs),
      refusedMs: spreadOf(refusedMs),
      ownMs: spreadOf(own),
      overloads,
      ...told,
    };
  } finally {
    await gateway.stop();
  }
}

/** Each user asks again as soon as the answer has come to the callback. */
async function offerLateTurns(): Promise<object> {
  const sink = await startCallbackSink();
  const gateway = await startGateway({ RECOMMEND_DELAY_MS: '500', KAKAO_CALLBACK_ORIGINS: sink.origin });
  const counts = { offered: many, delivered: 0, twice: 0, apologies: 0, never: 0, refused: 0, others: 0 };
  const ms: number[] = [];
  let next = 0;
  const pause = () => new Promise(resolve => setTimeout(resolve, 50));
  // Cold starts are not what is shown here.
  for (let n = 0; n < 20; n++)
    await Promise.all(
      Array.from({ length: 5 }, (_, one) =>
        ask(`${gateway.url}/open-builder/skill`, skillOf(`w${one}`, '메뉴')),
      ),
    );
  await ask(`${gateway.url}/open-builder/skill`, skillOf('warm', '추천해줘'));
  await new Promise(resolve => setTimeout(resolve, 3_000));
  const user = async (_: unknown, n: number): Promise<void> => {
    while (next < many) {
      next++;
      const url = sink.newUrl();
      const askedAt = performance.now();
      const say = () => ask(`${gateway.url}/open-builder/skill`, skillOf(`u${n}`, '추천해줘', url));
      let text = await say();
      // Whoever is refused asks again, as people do.
      for (; text.includes('Too Many Requests'); text = await say()) {
        counts.refused++;
        await new Promise(resolve => setTimeout(resolve, 1_000));
      }
      if (text.includes(bot.texts.apology)) counts.apologies++;
      else if (!text.includes('useCallback')) counts.others++;
      else {
        while (sink.postsTo(url).length === 0 && performance.now() - askedAt < 65_000) await pause();
        ms.push(performance.now() - askedAt);
        const posts = sink.postsTo(url).map(post => JSON.stringify(post.json));
        if (posts.length === 0) counts.never++;
        else if (posts[0]?.includes('어떠세요?')) counts.delivered++;
        else counts.apologies++;
        if (posts.length > 1) counts.twice++;
      }
    }
  };
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: of }, user));
    const took = Math.round(performance.now() - startedAt);
    // The second records come half a minute later, and must find everything delivered.
    await new Promise(resolve => setTimeout(resolve, 35_000));
    const failures = failuresIn(gateway.printed());
    const told = { failures: failures.length, first: failures.slice(0, 3) };
    return { ...counts, requests: sink.requests(), tookMs: took, deliveredMs: spreadOf(ms), ...told };
  } finally {
    await gateway.stop();
    await sink.stop();
  }
}

function spreadOf(ms: readonly number[]): object {
  const sorted = [...ms].sort((one, other) => one - other);
  const at = (part: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

const figures = what === 'late' ? await offerLateTurns() : await offerTurns();
console.log(JSON.stringify({ what, ...figures, generatorCpuMs: Math.round(cpuMs()) }));
process.exit(0);
