import { PIECES } from './model-bot.ts';
import type { BrokenPromise, Go, History, ModelTurn, Shown } from './turns.ts';

/** How long an answer that was collected stays readable: the reply to the tap may get lost. */
const READABLE_MS = 60_000;

/** The deeds that leave the session alone. */
const LOOKING: readonly ModelTurn['step']['does'][] = ['look', 'ask', 'choose', 'collect'];

/** The promises that a history breaks; none when all is well. */
export function brokenPromises(history: History): readonly BrokenPromise[] {
  const { turns, broken } = history;
  const late = turns.flatMap(turn => turn.goes.filter(go => go.isWorker).map(go => ({ turn, go })));
  return [
    ...broken,
    ...turns.filter(({ word }) => word !== '').flatMap(turn => brokenBy(turn, history)),
    ...late.flatMap(({ turn, go }) => brokenOrder(turn, go, late)),
  ];
}

function brokenBy(turn: ModelTurn, history: History): readonly BrokenPromise[] {
  const shown = history.shown.filter(({ word }) => word === turn.word);
  const effects = history.effects.get(turn.word) ?? 0;
  const problems = [
    effects > 1 && 'two effects',
    shown.some(({ room, of }) => room !== of) && "shown in another room than its turn's",
    isSeenTwice(shown, history) && 'an answer seen twice',
    brokenPieces(turn, shown, history),
    turn.goes.some(go => go.isWorker && go.choice !== turn.choice) && 'another rule took the deferred turn',
    brokenWork(turn, history),
    brokenEnd(turn, shown, effects, history),
  ];
  return problems.flatMap(promise => (promise ? [{ promise, turn: turn.index }] : []));
}

/** Seen again is an answer that comes by another way, but for 결과 확인 within a minute: the first reply may be lost. */
function isSeenTwice(shown: readonly Shown[], { turns }: History): boolean {
  const [first, ...others] = shown;
  if (first === undefined) return false;
  const by = turns[first.by];
  // Whoever does not know whether Kakao took a post keeps what was in it rather than lose it.
  if (first.how === 'callback' && by && (by.isPostUnknown || by.deaths > 0 || isTroubled(by))) return false;
  // Kakao shows one answer to a delivery and its repetition.
  if (first.how === 'reply' && by?.isAwaited) return false;
  return others.some(
    ({ by, how, at }) =>
      by !== first.by && !((how === 'tap' || first.how === 'tap') && at <= first.at + READABLE_MS),
  );
}

/** Each piece of an answer is seen once, as they are in their order, and none is left out. */
function brokenPieces(turn: ModelTurn, answers: readonly Shown[], history: History): string | undefined {
  const pieces = history.pieces.filter(({ word }) => word === turn.word);
  const most = Math.max(0, ...pieces.map(({ piece }) => piece));
  const numbers = Array.from({ length: most }, (_, at) => at + 1);
  const of = (n: number): Shown[] =>
    pieces.filter(({ piece }) => piece === n).map(one => ({ ...one, of: turn.room }));
  if (pieces.some(({ room }) => room !== turn.room)) return "a piece shown in another room than its turn's";
  if (numbers.some(n => isSeenTwice(of(n), history))) return 'a piece seen twice';
  const first = numbers.map(n => of(n)[0]?.at ?? 0);
  if (first.some((at, n) => at < (first[n - 1] ?? 0))) return 'pieces out of their order';
  // What could be read for a while, and was lost with its reply, may be missing; an answer whose end is not seen, too.
  const isUnclear = history.turns.some(
    ({ step, isSaveUnknown }) => step.user === turn.step.user && (step.isUnseen || isSaveUnknown),
  );
  if (answers.length === 0 || isUnclear || isPostLost(turn, history)) return undefined;
  if (numbers.some(n => of(n).length === 0)) return 'a piece left out';
  // What takes longer than a worker lives is cut off, and what waits for others whose workers died.
  const hasDeaths = history.turns.some(({ step, deaths }) => step.user === turn.step.user && deaths > 0);
  const isWhole = turn.step.does !== 'grow' || turn.step.workMs > 8_000 || hasDeaths || most === PIECES;
  return isWhole ? undefined : 'an answer without all of its pieces';
}

/** A rule that says it is slow is started by workers alone, once but for those that died of it. */
function brokenWork(turn: ModelTurn, history: History): string | undefined {
  const { step, goes } = turn;
  // The apology ends a turn, and its repetition begins it anew.
  if (turn.isApologised) return undefined;
  const inWorkers = goes.filter(({ isWorker }) => isWorker);
  if (step.does !== 'overrun' && inWorkers.length < goes.length)
    return 'a slow rule started before its worker';
  // A worker that can neither save nor read for longer than its lease is as good as dead.
  const living = inWorkers.filter(go => !go.isDead() && !isTroubled(turn));
  if (living.length <= 1 || isMeddledWith(turn, history)) return undefined;
  return 'work done more than once';
}

/**
 * Whether the user changed the session while a rule of one step, which changes it too, was at work. No system can keep
 * both changes and work once: `think`, the rule in two steps, is for that.
 */
function isMeddledWith(turn: ModelTurn, { turns }: History): boolean {
  const { step, goes } = turn;
  if (!['learn', 'overrun'].includes(step.does)) return false;
  const [first] = goes;
  const end = Math.max(...goes.map(({ from, to = from }) => to));
  return turns.some(
    other =>
      other.step.user === step.user &&
      ['count', 'overrun'].includes(other.step.does) &&
      other !== turn &&
      first !== undefined &&
      other.answeredAt >= first.from &&
      other.receivedAt <= end,
  );
}

/** An effect and its answer, or neither, and a word about it. */
function brokenEnd(
  turn: ModelTurn,
  shown: readonly Shown[],
  effects: number,
  history: History,
): string | undefined {
  const { step, room, isAwaited, isApologised, isApologisedLate, isSaveUnknown, receivedAt } = turn;
  const isSeen = shown.some(({ isUnseen }) => !isUnseen);
  const changes = !LOOKING.includes(step.does);
  if (changes && shown.length > 0 && effects === 0 && !isMeddledWith(turn, history))
    return 'answered without its effect';
  // One delivery may fail where its repetition does not, which then tells to wait, or answers.
  const isRepaired =
    isSeen && (isAwaited || shown.some(({ by, how }) => by === turn.index && how === 'reply'));
  if (effects > 0 && (isApologisedLate || (isApologised && !isSaveUnknown && !isRepaired)))
    return 'an apology, and its effect';
  if (isSeen || isSaveUnknown) return undefined;
  if (isPostLost(turn, history)) return undefined;
  // A tap whose save nobody could confirm has taken it along, and it was readable for a minute.
  if (isTakenAlong(turn, history)) return undefined;
  if (shown.length > 0)
    return isTappedAway(shown, history)
      ? undefined
      : 'an answer that was readable once, and lost with its reply';
  if (effects > 0) return 'an effect without its answer';
  const isTold =
    isApologised ||
    isApologisedLate ||
    history.told.some(one => one.user === step.user && one.room === room && one.at > receivedAt);
  if (isTold) return undefined;
  return isAwaited ? 'lost without a word' : 'neither answered nor refused';
}

/**
 * Whether a post died with its worker, be it another turn's that brought this one's answer along, and more went wrong
 * beside: then the next worker comes when the callback's life is over, if any.
 */
function isPostLost({ step, room }: ModelTurn, { turns }: History): boolean {
  const own = turns.filter(one => one.step.user === step.user);
  const deaths = own.reduce((sum, one) => sum + one.deaths, 0);
  return own.some(
    one =>
      one.room === room &&
      one.step.hasCallback &&
      one.deaths > 0 &&
      (deaths > 1 || one.step.workers.some(({ store }) => store.length > 0)),
  );
}

/** Whether the user asked for it while it was readable, and got another answer that was there, and asked no more. */
function isTappedAway(shown: readonly Shown[], { shown: all }: History): boolean {
  return shown.some(({ at, room, word }) =>
    all.some(
      other =>
        other.how === 'tap' &&
        other.room === room &&
        other.word !== word &&
        other.at > at &&
        other.at <= at + READABLE_MS,
    ),
  );
}

/** Whether a worker of the turn's meets more than one trouble of the store that outlasts all tries. */
function isTroubled({ step }: ModelTurn): boolean {
  return step.workers.some(
    ({ store }) => store.filter(trouble => trouble === 'refuse' || trouble.endsWith('thrice')).length > 1,
  );
}

/** Whether a turn of the user's in that room was told the apology, though what it had saved was saved perhaps. */
function isTakenAlong({ step, room }: ModelTurn, { turns }: History): boolean {
  return turns.some(one => one.step.user === step.user && one.room === room && one.isSaveUnknown);
}

/** A user's late turns are worked on one at a time, in the order in which they came. */
function brokenOrder(
  turn: ModelTurn,
  go: Go,
  late: readonly { readonly turn: ModelTurn; readonly go: Go }[],
): readonly BrokenPromise[] {
  const others = late.filter(other => other.turn.step.user === turn.step.user && other.turn !== turn);
  const isBeside = others.some(
    other =>
      // Nobody tells a worker that its turn ended with an apology.
      !other.turn.isApologised &&
      !turn.isApologised &&
      !other.go.isDead() &&
      other.go.from <= go.from &&
      (other.go.to ?? Number.POSITIVE_INFINITY) > go.from,
  );
  // A worker that died is followed by another only when the queue delivers the turn again.
  const isCalm =
    turn.step.workers.length === 0 && !turn.isApologised && turn.goes.every(one => !one.isDead());
  const isOvertaken =
    isCalm && others.some(other => other.turn.receivedAt > turn.answeredAt && other.go.from < go.from);
  return [
    ...(isBeside ? [{ promise: 'two late turns of a user at a time', turn: turn.index }] : []),
    ...(isOvertaken ? [{ promise: 'a late turn overtaken by a later one', turn: turn.index }] : []),
  ];
}
