import type { NamedFailure, TaskTold } from './ask-tasks.ts';
import { keyOf, type Recipient, recipientOf } from './recipients.ts';
import type { Batch } from './send-batches.ts';
import type { WireRecipient } from './wire.ts';

/** Every fate, from the best to the least. */
export const FATES = [
  'delivered',
  'delivered-or-not',
  'accepted',
  'unknown',
  'failed',
  'unresolved',
  'refused',
  'not-sent',
] as const;

/**
 * The fate of one recipient. `delivered`: Kakao says so. `delivered-or-not`: Kakao says how many of a request it did not
 * reach, and not whom. `accepted`: Kakao took it, and has not said what became of it. `unknown`: Kakao may have taken it.
 * `failed`: Kakao says that it failed. `unresolved`: nobody has this id. `refused`: Kakao did not take the request.
 * `not-sent`: Kakao was not asked.
 */
export type Fate = (typeof FATES)[number];

/** A recipient, and what became of the event there. */
export type RecipientFate = Recipient & {
  readonly fate: Fate;
  /** One sentence, or Kakao's words; absent where it was delivered. */
  readonly reason?: string;
  /** Kakao's number for why it failed, where it gives one. */
  readonly errorType?: number;
  /** The task by which Kakao can be asked, where it took the request. */
  readonly taskId?: string;
};

/**
 * The fates of a request's recipients, in its order.
 * @param asked the task as Kakao told it last, or that nobody asked for it
 */
export function fatesOf(
  { recipients, sent }: Batch,
  asked: TaskTold | 'not asked' | undefined,
): readonly RecipientFate[] {
  if (sent.kind !== 'accepted') {
    const { kind: fate, reason } = sent;
    return recipients.map(recipient => ({ ...recipientOf(recipient), fate, reason }));
  }
  const { taskId } = sent;
  if (asked === 'not asked') return recipients.map(one => ({ ...recipientOf(one), ...NOT_ASKED, taskId }));
  const failures = namedIn(recipients, asked?.failures ?? []);
  const others = recipients.length - failures.size;
  const rest = restOf(others, asked, failures.size);
  return recipients.map(recipient => {
    const failure = failures.get(keyOf(recipient));
    const fate = failure === undefined ? rest : failedBy(failure);
    return { ...recipientOf(recipient), ...fate, taskId };
  });
}

type Told = Pick<RecipientFate, 'fate' | 'reason' | 'errorType'>;

const NOT_ASKED: Told = {
  fate: 'accepted',
  reason: 'Kakao took it, and was not asked what became of it, as asksFates: false wants it',
};

const failedBy = ({ errorType, reason }: NamedFailure): Told => ({
  fate: 'failed',
  ...(reason !== undefined && { reason }),
  ...(errorType !== undefined && { errorType }),
});

/** The fate of those whom Kakao did not name: `others` of them, beside so many that it named. */
function restOf(others: number, told: TaskTold | undefined, named: number): Told {
  if (!told?.isDone)
    return { fate: 'accepted', reason: 'Kakao took it, and did not say in time what became of it' };
  const { failCount, successCount, userKeyResolvingFailCount: unresolved } = told;
  const unnamed = Math.max(0, failCount - named);
  if (unnamed === 0 && successCount >= others) return { fate: 'delivered' };
  if (unresolved >= others && successCount === 0) {
    return { fate: 'unresolved', reason: 'Kakao knows nobody by this id' };
  }
  if (unnamed > 0) {
    const why = unresolved > 0 ? `${unresolved} of them by an id that is nobody's, ` : '';
    const reason = `Kakao did not reach ${unnamed} of these ${others}: ${why}and it does not say whom`;
    return { fate: 'delivered-or-not', reason };
  }
  const reason = `Kakao reached ${successCount} of these ${others}, and says nothing of the others`;
  return { fate: 'delivered-or-not', reason };
}

/** Those of a request's recipients whom Kakao names, by the kind of their ids, and where it says no kind by the ids alone. */
function namedIn(
  recipients: readonly WireRecipient[],
  failures: readonly NamedFailure[],
): ReadonlyMap<string, NamedFailure> {
  const byId = new Map<string, WireRecipient[]>();
  for (const one of recipients) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  const named = new Map<string, NamedFailure>();
  for (const failure of failures) {
    const same = byId.get(failure.id) ?? [];
    const meant = same.find(({ type }) => type === failure.type) ?? (same.length === 1 ? same[0] : undefined);
    if (meant) named.set(keyOf(meant), failure);
  }
  return named;
}
