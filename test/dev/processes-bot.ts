import { Bot } from '../../lambda/bot/index.ts';

async function broken(how: string): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 5));
  throw new TypeError(`broken ${how}`);
}

/** Tells which process answers, and has it do what no process should. */
export const bot = new Bot<{ said?: number }>({ session: () => ({}) })
  .hears('누구', () => `${process.pid} ${process.ppid}`)
  .hears(
    '늦게 누구',
    () => {
      console.log('a word of the late rule');
      return `${process.pid} ${process.ppid}`;
    },
    { slow: '잠시만요' },
  )
  .hears(
    '늦게 던져',
    () => {
      throw new TypeError('thrown late');
    },
    { slow: '잠시만요' },
  )
  .hears(
    '늦게 돌아',
    () => {
      console.log('never lets go');
      // Longer than a test may take, and not for ever.
      for (const until = Date.now() + 20_000; Date.now() < until; );
      return '';
    },
    { slow: '잠시만요' },
  )
  .hears('약속', () => {
    void broken('at once');
    return '지켰어요';
  })
  .hears(
    '늦게 약속',
    () => {
      void broken('late');
      return '지켰어요';
    },
    { slow: '잠시만요' },
  )
  .hears('끝내', () => process.exit(3))
  .fallback(() => '네');
