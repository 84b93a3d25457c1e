import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startLocalGateway } from '../../../dev/local-gateway.ts';
import { localQueue } from '../../../dev/local-queue.ts';
import { Bot } from '../../../lambda/bot/bot.ts';
import { type Reply, reply } from '../../../lambda/bot/reply.ts';
import { lateTurnHandler } from '../../../lambda/gateway/late-turn.ts';
import { openBuilderHandler } from '../../../lambda/gateway/open-builder.ts';
import { deliverers } from '../../../lambda/gateway/protocols.ts';
import { smartChatHandler } from '../../../lambda/gateway/smart-chat.ts';
import { validationHandler } from '../../../lambda/gateway/validation.ts';
import { kakaoPlugins } from '../../../lambda/open-builder/plugins.ts';
import { bot as cafe } from '../../../lambda/scenarios/cafe.ts';
import type { DeferTurn } from '../../../lambda/turn/deferred-turn.ts';
import { MemorySessionStore } from '../../../lambda/turn/session.ts';
import type { Act } from '../../../tools/kakao-simulator/act.ts';
import type { Exchange } from '../../../tools/kakao-simulator/exchange.ts';
import type { Scene } from '../../../tools/kakao-simulator/scene.ts';
import type { KakaoSimulator } from '../../../tools/kakao-simulator/simulator.ts';
import { startKakaoSimulator } from '../../../tools/kakao-simulator/start.ts';
import { tappables, wordsIn } from '../../../tools/kakao-simulator/tappables.ts';
import { SECRET, testSecret } from '../../kit/http.ts';
import { messageProblems, skillProblems } from '../../kit/kakao-accepts.ts';
import { runs } from '../../kit/property.ts';
import { anyGroupReply, anyReply } from '../../kit/replies.ts';
import { GROUP, SCENE, SMART } from './some-bot.ts';

// Kakao's simulator in front of the gateway itself: its real handlers, through HTTP.

interface Played {
  readonly kakao: KakaoSimulator;
  stop(): Promise<void>;
}

async function playWith<S>(bot: Bot<S>): Promise<Played> {
  const origins: string[] = [];
  const plugins = kakaoPlugins({ origins, restApiKey: async () => 'a-rest-api-key', onFailure: () => {} });
  const runtime = { bot, store: new MemorySessionStore(), plugins, secret: testSecret, log: () => {} };
  const queue = localQueue();
  const defer: DeferTurn = async records => {
    for (const { turn, delaySeconds } of records) queue.send(JSON.stringify(turn), delaySeconds);
  };
  queue.deliverTo(lateTurnHandler({ ...runtime, defer, callbackOrigins: origins, deliverers }));
  const gateway = { ...runtime, defer, callbackOrigins: origins };
  const server = await startLocalGateway(
    {
      'open-builder': openBuilderHandler(gateway),
      'smart-chat': smartChatHandler(gateway),
      validation: validationHandler(gateway),
    },
    {},
  );
  const kakao = await startKakaoSimulator({
    target: {
      skill: { url: `${server.url}/open-builder/skill`, headers: { 'x-gateway-secret': SECRET } },
      appUrl: `${server.url}/smart-chat/${SECRET}`,
      secret: SECRET,
      validationUrl: `${server.url}/open-builder/validation/<parameter>`,
    },
  });
  origins.push(kakao.origin);
  return {
    kakao,
    stop: async () => {
      queue.stop();
      await kakao.stop();
      await server.stop();
    },
  };
}

const says = (text: string): Act => ({ kind: 'says', text });
const shownBy = ({ fate, answer }: Exchange): string => {
  expect(fate).toEqual({ kind: 'shown' });
  return wordsIn(answer?.json).join('\n');
};

/** Taps what an exchange shows by its label. */
function tap({ id, answer, callback, scene }: Exchange, label: string, isLate = false): Act {
  const shown = isLate ? callback?.posts.find(({ isTaken }) => isTaken)?.json : answer?.json;
  const { path = label } = tappables(shown, scene.protocol).find(one => one.label === label) ?? {};
  return { kind: 'taps', at: { exchange: id, path, ...(isLate && { isLate }) } };
}

const userCalled = (name: string): Scene['user'] => ({
  name,
  botUserKey: Buffer.from(name).toString('hex').padEnd(66, '0').slice(0, 66),
  plusfriendUserKey: Buffer.from(name).toString('base64url').padEnd(12, '_').slice(0, 12),
  isFriend: true,
});

describe('the café', () => {
  let played: Played;

  beforeAll(async () => {
    process.env.RECOMMEND_DELAY_MS = '20';
    played = await playWith(cafe);
  });

  afterAll(async () => {
    delete process.env.RECOMMEND_DELAY_MS;
    await played.stop();
  });

  test.each([
    SCENE,
    SMART,
    { ...SCENE, caller: 'dev' as const },
    { ...SCENE, caller: 'bot-test' as const },
    GROUP,
  ])('takes an order by taps: case %#', async here => {
    const { kakao } = played;
    const scene = { ...here, user: userCalled(`${here.protocol}${here.caller}`) };
    // A group room has no quick replies: there one types.
    const answers = async (last: Exchange, label: string) =>
      kakao.act(scene.room.kind === 'group' ? says(label) : tap(last, label), scene);
    let last = await kakao.act(says('주문'), scene);
    for (const label of ['라떼', '그란데', '2잔']) last = await answers(last, label);
    expect(shownBy(last)).toContain('라떼');
    expect(shownBy(await answers(last, '네'))).toContain('주문을 받았어요');
    expect(kakao.exchanges.at(-1)?.violations).toEqual([]);
  });

  test('goes on by the other protocol, for it is the same room', async () => {
    const { kakao } = played;
    const user = userCalled('둘 다');
    shownBy(await kakao.act(says('담기 라떼'), { ...SCENE, user }));
    expect(shownBy(await kakao.act(says('장바구니'), { ...SMART, user }))).toContain('라떼 1잔');
  });

  test('welcomes who enters: by its block, or by its home keyboard', async () => {
    const { kakao } = played;
    const user = userCalled('처음');
    expect(shownBy(await kakao.act({ kind: 'enters' }, { ...SCENE, user }))).toContain('달빛카페입니다');
    await kakao.act({ kind: 'enters' }, { ...SMART, user });
    expect(kakao.keyboardOf({ ...SMART, user })).toMatchObject({
      type: 'buttons',
      buttons: expect.arrayContaining(['메뉴', '주문']),
    });
  });

  test.each([SCENE, SMART])('thanks for a photo: case %#', async scene => {
    const act: Act = { kind: 'sends', media: 'photo', url: 'https://img.example.com/a.jpg' };
    expect(shownBy(await played.kakao.act(act, scene))).toContain('사진 고맙습니다');
  });

  test('recommends by callback, and what it recommends can be tapped', async () => {
    const { kakao } = played;
    const scene = { ...SCENE, user: userCalled('늦게') };
    const asked = await kakao.act(says('추천해줘'), scene);
    expect(asked.fate).toEqual({
      kind: 'deferred',
      text: '어울리는 음료를 고르고 있어요. 잠시만 기다려 주세요.',
    });
    const settled = await kakao.settled(asked);
    expect(settled.callback).toMatchObject({ state: 'taken', posts: [{ isTaken: true, violations: [] }] });
    expect(shownBy(await kakao.act(tap(settled, '담기', true), scene))).toContain('담았어요');
  });

  test.each([
    ['where the protocol has no callback', SMART],
    ['where Kakao refuses it', { ...SCENE, faults: { ...SCENE.faults, callback: 'late' as const } }],
  ])('recommends by 결과 확인 %s', async (_, here) => {
    const { kakao } = played;
    const scene = { ...here, user: userCalled(`확인${here.protocol}`) };
    const asked = await kakao.act(says('추천해줘'), scene);
    await kakao.settled(asked);
    let collected = '';
    while (!collected.includes('담기')) {
      await new Promise(resolve => setTimeout(resolve, 50));
      collected = shownBy(await kakao.act(says('결과 확인'), scene));
    }
    expect(collected).toContain('어떠세요');
  });

  test('answers a request that came twice as if it came once', async () => {
    const { kakao } = played;
    const scene = { ...SCENE, user: userCalled('두 번') };
    const first = await kakao.act(says('담기 라떼'), {
      ...scene,
      faults: { ...scene.faults, isSentTwice: true },
    });
    const again = kakao.exchanges.find(({ repeats }) => repeats === first.id);
    expect(again?.answer?.json).toEqual(first.answer?.json);
    expect(shownBy(await kakao.act(says('장바구니'), scene))).toContain('라떼 1잔');
  });

  test('judges a phone number', async () => {
    const { kakao } = played;
    const fills = (value: string) => kakao.act({ kind: 'fills', param: '전화번호', value }, SCENE);
    expect((await fills('010 1234 5678')).fate).toMatchObject({ kind: 'judged', status: 'SUCCESS' });
    expect((await fills('모름')).fate).toMatchObject({ kind: 'judged', status: 'FAIL' });
  });

  test('is told of friends and rooms, and its secret is in no exchange', async () => {
    const { kakao } = played;
    for (const kind of ['adds-friend', 'blocks-friend', 'leaves'] as const)
      expect((await kakao.act({ kind }, SMART)).answer?.status).toBe(200);
    expect(JSON.stringify(kakao.exchanges)).not.toContain(SECRET);
  });
});

describe('a bot of the test’s own', () => {
  let played: Played | undefined;

  afterEach(async () => {
    await played?.stop();
    played = undefined;
  });

  test('asks a profile and a place of Kakao’s plugins, and counts a context', async () => {
    const bot = new Bot({ session: () => ({}) }).fallback(async turn => {
      const profile = await turn.askProfile('me');
      const place = await turn.askLocation('here');
      const name = profile.ok ? `${profile.profile.nickname} ${profile.profile.phoneNumber}` : profile.reason;
      const address = place.ok ? place.location.address : place.reason;
      const left = turn.contexts.order?.turnsLeft ?? 0;
      return reply(`${name}, ${address}, ${left}`, [], { contexts: [{ name: 'order', turns: 3 }] });
    });
    played = await playWith(bot);
    const use = async (plugin: 'profile' | 'location', param: string) =>
      shownBy(
        (await played?.kakao.act(
          { kind: 'uses-plugin', plugin, param, block: '인증블록' },
          SCENE,
        )) as Exchange,
      );
    expect(await use('profile', 'me')).toMatch(/^[가-힣]+ \+82 10-0000-0000, missing, 0/);
    expect(await use('location', 'here')).toMatch(/^missing, [가-힣 ]+\d+, 3/);
  });

  test('is shown whatever it replies, in each room and protocol, as another judge says, too', async () => {
    let next: Reply = reply('네');
    played = await playWith(new Bot({ session: () => ({}) }).fallback(() => next));
    const { kakao } = played;
    const judged = fc
      .constantFrom(SCENE, SMART, GROUP)
      .chain(scene =>
        (scene.room.kind === 'group' ? anyGroupReply() : anyReply()).map(
          some => [scene, some as Reply] as const,
        ),
      );
    await fc.assert(
      fc.asyncProperty(judged, async ([scene, some]) => {
        next = some;
        const { fate, answer } = await kakao.act(says('무엇이든'), scene);
        expect(fate.kind).toBe('shown');
        const { room, protocol } = scene;
        const problems =
          protocol === 'smart-chat' ? messageProblems(answer?.json) : skillProblems(answer?.json, room.kind);
        expect(problems).toEqual([]);
      }),
      runs(1_000),
    );
  });
});
