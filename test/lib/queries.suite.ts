import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { inRequest, log } from '../../lambda/aws/log.ts';
import { METRICS } from '../../lambda/aws/metric-names.ts';
import { SESSION_TABLE } from '../../lambda/aws/session-table.ts';
import { CLOUD_PARTS, UnavailableError } from '../../lambda/errors.ts';
import { QUERIES, type SavedQuery } from '../../lib/queries.ts';
import { takeStdout } from '../kit/stdout.ts';
import { EVERYTHING, functionIdOf, propertiesOf, synth } from './synth.ts';

const SAVED = 'AWS::Logs::QueryDefinition';
const queries = Object.entries<SavedQuery>(QUERIES);
const everything = synth(EVERYTHING).gateway;

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The queries of a page: its code in no other language. */
const shownBy = (page: string): string[] =>
  [...read(page).matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)]
    .filter(([, , language]) => language === '')
    .map(([, indent = '', , code = '']) =>
      code
        .split('\n')
        .map(line => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join('\n')
        .trim(),
    );

describe('the saved queries', () => {
  test.each(['docs/runbook.md', 'docs/runbook.ko.md'])(
    'are those of %s, to the letter, in its order',
    page => {
      expect(shownBy(page)).toEqual(queries.map(([, { query }]) => query));
    },
  );

  test('are found in the runbook by the names that they are saved under', () => {
    for (const page of ['docs/runbook.md', 'docs/runbook.ko.md'].map(read))
      for (const [name] of queries) {
        const isThere = page.includes(`\n### ${name}\n`) || page.includes(`\`${name}\``);
        expect([name, isThere]).toEqual([name, true]);
      }
  });

  test("are saved by the bot's name, each over the log groups that it asks", () => {
    const { template, stack } = everything;
    const saved = propertiesOf(template, SAVED);
    expect(saved.map(({ Name, QueryString }) => [Name, QueryString])).toEqual(
      queries.map(([name, { query }]) => [`kakao-gateway/cafe-dev/${name}`, query]),
    );
    const groupOf = (name: Parameters<typeof functionIdOf>[1]) =>
      template.findResources('AWS::Lambda::Function')[functionIdOf(stack, name)]?.Properties.LoggingConfig
        .LogGroup;
    const groupsOf = (name: keyof typeof QUERIES) =>
      saved.find(({ Name }) => Name.endsWith(`/${name}`))?.LogGroupNames;
    const all = propertiesOf(template, 'AWS::Lambda::Function').map(
      ({ LoggingConfig }) => LoggingConfig.LogGroup,
    );
    expect(all).toContainEqual(groupOf('event'));
    expect(groupsOf('first-look')).toEqual(expect.arrayContaining(all));
    expect(groupsOf('first-look')).toHaveLength(all.length);
    expect(groupsOf('callbacks-failed')).toEqual(
      expect.arrayContaining([groupOf('late-turn'), groupOf('open-builder')]),
    );
    expect(groupsOf('callbacks-failed')).toHaveLength(2);
    // Both judge values, and count those that they can't.
    expect(groupsOf('validations-failed')).toEqual(
      expect.arrayContaining([groupOf('validation'), groupOf('open-builder')]),
    );
    const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    const [accessLogs, ...others] = groupsOf('api-errors');
    expect(others).toEqual([]);
    expect(JSON.stringify(stage?.AccessLogSettings.DestinationArn)).toContain(accessLogs.Ref);
  });

  test('are none of a model where the bot has none, and none at all where they are not wanted', () => {
    const names = propertiesOf(synth().gateway.template, SAVED).map(({ Name }) => Name);
    expect(names).toEqual(
      queries
        .filter(([, { ofModel }]) => !ofModel)
        .map(([name]) => `kakao-gateway/kakao-gateway-prod/${name}`),
    );
    const { template } = synth({ savedQueries: 'false' }).gateway;
    template.resourceCountIs(SAVED, 0);
    // Nor does an alarm name one.
    expect(JSON.stringify(template.toJSON())).not.toContain('saved query');
  });
});

/** The names that Logs Insights or Lambda give, of a line that is none of ours. */
const OF_AWS = [...['@timestamp', '@message', '@log'], ...['type', 'record.status', 'record.errorType']];

const WORDS =
  'filter stats fields sort limit by as and or in like desc asc ispresent count sum min max pct latest bin'.split(
    ' ',
  );

/** The members of a line that a query asks for, and the names that it gives. */
function namesIn(query: string): { readonly asked: readonly string[]; readonly given: readonly string[] } {
  const bare = query.replace(/'[^']*'|"[^"]*"|like \/[^\n]*?\/(?=\n|$)/g, '');
  const given = [...bare.matchAll(/\bas (\w+)/g)].map(([, name = '']) => name);
  const names = bare.match(/(?<![\w.@])@?[A-Za-z][\w.]*/g) ?? [];
  return { asked: names.filter(name => !WORDS.includes(name) && !given.includes(name)), given };
}

/** The members of a value, as Logs Insights names them. */
function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inside]) => pathsOf(inside, path ? `${path}.${name}` : name));
}

describe('the way from a cause to a command', () => {
  test.each(['docs/runbook.md', 'docs/runbook.ko.md'])('%s knows every part of the cloud', file => {
    const rows = read(file)
      .split('\n')
      .filter(line => line.startsWith('| `') && line.split(' | ').length === 4);
    const parts = rows.flatMap(row => row.split(' | ')[0]?.match(/[a-z][A-Za-z ]+/g) ?? []);
    expect([...new Set(parts.filter(part => part !== 'part'))].sort()).toEqual([...CLOUD_PARTS].sort());
  });

  test.each(['docs/runbook.md', 'docs/runbook.ko.md'])('%s makes the table as it is deployed', file => {
    const page = read(file);
    const [table] = propertiesOf(synth().sessions.template, 'AWS::DynamoDB::GlobalTable');
    const { key, timeToLive } = SESSION_TABLE;
    expect(table?.KeySchema).toEqual([{ AttributeName: key, KeyType: 'HASH' }]);
    expect(page).toContain(
      `--attribute-definitions AttributeName=${key},AttributeType=S --key-schema AttributeName=${key},KeyType=HASH`,
    );
    expect(table?.TimeToLiveSpecification).toEqual({ AttributeName: timeToLive, Enabled: true });
    expect(page).toContain(`--time-to-live-specification Enabled=true,AttributeName=${timeToLive}`);
    expect(table?.BillingMode).toBe('PAY_PER_REQUEST');
    expect(page).toContain(`--billing-mode ${table?.BillingMode}`);
    const [{ DeletionProtectionEnabled, PointInTimeRecoverySpecification }] = table?.Replicas ?? [];
    expect({ DeletionProtectionEnabled, PointInTimeRecoverySpecification }).toEqual({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(page).toContain('--deletion-protection-enabled');
    expect(page).toContain('--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true');
  });
});

describe('a saved query', () => {
  /** All that a line of the log may have, written by the log itself. */
  const membersOfLines = (): readonly string[] => {
    const lines = takeStdout();
    process.env[ENVIRONMENT.version] = '0.1.0+1a2b3c4';
    const { namespace: _, ...metrics } = METRICS;
    const cause = Object.assign(new Error('no table'), {
      name: 'ResourceNotFoundException',
      code: 'ECONNRESET',
      $metadata: {},
    });
    const ids = {
      requestId: 'r',
      protocol: 'open-builder',
      kakaoRequestId: 'k',
      footprint: 'f',
      deferredBy: 'd',
    };
    inRequest(ids, () =>
      log({
        level: 'error',
        what: 'turn failed',
        rule: 'hears 메뉴',
        outcome: 'failed',
        user: '49925ad597a241f4',
        ms: 5,
        violations: [{ rule: 'simpleText.text', path: 'outputs[0]', value: 1001 }],
        error: new UnavailableError('sessions table', { cause }),
        metrics: Object.fromEntries(Object.values(metrics).map(name => [name, 1])),
      }),
    );
    delete process.env[ENVIRONMENT.version];
    jest.restoreAllMocks();
    expect(lines).toHaveLength(1);
    return pathsOf(JSON.parse(lines[0] ?? ''));
  };
  const ours = membersOfLines();
  const [stage] = propertiesOf(everything.template, 'AWS::ApiGatewayV2::Stage');
  const ofAccessLog = Object.keys(JSON.parse(stage?.AccessLogSettings.Format));

  test.each(queries)('%s asks for members that the lines have', (_, { of, query }) => {
    const { asked } = namesIn(query);
    const known = [...OF_AWS, ...(of === 'access log' ? ofAccessLog : ours)];
    expect(asked.filter(name => !known.includes(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  // A growing answer that fails counts as failed, a repaired one that Kakao did not take as repaired: neither line says so.
  test.each([
    ['turns-failed', 'TurnsFailed'],
    ['validations-failed', 'ValidationsFailed'],
    ['answers-repaired', 'AnswersRepaired'],
  ] as const)('%s finds every line that counts %s, whatever else it tells', (name, metric) => {
    const [filter = ''] = QUERIES[name].query.split('\n');
    expect(filter.split(' or ').at(-1)?.replace('filter ', '')).toBe(`${metric} > 0`);
  });

  test('releases counts what failed in a worker, whose lines count no turn', () => {
    expect(QUERIES.releases.query).toContain('filter ispresent(Turns) or ispresent(TurnsFailed)\n');
  });

  test.each(queries.filter(([, { query }]) => query.includes('what ')))(
    '%s asks for things that docs/logs.md says may happen',
    (_, { query }) => {
      const [happenings = ''] = read('docs/logs.md').match(/^\| `what` \|.*$/m) ?? [];
      const words = [...query.matchAll(/what (?:=|in) (\[[^\]]*\]|'[^']*')/g)].flatMap(
        ([, list = '']) => list.match(/(?<=')[a-z][^']+(?=')/g) ?? [],
      );
      for (const word of words) expect([word, happenings.includes(`\`${word}\``)]).toEqual([word, true]);
      expect(words.length > 0 || query.includes('what like /^callback')).toBe(true);
    },
  );

  test.each(queries.filter(([, { query }]) => query.includes('stats') && query.includes('error.name')))(
    '%s gives out a whole line of each kind, for trace, with its release and its cause',
    (_, { query }) => {
      expect(query).toContain('latest(@message) as line');
      const [, by = ''] = / by (.*)/s.exec(query) ?? [];
      for (const name of ['version', 'part', 'error.name', 'error.cause.name']) expect(by).toContain(name);
    },
  );
});
