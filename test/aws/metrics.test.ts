import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { inRequest, type LogEntry, log } from '../../lambda/aws/log.ts';
import { METRICS } from '../../lambda/aws/metric-names.ts';
import { turnMetrics } from '../../lambda/aws/metrics.ts';
import { DeadlineError } from '../../lambda/errors.ts';
import { ANSWER_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { metricsIn, takeStdout } from '../kit/stdout.ts';

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env[ENVIRONMENT.botName];
});

function write(entry: Partial<LogEntry>): string {
  const lines = takeStdout();
  log({ level: 'info', what: 'a turn', ...entry });
  jest.restoreAllMocks();
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('metrics in a log line', () => {
  test('are what CloudWatch takes: each in both sets of dimensions, with its unit', () => {
    process.env[ENVIRONMENT.botName] = 'cafe';
    const line = write({ protocol: 'open-builder', metrics: { Turns: 1, TurnMs: 0, SessionConflicts: 3 } });
    expect(metricsIn(line)).toEqual({
      namespace: METRICS.namespace,
      metrics: { Turns: 1, TurnMs: 0, SessionConflicts: 3 },
      units: { Turns: 'Count', TurnMs: 'Milliseconds', SessionConflicts: 'Count' },
      dimensions: [{ Bot: 'cafe', Protocol: 'open-builder' }, { Bot: 'cafe' }],
    });
  });

  test('are of a bot without a name, too, and of none of the protocols', () => {
    expect(metricsIn(write({ metrics: { LateLost: 1 } })).dimensions).toEqual([{ Bot: 'bot' }]);
    // CloudWatch drops what has an empty dimension.
    process.env[ENVIRONMENT.botName] = '';
    expect(metricsIn(write({ metrics: { LateLost: 1 } })).dimensions).toEqual([{ Bot: 'bot' }]);
  });

  test('are of the protocol that all lines of a request are about', () => {
    const ids = { requestId: 'r', protocol: 'open-builder' };
    const line = inRequest(ids, () => write({ metrics: { LateLost: 1 } }));
    expect(metricsIn(line).dimensions).toEqual([{ Bot: 'bot', Protocol: 'open-builder' }, { Bot: 'bot' }]);
  });

  test('do not stand there where there is nothing to count', () => {
    expect(JSON.parse(write({ metrics: { LateLost: undefined } }))).not.toHaveProperty('_aws');
    expect(JSON.parse(write({}))).not.toHaveProperty('_aws');
    expect(metricsIn(write({ metrics: { Turns: 1, TurnsFailed: undefined } })).metrics).toEqual({ Turns: 1 });
  });

  test('are defined by JSON that is made once for all lines of the same metrics and dimensions', () => {
    const counts = { protocol: 'open-builder', metrics: { CallbacksFailed: 1, LateMs: 2 } } as const;
    const first = write(counts);
    const stringify = jest.spyOn(JSON, 'stringify');
    write(counts);
    expect(stringify).toHaveBeenCalledTimes(1);
    expect(metricsIn(write({ metrics: counts.metrics })).dimensions).toEqual([{ Bot: 'bot' }]);
    expect(metricsIn(write(counts))).toEqual(metricsIn(first));
  });

  test('stand beside what the line tells', () => {
    const line = inRequest({ requestId: 'r' }, () => write({ rule: 'fallback', metrics: { Turns: 1 } }));
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      what: 'a turn',
      requestId: 'r',
      rule: 'fallback',
      Turns: 1,
    });
  });
});

describe('a turn', () => {
  test('misses its deadline when its answer leaves late, or is the apology for that, or its rule was put off', () => {
    expect(turnMetrics(ANSWER_WITHIN_MS, false)).toEqual({ Turns: 1, TurnMs: ANSWER_WITHIN_MS });
    expect(turnMetrics(ANSWER_WITHIN_MS + 1, false)).toMatchObject({ DeadlineMissed: 1 });
    expect(turnMetrics(10, false, undefined, true)).toEqual({ Turns: 1, TurnMs: 10, DeadlineMissed: 1 });
    expect(turnMetrics(10, true, new DeadlineError('the rule'))).toMatchObject({
      TurnsFailed: 1,
      DeadlineMissed: 1,
    });
    expect(turnMetrics(10, true, new Error('broke')).DeadlineMissed).toBeUndefined();
  });
});
