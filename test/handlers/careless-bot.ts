import { Bot } from '../../lambda/bot/index.ts';

const QUOTED = '손님이 한 말';

const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

const save = async (): Promise<void> => {
  await later(5);
  throw new TypeError(QUOTED);
};

// What the module of a bot begins fails soon after, or at once.
void save();
void Promise.reject(new SyntaxError(QUOTED));

/** A bot whose rules begin what they don't wait for. */
export const bot = new Bot()
  .hears('약속', async () => {
    void save();
    await later(30);
    return '지켰어요';
  })
  .hears('나중', () => {
    setTimeout(() => void Promise.reject(), 5);
    return '그럴게요';
  })
  .hears('타이머', async () => {
    setTimeout(() => {
      throw new RangeError(QUOTED);
    }, 5);
    await later(30);
    return '울렸어요';
  });
