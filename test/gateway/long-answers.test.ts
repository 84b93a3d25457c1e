import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bot, reply } from '../../lambda/bot/index.ts';
import { userKeyOf } from '../../lambda/bot/user.ts';
import { bytesOf } from '../../lambda/check/measure.ts';
import { MOST_REPLY_BYTES } from '../../lambda/turn/settle.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';

const LINE = '긴 답의 한 줄입니다.';
/** Some 200 KB. */
const LONG = `${LINE}\n`.repeat(7_000);

/** The last words of an answer that is cut: the bot's own. */
const kept = '여기까지만 간직했어요.';

/** Lets the held rule answer. */
let go = (): void => {};
const told = new Promise<void>(resolve => {
  go = resolve;
});

const bot = new Bot({ session: () => ({ said: 0, notes: '' }), texts: { keptToHere: kept } })
  .hears(/^오래 (\d+)$/, (_, [, n]) => reply(`${n}번째: ${LONG}`), { slow: '잠시만요' })
  .hears(/^붙잡힌 (\d+)$/, (_, [, n]) => told.then(() => reply(`${n}번째: ${LONG}`)), { slow: '잠시만요' })
  .hears('길게', () => reply(`처음. ${LONG}`))
  .hears('많이 적기', turn => {
    turn.session.notes = 'x'.repeat(100_000);
    return '적었어요';
  })
  .hears('세기', turn => `${++turn.session.said}번`);

const { apology, more, collect } = bot.texts;
const wordsOf = (json: unknown): string => JSON.stringify(json);

let gateway: LateGateway;

beforeAll(async () => {
  gateway = await startLateGateway(bot);
});

afterAll(() => gateway?.stop());

const sessionOf = (user: string) => gateway.store.load(userKeyOf('live', { botId: 'b', botUserKey: user }));

/** All that the user reads by 더보기 after this answer. */
async function readToTheEnd(user: string, first: unknown): Promise<string> {
  let [shown, last] = [wordsOf(first), wordsOf(first)];
  for (let pages = 1; last.includes(more); pages++) {
    if (pages > 200) throw new Error('the answer has no end');
    last = wordsOf((await gateway.skill(user, more)).json);
    shown += last;
  }
  return shown;
}

const linesIn = (words: string): number => words.split(LINE).length - 1;

describe('an answer of 200 KB', () => {
  test('is shown page by page to the end of its 128 KiB, and the author is told that there was more', async () => {
    const at = gateway.logged.length;
    const shown = await readToTheEnd('front', (await gateway.skill('front', '길게')).json);
    expect(linesIn(shown)).toBeGreaterThan((MOST_REPLY_BYTES / bytesOf(`${LINE}\n`)) * 0.98);
    expect(shown).not.toContain(apology);
    expect(gateway.logged.slice(at).filter(({ level }) => level === 'error')).toMatchObject([
      { what: 'answer repaired', violations: [{ rule: 'simpleText.fold' }, { rule: 'reply.bytes' }] },
    ]);
    expect(bytesOf((await sessionOf('front')).memory)).toBeLessThan(MOST_REPLY_BYTES + 10_000);
  });

  test('is posted late, and its rest is shown by 더보기', async () => {
    const callbackUrl = gateway.sink.newUrl();
    await gateway.skill('posted', '오래 1', { callbackUrl });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    const shown = await readToTheEnd('posted', gateway.sink.postsTo(callbackUrl)[0]?.json);
    expect(shown).toContain('1번째: ');
    expect(linesIn(shown)).toBeGreaterThan((MOST_REPLY_BYTES / bytesOf(`${LINE}\n`)) * 0.98);
  });
});

test('a user with ten late answers of 128 KiB and a state of 100 KB talks on, and collects all that is kept', async () => {
  const user = 'ten';
  await gateway.skill(user, '많이 적기');
  for (let n = 1; n <= 10; n++) await gateway.skill(user, `붙잡힌 ${n}`);
  go();
  await until(async () => (await sessionOf(user)).memory.late?.length === 10, 20_000);
  await gateway.idle();
  const { state, memory } = await sessionOf(user);
  expect(state).toContain('x'.repeat(100_000));
  expect(memory.late?.map(({ id }) => id)).toHaveLength(10);
  const lengths = memory.late?.map(one => bytesOf(one.reply)) ?? [];
  expect(Math.min(...lengths)).toBeGreaterThan(20_000);
  // What is said now brings them along.
  const first = await gateway.skill(user, '세기');
  const shown = await readToTheEnd(user, first.json);
  for (let n = 1; n <= 10; n++) expect(shown).toContain(`${n}번째: `);
  expect(shown.split(kept).length - 1).toBe(10);
  expect(shown).toContain('1번');
  expect(linesIn(shown)).toBeGreaterThan(200_000 / bytesOf(`${LINE}\n`));
  expect(wordsOf((await gateway.skill(user, '세기')).json)).toContain('2번');
  expect(wordsOf((await gateway.skill(user, '오래 11')).json)).toContain(collect);
  expect(gateway.logged.filter(({ what }) => /failed|lost/.test(what))).toEqual([]);
});
