import { actor } from './actor.ts';
import { pause } from './pause.ts';
import type { ModelTurn } from './turns.ts';

/** How long a callback lives, and Kakao waits for an answer at all, as its documents have it: a minute, in group rooms five. */
const callbackLivesMs = ({ step }: ModelTurn): number => (step.place.startsWith('group') ? 300_000 : 60_000);

/** The way to Kakao, and back, at most each. */
const WAY_MS = 300;

/** Where Kakao takes late answers. */
export const CALLBACK_ORIGIN = 'https://callbacks.test';

/** Kakao's side of callbacks, with the troubles of their turns. */
export interface Callbacks {
  readonly fetch: typeof fetch;
  /** Has Kakao wait for a post: its turn was answered so. */
  open(turn: ModelTurn): void;
}

/** Kakao takes one post for each callback, once it was told to wait for it, in the callback's minute. */
export function callbacks(
  turnOf: (url: string) => ModelTurn | undefined,
  onTaken: (turn: ModelTurn, json: unknown) => void,
  note: (line: string) => void,
): Callbacks {
  const openTurns = new Set<ModelTurn>();
  const takenTurns = new Set<ModelTurn>();
  const take = (turn: ModelTurn, body: unknown): string | undefined => {
    if (!openTurns.has(turn)) return 'use callback true';
    if (takenTurns.has(turn) || Date.now() > turn.receivedAt + callbackLivesMs(turn))
      return 'Invalid callback token.';
    takenTurns.add(turn);
    onTaken(turn, JSON.parse(String(body)));
    return undefined;
  };
  const post = async (turn: ModelTurn, { body, signal }: RequestInit): Promise<Response> => {
    const trouble = turn.step.kakao[turn.posts++] ?? 'none';
    await pause(Math.random() * WAY_MS, signal);
    note(`post for turn ${turn.index}${trouble === 'none' ? '' : `: ${trouble}`}`);
    if (trouble === 'refuse') return answer(200, 'Invalid bot id');
    if (trouble === 'fail') return answer(500, 'Internal Server Error');
    if (trouble === 'hang') return pause(60_000, signal).then(() => answer(500, 'Internal Server Error'));
    turn.isPostUnknown = true;
    const refusal = take(turn, body);
    // A worker that dies of this call, or does not hear of it, can't tell.
    if (trouble === 'lose') await pause(60_000, signal);
    await pause(Math.random() * WAY_MS, signal);
    return answer(200, refusal);
  };
  return {
    open: turn => openTurns.add(turn),
    fetch: async (url, init = {}) => {
      const run = actor();
      const turn = turnOf(String(url));
      if (turn === undefined) throw new Error('nobody has this callback');
      const response = await run.calls(() => post(turn, init));
      // Only what Kakao says of a post that it takes, or has taken before, tells what became of them all.
      const trouble = turn.step.kakao[turn.posts - 1] ?? 'none';
      if (trouble === 'none') turn.isPostUnknown = false;
      return response;
    },
  };
}

function answer(status: number, refusal?: string): Response {
  const body = { taskId: 't', status: refusal === undefined ? 'SUCCESS' : 'FAIL', message: refusal ?? '' };
  return new Response(JSON.stringify(body), { status });
}
