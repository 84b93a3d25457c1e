import type { Outage } from './traffic.ts';

/** A kind of outage, as the page on alarms names it. */
export interface NamedOutage {
  readonly en: string;
  readonly ko: string;
  readonly kind: Outage;
}

/** From a secret's end to where no function that still knows it is left: a quiet bot's are new after each pause (min). */
const FUNCTIONS_ARE_NEW_MINUTES = { quiet: 15, busy: 120 };

/** Every kind of outage that is simulated. */
export const OUTAGES = {
  'wrong-secret': {
    en: 'a wrong secret: 401 to everything',
    ko: '틀린 시크릿: 모든 호출에 401',
    kind: () => ({ refused: 1, probe: 'fails' }),
  },
  'api-5xx': {
    en: 'the API answers 5xx',
    ko: 'API가 5xx로 답함',
    kind: () => ({ broken: 1, probe: 'fails' }),
  },
  'no-start': {
    en: 'functions that can’t start',
    ko: '시작하지 못하는 함수',
    kind: () => ({ broken: 1, starts: 'fail', probe: 'fails' }),
  },
  hang: {
    en: 'functions that hang until the API gives up',
    ko: 'API가 포기할 때까지 멈춘 함수',
    kind: () => ({ broken: 1, starts: 'hang', probe: 'fails' }),
  },
  'too-many-calls': {
    en: 'the API takes no more: 429',
    ko: 'API가 더 받지 않음: 429',
    kind: () => ({ throttled: 1, probe: 'fails' }),
  },
  'every-rule-throws': {
    en: 'every rule throws',
    ko: '모든 규칙이 예외를 던짐',
    // The probe asks no rule, unless it is told to.
    kind: () => ({ failed: 1 }),
  },
  'one-rule-throws': {
    en: 'one rule in ten throws',
    ko: '규칙 열 개 중 하나가 예외를 던짐',
    kind: () => ({ failed: 0.1 }),
  },
  'no-table': {
    en: 'the table is gone',
    ko: '테이블이 없어짐',
    kind: () => ({ failed: 1, cloud: 'ill', probe: 'fails' }),
  },
  'table-throttles': {
    en: 'the table is throttled: every second turn fails',
    ko: '테이블 제한: 두 턴 중 하나가 실패',
    kind: minutes => ({
      failed: 0.5,
      cloud: 'ill',
      tableThrottled: 0.6,
      ...(minutes % 2 === 0 && { probe: 'fails' }),
    }),
  },
  'no-secret': {
    en: 'the secret is deleted',
    ko: '시크릿이 삭제됨',
    kind: (minutes, turnsADay) => {
      const { quiet, busy } = FUNCTIONS_ARE_NEW_MINUTES;
      const share = Math.min(1, minutes / (turnsADay > 1_000 ? busy : quiet));
      return { failed: share, cloud: 'ill', ...(share === 1 && { probe: 'fails' }) };
    },
  },
  'slow-answers': {
    en: 'every answer takes 4 seconds',
    ko: '모든 답이 4초 걸림',
    kind: () => ({ slow: 1, overrun: 0.5, probe: 'slow' }),
  },
  'no-worker': {
    en: 'every worker dies: late turns are lost',
    ko: '모든 작업자가 죽음: 늦은 턴을 잃음',
    kind: () => ({ worker: 'dead' }),
  },
  'callbacks-refused': {
    en: 'Kakao takes no callback',
    ko: '카카오가 콜백을 받지 않음',
    kind: () => ({ callbacksRefused: 1 }),
  },
  'broken-answers': {
    en: 'one answer in ten breaks a limit of Kakao’s',
    ko: '답 열 개 중 하나가 카카오의 제한을 어김',
    kind: () => ({ repaired: 0.1 }),
  },
  'no-calls': {
    en: 'Kakao doesn’t call any more',
    ko: '카카오가 더는 부르지 않음',
    kind: () => ({ calls: 0 }),
  },
  'no-probe': {
    en: 'the probe doesn’t ask any more',
    ko: '프로브가 더는 묻지 않음',
    kind: () => ({ probe: 'silent' }),
  },
} as const satisfies Readonly<Record<string, NamedOutage>>;

/** The name of a kind of outage. */
export type OutageName = keyof typeof OUTAGES;
