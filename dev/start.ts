import { writeLogBy } from '../lambda/aws/log.ts';
import { ConfigurationError } from '../lambda/errors.ts';
import { startLocalAws, useLocalAws } from './local-aws.ts';
import { loadHandlers, startLocalGateway } from './local-gateway.ts';
import { readable } from './readable-log.ts';
import { openSessionsFile } from './sessions-file.ts';
import { type Options, readOptions, readSettings, type Settings } from './settings.ts';

process.on('SIGINT', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

try {
  await start(readSettings(process.env), readOptions(process.argv.slice(2), process.env));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

async function start({ port, secret, allowedHosts }: Settings, options: Options): Promise<void> {
  // The functions write JSON lines for CloudWatch; here a person reads them.
  writeLogBy(line => process.stdout.write(readable(line)));
  const { file, told } = openSessionsFile(options);
  const aws = await startLocalAws({ secret, ...(file && { file }) });
  useLocalAws(aws);
  const handlers = await loadHandlers();
  aws.queue.deliverTo(handlers['late-turn']);
  const gateway = await startLocalGateway(handlers, { port, allowedHosts }, ({ status, ms, routeKey }) =>
    console.log(`${status}  ${String(ms).padStart(4)} ms  ${routeKey}`),
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
Change its words in lambda/scenario.ts, then start again (npm run dev does that by itself). Ctrl-C stops.
`);
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const port = Number(process.env.PORT ?? 3000);
    return `port ${port} is taken: stop what listens there, or choose another with PORT=${port + 1} npm start`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
