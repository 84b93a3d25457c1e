import type { Context } from 'aws-lambda';
import type { GatewaySecret } from '../aws/gateway-secret.ts';
import type { HttpHandler, HttpResult } from '../aws/http.ts';
import { Bot } from '../bot/bot.ts';
import { basicCard, button, reply } from '../bot/reply.ts';
import type { RouteKey } from '../routes.ts';
import { EMPTY_SESSION, type SessionStore } from '../turn/session.ts';
import type { TurnGateway } from './deployment.ts';

/**
 * Takes a turn of a route with a call that nobody made: what every turn runs is compiled by it while the function starts,
 * and not by its first user. It asks a bot of its own and not the author's, reads and stores nothing, and logs nothing.
 */
export async function rehearse(
  handlerOf: (gateway: TurnGateway<Rehearsed>) => HttpHandler,
  routeKey: RouteKey,
  body: object,
): Promise<HttpResult> {
  const handler = handlerOf({ bot: bot(), store: STORE, secret: SECRET, log: () => {} });
  return handler(eventOf(routeKey, JSON.stringify(body)), CONTEXT);
}

interface Rehearsed {
  turns: number;
}

/** A card says most of what an answer may be made of. */
const bot = (): Bot<Rehearsed> =>
  new Bot<Rehearsed>({ session: () => ({ turns: 0 }) }).fallback(turn => {
    turn.session.turns++;
    const thumbnail = { imageUrl: 'https://example.com/rehearsal.png', altText: '연습' };
    const buttons = [button.message('연습', '연습')] as const;
    return reply(['연습', basicCard({ title: '연습', description: '연습', thumbnail, buttons })], ['연습']);
  });

const STORE: SessionStore = {
  load: async () => EMPTY_SESSION,
  save: async () => {},
  claim: async () => undefined,
  delete: async () => {},
};

const SECRET: GatewaySecret = {
  accepts: async () => true,
  pseudonymOf: () => undefined,
  wordsKey: () => undefined,
};

function eventOf(routeKey: RouteKey, body: string): Parameters<HttpHandler>[0] {
  const [method = '', path = ''] = routeKey.split(' ');
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '', userAgent: '' };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-request-id': 'rehearsal' },
    pathParameters: { secret: 'rehearsal' },
    requestContext: {
      ...{ accountId: '', apiId: '', domainName: '', domainPrefix: '', stage: '$default', time: '' },
      ...{ http, routeKey, requestId: 'rehearsal', timeEpoch: Date.now() },
    },
    body,
    isBase64Encoded: false,
  };
}

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: '',
  functionVersion: '',
  invokedFunctionArn: '',
  memoryLimitInMB: '',
  awsRequestId: 'rehearsal',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => 0,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};
