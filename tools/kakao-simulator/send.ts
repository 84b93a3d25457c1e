import { randomUUID } from 'node:crypto';
import type { Act } from './act.ts';
import type { Callback } from './callback.ts';
import type { Callbacks } from './callbacks.ts';
import type { Exchange, Fate, SentRequest } from './exchange.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { Asked, Judgement } from './judge.ts';
import type { KeptRooms } from './kept-rooms.ts';
import type { Plugins } from './plugins.ts';
import type { Scene } from './scene.ts';
import type { SimulatorOptions } from './simulator.ts';
import { type BotCall, type Visit, visitBot } from './visit-bot.ts';

/** Kakao: all that its calls share. */
export interface Kakao {
  readonly options: SimulatorOptions;
  readonly origin: string;
  readonly log: ExchangeLog;
  readonly rooms: KeptRooms;
  readonly callbacks: Callbacks;
  readonly plugins: Plugins;
  readonly answerWithinMs: number;
  /** Aborted when the simulator stops. */
  readonly stopped: AbortSignal;
}

/** A call that is to be made, and whose it is. */
export interface Sending {
  readonly act: Act;
  readonly scene: Scene;
  readonly said?: string;
  readonly call: BotCall;
  /** The headers that the developer gave: their values are secret. */
  readonly ownHeaders?: Readonly<Record<string, string>>;
  readonly callback?: Callback;
  /** The id of the exchange, where something must know it beforehand. */
  readonly id?: string;
  /** Judges what came, and keeps what Kakao keeps of it. @param id the exchange's, or that of the one that it repeats */
  readonly settle: (visit: Visit, asked: Asked, id: string) => Judgement;
}

/** Calls the bot, twice at once where the scene says so; resolves when Kakao has done with the answer. */
export async function send(kakao: Kakao, sending: Sending): Promise<Exchange> {
  const { callback, scene } = sending;
  const id = sending.id ?? randomUUID();
  const first = sendOnce(kakao, sending, { id, ...(callback && { callback: callback.life }) });
  const again = scene.faults.isSentTwice
    ? sendOnce(kakao, sending, { id: randomUUID(), repeats: id })
    : undefined;
  const exchange = await first;
  const isDeferred = [exchange, await again].some(one => one?.fate.kind === 'deferred');
  callback?.answered(isDeferred);
  return kakao.log.find(id) ?? exchange;
}

/** Records what Kakao did without a call. */
export function record(kakao: Kakao, sending: Omit<Sending, 'settle'>, fate: Fate): Exchange {
  const exchange = { ...unanswered(kakao, sending, { id: randomUUID() }), fate };
  kakao.log.add(exchange);
  return exchange;
}

async function sendOnce(
  kakao: Kakao,
  sending: Sending,
  own: Pick<Exchange, 'id' | 'callback' | 'repeats'>,
): Promise<Exchange> {
  const { answerWithinMs, stopped, log } = kakao;
  const { call, ownHeaders, settle, scene } = sending;
  const sent = unanswered(kakao, sending, own);
  log.add(sent);
  const patience = { answerWithinMs, networkMs: scene.faults.networkMs, stopped };
  const visit = await visitBot({ ...call, headers: { ...call.headers, ...ownHeaders } }, patience);
  const judgement = settle(visit, { host: new URL(call.url).host, answerWithinMs }, own.repeats ?? own.id);
  return log.change(sent, { ...(visit.kind === 'answered' && { answer: visit.answer }), ...judgement });
}

function unanswered(
  { options }: Kakao,
  { act, scene, said, call, ownHeaders = {} }: Omit<Sending, 'settle'>,
  own: Pick<Exchange, 'id' | 'callback' | 'repeats'>,
): Exchange {
  return {
    ...own,
    at: Date.now(),
    scene,
    act,
    ...(said !== undefined && { said }),
    request: shownRequest(call, ownHeaders, options.target.secret),
    fate: { kind: 'waits' },
    violations: [],
  };
}

/** The place that a secret has in what is shown. */
const SECRET = '<secret>';

function shownRequest(
  { method, url, headers, body }: BotCall,
  ownHeaders: Readonly<Record<string, string>>,
  secret: string | undefined,
): SentRequest {
  const hidden = Object.keys(ownHeaders).map((name): [string, string] => [name, SECRET]);
  return {
    method,
    url: shownUrl(url, secret),
    headers: { ...headers, ...Object.fromEntries(hidden) },
    ...(body !== undefined && { body }),
  };
}

/** A URL without what is secret in it: the part that is known as such, a user and a password. */
function shownUrl(url: string, secret: string | undefined): string {
  const shown = url.replace(/^(https?:\/\/)[^/?#@]*@/i, `$1${SECRET}@`);
  if (!secret) return shown;
  const segments = shown.split('/').map(segment => (decoded(segment) === secret ? SECRET : segment));
  return segments.join('/').replaceAll(secret, SECRET).replaceAll(encodeURIComponent(secret), SECRET);
}

/** A part of a URL as it is meant, however it is written. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
