import { isObject } from '../../lambda/json-reader.ts';
import type { TappedPlace } from './act.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type { KeptRoom } from './kept-rooms.ts';
import { REFUSALS } from './refusals.ts';
import type { Scene } from './scene.ts';
import type { Named } from './skill-requests.ts';
import { reachesBot, type Tappable, tappables } from './tappables.ts';

/** Something that was tapped, and the block whose answer it stands in. */
export interface Tapped {
  readonly on: Tappable;
  readonly block?: Named;
}

/**
 * Finds what a user taps in the answer as it was shown.
 * @throws RefusedActError when nothing is there, or the bot would hear nothing of it
 */
export function tappedAt(log: ExchangeLog, at: TappedPlace, { protocol }: Scene, kept: KeptRoom): Tapped {
  const exchange = log.find(at.exchange);
  if (exchange === undefined) throw REFUSALS.forgotten();
  if (exchange.scene.protocol !== protocol) throw REFUSALS.ofOtherProtocol(exchange.scene.protocol, protocol);
  const on = tappables(shownIn(exchange, at.isLate === true), protocol).find(({ path }) => path === at.path);
  if (on === undefined) throw REFUSALS.nothingThere(at.path);
  if (!reachesBot(on)) throw REFUSALS.doneByPhone(on.label, on.action);
  if (on.on === 'quick-reply' && !isLast(exchange, at, kept)) throw REFUSALS.oldQuickReply(on.label);
  const block = blockOf(exchange);
  return { on, ...(block && { block }) };
}

function shownIn({ answer, fate, callback }: Exchange, isLate: boolean): unknown {
  if (isLate) return callback?.posts.find(({ isTaken }) => isTaken)?.json;
  return fate.kind === 'shown' ? answer?.json : undefined;
}

// One that was sent twice shows its bubbles twice.
const isLast = (
  { id, repeats = id }: Exchange,
  { isLate = false }: TappedPlace,
  { shown }: KeptRoom,
): boolean => shown?.exchange === repeats && shown.isLate === isLate;

function blockOf({ request }: Exchange): Named | undefined {
  const intent = isObject(request.body) ? request.body.intent : undefined;
  if (!isObject(intent) || typeof intent.id !== 'string' || typeof intent.name !== 'string') return undefined;
  return { id: intent.id, name: intent.name };
}
