import { jest } from '@jest/globals';

/** Takes what is written to standard output, from now until jest restores its mocks: a line each. */
export function takeStdout(): string[] {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    lines.push(String(chunk));
    return true;
  });
  return lines;
}

/** CloudWatch's reading of a log line: its metrics by name, once in each set of dimensions. @throws when it would make nothing of it */
export function metricsIn(line: string): {
  readonly metrics: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, string>>;
  readonly dimensions: readonly Readonly<Record<string, string>>[];
  readonly namespace: string;
} {
  const root = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics } = root._aws;
  if (Math.abs(Date.now() - Timestamp) > 60_000) throw new Error(`no time in ms: ${Timestamp}`);
  if (CloudWatchMetrics.length !== 1) throw new Error('one directive is enough');
  const [{ Namespace, Dimensions, Metrics }] = CloudWatchMetrics;
  const textOf = (key: string): string => {
    if (typeof root[key] !== 'string' || root[key] === '') throw new Error(`no dimension ${key}`);
    return root[key];
  };
  const numberOf = (name: string): number => {
    if (typeof root[name] !== 'number') throw new Error(`no metric ${name}`);
    return root[name];
  };
  const each = <V>(value: (metric: { Name: string; Unit: string }) => V): Record<string, V> =>
    Object.fromEntries(Metrics.map((metric: { Name: string; Unit: string }) => [metric.Name, value(metric)]));
  return {
    namespace: Namespace,
    metrics: each(({ Name }) => numberOf(Name)),
    units: each(({ Unit }) => Unit),
    dimensions: Dimensions.map((keys: string[]) => Object.fromEntries(keys.map(key => [key, textOf(key)]))),
  };
}
