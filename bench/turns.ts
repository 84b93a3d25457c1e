import { deadlineAt } from '../lambda/bot/deadline.ts';
import { lastCheck } from '../lambda/gateway/last-check.ts';
import { checkSkillResponse } from '../lambda/open-builder/check.ts';
import { openBuilder } from '../lambda/open-builder/protocol.ts';
import { bot } from '../lambda/scenarios/cafe.ts';
import { smartChat } from '../lambda/smart-chat/protocol.ts';
import type { Protocol } from '../lambda/turn/protocol.ts';
import { MemorySessionStore } from '../lambda/turn/session.ts';
import { settle } from '../lambda/turn/settle.ts';
import { takeTurn } from '../lambda/turn/take-turn.ts';
import { ANSWER_WITHIN_MS } from '../lambda/turn/time-budget.ts';
import { median } from './median.ts';

/** One kind of turn, as a ratio to a handler that only parses the request and stringifies an answer of the same size. */
export interface TurnFigure {
  readonly name: string;
  readonly turnsPerSecond: number;
  readonly bareHandlersPerSecond: number;
  readonly ratio: number;
  /** The part of a turn's time that it takes to settle its answer and to check it when it leaves; of Open Builder's. */
  readonly checkShare?: number;
}

type Run = () => Promise<string>;

const ROUNDS = 15;
const ROUND_MS = 100;
const TURNS = 10;
const USERS = Array.from({ length: 2_000 }, (_, n) => `DiS54vdW${String(n).padStart(4, '0')}`);

/** Measures each kind of turn beside its bare handler, in alternate rounds of one run. */
export async function measureTurns(): Promise<readonly TurnFigure[]> {
  const figures: TurnFigure[] = [];
  for (const [name, run] of Object.entries(turns())) {
    const answer = JSON.parse(await run.turn());
    let next = 0;
    const bare: Run = async () => {
      JSON.parse(run.requests[next++ % run.requests.length] ?? '');
      return JSON.stringify(answer);
    };
    // Settled and checked as often as a turn is taken, and awaited alike: what is left are those two.
    const reply = { outputs: answer.template?.outputs, quickReplies: answer.template?.quickReplies };
    const checked: Run = async () =>
      settle(reply).violations.length + checkSkillResponse(answer).length === 0 ? '' : 'broken';
    const nothing: Run = async () => '';
    for (const warmUp of [run.turn, bare, checked, nothing]) await perSecond(warmUp);
    const rounds: { turn: number; bare: number; checkShare: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const turn = await perSecond(run.turn);
      const checkShare = turn * (1 / (await perSecond(checked)) - 1 / (await perSecond(nothing)));
      rounds.push({ turn, bare: await perSecond(bare), checkShare });
    }
    figures.push({
      name,
      turnsPerSecond: median(rounds.map(round => round.turn)),
      bareHandlersPerSecond: median(rounds.map(round => round.bare)),
      ratio: median(rounds.map(round => round.turn / round.bare)),
      ...(name.startsWith('Open Builder') && { checkShare: median(rounds.map(round => round.checkShare)) }),
    });
  }
  return figures;
}

function turns(): Readonly<Record<string, { requests: readonly string[]; turn: Run }>> {
  let store = new MemorySessionStore();
  let id = -1;
  // Conversations of ten turns, and then everybody anew: no one says thousands of things a minute.
  const nextRequest = (requests: readonly string[]): string => {
    if (++id % (requests.length * TURNS) === 0) store = new MemorySessionStore();
    return requests[Math.floor(id / TURNS) % requests.length] ?? '';
  };
  const turnOf =
    <A, Other>(protocol: Protocol<A, Other>, requests: readonly string[]): Run =>
    async () => {
      const body = JSON.parse(nextRequest(requests));
      const name = `${id}`;
      const parsed = protocol.parse(body, { requestId: name, kakaoRequestId: name, callbackOrigins: [] });
      if (parsed.kind !== 'turn') throw new Error('the request is no turn');
      const receivedAt = Date.now();
      const deadline = deadlineAt(receivedAt + ANSWER_WITHIN_MS);
      const outcome = await takeTurn({ bot, store, protocol }, { ...parsed, receivedAt }, deadline);
      return JSON.stringify(lastCheck(protocol, outcome.answer, bot.texts, parsed.request).answer);
    };
  const skill = (utterance: string) => {
    const requests = USERS.map(user => skillRequest(utterance, user));
    return { requests, turn: turnOf(openBuilder, requests) };
  };
  const message = (content: string) => {
    const requests = USERS.map(user_key => JSON.stringify({ user_key, type: 'text', content }));
    return { requests, turn: turnOf(smartChat, requests) };
  };
  return {
    'Open Builder: 메뉴 (reads the session)': skill('메뉴'),
    'Open Builder: 장바구니 (reads the state)': skill('장바구니'),
    'Open Builder: 담기 라떼 (changes the state)': skill('담기 라떼'),
    'smart-chat: 메뉴': message('메뉴'),
    'smart-chat: 담기 라떼': message('담기 라떼'),
  };
}

/** A skill call as a live channel sends it: 1.3 KB, like `test/samples/open-builder/requests/14-*.json`. */
function skillRequest(utterance: string, plusfriendUserKey: string): string {
  const block = { id: '9a7de0e7ac79962a0ea2dd8a', name: '폴백 블록' };
  const botUserKey = '90f49e1e171186786cc81a4a95b23532083cb8ef13ee6f2a96efea66d0eddec96a';
  return JSON.stringify({
    bot: { id: '505a14d68a6a8b8cb9ffc15c', name: '달빛카페' },
    intent: { ...block, extra: { reason: { code: 1, message: 'OK' } } },
    action: {
      id: 'e0538a6a2e4d0f2887aee20f',
      name: '게이트웨이 스킬',
      params: {},
      detailParams: {},
      clientExtra: {},
    },
    userRequest: {
      block,
      user: {
        id: botUserKey,
        type: 'botUserKey',
        properties: {
          botUserKey,
          isFriend: true,
          plusfriendUserKey,
          bot_user_key: botUserKey,
          plusfriend_user_key: plusfriendUserKey,
        },
      },
      utterance,
      params: { surface: 'Kakaotalk.plusfriend' },
      lang: 'ko',
      timezone: 'Asia/Seoul',
    },
    contexts: [],
    flow: { lastBlock: block, trigger: { type: 'QUICKREPLY_BUTTON_MESSAGE', referrerBlock: block } },
  });
}

async function perSecond(run: Run): Promise<number> {
  const startedAt = performance.now();
  let runs = 0;
  while (performance.now() - startedAt < ROUND_MS) {
    for (let burst = 0; burst < 50; burst++) await run();
    runs += 50;
  }
  return (runs * 1000) / (performance.now() - startedAt);
}
