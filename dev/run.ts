import { basename } from 'node:path';
import { ADMIN_KEY, ENVIRONMENT } from '../lambda/aws/environment.ts';
import { writeLogBy } from '../lambda/aws/log.ts';
import { ConfigurationError } from '../lambda/errors.ts';
import { isObject } from '../lambda/json-reader.ts';
import type { Sentence } from '../tools/language.ts';
import { complain } from '../tools/terminal.ts';
import { playAws, startAwsProcess } from './aws-process.ts';
import { localConcurrency } from './concurrency.ts';
import { credentialsIn, type EnvFile, readEnvFile, useEnvFile } from './env-file.ts';
import {
  handlersIn,
  type LogListener,
  lateFunction,
  playFunctions,
  StartError,
  startFunctions,
} from './function-process.ts';
import { useLocalAws } from './local-aws.ts';
import { loadBot, loadHandlers, loadLateTurns, startLocalGateway } from './local-gateway.ts';
import { readable } from './readable-log.ts';
import { type Role, takeRole } from './role-process.ts';
import { openAt, STOPS, said } from './said.ts';
import { NO_BOT } from './scenario-file.ts';
import { openSessionsFile } from './sessions-file.ts';
import { commandLine, portTaken, readSettings, type Settings } from './settings.ts';

/** One run of the local gateway: plain JSON, which its bundle holds. */
export interface Run {
  /** The scenario's file, as its author knows it. */
  readonly scenario: string;
  /** The folder that its sessions are kept in. */
  readonly folder: string;
  /** The command that runs it, without its options. */
  readonly command: string;
  /** Whether all sessions are forgotten first. */
  readonly isFresh: boolean;
  /** Whether it is started again at each save. */
  readonly isWatched: boolean;
  /** The folder of the desk's page: a bundle is somewhere else. */
  readonly page: string;
}

/**
 * Starts the gateway with the bot of `#scenario` and tells where it is, or says what is wrong and ends the process.
 * @param self the file that calls it, as a URL: the gateway's further processes run it again, for their roles alone
 */
export async function runGateway(run: Run, self: string): Promise<void> {
  const role = takeRole();
  if (role !== undefined) return play(role, run);
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  // Whoever watched was killed: nobody else would end this one.
  process.on('disconnect', () => process.exit(0));
  try {
    const variables = readEnvFile();
    const told = useEnvFile(variables);
    await start(readSettings(process.env), { ...run, self }, { told, lent: credentialsIn(variables) });
  } catch (error) {
    fail(error, run);
  }
}

function fail(error: unknown, run: Run): never {
  console.error(explain(error, run));
  process.exit(1);
}

/** Is the process of a role. */
function play(role: Role, run: Run): void {
  if (role === 'aws') playAws();
  else {
    const loadThem = role === 'answer' ? loadHandlers : async () => ({ 'late-turn': await loadLateTurns() });
    const load = async () => {
      const bot = await loadBot();
      // Before the functions, which take it for one.
      if (!isObject(bot) || !('texts' in bot))
        throw new ConfigurationError(`${run.scenario}: ${said(NO_BOT)}`);
      return { handlers: await loadThem(), bot };
    };
    const tellLine = playFunctions(load, error => explain(error, run));
    writeReadably(tellLine);
  }
}

/** The functions write JSON lines for CloudWatch; here a person reads them. */
function writeReadably(tellLine: LogListener = () => {}): void {
  writeLogBy(line => {
    process.stdout.write(readable(line));
    tellLine(line);
  });
}

async function start(
  { port, secret, allowedHosts, lateTurnsAtOnce }: Settings,
  run: Run & { readonly self: string },
  env: { readonly told: string; readonly lent: EnvFile },
): Promise<void> {
  const { command, folder, isFresh, self } = run;
  // Whoever reads the log here, the errors are their own.
  process.env[ENVIRONMENT.logErrors] ??= 'whole';
  writeReadably();
  const freshCommand = commandLine(command, '--fresh');
  const { file, told } = openSessionsFile({ isFresh, folder, freshCommand });
  let hear: LogListener = () => {};
  // It says nothing before it loads.
  const functions = startFunctions('answer', self, line => hear(line));
  const startingAws = startAwsProcess(self, {
    secret,
    ...(file && { folder }),
    ...(lateTurnsAtOnce !== undefined && { lateTurnsAtOnce }),
  });
  // No other process of the gateway has one.
  const { admitSimulator, deskOfGateway } = await import('./desk-of-gateway.ts');
  const desk = deskOfGateway(run.page);
  hear = desk.hear;
  const aws = await startingAws;
  const gateway = await startLocalGateway(
    functions.loaded.then(() => handlersIn(functions)),
    { port, allowedHosts, command },
    ({ status, ms, routeKey }) => console.log(`${status}  ${String(ms).padStart(4)} ms  ${routeKey}`),
    localConcurrency({
      lagMs: () => Math.max(functions.lagMs(), aws.lagMs()),
      onOverload: () => console.log(OVERLOAD),
    }),
    desk.serve,
  );
  const { url } = gateway;
  const { setDatabase } = aws;
  const { origin } = await desk.start({
    name: nameOf(run),
    url,
    secret,
    setDatabase,
    folder: file && folder,
  });
  useLocalAws(aws, env.lent);
  admitSimulator(origin);
  const late = setTimeout(() => complain(`${run.scenario} ${said(NOT_LOADED)}`), LOADED_SOON_MS);
  const bot = await functions.load(process.env);
  clearTimeout(late);
  aws.deliverTo(
    lateFunction(self, aws.lagMs, error => fail(error, run), desk.hear),
    bot,
  );
  console.log(`
${greeting(url, secret, origin)}
${told}
${env.told}${next(run)} ${said(STOPS)}
`);
  process.send?.({ port: Number(new URL(url).port) });
}

const greeting = (url: string, secret: string, kakao: string): string => `${said(openAt(url))}

Kakao gateway, on this machine alone
  skill URL   ${url}/open-builder/skill
              with the header  x-gateway-secret: ${secret}
  validation  ${url}/open-builder/validation/${secret}/<parameter>
  app URL     ${url}/smart-chat/${secret}
  Event API   is played at ${kakao}, for npm run event: KAKAO_EVENT_ORIGINS=${kakao}
${webhooks(url)}
${said(SAY)}
  curl -s ${url}/open-builder/skill -H 'content-type: application/json' -H 'x-gateway-secret: ${secret}' -d '{"userRequest":{"utterance":"메뉴","user":{"id":"me"}}}'
`;

const webhooks = (url: string): string =>
  process.env[ADMIN_KEY]
    ? `  webhooks    ${url}/webhooks/channel and ${url}/webhooks/unlink
              with the header  Authorization: KakaoAK <${ADMIN_KEY}>
`
    : '';

/** A bot's name in its room: its project's folder or, where it is no usual one, its file. */
function nameOf({ scenario }: Run): string {
  const [file = ''] = basename(scenario).split('.');
  return file === 'scenario' ? basename(process.cwd()) : file;
}

/** A bot of many packages has loaded long before. */
const LOADED_SOON_MS = 10_000;

const NOT_LOADED: Sentence = {
  en: `is still not loaded after ${LOADED_SOON_MS / 1_000} s: a scenario declares rules, and waits for nothing outside of them.`,
  ko: `파일을 ${LOADED_SOON_MS / 1_000}초가 지나도 불러오지 못했습니다. 시나리오는 규칙을 선언할 뿐, 규칙 밖에서 아무것도 기다리지 않아야 합니다.`,
};

const SAY: Sentence = { en: 'Say something to the bot:', ko: '봇에게 말 걸기:' };

/** Told once of each overload. */
const OVERLOAD =
  '  ! more turns than this machine can answer in time: some get 429 Too Many Requests. Deployed, each has an environment of its own, and the API takes as many as throttleRate says.';

function next({ scenario, isWatched, command }: Run): string {
  if (isWatched)
    return said({
      en: `Change its words in ${scenario}: it starts again whenever you save, or press Enter.`,
      ko: `봇의 말은 ${scenario}에서 바꿉니다. 저장하거나 Enter를 누르면 다시 시작합니다.`,
    });
  const watching = command.replace('npm start', 'npm run dev');
  return said({
    en: `Change its words in ${scenario}, then start again (${watching} does that by itself).`,
    ko: `봇의 말은 ${scenario}에서 바꾼 뒤 다시 시작하세요(${watching}는 스스로 다시 시작합니다).`,
  });
}

function explain(error: unknown, { command }: Run): string {
  if (error instanceof ConfigurationError || error instanceof StartError) return error.message;
  const taken = portTaken(error, process.env, command);
  if (taken !== undefined) return taken;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
