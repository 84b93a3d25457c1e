import { GatewayError } from '../../errors.ts';
import type { Deadline } from '../deadline.ts';
import { ownError } from '../rule-errors.ts';
import { askServer, type ServerAnswer, type ServerFailure } from './ask-server.ts';
import { type AnsweredBody, MOST_ANSWER_BYTES } from './remote-answer.ts';
import type { Sign } from './remote-secret.ts';
import { REMOTE_VERSION, type RemoteNotice, type RemoteTurn } from './remote-turn.ts';

/** A bot server, and how calls of it are signed. */
export interface RemoteServer {
  readonly url: URL;
  /** The way to sign, with the secret of now. */
  readonly signer: () => Promise<Sign>;
}

/** Something that is posted to a bot server. */
export type Posted = { readonly turn: RemoteTurn } | { readonly notice: RemoteNotice };

/** How long Kakao waits: whoever has more time is no longer waited for. */
export const WAITED_FOR_MS = 5_000;

/** The time that a turn has left when its bot server is given up, so that why can be told. */
const GIVE_UP_MS = 100;

/** The way of an answer, of the time that the bot server is told. */
const WAY_MS = 100;

/** To connect: where a server is up, that takes a round trip or three. */
const CONNECT_MS = 1_000;

/** The tries of one posting, the first one included. */
const MOST_ATTEMPTS = 4;

/** The longest pause before the second; it doubles. */
const FIRST_PAUSE_MS = 200;

/** Less time is not worth another try. */
const LEAST_MS = 100;

/**
 * Posts to a bot server, again after a failure that the next moment may mend, as long as there is time. A turn that the
 * user waits for is left to its own deadline: the gateway may answer it late.
 * @returns undefined where the server has nothing to say (204)
 * @throws GatewayError when there is no answer; its sentence says why, and never holds what was said
 */
export async function postToServer(
  { url, signer }: RemoteServer,
  posted: Posted,
  deadline: Deadline,
): Promise<AnsweredBody | undefined> {
  const isLeftToDeadline = 'turn' in posted && deadline.remainingMs() <= WAITED_FOR_MS;
  const leftMs = (): number => deadline.remainingMs() - GIVE_UP_MS;
  for (let attempt = 1; ; attempt++) {
    // To read a secret may take a while, of which the bot server has nothing.
    const sign = await signer();
    const body = JSON.stringify(bodyOf(posted, attempt, Math.max(0, Math.floor(leftMs() - WAY_MS))));
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      accept: 'application/json',
      'user-agent': 'kakao-gateway',
      ...sign(body),
    };
    const answer = await askServer({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs: isLeftToDeadline ? WAITED_FOR_MS : leftMs(),
      connectMs: CONNECT_MS,
      signal: deadline.signal,
      maxBytes: MOST_ANSWER_BYTES,
    });
    const pauseMs = (FIRST_PAUSE_MS * 2 ** (attempt - 1) * (1 + Math.random())) / 2;
    if (!isWorthAgain(answer) || attempt === MOST_ATTEMPTS || leftMs() < pauseMs + LEAST_MS)
      return answerOf(answer, url);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
    if (deadline.remainingMs() === 0) return answerOf(answer, url);
  }
}

function bodyOf(posted: Posted, attempt: number, answerWithinMs: number): object {
  const version = REMOTE_VERSION;
  if ('notice' in posted) return { version, notice: { ...posted.notice, attempt } };
  return { version, turn: { ...posted.turn, attempt, answerWithinMs } };
}

const BUSY: ReadonlySet<number> = new Set([502, 503, 504]);

const isWorthAgain = (answer: ServerAnswer): boolean =>
  answer.kind === 'answered'
    ? BUSY.has(answer.status)
    : answer.reason === 'unreachable' || answer.reason === 'broken';

function answerOf(answer: ServerAnswer, { origin }: URL): AnsweredBody | undefined {
  if (answer.kind === 'answered') {
    const { status, headers, body } = answer;
    if (status === 200) return { type: headers['content-type'], body };
    if (status === 204) return undefined;
    throw failure(origin, `answered ${status}: ${adviceOf(status)}`);
  }
  const { reason, code } = answer;
  throw failure(origin, `${FAILURES[reason]}${code ? ` (${code})` : ''}`);
}

const failure = (origin: string, what: string): GatewayError =>
  ownError(new GatewayError(`the bot server at ${origin} ${what}`));

const FAILURES: Readonly<Record<ServerFailure['reason'], string>> = {
  silent: 'did not answer in time: see what its turns wait for, or give remoteBot slow',
  unreachable: 'could not be reached: see that it runs, and that url names it',
  broken: 'broke off its answer: look into its log',
  'too-long': 'answered more than 192 KB: let it say less',
  redirected: 'redirects: give url the address that it leads to',
};

function adviceOf(status: number): string {
  if (status === 401 || status === 403)
    return 'see that secret is the same on both sides, and that its clock is right';
  if (status === 404 || status === 405) return 'see that url has the path at which it takes POST';
  if (status === 429) return 'it takes no more calls now: give it room for as many as users make';
  if (status < 400) return 'an answer comes with 200, and 204 says that there is none';
  return 'look into its log';
}
