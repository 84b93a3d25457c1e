import { afterEach, expect, test } from '@jest/globals';
import { Bot } from '../../lambda/bot/bot.ts';
import { type SimulatedGateway, simulateGateway } from '../kit/simulated-gateway.ts';

const LAST = '마지막 문장이에요.';

const bot = new Bot()
  .hears('안녕', () => '반가워요')
  .fallback(() => `${'길게 말하는 문장이에요. '.repeat(400)}${LAST}`, { slow: '찾아보고 있어요.' });

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

let gateway: SimulatedGateway;
afterEach(() => {
  gateway.stop();
});

test.each([
  ['while it is being posted', 2_500, true],
  ['when it was read', 10_000, false],
] as const)(
  'a word that is said %s leaves what is behind its button: after %d ms, %s',
  async (_, greetAfterMs, isLeft) => {
    // By then it is saved, and not yet posted.
    let takesAt = 0;
    gateway = simulateGateway(bot, { isKakaoIll: () => Date.now() < takesAt });
    const talk = async (): Promise<string> => {
      takesAt = Date.now() + 3_000;
      const callbackUrl = gateway.newUrl();
      await gateway.skill('user', '이야기', { callbackUrl });
      await pause(greetAfterMs);
      await gateway.skill('user', '안녕');
      await pause(10_000);
      const [post] = gateway.postsTo(callbackUrl);
      let quickReplies = post?.json.template.quickReplies;
      let read = '';
      for (let taps = 0; quickReplies && taps < 5; taps++) {
        const [{ messageText, extra }] = quickReplies;
        const { template } = (await gateway.skill('user', messageText, { extra })).json;
        read += JSON.stringify(template.outputs);
        quickReplies = template.quickReplies;
      }
      return read;
    };
    expect((await gateway.run(talk())).includes(LAST)).toBe(isLeft);
  },
);
