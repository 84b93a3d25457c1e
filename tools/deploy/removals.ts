import { ENVIRONMENT } from '../../lambda/aws/environment.ts';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Sentence } from '../language.ts';
import type { Resource, Template } from './assembly.ts';
import { lessened } from './lessened.ts';
import { rightsGone } from './rights.ts';

/** Something that a deployment would take away. */
export interface Removal {
  readonly says: Sentence;
  /** The resource that goes, where it stays in the account and can be taken up by its name. */
  readonly logicalId?: string;
}

/** Tells what an update from one template of a stack to another takes away of what people count on: a sentence each, in a steady order. */
export function removalsOf(before: Template, after: Template): readonly Removal[] {
  const left = countedOn(after);
  const gone = [...countedOn(before)].filter(([key]) => !left.has(key));
  const alarms = gone.flatMap(([, { alarm }]) => alarm ?? []);
  const others = gone.flatMap(([, { removal }]) => removal ?? []);
  const less = [...rightsGone(before, after), ...lessened(before, after)].map(says => ({ says }));
  return [...others, ...less, ...(alarms.length === 0 ? [] : [{ says: alarmsGone(alarms) }])];
}

interface Counted {
  readonly removal?: Removal;
  /** The name of an alarm, of which many may go at once. */
  readonly alarm?: string;
}

/** By a key that another template has only if it is still true there, what people count on. */
function countedOn({ Resources = {} }: Template): ReadonlyMap<string, Counted> {
  const all = new Map<string, Counted>();
  for (const [id, resource] of Object.entries(Resources)) {
    const properties = objectOrEmpty(resource.Properties);
    const says = SAYS[String(resource.Type)];
    if (says) {
      const { key, sentence } = says(properties);
      all.set(`${resource.Type} ${KEPT.has(String(resource.Type)) ? `${id} ` : ''}${key}`, {
        removal: { says: sentence, ...(KEPT.has(String(resource.Type)) && { logicalId: id }) },
      });
    }
    if (resource.Type === 'AWS::CloudWatch::Alarm') countAlarm(all, id, resource);
    if (resource.Type === 'AWS::Lambda::Function') countFunction(all, resource);
  }
  return all;
}

/** Resources that stay in the account when a stack has them no more: with another logical id it is another. */
const KEPT: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
  'AWS::ApiGatewayV2::Api',
]);

type Properties = Readonly<Record<string, unknown>>;

/** By type, what goes with a resource; its key holds the properties whose change replaces it. */
const SAYS: Readonly<
  Record<
    string,
    ((properties: Properties) => { readonly key: string; readonly sentence: Sentence }) | undefined
  >
> = {
  'AWS::SNS::Subscription': ({ Protocol, Endpoint }) => ({
    key: json([Protocol, Endpoint]),
    sentence: {
      en: `${text(Endpoint)} hears of no alarm any more`,
      ko: `${text(Endpoint)}에 더는 알람이 가지 않습니다`,
    },
  }),
  'AWS::ApiGatewayV2::DomainName': ({ DomainName }) => ({
    key: json(DomainName),
    sentence: {
      en: `the domain ${text(DomainName)} is given up: whatever calls it reaches nothing`,
      ko: `도메인 ${text(DomainName)}을 그만둡니다. 그리로 부르면 닿지 않습니다`,
    },
  }),
  'AWS::Route53::RecordSet': ({ Name }) => ({
    key: json(Name),
    sentence: {
      en: `the DNS record of ${text(Name)} is deleted`,
      ko: `${text(Name)}의 DNS 레코드를 지웁니다`,
    },
  }),
  'AWS::ApiGatewayV2::Route': ({ RouteKey }) => ({
    key: json(RouteKey),
    sentence: { en: `${text(RouteKey)} is answered no more`, ko: `${text(RouteKey)}에 더는 답하지 않습니다` },
  }),
  'AWS::ApiGatewayV2::Api': ({ ProtocolType }) => ({
    key: json(ProtocolType),
    sentence: {
      en: 'the API is replaced by one with another URL: every skill must be registered with Kakao again',
      ko: 'API가 URL이 다른 새것으로 바뀝니다. 스킬마다 카카오에 다시 등록해야 합니다',
    },
  }),
  'AWS::DynamoDB::GlobalTable': tableGoes,
  'AWS::DynamoDB::Table': tableGoes,
  'AWS::SecretsManager::Secret': ({ Name, GenerateSecretString }) => ({
    key: json([Name, GenerateSecretString]),
    sentence: {
      en: "the secret that Kakao's calls carry is replaced: every call is refused until another is registered with Kakao",
      ko: '카카오의 요청이 담는 시크릿이 바뀝니다. 카카오에 새것을 등록할 때까지 모든 요청이 거절됩니다',
    },
  }),
  'AWS::KMS::Key': () => ({
    key: '',
    sentence: {
      en: 'the KMS key is used no more: it stays, for what is encrypted with it',
      ko: 'KMS 키를 더는 쓰지 않습니다. 그 키로 암호화한 것을 위해 키는 남습니다',
    },
  }),
};

function tableGoes({ TableName, KeySchema }: Properties) {
  return {
    key: json([TableName, KeySchema]),
    sentence: {
      en: "the table of sessions is replaced by another: every user's session is forgotten",
      ko: '세션 테이블이 다른 것으로 바뀝니다. 모든 사용자의 세션을 잊습니다',
    },
  };
}

function countAlarm(all: Map<string, Counted>, id: string, { Properties, Metadata }: Resource): void {
  const { AlarmActions, AlarmDescription } = objectOrEmpty(Properties);
  const { 'aws:cdk:path': path } = objectOrEmpty(Metadata);
  // Ours end with their section of the runbook, which several alarms of a kind share; of others the app's own name is there.
  const [, kind] = /#([a-z-]+)$/.exec(String(AlarmDescription)) ?? [];
  const name = kind ?? String(path ?? id).replace(/\/Resource$/, '');
  all.set(`alarm ${name}`, { alarm: name });
  if (Array.isArray(AlarmActions) && AlarmActions.length > 0) {
    const says = { en: 'alarms reach nobody any more', ko: '알람이 더는 누구에게도 가지 않습니다' };
    all.set('alarms reach somebody', { removal: { says } });
  }
}

function alarmsGone(names: readonly string[]): Sentence {
  const list = [...new Set(names)].join(', ');
  return { en: `these alarms are deleted: ${list}`, ko: `다음 알람을 지웁니다: ${list}` };
}

function countFunction(all: Map<string, Counted>, { Properties }: Resource): void {
  const { Environment, VpcConfig } = objectOrEmpty(Properties);
  const variables = objectOrEmpty(objectOrEmpty(Environment).Variables);
  for (const [name, value] of Object.entries(variables)) {
    const named = typeof value === 'string' ? NAMED[name]?.(value) : undefined;
    if (named) all.set(`${name}=${value}`, { removal: { says: named } });
    if (!OF_EVERY_FUNCTION.has(name)) all.set(name, { removal: { says: variableGone(name) } });
  }
  if (isObject(VpcConfig)) {
    const says = { en: 'the functions leave their VPC', ko: '함수가 VPC에서 나갑니다' };
    all.set('vpc', { removal: { says } });
  }
}

/** Variables whose value says what the gateway is, and what goes with another value. */
const NAMED: Readonly<Record<string, ((value: string) => Sentence) | undefined>> = {
  [ENVIRONMENT.botName]: name => ({
    en: `the bot is ${name} no more in metrics and on the dashboard: graphs and alarms begin anew`,
    ko: `지표와 대시보드에서 봇의 이름이 더는 ${name}이 아닙니다. 그래프와 알람이 새로 시작합니다`,
  }),
  [ENVIRONMENT.sessionsTable]: name => ({
    en: `the table ${name} is used no more: every session in it is forgotten`,
    ko: `테이블 ${name}을 더는 쓰지 않습니다. 거기 있는 세션을 모두 잊습니다`,
  }),
  [ENVIRONMENT.gatewaySecretId]: arn => ({
    en: `the secret ${arn} is used no more: calls that carry it are refused`,
    ko: `시크릿 ${arn}을 더는 쓰지 않습니다. 그것을 담은 요청이 거절됩니다`,
  }),
};

/** Variables that are always there, or say how another is meant. */
const OF_EVERY_FUNCTION: ReadonlySet<string> = new Set([
  ENVIRONMENT.botName,
  ENVIRONMENT.version,
  ENVIRONMENT.sessionsTable,
  ENVIRONMENT.gatewaySecretId,
  ENVIRONMENT.lateQueueUrl,
  ENVIRONMENT.keepsAliases,
  ENVIRONMENT.eventBusIds,
  ENVIRONMENT.eventBusUtterances,
]);

function variableGone(name: string): Sentence {
  return (
    {
      [ENVIRONMENT.eventBus]: {
        en: 'the event bus is told nothing any more',
        ko: '이벤트 버스에 더는 아무것도 알리지 않습니다',
      },
      [ENVIRONMENT.restApiKeySecretId]: {
        en: 'the functions know the REST API key no more: plugins and events fail',
        ko: '함수가 REST API 키를 더는 모릅니다. 플러그인과 이벤트가 실패합니다',
      },
    }[name] ?? {
      en: `the functions know the environment variable ${name} no more`,
      ko: `함수가 환경 변수 ${name}을 더는 모릅니다`,
    }
  );
}

/** A stack that is deployed and is no longer planned. */
export function stackLeft(name: string): Sentence {
  return {
    en: `the stack ${name} is in the app no more: it stays as it is and is paid on, until aws cloudformation delete-stack --stack-name ${name} deletes it`,
    ko: `스택 ${name}이 앱에 더는 없습니다. 그대로 남아 요금이 들며, aws cloudformation delete-stack --stack-name ${name}으로 지웁니다`,
  };
}

const json = (value: unknown): string => JSON.stringify(value) ?? '';

/** A value of a template as a person reads it. */
const text = (value: unknown): string => (typeof value === 'string' ? value : json(value));
