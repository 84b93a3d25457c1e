import fc from 'fast-check';

/** Everything that happens in one run: what users do, and what goes wrong meanwhile. Plain JSON. */
export interface Schedule {
  /** Tells how long every way takes. */
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** One thing that a user does, or that Kakao does again. */
export interface Step {
  /** Since the step before. */
  readonly afterMs: number;
  readonly user: (typeof USERS)[number];
  readonly place: (typeof PLACES)[number];
  readonly does: (typeof DEEDS)[number];
  /** How long the rule's work takes, where it has any. */
  readonly workMs: number;
  /** Whether Kakao gives the turn a callback's URL, where it may. */
  readonly hasCallback: boolean;
  /** Whether Kakao names the delivery, so that a repeated one is recognised. */
  readonly hasId: boolean;
  /** Whether the user never sees the reply, and asks for what waits again some seconds later. */
  readonly isUnseen: boolean;
  /** The troubles of the function's calls to the store, in the order of the calls. */
  readonly front: readonly StoreTrouble[];
  readonly queue: QueueTrouble;
  /** The time that the turn lies in the queue. */
  readonly queueMs: number;
  /** The troubles of the workers that the queue gives the turn, in the order in which they get it. */
  readonly workers: readonly WorkerTrouble[];
  /** Kakao's ways with the posts to the turn's callback, in their order. */
  readonly kakao: readonly KakaoTrouble[];
}

export const USERS = ['ann', 'bob'] as const;
export const PLACES = ['private', 'smart-chat', 'group-1', 'group-2'] as const;

/**
 * `look` is a quick rule that leaves the session alone, `count` one that changes it; `ask` and `learn` are the same of
 * the rules that say they are slow; `choose` is slow, too, and answered by one of two rules, as the session has it;
 * `overrun` changes the session and says nothing of being slow; `think` is in two steps; the answer of `grow` grows, for four
 * times as long.
 * `collect` taps 결과 확인; `repeat` is Kakao, which delivers the user's last turn again.
 */
export const DEEDS = [
  'look',
  'count',
  'ask',
  'learn',
  'choose',
  'overrun',
  'think',
  'grow',
  'collect',
  'repeat',
] as const;

/**
 * `refuse`: nothing is done, and the call fails at once. `hang`: it is done a second later, by the second try.
 * `hang thrice`: it never is, and fails after 3 s. `lose`: it is done at once, and known a second later.
 * `lose thrice`: it is done, and fails after 3 s.
 */
export type StoreTrouble = (typeof STORE_TROUBLES)[number];
export const STORE_TROUBLES = ['none', 'refuse', 'hang', 'hang thrice', 'lose', 'lose thrice'] as const;

/** As a store's; `twice`: the turn is taken, and delivered twice. */
export type QueueTrouble = (typeof QUEUE_TROUBLES)[number];
export const QUEUE_TROUBLES = [...STORE_TROUBLES, 'twice'] as const;

/** `refuse`: Kakao never takes it. `fail`: Kakao says that it failed. `hang`: it never gets the post. `lose`: it takes the post, and its answer gets lost. */
export type KakaoTrouble = (typeof KAKAO_TROUBLES)[number];
export const KAKAO_TROUBLES = ['none', 'refuse', 'fail', 'hang', 'lose'] as const;

/** The troubles of one worker. */
export interface WorkerTrouble {
  readonly store: readonly StoreTrouble[];
  /** At which of its calls to the store, its rule or Kakao it dies; absent where it lives. */
  readonly dies?: { readonly at: number; readonly when: 'before' | 'after' };
}

/** A step with which nothing goes wrong. */
export const CALM: Step = {
  afterMs: 0,
  user: 'ann',
  place: 'private',
  does: 'look',
  workMs: 100,
  hasCallback: false,
  hasId: true,
  isUnseen: false,
  front: [],
  queue: 'none',
  queueMs: 20,
  workers: [],
  kakao: [],
};

/** Who may have troubles in a kind of schedules, and what users do there. */
export interface ScheduleKind {
  readonly deeds: readonly Step['does'][];
  readonly store?: boolean;
  readonly queue?: boolean;
  readonly deaths?: boolean;
  readonly kakao?: boolean;
}

/** Any schedule of this kind. */
export function schedules(kind: ScheduleKind): fc.Arbitrary<Schedule> {
  return fc.record({
    seed: fc.integer({ min: 0, max: 0xffff }),
    steps: fc.array(stepsOf(kind), { minLength: 1, maxLength: 8 }),
  });
}

function stepsOf({ deeds, store = false, queue = false, deaths = false, kakao = false }: ScheduleKind) {
  return fc.record<Step>({
    afterMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 4, arbitrary: fc.integer({ min: 60, max: 4_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 4_000, max: 40_000 }) },
    ),
    user: seldom<Step['user']>(...USERS),
    place: fc.constantFrom(...PLACES),
    does: fc.constantFrom(...deeds),
    workMs: fc.constantFrom(100, 1_000, 3_600, 8_000, 20_000),
    hasCallback: fc.boolean(),
    hasId: seldom(true, false),
    isUnseen: kakao ? seldom(false, true) : fc.constant(false),
    front: store ? troubles(STORE_TROUBLES, 4) : fc.constant([]),
    queue: queue ? seldom<QueueTrouble>(...QUEUE_TROUBLES) : fc.constant('none' as const),
    queueMs: queue ? seldom(20, 1_500, 3_000) : fc.constant(20),
    workers: store || deaths ? fc.array(workersOf(store, deaths), { maxLength: 3 }) : fc.constant([]),
    kakao: kakao ? troubles(KAKAO_TROUBLES, 3) : fc.constant([]),
  });
}

/** The first most of the time. */
function seldom<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

function troubles<T>([none, ...others]: readonly [T, ...T[]], most: number): fc.Arbitrary<T[]> {
  const one = fc.oneof(fc.constant(none), fc.constantFrom(...others));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: most }) },
  );
}

const dies = fc.record({
  at: fc.integer({ min: 0, max: 5 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});

function workersOf(store: boolean, deaths: boolean): fc.Arbitrary<WorkerTrouble> {
  const own = store ? troubles(STORE_TROUBLES, 5) : fc.constant<StoreTrouble[]>([]);
  return deaths ? fc.record({ store: own, dies }, { requiredKeys: ['store'] }) : fc.record({ store: own });
}
