import { SETTING_NAMES } from '../../lib/setting-names.ts';
import { type Language, languageOf, type Sentence } from '../language.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export interface Options {
  readonly language: Language;
  readonly isHelp: boolean;
  /** The stage that `-c stage=…` names. */
  readonly stage: string | undefined;
  /** The settings of `-c`, as cdk.json has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether they are written into cdk.json. */
  readonly keeps: boolean;
  /** Whether nobody is asked before something is taken away. */
  readonly allowsRemoval: boolean;
  readonly profile: string | undefined;
  /** The folder that the templates are made in. */
  readonly output: string;
  /** The arguments that making templates takes beside these: the context of others, another app. */
  readonly forSynth: readonly string[];
  /** All others, as they came: they are `cdk deploy`'s. */
  readonly forDeploy: readonly string[];
}

/** The text of `--help`. */
export const HELP: Sentence = {
  en: `Usage: npm run deploy -- [-c <setting>=<value>]... [options of cdk deploy]

Makes the templates of a stage, says what deploying them would take away of what is there, and has cdk deploy deploy them.

  -c stage=<name>          the stage; default: that of cdk.json, else prod
  -c <setting>=<value>     a setting, which is written into cdk.json for its stage: docs/deploy.md has them all
  --no-keep                deploy with these settings without writing them down
  --allow-removal          take away what would be asked for, without asking
  --profile <name>         the profile of AWS's own files; its region, unless one is set
  --lang <en|ko>           default: ko where LC_ALL, or else LANG, begins with ko; else en

Everything else goes to cdk deploy, such as --require-approval never.
Exit code: 0 when it is deployed, 1 when it is refused or cdk failed, 2 when something is wrong with the command.`,
  ko: `사용법: npm run deploy -- [-c <설정>=<값>]... [cdk deploy의 옵션]

스테이지의 템플릿을 만들고, 배포하면 지금 있는 것 가운데 무엇이 없어지는지 말한 뒤, cdk deploy로 배포합니다.

  -c stage=<이름>          스테이지. 기본값: cdk.json의 것, 없으면 prod
  -c <설정>=<값>           설정. 그 스테이지의 설정으로 cdk.json에 적음. 목록은 docs/deploy.ko.md
  --no-keep                설정을 적지 않고 배포
  --allow-removal          없어질 것이 있어도 묻지 않음
  --profile <이름>         AWS 설정 파일의 프로필. 리전을 따로 정하지 않았으면 그 리전
  --lang <en|ko>           기본값: LC_ALL(없으면 LANG)이 ko로 시작하면 ko, 아니면 en

나머지는 --require-approval never처럼 cdk deploy로 넘깁니다.
종료 코드: 배포했으면 0, 거절했거나 cdk가 실패했으면 1, 명령이 잘못되었으면 2.`,
};

/** Options that take what stands behind them, by the name that is used here. */
const WITH_VALUE: Readonly<Record<string, string>> = {
  '-c': 'context',
  '--context': 'context',
  '-o': 'output',
  '--output': 'output',
  '-a': 'app',
  '--app': 'app',
  '--profile': 'profile',
  '--lang': 'lang',
};

/** Reads the command line. @throws UsageError when it can't be used */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  refuseNpms(environment);
  const { given, flags, others } = sorted(args);
  const last = (name: string): string | undefined => given.filter(one => one.name === name).at(-1)?.value;
  const language = last('lang') ?? languageOf(environment);
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  const context = given.filter(({ name }) => name === 'context').map(({ value }) => pairOf(value));
  const settings = context.filter(([key]) => SETTING_NAMES.includes(key));
  const foreign = context.filter(([key]) => key !== 'stage' && !SETTING_NAMES.includes(key));
  if (settings.length > 0 && foreign.some(([key]) => key === 'stages'))
    throw new UsageError(
      '-c stages takes the place of every other setting of -c: give each by its own -c, or write "stages" into cdk.json',
    );
  const app = last('app');
  return {
    language,
    isHelp: flags.has('--help') || flags.has('-h'),
    stage: context.findLast(([key]) => key === 'stage')?.[1],
    settings: Object.fromEntries(settings.map(([key, value]) => [key, typed(value)])),
    keeps: !flags.has('--no-keep'),
    allowsRemoval: flags.has('--allow-removal'),
    profile: last('profile'),
    output: last('output') ?? 'cdk.out',
    forSynth: [
      ...foreign.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ...(app === undefined ? [] : ['--app', app]),
      ...others.filter(one => one === '--no-notices'),
    ],
    forDeploy: others,
  };
}

/** The variables by which npm tells that it took one of the options for its own. */
const NPMS = ['stage', 'context', 'profile', 'allow_removal', 'keep', 'region'].map(
  one => `npm_config_${one}`,
);

const isSetting = (name: string): boolean => name === 'stage' || SETTING_NAMES.includes(name);

/** Refuses what npm has kept from us: the stage that nobody told us would be prod. @throws UsageError */
function refuseNpms(environment: Readonly<Record<string, string | undefined>>): void {
  // Its own -c is --call: a command for npx, which may well run this.
  const [called = '', value] = environment.npm_config_call?.split('=') ?? [];
  if ((value !== undefined && isSetting(called)) || NPMS.some(name => environment[name] !== undefined))
    throw new UsageError(
      'npm takes an option for its own without a -- before it: npm run deploy -- -c stage=dev',
    );
}

/** Refuses a setting that is written as an option: the CDK would go on without it. @throws UsageError */
function refuseSetting(argument: string): void {
  const [, option = ''] = /^--([a-zA-Z][\w-]*)(?:=|$)/.exec(argument) ?? [];
  const name = option.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  if (isSetting(name)) throw new UsageError(`${name} is a setting: -c ${name}=<value>`);
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** The options of this command, its flags, and everything else. */
function sorted(args: readonly string[]) {
  const given: Given[] = [];
  const flags = new Set<string>();
  const others: string[] = [];
  const left = [...args];
  for (let one = left.shift(); one !== undefined; one = left.shift()) {
    if (['--no-keep', '--allow-removal', '--help', '-h'].includes(one)) flags.add(one);
    else if (one === '--watch' || one === '-w')
      throw new UsageError('to watch is for a stage to try out: npx cdk watch -c stage=dev');
    else if (one !== '--all' && one !== '--') {
      const option = optionOf(one);
      if (option === undefined) refuseSetting(one);
      if (option === undefined) others.push(one);
      else given.push({ name: option.name, value: option.value ?? valueBehind(one, left) });
    }
  }
  return { given, flags, others };
}

function optionOf(argument: string): { readonly name: string; readonly value?: string } | undefined {
  const own = Object.hasOwn(WITH_VALUE, argument) ? WITH_VALUE[argument] : undefined;
  if (own !== undefined) return { name: own };
  for (const [option, name] of Object.entries(WITH_VALUE)) {
    if (argument.startsWith(`${option}=`)) return { name, value: argument.slice(option.length + 1) };
    // As yargs takes it: -cstage=dev.
    if (option === '-c' && argument.startsWith(option)) return { name, value: argument.slice(option.length) };
  }
  return undefined;
}

function valueBehind(option: string, left: string[]): string {
  const value = left.shift();
  if (value === undefined || value === '') throw new UsageError(`${option} needs a value behind it`);
  return value;
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`-c needs <setting>=<value>, not ${visible(text.slice(0, 40))}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A value as cdk.json has it: yes, no, lists and objects as such; digits stay a text, which every number may be. */
function typed(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
