import { randomInt } from 'node:crypto';
import { parseArgs, types } from 'node:util';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { visible } from './terminal.ts';

/** What the command works with: its caller's, or a test's. What is printed has a line an entry, whatever it holds. */
export interface SecretCommandTools {
  readonly client: SecretsManagerClient;
  readonly language: 'en' | 'ko';
  readonly readInput: () => Promise<string>;
  readonly print: (lines: readonly string[]) => void;
  readonly complain: (line: string) => void;
}

/** Since a second rotation takes away what Kakao may still send: hours in which it is refused. */
const ROTATION_HOURS = 24;

/** As Secrets Manager made the first one: a part of smart-chat's app URL, so letters and digits alone. */
const SECRET_LENGTH = 40;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

type Sentence = Readonly<Record<'en' | 'ko', string>>;

const HELP: Sentence = {
  en: `Usage: npm run secret -- --stack <name> | --secret-id <name or ARN> [--show | --rotate [--force]]
       npm run secret -- --rest-api-key --secret-id <name or ARN> [--show | --set]

Tells where the secret is that Kakao's calls must carry, and no more unless it is asked to.

  --stack <name>      the gateway's stack, such as kakao-gateway-prod
  --secret-id <id>    the secret itself, where its stack can't tell which
  --show              print the current value, and nothing else
  --rotate            put a new random value; the one before stays valid until the next rotation
  --force             rotate although the last rotation is less than ${ROTATION_HOURS} hours ago
  --rest-api-key      the secret of the app's REST API key instead
  --set               put the key that stands on standard input; makes the secret where there is none
  --lang <en|ko>      default: ko where LANG begins with ko, else en

Exit code: 0 when it is done, 1 when a rotation is refused, 2 when something is wrong.`,
  ko: `사용법: npm run secret -- --stack <이름> | --secret-id <이름 또는 ARN> [--show | --rotate [--force]]
       npm run secret -- --rest-api-key --secret-id <이름 또는 ARN> [--show | --set]

카카오의 요청이 담아야 하는 시크릿이 어디에 있는지 알려 줍니다. 값은 달라고 할 때만 보여 줍니다.

  --stack <이름>      게이트웨이의 스택. 예: kakao-gateway-prod
  --secret-id <id>    스택으로 찾을 수 없을 때 시크릿을 직접 지정
  --show              지금 값만 출력
  --rotate            새 무작위 값으로 교체. 앞의 값은 다음 교체까지 통함
  --force             마지막 교체 뒤 ${ROTATION_HOURS}시간이 안 됐어도 교체
  --rest-api-key      앱의 REST API 키 시크릿을 대신 다룸
  --set               표준 입력에 있는 키를 저장. 시크릿이 없으면 만듦
  --lang <en|ko>      기본값: LANG이 ko로 시작하면 ko, 아니면 en

종료 코드: 했으면 0, 교체를 거절했으면 1, 잘못된 것이 있으면 2.`,
};

/** Does what `npm run secret` is asked to, and resolves with its exit code; prints a value for `--show` alone. */
export async function runSecretCommand(args: readonly string[], tools: SecretCommandTools): Promise<number> {
  try {
    return await run(parse(args), tools);
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = types.isNativeError(error) ? error.message.split('\n')[0] : typeof error;
    tools.complain(`secret: ${message} (--help tells more)`);
    return 2;
  }
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stack: { type: 'string' },
      'secret-id': { type: 'string' },
      show: { type: 'boolean' },
      rotate: { type: 'boolean' },
      force: { type: 'boolean' },
      'rest-api-key': { type: 'boolean' },
      set: { type: 'boolean' },
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  // Never repeated: it may be a key, and errors end up in logs.
  if (positionals.length > 0)
    throw new Error(
      'every argument is an option; a value comes by standard input, where nobody else reads it',
    );
  return values;
}

async function run(options: ReturnType<typeof parse>, tools: SecretCommandTools): Promise<number> {
  const { stack, 'secret-id': secretId, 'rest-api-key': isKey = false, lang = tools.language } = options;
  if (lang !== 'en' && lang !== 'ko') throw new Error(`--lang is en or ko, not ${visible(lang)}`);
  const say = (sentence: Sentence): void => tools.print(sentence[lang].split('\n'));
  if (options.help) {
    say(HELP);
    return 0;
  }
  if ([options.show, options.rotate, options.set].filter(Boolean).length > 1)
    throw new Error('--show, --rotate and --set are for one call each');
  if (isKey && (secretId === undefined || stack !== undefined || options.rotate))
    throw new Error(
      "--rest-api-key needs the --secret-id that restApiKeySecretName names; Kakao makes the key, so it can't be rotated here",
    );
  if (!isKey && options.set)
    throw new Error('--set is for --rest-api-key; the gateway makes its own: --rotate');
  if ((stack === undefined) === (secretId === undefined))
    throw new Error('tell which: --stack kakao-gateway-prod, or --secret-id');
  if (options.set && secretId !== undefined) return setKey(tools, secretId, say);

  const id = secretId ?? (await findSecret(tools.client, stack ?? ''));
  if (options.show) {
    const { SecretString } = await tools.client.send(new GetSecretValueCommand({ SecretId: id }));
    tools.print([SecretString ?? '']);
    return 0;
  }
  const which = visible(stack === undefined ? `--secret-id ${id}` : `--stack ${stack}`);
  if (options.rotate) return rotate(tools, id, which, options.force ?? false, say);
  const { madeAt, hasPrevious } = await versionsOf(tools.client, id);
  const since = madeAt?.toISOString() ?? '?';
  say({
    en: `${visible(id)}\nin use since ${since}${isKey ? '' : hasPrevious ? '; the value before it is still valid' : '; there is none before it'}`,
    ko: `${visible(id)}\n${since}부터 사용${isKey ? '' : hasPrevious ? '. 앞의 값도 아직 통함' : '. 앞의 값은 없음'}`,
  });
  return 0;
}

/** The secret that a gateway's stack made: by CloudFormation's own tag, or by those of this app where it has none. @throws unless it is one */
async function findSecret(client: SecretsManagerClient, stack: string): Promise<string> {
  const found: SecretListEntry[] = [];
  const Filters = [{ Key: 'tag-value' as const, Values: [stack, stack.replace(/^kakao-gateway-/, '')] }];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSecretsCommand({ Filters, ...(NextToken && { NextToken }) }));
    found.push(...(page.SecretList ?? []).filter(secret => isOf(secret, stack)));
    NextToken = page.NextToken;
  } while (NextToken);
  const [only, ...others] = found.map(({ ARN = '' }) => ARN);
  if (only === undefined)
    throw new Error(
      `the stack ${visible(stack)} has no secret in this account and region: see its output SecretCommand, and AWS_PROFILE and AWS_REGION`,
    );
  if (others.length > 0)
    throw new Error(
      `${visible(stack)} has several secrets, of several bots or of a stack before it; take the one in the output SecretCommand: --secret-id ${[only, ...others].join(' or ')}`,
    );
  return only;
}

function isOf({ Tags = [] }: SecretListEntry, stack: string): boolean {
  const tag = (key: string): string | undefined => Tags.find(({ Key }) => Key === key)?.Value;
  // Every bot of a stage has this app's tags: they tell where CloudFormation does not.
  return (tag('aws:cloudformation:stack-name') ?? `${tag('project')}-${tag('stage')}`) === stack;
}

/** When the current value was put, and whether there is one before it. */
async function versionsOf(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<{ readonly madeAt: Date | undefined; readonly hasPrevious: boolean }> {
  const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
  const at = (stage: string) => Versions.find(({ VersionStages = [] }) => VersionStages.includes(stage));
  return { madeAt: at('AWSCURRENT')?.CreatedDate, hasPrevious: at('AWSPREVIOUS') !== undefined };
}

async function rotate(
  { client, complain }: SecretCommandTools,
  id: string,
  which: string,
  isForced: boolean,
  say: (sentence: Sentence) => void,
): Promise<number> {
  const { madeAt, hasPrevious } = await versionsOf(client, id);
  const isSoon = madeAt !== undefined && Date.now() - madeAt.getTime() < ROTATION_HOURS * 3_600_000;
  if (hasPrevious && isSoon && !isForced) {
    say({
      en: `Not rotated: the last rotation was at ${madeAt.toISOString()}, less than ${ROTATION_HOURS} hours ago. Another one would end the value before it, which Kakao still sends until every skill has the new one and is deployed: users would get no answer. If all of them have it: --rotate --force`,
      ko: `교체하지 않았습니다. 마지막 교체(${madeAt.toISOString()})에서 ${ROTATION_HOURS}시간이 지나지 않았습니다. 지금 또 교체하면 그 앞의 값이 끝나는데, 모든 스킬에 새 값을 넣고 배포하기 전까지 카카오는 그 값을 보내므로 사용자가 답을 받지 못합니다. 모두 넣었다면: --rotate --force`,
    });
    return 1;
  }
  const SecretString = Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(
    '',
  );
  await client.send(new PutSecretValueCommand({ SecretId: id, SecretString }));
  say({
    en: `A new value is in ${visible(id)}. Kakao does not know it yet, and the one before stays valid until the next rotation.
1. See it: npm run secret -- ${which} --show
2. 챗봇 관리자센터 > 스킬: in every skill, enter it as the 헤더값 of x-gateway-secret, and save.
3. Where a URL holds the secret (smart-chat's app URL, validation APIs without the header), change it there.
4. Press 배포. The functions take the new value within ten seconds.
From now on every user has another pseudonym in the log. Do not rotate again before all of that is done.`,
    ko: `${visible(id)}에 새 값이 있습니다. 카카오는 아직 모르며, 앞의 값은 다음 교체까지 통합니다.
1. 새 값 보기: npm run secret -- ${which} --show
2. 챗봇 관리자센터 > 스킬: 스킬마다 x-gateway-secret의 헤더값을 새 값으로 바꾸고 저장합니다.
3. URL에 시크릿이 든 곳(스마트채팅의 앱 URL, 헤더가 없는 검증 API)도 바꿉니다.
4. 배포를 누릅니다. 함수는 10초 안에 새 값을 받아들입니다.
이제부터 로그에서 사용자의 가명이 달라집니다. 이 일을 모두 마치기 전에는 다시 교체하지 마세요.`,
  });
  if (isForced && hasPrevious && isSoon)
    complain('secret: forced: what was valid before the last rotation is refused from now on');
  return 0;
}

async function setKey(
  { client, readInput }: SecretCommandTools,
  SecretId: string,
  say: (sentence: Sentence) => void,
): Promise<number> {
  const SecretString = (await readInput()).trim();
  if (!/^\w+$/.test(SecretString))
    throw new Error('standard input must hold the REST API key, and nothing else: letters and digits');
  try {
    await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException) || SecretId.startsWith('arn:')) throw error;
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
  }
  const id = visible(SecretId);
  say({
    en: `The REST API key is in ${id}. Functions that run already take it within five minutes; a gateway that does not know the secret yet is deployed with -c restApiKeySecretName=${id}`,
    ko: `REST API 키가 ${id}에 있습니다. 실행 중인 함수는 5분 안에 받아들입니다. 이 시크릿을 아직 모르는 게이트웨이는 -c restApiKeySecretName=${id}로 배포합니다.`,
  });
  return 0;
}
