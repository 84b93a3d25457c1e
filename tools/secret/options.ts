import { parseArgs } from 'node:util';
import type { Language, Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export type Options = { readonly language: Language } & (
  | { readonly action: 'help' }
  | {
      readonly action: 'locate' | 'show' | 'rotate' | 'set';
      /** Undefined for the one that `deploy` goes to. */
      readonly region: string | undefined;
      readonly secret: NamedSecret;
      /** The key of the app that it holds, which Kakao made; absent of the gateway's own secret. */
      readonly key: AppKey | undefined;
      readonly isForced: boolean;
    }
);

/** A key of the Kakao Developers app, as its option is called. */
export type AppKey = 'rest-api-key' | 'admin-key';

/** The setting of a deployment that names the secret of each. */
export const SETTINGS: Readonly<Record<AppKey, string>> = {
  'rest-api-key': 'restApiKeySecretName',
  'admin-key': 'adminKeySecretName',
};

/** The secret by its own name or ARN, or by the stack that made it. */
export type NamedSecret = { readonly id: string } | { readonly stack: string };

/** Since a second rotation takes away what Kakao may still send: hours in which it is refused. */
export const ROTATION_HOURS = 24;

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npm run secret -- --stack <name> | --secret-id <name or ARN> [--show | --rotate [--force]]
       npm run secret -- --rest-api-key | --admin-key --secret-id <name or ARN> [--show | --set]

Tells where the secret is that Kakao's calls must carry, and no more unless it is asked to.

  --stack <name>      the gateway's stack, such as kakao-gateway-prod
  --secret-id <id>    the secret itself, where its stack can't tell which
  --region <name>     where it is; default: where npm run deploy puts that stage, by cdk.json and the AWS CLI's settings
  --show              print the current value, and nothing else
  --rotate            put a new random value; the one before stays valid until the next rotation
  --force             rotate although the last rotation is less than ${ROTATION_HOURS} hours ago
  --rest-api-key      the secret of the app's REST API key instead
  --admin-key         the secret of the app's primary admin key instead
  --set               put the key that stands on standard input; makes the secret where there is none
  --lang <en|ko>      default: ko where LC_ALL, or else LANG, begins with ko; else en

Exit code: 0 when it is done, 1 when a rotation is refused, 2 when something is wrong.`,
  ko: `사용법: npm run secret -- --stack <이름> | --secret-id <이름 또는 ARN> [--show | --rotate [--force]]
       npm run secret -- --rest-api-key | --admin-key --secret-id <이름 또는 ARN> [--show | --set]

카카오의 요청이 담아야 하는 시크릿이 어디에 있는지 알려 줍니다. 값은 달라고 할 때만 보여 줍니다.

  --stack <이름>      게이트웨이의 스택. 예: kakao-gateway-prod
  --secret-id <id>    스택으로 찾을 수 없을 때 시크릿을 직접 지정
  --region <이름>     있는 리전. 기본값: cdk.json과 AWS CLI의 설정으로 npm run deploy가 그 스테이지를 두는 곳
  --show              지금 값만 출력
  --rotate            새 무작위 값으로 교체. 앞의 값은 다음 교체까지 통함
  --force             마지막 교체 뒤 ${ROTATION_HOURS}시간이 안 됐어도 교체
  --rest-api-key      앱의 REST API 키 시크릿을 대신 다룸
  --admin-key         앱의 대표 어드민 키 시크릿을 대신 다룸
  --set               표준 입력에 있는 키를 저장. 시크릿이 없으면 만듦
  --lang <en|ko>      기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

종료 코드: 했으면 0, 교체를 거절했으면 1, 잘못된 것이 있으면 2.`,
};

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError when options don't go together; parseArgs' own error when one is unknown
 */
export function readOptions(args: readonly string[], fallback: Language): Options {
  const options = parsed(args);
  const { stack, 'secret-id': id, region, lang: language = fallback } = options;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (options.help) return { language, action: 'help' };
  const actions = (['show', 'rotate', 'set'] as const).filter(action => options[action]);
  const [action = 'locate', ...others] = actions;
  if (others.length > 0) throw new UsageError('--show, --rotate and --set are for one call each');
  const [key, another] = (['rest-api-key', 'admin-key'] as const).filter(name => options[name]);
  if (another) throw new UsageError('--rest-api-key and --admin-key are for one call each');
  if (key && (id === undefined || stack !== undefined || action === 'rotate'))
    throw new UsageError(
      `--${key} needs the --secret-id that ${SETTINGS[key]} names; Kakao makes the key, so it can't be rotated here`,
    );
  if (!key && action === 'set')
    throw new UsageError('--set is for --rest-api-key and --admin-key; the gateway makes its own: --rotate');
  return { language, action, region, secret: namedSecret(stack, id), key, isForced: options.force ?? false };
}

function namedSecret(stack: string | undefined, id: string | undefined): NamedSecret {
  if (stack === undefined && id !== undefined) return { id };
  if (stack !== undefined && id === undefined) return { stack };
  throw new UsageError('tell which: --stack kakao-gateway-prod, or --secret-id');
}

function parsed(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stack: { type: 'string' },
      'secret-id': { type: 'string' },
      region: { type: 'string' },
      show: { type: 'boolean' },
      rotate: { type: 'boolean' },
      force: { type: 'boolean' },
      'rest-api-key': { type: 'boolean' },
      'admin-key': { type: 'boolean' },
      set: { type: 'boolean' },
      lang: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  // Never repeated: it may be a key, and errors end up in logs.
  if (positionals.length > 0)
    throw new UsageError(
      'every argument is an option; a value comes by standard input, where nobody else reads it',
    );
  return values;
}
