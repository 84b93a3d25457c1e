import type { TaskTold } from './ask-tasks.ts';
import { FATES, type Fate, fatesOf, type RecipientFate } from './fates.ts';
import { type Recipient, type Recipients, recipientOf } from './recipients.ts';
import type { Batch } from './send-batches.ts';
import { WON_A_MESSAGE } from './wire.ts';

/** The fate of an event, for each who was to get it. */
export interface EventReport {
  /** The event's name. */
  readonly name: string;
  readonly channel: 'live' | 'dev';
  readonly dryRun: boolean;
  /** In the order in which they were given, each once. */
  readonly fates: readonly RecipientFate[];
  /** How many have each fate. */
  readonly counts: Readonly<Record<Fate, number>>;
  /** How many Kakao counts as delivered, be they named or not. */
  readonly delivered: number;
  /** Those who were given again, and got it once. */
  readonly duplicates: readonly Recipient[];
  /** The most that it can have cost, in won without VAT: the price of each message that Kakao took or may have taken. In a dry run what it would cost. */
  readonly costWon: number;
  /** Whether there is nothing to look after: each got it, or would have got it. */
  readonly ok: boolean;
}

/** The parts of a report that stand before anything is sent. */
export interface ReportHead {
  readonly name: string;
  readonly channel: 'live' | 'dev';
  readonly recipients: Recipients;
}

/** The report of a run without any call. */
export function dryReport({ name, channel, recipients }: ReportHead): EventReport {
  const fates = recipients.once.map(
    (one): RecipientFate => ({ ...recipientOf(one), fate: 'not-sent', reason: 'a dry run sends nothing' }),
  );
  return {
    ...{ name, channel, dryRun: true, fates, counts: countsOf(fates), delivered: 0 },
    duplicates: recipients.duplicates.map(recipientOf),
    costWon: fates.length * WON_A_MESSAGE,
    ok: true,
  };
}

/**
 * The report of what was sent.
 * @param told the tasks as Kakao told them last, by their ids; undefined where nobody asked
 */
export function reportOf(
  { name, channel, recipients }: ReportHead,
  batches: readonly Batch[],
  told: ReadonlyMap<string, TaskTold> | undefined,
): EventReport {
  const taskOf = ({ sent }: Batch): TaskTold | undefined =>
    sent.kind === 'accepted' ? told?.get(sent.taskId) : undefined;
  const fates = batches.flatMap(batch => fatesOf(batch, told ? taskOf(batch) : 'not asked'));
  const counts = countsOf(fates);
  const taken = batches.filter(({ sent }) => sent.kind === 'accepted' || sent.kind === 'unknown');
  return {
    ...{ name, channel, dryRun: false, fates, counts },
    delivered: batches.reduce((sum, batch) => sum + (taskOf(batch)?.successCount ?? 0), 0),
    duplicates: recipients.duplicates.map(recipientOf),
    costWon: taken.reduce((sum, { recipients: { length } }) => sum + length, 0) * WON_A_MESSAGE,
    ok: counts.delivered === fates.length,
  };
}

function countsOf(fates: readonly RecipientFate[]): Record<Fate, number> {
  const counts = Object.fromEntries(FATES.map(fate => [fate, 0])) as Record<Fate, number>;
  for (const { fate } of fates) counts[fate]++;
  return counts;
}
