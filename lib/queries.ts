import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName, GatewayFunction } from './gateway-function.ts';

/** A query of docs/runbook.md, as Logs Insights keeps it. */
export interface SavedQuery {
  /** The log groups that it looks into: the API's access log, all functions' or those of some. */
  readonly of: 'access log' | 'functions' | readonly FunctionName[];
  /** Whether it is of no use to a bot without a model. */
  readonly ofModel?: true;
  /** Whether it is of no use where nothing asks from outside. */
  readonly ofProbe?: true;
  /** In the language of Logs Insights, a stage a line. */
  readonly query: string;
}

/** Every query of docs/runbook.md, in its order: under the name of the section that shows it, or of what it tells. */
export const QUERIES = {
  'first-look': {
    of: 'functions',
    query: `filter level = 'error'
| stats count(*) as times, latest(@timestamp) as last, latest(@message) as line
    by version, what, rule, part, error.name, error.cause.name, error.cause.code
| sort times desc`,
  },
  releases: {
    of: 'functions',
    query: `filter ispresent(Turns) or ispresent(TurnsFailed)
| stats sum(Turns) as turns, sum(TurnsFailed) as failed, min(@timestamp) as since, max(@timestamp) as last by version
| sort since desc`,
  },
  'api-errors': {
    of: 'access log',
    query: `filter status >= 500
| stats count(*) as times, max(integrationLatency) as ms by routeKey, status, integrationError`,
  },
  'calls-refused': {
    of: 'access log',
    query: `filter status >= 400 and status < 500
| stats count(*) as times by status, routeKey, bin(5m)`,
  },
  'calls-refused-why': {
    of: 'functions',
    query: `filter what in ['secret refused', 'body refused']
| stats count(*) as times, latest(@timestamp) as last by what, error.message`,
  },
  'calls-stopped': {
    of: 'access log',
    query: 'stats count(*) as times by routeKey, status, bin(10m)',
  },
  'function-errors': {
    of: 'functions',
    query: `filter (type = "platform.report" and record.status != "success")
  or @message like /Task timed out|Runtime exited|Runtime\\.|ConfigurationError/
| fields @timestamp, @log, record.status, record.errorType, @message
| sort @timestamp desc
| limit 20`,
  },
  'slow-answers': {
    of: 'functions',
    query: `filter ispresent(TurnMs)
| stats pct(TurnMs, 50) as p50, pct(TurnMs, 99) as p99, count(*) as turns by rule, Protocol
| sort p99 desc`,
  },
  'turns-failed': {
    of: 'functions',
    query: `filter what in ['turn failed', 'late turn failed', 'request failed'] or TurnsFailed > 0
| stats count(*) as times, latest(@message) as line
    by version, rule, part, error.name, error.cause.name, error.frames.0
| sort times desc`,
  },
  'validations-failed': {
    // One that reached the skill's URL is judged there.
    of: ['validation', 'open-builder'],
    query: `filter ValidationsFailed > 0
| stats count(*) as times, latest(@message) as line
    by version, rule, part, error.name, error.cause.name, error.frames.0
| sort times desc`,
  },
  'callbacks-failed': {
    of: ['late-turn', 'open-builder'],
    query: `filter what like /^callback (failed|URL refused)/
| stats count(*) as times by what, bin(5m)`,
  },
  'late-turns-lost': {
    of: 'functions',
    query: `filter what in ['late turn lost', 'late reply lost', 'late turn unreadable']
| fields @timestamp, version, protocol, what, rule, part, error.name, error.cause.name, @message
| sort @timestamp desc`,
  },
  'answers-repaired': {
    of: 'functions',
    query: `filter what in ['answer repaired', 'answer broken'] or AnswersRepaired > 0
| stats count(*) as times by rule, violations.0.rule, violations.0.path, violations.0.value
| sort times desc`,
  },
  'quiet-day': {
    of: 'functions',
    query: `filter ispresent(Turns)
| stats sum(Turns) as turns by Protocol, bin(1h)`,
  },
  'llm-failed': {
    of: 'functions',
    ofModel: true,
    query: `filter what = 'model answered' and level != 'info'
| stats count(*) as times, latest(@timestamp) as last by outcome`,
  },
  'llm-won': {
    of: 'functions',
    ofModel: true,
    query: `filter ispresent(Turns) and outcome = 'deferred'
| stats count(*) as turns by user | sort turns desc | limit 20`,
  },
  'probe-failed': {
    of: ['probe'],
    ofProbe: true,
    query: `filter what = 'probe failed'
| stats count(*) as times, latest(@timestamp) as last, latest(@message) as line
    by version, outcome, part, error.name, error.cause.name`,
  },
  'probe-slow': {
    of: 'access log',
    ofProbe: true,
    query: `filter routeKey = 'POST /open-builder/skill'
| stats pct(responseLatency, 50) as p50, pct(responseLatency, 99) as p99, pct(integrationLatency, 99) as function by bin(5m)`,
  },
} as const satisfies Readonly<Record<string, SavedQuery>>;

/** The properties of {@link GatewayQueries}. */
export interface GatewayQueriesProps {
  /** The bot's name: the folder that they are saved in. */
  readonly bot: string;
  readonly functions: readonly GatewayFunction[];
  readonly accessLogs: ILogGroup;
  /** Whether the bot has conversations with a model. */
  readonly hasModel: boolean;
}

/** The queries of docs/runbook.md among the saved ones of Logs Insights, each with its log groups; AWS asks nothing for them. */
export class GatewayQueries extends Construct {
  constructor(scope: Construct, id: string, { bot, functions, accessLogs, hasModel }: GatewayQueriesProps) {
    super(scope, id);
    const hasProbe = functions.some(({ handler }) => handler === 'probe');
    const groupsOf = ({ of }: SavedQuery): readonly ILogGroup[] => {
      if (of === 'access log') return [accessLogs];
      const asked = functions.filter(({ handler }) => of === 'functions' || of.includes(handler));
      return asked.map(({ lambda }) => lambda.logGroup);
    };
    for (const [name, saved] of Object.entries<SavedQuery>(QUERIES)) {
      if ((saved.ofModel && !hasModel) || (saved.ofProbe && !hasProbe)) continue;
      const groups = groupsOf(saved);
      new CfnQueryDefinition(this, name, {
        name: `kakao-gateway/${bot}/${name}`,
        queryString: saved.query,
        logGroupNames: groups.map(({ logGroupName }) => logGroupName),
      });
    }
  }
}
