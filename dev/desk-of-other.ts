import { ConfigurationError } from '../lambda/errors.ts';
import type { Target } from '../tools/kakao-simulator/simulator.ts';
import { type Admission, type LocalServer, serveLocally } from '../tools/local-server.ts';
import { print } from '../tools/terminal.ts';
import { Desk } from './desk/desk.ts';
import { serveDesk } from './desk/serve-desk.ts';
import { readEnvFile, useEnvFile } from './env-file.ts';
import { PAGE } from './local-bundle.ts';
import { openAt, STOPS, said } from './said.ts';
import { portTaken, readSettings } from './settings.ts';

/** A desk that runs by itself. */
export interface DeskOfOther extends LocalServer {
  /** Where Kakao is played: the bot must be allowed to call it. */
  readonly origin: string;
}

/** Starts a desk for somebody's bot server: no gateway and nothing of AWS stands beside it. */
export async function startDeskOfOther(
  target: Target,
  admission: Admission,
  page: string,
): Promise<DeskOfOther> {
  const { host } = new URL(target.skill?.url ?? target.appUrl ?? '');
  const starting = Desk.start({ name: host, target });
  const serve = serveDesk(starting, page);
  const server = await serveLocally((request, response) => {
    if (serve(request, response)) return;
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'there is no gateway here: only the desk, at /' }));
  }, admission).catch(async error => {
    await (await starting).stop();
    throw error;
  });
  const { origin } = await starting;
  return {
    url: server.url,
    origin,
    stop: async () => {
      await (await starting).stop();
      await server.stop();
    },
  };
}

/**
 * Runs such a desk until Ctrl-C.
 * @param command the words by which it was called
 * @throws ConfigurationError when it can't listen at its port
 */
export async function runDeskOfOther(target: Target, command: string): Promise<void> {
  const told = useEnvFile(readEnvFile()).trim();
  const { port } = readSettings({ ...(process.env.PORT !== undefined && { PORT: process.env.PORT }) });
  const { url, origin, stop } = await startDeskOfOther(target, { port, command }, PAGE).catch(error => {
    const taken = portTaken(error, process.env, command);
    throw taken === undefined ? error : new ConfigurationError(taken);
  });
  print([...greeting(url, origin, target), ...(told === '' ? [] : [told]), said(STOPS)]);
  await new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await stop();
}

function greeting(url: string, origin: string, { skill, validationUrl, appUrl }: Target): readonly string[] {
  const names = Object.keys(skill?.headers ?? {});
  return [
    '',
    said(openAt(url)),
    '',
    "A desk on this machine, for another bot's server",
    ...(skill ? [`  skill URL   ${skill.url}`] : []),
    // Their values are secret.
    ...(names.length > 0 ? [`              with the headers ${names.join(', ')}`] : []),
    ...(validationUrl === undefined ? [] : [`  validation  ${validationUrl}`]),
    ...(appUrl === undefined ? [] : [`  app URL     ${appUrl}`]),
    `  Kakao       is played at ${origin}: callbacks and plugins lead there`,
    '',
  ];
}
