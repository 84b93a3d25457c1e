import { startLocalAws, useLocalAws } from '../../dev/local-aws.ts';
import { type Handlers, loadBot, loadHandlers, startLocalGateway } from '../../dev/local-gateway.ts';
import { CALLBACK_ORIGINS } from '../../lambda/aws/environment.ts';
import type { HttpHandler } from '../../lambda/aws/http.ts';
import { writeLogBy } from '../../lambda/aws/log.ts';
import type { HandlerName } from '../../lambda/routes.ts';

/** The café behind the handlers that are deployed, on a port of this machine. */
export interface CafeGateway {
  readonly url: string;
  readonly secret: string;
  stop(): Promise<void>;
}

const SECRET = 'the-secret-of-the-cafe';

/**
 * Starts it, once in a test file: handlers read their environment while they are imported.
 * @param openKakao starts who calls it, and resolves with the origin that late answers may be posted to
 * @param recommendMs how long the café thinks before it recommends a drink
 */
export async function startCafeGateway(
  openKakao: (gateway: Omit<CafeGateway, 'stop'>) => Promise<string>,
  recommendMs = 300,
): Promise<CafeGateway> {
  const aws = await startLocalAws({ secret: SECRET });
  let load = (): Promise<Handlers> => Promise.reject(new Error('the café is not open yet'));
  const called =
    (name: HandlerName): HttpHandler =>
    async (event, context) =>
      (await load())[name](event, context);
  const names = ['open-builder', 'smart-chat', 'validation'] as const;
  const handlers = Object.fromEntries(names.map(name => [name, called(name)]));
  const gateway = await startLocalGateway(handlers as Record<HandlerName, HttpHandler>, {});
  const open = { url: gateway.url, secret: SECRET };
  process.env[CALLBACK_ORIGINS] = await openKakao(open);
  process.env.RECOMMEND_DELAY_MS = String(recommendMs);
  useLocalAws(aws);
  const loaded = await loadHandlers();
  load = async () => loaded;
  // What is printed is the command's.
  writeLogBy(() => {});
  aws.queue.deliverTo(loaded['late-turn'], await loadBot());
  return {
    ...open,
    stop: async () => {
      aws.queue.stop();
      await gateway.stop();
      await aws.stop();
    },
  };
}
