import type { IncomingMessage, ServerResponse } from 'node:http';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { KAKAO_WAITS_MS } from '../../lambda/turn/time-budget.ts';
import { serveLocally } from '../local-server.ts';
import { streamAtMost } from '../read-at-most.ts';
import { UsageError } from '../usage-error.ts';
import type { Act } from './act.ts';
import { Callbacks } from './callbacks.ts';
import { Events } from './events.ts';
import type { Exchange } from './exchange.ts';
import { ExchangeLog } from './exchange-log.ts';
import { KeptRooms } from './kept-rooms.ts';
import { playOpenBuilder } from './open-builder.ts';
import { Plugins } from './plugins.ts';
import { REFUSALS } from './refusals.ts';
import type { ProtocolName, Scene } from './scene.ts';
import { decoded, type Kakao } from './send.ts';
import type { KakaoSimulator, SimulatorOptions, Target } from './simulator.ts';
import { keyboardOf, playSmartChat } from './smart-chat.ts';

/** The most that one act may say and give. */
const MAX_ACT_LENGTH = 64 * 1024;
const MAX_POST_BYTES = 1024 * 1024;

/**
 * Plays Kakao for a bot through HTTP, ours or anybody's.
 * @throws UsageError when the target is none, the server's own error when it can't listen there
 */
export async function startKakaoSimulator(options: SimulatorOptions): Promise<KakaoSimulator> {
  const protocols = protocolsOf(options.target);
  const callbacks = new Callbacks();
  const plugins = new Plugins();
  const events = new Events({
    play: async (act, scene) => play(kakao, protocols, act, scene),
    seen: () => kakao.log.all,
  });
  const admission = options.port === undefined ? {} : { port: options.port };
  const server = await serveLocally((request, response) => {
    serve({ callbacks, plugins, events }, request, response).catch(() => response.destroy());
  }, admission);
  const stop = new AbortController();
  const kakao: Kakao = {
    options,
    origin: server.url,
    log: new ExchangeLog(exchange => options.onExchange?.(exchange)),
    rooms: new KeptRooms(),
    callbacks,
    plugins,
    answerWithinMs: options.answerWithinMs ?? KAKAO_WAITS_MS,
    stopped: stop.signal,
  };
  const clear = (): void => {
    kakao.log.clear();
    kakao.rooms.clear();
    callbacks.clear();
    plugins.clear();
    events.clear();
  };
  return {
    origin: server.url,
    protocols,
    get exchanges() {
      return kakao.log.all;
    },
    act: async (act, scene) => play(kakao, protocols, act, scene),
    settled: async exchange => {
      await callbacks.over(exchange.id);
      return kakao.log.find(exchange.id) ?? exchange;
    },
    keyboardOf: scene => keyboardOf(kakao, scene),
    clear,
    stop: async () => {
      stop.abort();
      clear();
      await server.stop();
    },
  };
}

function play(kakao: Kakao, protocols: readonly ProtocolName[], act: Act, scene: Scene): Promise<Exchange> {
  if (JSON.stringify(act).length > MAX_ACT_LENGTH) throw REFUSALS.tooLong(MAX_ACT_LENGTH / 1_024);
  if (!protocols.includes(scene.protocol)) throw REFUSALS.noProtocol(scene.protocol, protocols);
  return scene.protocol === 'smart-chat'
    ? playSmartChat(kakao, act, scene)
    : playOpenBuilder(kakao, act, scene);
}

/** Answers a bot: its callbacks, the events that it sends, and what it asks of plugins. */
async function serve(
  { callbacks, plugins, events }: Pick<Kakao, 'callbacks' | 'plugins'> & { readonly events: Events },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://kakao.local');
  const [, botId, token] = /^\/v1\/bots\/([^/]+)\/callback\/([^/]+)$/.exec(url.pathname) ?? [];
  if (request.method === 'POST' && botId !== undefined && token !== undefined) {
    const bytes = await streamAtMost(request, MAX_POST_BYTES);
    const ack = await callbacks.post(decoded(botId), decoded(token), bytes);
    response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(ack));
    return;
  }
  const { authorization } = request.headers;
  const told =
    request.method === 'POST'
      ? events.take(url.pathname, authorization, await streamAtMost(request, MAX_POST_BYTES))
      : events.tell(url.pathname);
  if (told !== undefined) {
    response.writeHead(told.status, { 'content-type': 'application/json;charset=UTF-8' });
    response.end(JSON.stringify(told.body));
    return;
  }
  const answer = request.method === 'GET' ? plugins.answer(url) : undefined;
  response.writeHead(answer?.status ?? 404, { 'content-type': answer?.type ?? 'text/plain' });
  response.end(answer?.body);
}

/** @throws UsageError when nothing of it can be called */
function protocolsOf({ skill, appUrl, validationUrl }: Target): readonly ProtocolName[] {
  requireUrl('the skill URL', skill?.url);
  requireUrl('the app URL', appUrl);
  requireUrl('the validation URL', validationUrl);
  for (const [name, value] of Object.entries(skill?.headers ?? {})) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new UsageError(`the skill's header "${name}" can't be sent: use ASCII, and no line break`);
    }
  }
  const protocols: ProtocolName[] = [
    ...(skill ? (['open-builder'] as const) : []),
    ...(appUrl === undefined ? [] : (['smart-chat'] as const)),
  ];
  if (protocols.length === 0) throw new UsageError('there is no bot to call: give a skill URL or an app URL');
  return protocols;
}

function requireUrl(name: string, url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^https?:\/\//i.test(url))) return;
  throw new UsageError(`${name} is none: give a whole one that begins with https:// or http://`);
}
