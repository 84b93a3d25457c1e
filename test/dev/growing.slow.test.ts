import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { GROWING_WORKER_TIMEOUT_SECONDS } from '../../lambda/turn/time-budget.ts';
import { npmStart } from '../kit/npm-start.ts';

const WORDS = ['하나', '둘', '셋', '넷', '다섯'];

const BUSY = '아직 답하고 있어요.';

const BOT = `import { Bot, growing } from 'kakao-gateway/bot';
import { conversation } from 'kakao-gateway/llm';

const pause = () => new Promise(resolve => setTimeout(resolve, 1_500));
const chat = conversation({ limits: { bot: { tokensPerDay: 100_000 } }, texts: { busy: '${BUSY}' } });

export const bot = new Bot({ session: () => ({}) })
  .hears('세어 줘', growing({
    slow: '세어 볼게요.',
    grow: async function* (turn) {
      yield \`<\${Math.round(turn.deadline.remainingMs() / 1_000)} s>\`;
      for (const word of ${JSON.stringify(WORDS)}) {
        yield \` \${word}\`;
        await pause();
      }
    },
    then: () => undefined,
  }))
  .fallback(chat.answers(({ messages }) => \`대답: \${messages.at(-1)?.content}\`, { slow: '생각할게요.' }));
`;

test('npm start has answers grow, in a worker that lives as long as they may, and counts what a model took', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'growing-'));
  writeFileSync(join(folder, 'counting.ts'), BOT);
  const gateway = await npmStart({}, { folder, args: ['counting.ts'] });
  const says = async (utterance: string): Promise<string> => {
    const body = { bot: { id: 'b' }, userRequest: { utterance, user: { id: 'me' } } };
    const secret = { 'x-gateway-secret': 'local-secret' };
    const { json } = await gateway.call('POST', '/open-builder/skill', body, secret);
    const outputs: { simpleText?: { text: string } }[] = json.template.outputs;
    return outputs.map(({ simpleText }) => simpleText?.text).join('\n');
  };
  /** Asks again and again, until this word is heard; returns all that was said meanwhile, each part by itself. */
  const partsUntil = async (last: string): Promise<readonly string[]> => {
    const parts: string[] = [];
    while (!parts.at(-1)?.includes(last)) {
      if (parts.length > 60) throw new Error(`"${last}" does not come: ${parts.join('|')}`);
      await sleep(500);
      parts.push(await says('결과 확인'));
    }
    return parts;
  };
  try {
    expect(await says('세어 줘')).toBe('세어 볼게요.');
    const parts = await partsUntil('다섯');
    const told = parts.join(' ');
    const words = told.split(/[^가-힣]+/).filter(word => WORDS.includes(word));
    expect(words).toEqual(WORDS);
    expect(parts.filter(part => WORDS.some(word => part.includes(word))).length).toBeGreaterThan(1);
    const [, leftSeconds] = /<(\d+) s>/.exec(told) ?? [];
    expect(Number(leftSeconds)).toBeGreaterThan(GROWING_WORKER_TIMEOUT_SECONDS - 15);
    // The last word may be read before its rule has come to its end, which is then told beside the next answer.
    let answered = await says('안녕');
    for (; answered.includes(BUSY); answered = await says('안녕')) await sleep(500);
    expect(answered).toContain('생각할게요.');
    expect((await partsUntil('대답')).at(-1)).toContain('대답: 안녕');
  } finally {
    await gateway.interrupt();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
