import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { Language, Sentence } from '../language.ts';
import { HOME_REGION, regionOf } from '../region.ts';
import { areNoCredentials, CLOCK, isOfClock } from '../sessions-table/told-error.ts';
import { complain, print, visible } from '../terminal.ts';
import { type Planned, readAssembly } from './assembly.ts';
import { type Look, look, unprotect } from './look.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { readSettingsFile, SETTINGS_FILE, type SettingsFile, stagesWith, textWith } from './settings-file.ts';

/** All that the command uses beside its arguments. */
export interface DeployIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Runs the CDK's CLI, and resolves with its exit code. */
  readonly cdk: (
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ) => Promise<number>;
}

/** Runs `kakao-gateway deploy`; never throws. @returns the exit code */
export async function runDeploy(args: readonly string[], io: DeployIo): Promise<number> {
  try {
    const options = readOptions(args, io.environment);
    if (!options.isHelp) return await deploy(options, io);
    print(HELP[options.language].split('\n'));
    return 0;
  } catch (error) {
    // Of a message of several lines the first says what is wrong.
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    complain(`deploy: ${message} (--help tells more)`);
    return 2;
  }
}

async function deploy(options: Options, { environment: ambient, stdin, cdk }: DeployIo): Promise<number> {
  const { language, output, profile, forDeploy } = options;
  const file = readSettingsFile();
  const { stage: shared = 'prod' } = file.context;
  const stage = options.stage ?? String(shared);
  const stages = stagesWith(file, stage, options.settings);
  const hasSettings = Object.keys(options.settings).length > 0;
  const withProfile = { ...ambient, ...(profile !== undefined && { AWS_PROFILE: profile }) };
  // Whatever asks for the region behind this gets the same answer.
  const here = regionOf(withProfile);
  const environment = { ...withProfile, AWS_REGION: here };
  const made = await cdk(
    [
      ...['synth', '-q', '--output', output, '-c', `stage=${stage}`],
      ...(hasSettings ? ['-c', `stages=${JSON.stringify(stages)}`] : []),
      ...options.forSynth,
    ],
    environment,
  );
  if (made !== 0) return made;
  const planned = readAssembly(output, here);
  tell([whereTo(stage, planned)], language);
  const seen = await lookAt(planned, options, environment);
  if (seen?.isFirst) tell([FIRST], language);
  if (seen === undefined || !(await isAllowed(seen, options, stdin))) return 1;
  for (const stack of seen.stuck) {
    await unprotect(stack, profile, environment);
    tell([lifted(stack.name)], language);
  }
  if (hasSettings && options.keeps) keep(file, stage, stages, options);
  return cdk(['deploy', '--all', '--app', output, ...forDeploy], environment);
}

const tell = (sentences: readonly Sentence[], language: Language): void =>
  print(sentences.map(sentence => sentence[language]));

/** A look at what is deployed; undefined, with the reason told, where nothing may be deployed. */
async function lookAt(
  planned: readonly Planned[],
  { profile, language }: Options,
  environment: DeployIo['environment'],
): Promise<Look | undefined> {
  try {
    const seen = await look(planned, profile, environment);
    for (const sentence of seen.wrong) complain(sentence[language]);
    return seen.wrong.length > 0 ? undefined : seen;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    const [reason = ''] = message.split('\n');
    if (areNoCredentials(error)) {
      complain((isOfClock(reason) ? CLOCK : NO_CREDENTIALS)[language]);
      return undefined;
    }
    return { isFirst: false, removals: [cannotLook(`${name}: ${visible(reason)}`)], wrong: [], stuck: [] };
  }
}

async function isAllowed(
  { removals }: Look,
  { language, allowsRemoval }: Options,
  stdin: DeployIo['stdin'],
): Promise<boolean> {
  if (removals.length === 0) return true;
  tell([TAKES_AWAY], language);
  print(removals.map(sentence => `  - ${sentence[language]}`));
  if (allowsRemoval) return true;
  if (!stdin.isTTY) {
    complain(NOT_MEANT[language]);
    return false;
  }
  const answer = await ask(`${ASK[language]} (y/N) `, stdin);
  const isMeant = /^\s*(y|yes|예|네)\s*$/i.test(answer);
  if (!isMeant) tell([REFUSED], language);
  return isMeant;
}

/** Asks somebody at a terminal; whoever leaves by Ctrl-C or Ctrl-D has said nothing. */
function ask(question: string, input: Readable): Promise<string> {
  const asking = createInterface({ input, output: process.stdout });
  return new Promise<string>(resolve => {
    const leave = (): void => {
      print(['']);
      resolve('');
    };
    asking.once('close', leave);
    // It rejects as it closes, if at all.
    const closed = (): void => {};
    asking.question(question).then(answer => {
      asking.off('close', leave);
      resolve(answer);
    }, closed);
  }).finally(() => asking.close());
}

function keep(file: SettingsFile, stage: string, stages: unknown, { settings, language }: Options): void {
  const text = textWith(file, stages);
  if (text === file.text) return;
  writeFileSync(SETTINGS_FILE, text);
  tell([kept(Object.keys(settings), stage)], language);
}

function whereTo(stage: string, planned: readonly Planned[]): Sentence {
  const regions = [...new Set(planned.map(({ region }) => region))].join(', ') || HOME_REGION;
  return { en: `The stage ${stage} goes to ${regions}.`, ko: `스테이지 ${stage}를 ${regions}에 배포합니다.` };
}

function kept(keys: readonly string[], stage: string): Sentence {
  const list = keys.join(', ');
  return {
    en: `cdk.json has ${list} for the stage ${stage} from now on: commit it.`,
    ko: `이제 cdk.json에 스테이지 ${stage}의 ${list} 설정이 있습니다. 커밋하세요.`,
  };
}

function cannotLook(reason: string): Sentence {
  return {
    en: `nobody knows what: what is deployed can't be looked at (${reason})`,
    ko: `무엇인지 알 수 없습니다. 배포된 것을 볼 수 없습니다(${reason})`,
  };
}

function lifted(stack: string): Sentence {
  return {
    en: `The first deployment of ${stack} failed: its protection is lifted, so that CDK can make it anew.`,
    ko: `${stack}의 첫 배포가 실패했습니다. CDK가 다시 만들 수 있도록 보호를 풉니다.`,
  };
}

const FIRST: Sentence = {
  en: 'Nothing of it is there yet: it gets a URL and a secret of its own.',
  ko: '아직 거기에는 이 스테이지의 것이 없습니다. 자기 URL과 시크릿을 새로 받습니다.',
};

const TAKES_AWAY: Sentence = {
  en: 'This deployment would take away:',
  ko: '이 배포로 없어지는 것:',
};

const ASK: Sentence = { en: 'Deploy it?', ko: '배포할까요?' };

const REFUSED: Sentence = { en: 'Not deployed.', ko: '배포하지 않았습니다.' };

const NOT_MEANT: Sentence = {
  en: 'Not deployed: if all of that is meant, --allow-removal; else give back the settings that are missing.',
  ko: '배포하지 않았습니다. 모두 뜻한 것이라면 --allow-removal을 주고, 아니라면 빠진 설정을 되돌려 놓으세요.',
};

const NO_CREDENTIALS: Sentence = {
  en: 'Not deployed: there are no AWS credentials here, or they have expired: set AWS_PROFILE, give --profile, or log in (aws sso login, aws login)',
  ko: '배포하지 않았습니다. AWS 자격 증명이 없거나 만료됐습니다. AWS_PROFILE이나 --profile을 주거나 로그인하세요(aws sso login, aws login)',
};
