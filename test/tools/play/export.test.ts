import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import fc from 'fast-check';
import { bot as cafe } from '../../../lambda/scenarios/cafe.ts';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import { NO_FAULTS, type Scene } from '../../../tools/kakao-simulator/scene.ts';
import type { KakaoSimulator } from '../../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../../tools/kakao-simulator/start.ts';
import { exportJest, exportTalk } from '../../../tools/play/export.ts';
import { playTalk } from '../../../tools/play/play-talk.ts';
import { readTalks } from '../../../tools/play/read-talks.ts';
import { failureLines } from '../../../tools/play/report.ts';
import { botOf } from '../../../tools/play/target.ts';
import { type CafeGateway, startCafeGateway } from '../../kit/cafe-gateway.ts';
import { HOSTILE, UNSEEN_CHARACTERS } from '../../kit/hostile-texts.ts';
import { runs } from '../../kit/property.ts';
import * as testing from '../../kit/testing.ts';

const ODD = [
  HOSTILE,
  ...UNSEEN_CHARACTERS,
  '---',
  '- a',
  '# a',
  '*/',
  '$'.concat('{a}'),
  '`',
  "\\'",
  '\\',
  '"',
  "'",
  'true',
  '1',
  'null',
  '~',
  '<<',
];

const EXPORTED = join(import.meta.dirname, 'exported/talk.test.ts');

let gateway: CafeGateway;
let kakao: KakaoSimulator;

beforeAll(async () => {
  gateway = await startCafeGateway(async ({ url, secret }) => {
    kakao = await startKakaoSimulator({ target: botOf({ url }, { GATEWAY_SECRET: secret }).target });
    return kakao.origin;
  }, 50);
});
afterAll(async () => {
  await kakao?.stop();
  await gateway?.stop();
});
/** One user a test, whom the bot has never seen, in each protocol. */
let SCENE: Scene;
let SMART: Scene;
let users = 0;
beforeEach(() => {
  kakao.clear();
  const key = `recorded${users++}`.padEnd(12, '_');
  SCENE = {
    protocol: 'open-builder',
    caller: 'live',
    user: { name: '라이언', botUserKey: key.padEnd(66, '0'), plusfriendUserKey: key, isFriend: true },
    room: { name: '1:1', kind: 'private', id: 'private' },
    faults: NO_FAULTS,
  };
  SMART = { ...SCENE, protocol: 'smart-chat' };
});

const act = (one: Act, scene = SCENE): Promise<Exchange> => kakao.act(one, scene);
const says = (text: string, scene = SCENE) => act({ kind: 'says', text }, scene);
const taps = ({ id, scene }: Exchange, path: string, isLate?: boolean) =>
  act({ kind: 'taps', at: { exchange: id, path, ...(isLate && { isLate }) } }, scene);

/** The recording as a desk has it: the newest state of each exchange. */
const recorded = (): readonly Exchange[] => JSON.parse(JSON.stringify(kakao.exchanges));

/** Plays the exported script again, with users of its own. */
async function playedAgain(yaml: string): Promise<string[]> {
  const [talk] = readTalks('talk.yaml', yaml);
  const [protocol] = talk?.protocols ?? [];
  if (talk === undefined || protocol === undefined) throw new Error('no talk was exported');
  kakao.clear();
  const { failure, played } = await playTalk(talk, protocol, kakao, `again ${users}`);
  expect(played).toBeGreaterThan(0);
  return failure ? failureLines(failure, 'en') : [];
}

async function orderWith(scene: Scene): Promise<void> {
  const menu = await says('메뉴', scene);
  const isSmart = scene.protocol === 'smart-chat';
  await taps(menu, isSmart ? 'keyboard.buttons[5]' : 'template.outputs[1].carousel.items[1].buttons[0]');
  const asked = await says('주문', scene);
  const sized = await taps(asked, isSmart ? 'keyboard.buttons[2]' : 'template.quickReplies[2]');
  await taps(sized, isSmart ? 'keyboard.buttons[1]' : 'template.quickReplies[1]');
  const confirm = await says('2잔', scene);
  await taps(confirm, isSmart ? 'keyboard.buttons[0]' : 'template.quickReplies[0]');
  await act({ kind: 'sends', media: 'photo', url: 'https://example.com/a.jpg' }, scene);
}

describe('a recorded conversation as a script', () => {
  test('says what was said and tapped, and expects what was shown', async () => {
    await orderWith(SCENE);
    const yaml = exportTalk(recorded());
    expect(yaml).toContain(`  - taps:
      label: 담기
      card: 2
    expects:
      words: 라떼 한 잔을 담았어요. 장바구니에 모두 1잔이 있어요.
      buttons:
        - 메뉴
        - 장바구니
`);
    expect(yaml).toContain('  - taps: 유자차\n');
    expect(yaml).not.toContain('recorded');
  });

  test.each([
    ['Open Builder', () => SCENE],
    ['smart-chat', () => SMART],
  ])('goes as it went when it is played again with the same bot: %s', async (_, scene) => {
    await orderWith(scene());
    expect(await playedAgain(exportTalk(recorded()))).toEqual([]);
  });

  test('does not when the bot answers otherwise', async () => {
    await says('담기 라떼');
    const yaml = exportTalk(recorded()).replace('모두 1잔', '모두 7잔');
    expect((await playedAgain(yaml)).join('\n')).toMatch(/모두 7잔이 있어요\." are not shown/);
  });

  test('expects an answer in time again where a fault of the network kept it up', async () => {
    const { url, secret } = gateway;
    const target = botOf({ url }, { GATEWAY_SECRET: secret }).target;
    const hasty = await startKakaoSimulator({ target, answerWithinMs: 20 });
    const slow = { ...SCENE, faults: { ...NO_FAULTS, networkMs: 1_000 } };
    const { fate } = await hasty.act({ kind: 'says', text: '메뉴' }, slow);
    expect(fate).toMatchObject({ kind: 'dropped', reason: 'timeout' });
    const yaml = exportTalk(hasty.exchanges);
    await hasty.stop();
    expect(await playedAgain(yaml)).toEqual([]);
  });

  test('waits for what came late, and taps what stands in it', async () => {
    const slow = await says('추천해줘');
    const settled = await kakao.settled(slow);
    await taps(settled, 'template.quickReplies[0]', true);
    const yaml = exportTalk(recorded());
    expect(yaml).toMatch(/fate: deferred[\s\S]*- waits: 5m\n {4}expects:\n[\s\S]*- taps: 담기\n/);
    expect(await playedAgain(yaml)).toEqual([]);
  });

  test('has its people, rooms, protocols and everything else that was done', async () => {
    const friend: Scene = {
      ...SCENE,
      user: {
        ...SCENE.user,
        name: '영희',
        isFriend: false,
        plusfriendUserKey: 'other',
        botUserKey: 'b'.repeat(66),
      },
    };
    const group: Scene = { ...SCENE, room: { name: '모임', kind: 'group', id: 'g'.repeat(64) } };
    await act({ kind: 'enters' });
    await says('담기 라떼', friend);
    await act({ kind: 'enters' }, SMART);
    await act({ kind: 'blocks-friend' }, SMART);
    await act({ kind: 'adds-friend' }, SMART);
    const unfriended: Scene = { ...SMART, user: { ...SMART.user, isFriend: false, appUserId: '1234' } };
    await says('메뉴', unfriended);
    await says('메뉴', group);
    await act({ kind: 'fills', param: '전화번호', value: '010 1234 5678' });
    await act({ kind: 'calls-block', block: '메뉴', params: { 음료: '라떼' } });
    await act({ kind: 'gets-event', name: '주문완료', params: { 번호: '7' } }, { ...SCENE, caller: 'dev' });
    const yaml = exportTalk(recorded());
    for (const words of [
      'name: 영희\n    friend: false',
      'user: 영희',
      'protocol: smart-chat',
      'room: group',
      'caller: dev',
      'judged: SUCCESS',
      'blocks-friend: true',
      'linked: true',
    ])
      expect(yaml).toContain(words);
    expect(await playedAgain(yaml)).toEqual([]);
  });

  test('taps what stands in an older answer', async () => {
    const menu = await says('메뉴');
    await says('영업시간');
    await taps(menu, 'template.outputs[1].carousel.items[3].buttons[1]');
    const yaml = exportTalk(recorded());
    expect(yaml).toContain('label: 자세히\n      card: 4\n      back: 1\n');
    expect(await playedAgain(yaml)).toEqual([]);
  });

  test('is a comment where nothing was said', () => {
    expect(exportTalk([])).toBe('# nothing was said yet\n');
    expect(exportJest([])).toContain('nothing was said yet');
  });
});

/** Runs an exported test, whose imports are given; resolves when each of its tests has passed. */
async function runTest(source: string, given: Readonly<Record<string, object>> = {}): Promise<number> {
  const { code } = transformSync(source, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const tests: (() => Promise<void>)[] = [];
  const modules: Readonly<Record<string, object>> = {
    '@jest/globals': { expect, test: (_: string, run: () => Promise<void>) => tests.push(run) },
    'kakao-gateway/testing': testing,
    './scenario.ts': { bot: cafe },
    ...given,
  };
  const run = new Function('require', 'exports', code);
  run((name: string) => modules[name], {});
  for (const one of tests) await one();
  return tests.length;
}

describe('a recorded conversation as a jest test', () => {
  test.each([
    ['Open Builder', () => SCENE],
    ['smart-chat', () => SMART],
  ])('passes with the same bot, and fails with another: %s', async (_, scene) => {
    await orderWith(scene());
    const source = exportJest(recorded());
    expect(source).toContain("seen = await chat.says('메뉴');");
    expect(source).toContain("expect(seen.words).toContain('사진 고맙습니다! 저희도 잘 볼게요.');");
    expect(await runTest(source)).toBe(1);
    await expect(runTest(source.replace('유자차 그란데 2잔', '유자차 그란데 7잔'))).rejects.toThrow('7잔');
  });

  test('compiles: one of them stands beside this test, and runs by itself', async () => {
    await act({ kind: 'enters' });
    await orderWith(SCENE);
    await orderWith(SMART);
    await act({ kind: 'fills', param: '전화번호', value: '010 1234 5678' });
    await kakao.settled(await says('추천해줘'));
    const source = exportJest(recorded());
    if (process.env.RENEW_EXPORTED) await writeFile(EXPORTED, source);
    const bare = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[\])])/g, '');
    expect(bare(source)).toBe(bare(await readFile(EXPORTED, 'utf8')));
    for (const remark of [
      "// openChat does not play this: fills '010 1234 5678' (Open Builder, live), and it was judged",
      "// openChat has no late queue: '추천해줘' was deferred",
      "// openChat has no callbacks: the late answer to '추천해줘' came by one",
    ])
      expect(source).toContain(remark);
  });
});

describe('whatever was said', () => {
  const words = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.constantFrom(...ODD),
  );
  const exchangeOf = (said: string, answered: string, at: number): Exchange => ({
    id: String(at),
    at,
    scene: { ...SCENE, user: { ...SCENE.user, name: said } },
    act: { kind: 'says', text: said },
    said,
    request: { method: 'POST', url: 'http://127.0.0.1', headers: {} },
    answer: {
      status: 200,
      headers: {},
      text: '',
      json: { template: { outputs: [{ simpleText: { text: answered } }] } },
      ms: 1,
    },
    fate: { kind: at % 3 === 0 ? 'deferred' : 'shown', text: answered },
    violations: [],
  });

  test('is in the script and in the jest test as it was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 4 }), async pairs => {
        const exchanges = pairs.map(([said, answered], at) => exchangeOf(said, answered, at));
        const [talk] = readTalks('talk.yaml', exportTalk(exchanges));
        const told = talk?.steps.flatMap(({ deed }) => (deed.kind === 'acts' ? [deed.act] : []));
        expect(told).toEqual(exchanges.map(exchange => exchange.act));
        const saidAgain: string[] = [];
        const openChat = () => ({
          says: async (text: string) => ({ words: saidAgain.push(text) && everyWord }),
        });
        const everyWord = pairs.map(([, answered]) => answered).join('\n');
        const testing = { openChat, MemorySessionStore: class {} };
        await runTest(exportJest(exchanges), { 'kakao-gateway/testing': testing });
        const shown = exchanges.filter(({ fate }) => fate.kind === 'shown');
        expect(saidAgain).toEqual(shown.map(({ said }) => said));
      }),
      runs(300),
    );
  });
});
