import type { IncomingMessage } from 'node:http';
import type { Context } from 'aws-lambda';
import { inRequest } from '../aws/log.ts';
import type { ShownSecret } from '../aws/shown-secret.ts';
import { GatewayError } from '../errors.ts';
import { objectOrEmpty } from '../json-reader.ts';
import { probeCall } from '../open-builder/probe-call.ts';
import { PROBE_SAYS, SYNTHETIC_USERS } from '../turn/synthetic.ts';
import { KAKAO_WAITS_MS, PROBE_WITHIN_MS } from '../turn/time-budget.ts';
import type { Log } from './deployment.ts';

/** The parts of the probe. */
export interface Probe {
  /** The URL of the skill. */
  readonly url: string;
  readonly secret: ShownSecret;
  /** The words that it says to the bot. Default: words that the gateway answers without the bot. */
  readonly says?: string | undefined;
  readonly log: Log;
  /** How patient it is (ms). Default: as Kakao is, and from where on an answer is late. */
  readonly pace?: { readonly waitsMs: number; readonly withinMs: number };
}

/** The function that tells whether the gateway answers; it resolves with how long that took (ms). @throws ProbeError */
export type ProbeHandler = (
  event: unknown,
  context: Pick<Context, 'awsRequestId'>,
) => Promise<{ readonly ms: number }>;

/** Nobody is answered, or not in time; the message says why in a few words, and tells neither the secret nor the URL. */
export class ProbeError extends GatewayError {
  override readonly name = 'ProbeError';
}

/**
 * Calls the gateway from outside as Kakao does, once: with the secret, by the URL that is registered, and no more patiently.
 * Good is a 200 with a bubble in it, of a turn that was answered, in time.
 */
export function probeHandler(probe: Probe): ProbeHandler {
  return (_event, { awsRequestId }) =>
    inRequest({ requestId: awsRequestId }, async () => {
      try {
        return await ask(probe, awsRequestId);
      } catch (error) {
        const isOurs = error instanceof ProbeError;
        const failed = isOurs ? error : new ProbeError('the secret is not read');
        const why = isOurs ? {} : { error };
        probe.log({ level: 'error', what: 'probe failed', outcome: failed.message, ...why });
        // Lambda writes what is thrown into the log, too: a sentence of ours, and no more.
        throw failed;
      }
    });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

const KAKAOS_PACE = { waitsMs: KAKAO_WAITS_MS, withinMs: PROBE_WITHIN_MS };

async function ask(
  { url, secret, says = PROBE_SAYS, pace = KAKAOS_PACE }: Probe,
  requestId: string,
): Promise<{ readonly ms: number }> {
  const body = JSON.stringify(probeCall(SYNTHETIC_USERS.probe, says));
  const call = async (): Promise<Answer> =>
    post(url, headersOf(await secret.value(), requestId), body, pace.waitsMs);
  let answer = await call();
  if (answer.status === 401) {
    // It was rotated twice since it was read.
    secret.forget();
    answer = await call();
  }
  const problem = problemOf(answer, pace.withinMs);
  if (problem !== undefined) throw new ProbeError(problem);
  return { ms: answer.ms };
}

const headersOf = (secret: string, requestId: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'x-gateway-secret': secret,
  // The gateway's line of the log has it, too.
  'x-request-id': requestId,
});

/** The reason why Kakao would show nothing, or an apology; undefined where all is well. */
function problemOf({ status, text, ms }: Answer, withinMs: number): string | undefined {
  if (status === 401) return 'the secret is refused';
  if (status !== 200) return `the status is ${status}`;
  const { version, template, outcome } = objectOrEmpty(jsonOf(text));
  if (version !== '2.0') return 'the answer is none of a skill';
  const { outputs } = objectOrEmpty(template);
  if (!Array.isArray(outputs) || outputs.length === 0) return 'the answer has no bubble';
  if (outcome !== 'answered' && outcome !== 'late')
    return 'the answer is an apology: see what the skill logs';
  return ms > withinMs ? `the answer came after ${ms} ms` : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer of ours has a few hundred bytes, one with pictures some thousand. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** Posts on a connection of its own, as whoever calls for the first time. @throws ProbeError */
function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  waitsMs: number,
): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    // An emulator's API has no certificate.
    const { request } = process.getBuiltinModule(url.startsWith('http:') ? 'node:http' : 'node:https');
    const sent = request(url, { method: 'POST', agent: false, headers }, response => {
      textOf(response).then(text => {
        clearTimeout(timer);
        const ms = Math.round(performance.now() - startedAt);
        resolve({ status: response.statusCode ?? 0, text, ms });
      }, fail);
    });
    const timer = setTimeout(() => {
      fail(new ProbeError(`no answer within ${waitsMs / 1_000} s`));
    }, waitsMs);
    sent.on('error', fail);
    sent.end(body);

    function fail(error: NodeJS.ErrnoException): void {
      clearTimeout(timer);
      // Its message may name the host and its addresses.
      reject(
        error instanceof ProbeError ? error : new ProbeError(`the API is not reached: ${codeOf(error)}`),
      );
      sent.destroy();
    }
  });
}

const codeOf = ({ code }: NodeJS.ErrnoException): string =>
  /^\w{1,40}$/.test(code ?? '') ? `${code}` : 'no code';

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new ProbeError('the answer is too long for one of a skill');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
