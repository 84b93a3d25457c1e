import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { writeLogBy } from '../lambda/aws/log.ts';
import { ConfigurationError } from '../lambda/errors.ts';
import { credentialsIn, type EnvFile, readEnvFile, useEnvFile } from './env-file.ts';
import { startLocalAws, useLocalAws } from './local-aws.ts';
import { loadHandlers, startLocalGateway } from './local-gateway.ts';
import { readable } from './readable-log.ts';
import { openSessionsFile } from './sessions-file.ts';
import { commandLine, readSettings, type Settings } from './settings.ts';

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
}

/** Starts the gateway with the bot of `#scenario` and tells where it is, or says what is wrong and ends the process. */
export async function runGateway(run: Run): Promise<void> {
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  // Whoever watched was killed: nobody else would end this one.
  process.on('disconnect', () => process.exit(0));
  try {
    const variables = readEnvFile();
    const told = useEnvFile(variables);
    await start(readSettings(process.env), run, { told, lent: credentialsIn(variables) });
  } catch (error) {
    console.error(explain(error, run));
    process.exit(1);
  }
}

async function start(
  { port, secret, allowedHosts }: Settings,
  run: Run,
  env: { readonly told: string; readonly lent: EnvFile },
): Promise<void> {
  const { command, folder, isFresh } = run;
  // The functions write JSON lines for CloudWatch; here a person reads them, whose own errors they are.
  process.env[ENVIRONMENT.logErrors] ??= 'whole';
  writeLogBy(line => process.stdout.write(readable(line)));
  const freshCommand = commandLine(command, '--fresh');
  const { file, told } = openSessionsFile({ isFresh, folder, freshCommand });
  const aws = await startLocalAws({ secret, ...(file && { file }) });
  useLocalAws(aws, env.lent);
  const handlers = await loadHandlers();
  aws.queue.deliverTo(handlers['late-turn']);
  const gateway = await startLocalGateway(
    handlers,
    { port, allowedHosts, command },
    ({ status, ms, routeKey }) => console.log(`${status}  ${String(ms).padStart(4)} ms  ${routeKey}`),
  );
  console.log(`
Kakao gateway, on this machine alone
  skill URL   ${gateway.url}/open-builder/skill
              with the header  x-gateway-secret: ${secret}
  validation  ${gateway.url}/open-builder/validation/${secret}/<parameter>
  app URL     ${gateway.url}/smart-chat/${secret}

Say something to the bot:
  curl -s ${gateway.url}/open-builder/skill -H 'content-type: application/json' -H 'x-gateway-secret: ${secret}' -d '{"userRequest":{"utterance":"메뉴","user":{"id":"me"}}}'

${told}
${env.told}${next(run)} Ctrl-C stops.
`);
  process.send?.({ port: Number(new URL(gateway.url).port) });
}

function next({ scenario, isWatched, command }: Run): string {
  if (isWatched) return `Change its words in ${scenario}: it starts again whenever you save, or press Enter.`;
  const watching = command.replace('npm start', 'npm run dev');
  return `Change its words in ${scenario}, then start again (${watching} does that by itself).`;
}

function explain(error: unknown, { command }: Run): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const port = Number(process.env.PORT ?? 3000);
    return `port ${port} is taken: stop what listens there, or choose another with PORT=${port + 1} ${command}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
