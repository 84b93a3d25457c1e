import { resolve } from 'node:path';
import {
  CALLBACK_ORIGINS,
  EVENT_ORIGINS,
  PLUGIN_ORIGINS,
  REST_API_KEY,
  readOrigins,
} from '../lambda/aws/environment.ts';
import { KAKAO_CALLBACK_ORIGIN } from '../lambda/open-builder/callback-url.ts';
import { KAKAO_PLUGIN_ORIGINS } from '../lambda/open-builder/plugins.ts';
import { LOOPBACK } from '../tools/local-server.ts';
import { CALLBACK_PORT } from '../tools/play/callback-port.ts';
import { Desk, type OwnGateway } from './desk/desk.ts';
import { type DeskListener, serveDesk } from './desk/serve-desk.ts';
import { forgetLocalSession, readLocalSession } from './local-sessions.ts';
import { lineOfRequest } from './readable-log.ts';
import { sceneFileIn } from './sessions-file.ts';
import { DEFAULT_SECRET } from './settings.ts';

/** The gateway that a desk stands beside. */
export interface GatewayOfDesk extends Pick<OwnGateway, 'setDatabase'> {
  /** The bot's name. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly secret: string;
  /** The folder in which the scene is kept; absent where another process has it. */
  readonly folder?: string | undefined;
}

/** The desk of the gateway on this machine: served from the start, and there as soon as it knows the gateway. */
export interface DeskOfGateway {
  readonly serve: DeskListener;
  /** Takes each line of the gateway's log. */
  readonly hear: (line: string) => void;
  /** Starts it; it talks to the gateway as Kakao does, by its routes. */
  start(gateway: GatewayOfDesk): Promise<Desk>;
}

/** @param page the folder of its page */
export function deskOfGateway(page: string): DeskOfGateway {
  let started = (_: Promise<Desk>): void => {};
  const starting = new Promise<Desk>(resolve => {
    started = resolve;
  });
  return {
    serve: serveDesk(starting, page),
    hear: line => {
      const told = lineOfRequest(line);
      if (told !== undefined) starting.then(desk => desk.hear(told));
    },
    start: ({ name, url, secret, setDatabase, folder }) => {
      const desk = Desk.start({
        name,
        ...(folder !== undefined && { sceneFile: resolve(sceneFileIn(folder)) }),
        gateway: {
          secretInShell: secretInShell(secret),
          setDatabase,
          readSession: readLocalSession,
          forgetSession: forgetLocalSession,
        },
        target: {
          skill: { url: `${url}/open-builder/skill`, headers: { 'x-gateway-secret': secret } },
          appUrl: `${url}/smart-chat/${secret}`,
          secret,
          validationUrl: `${url}/open-builder/validation/${secret}/<parameter>`,
        },
      });
      started(desk);
      return desk;
    },
  };
}

/** A secret of one's own stays where it is set; the default, which everybody knows, needs no setting. */
function secretInShell(secret: string): string {
  return secret === DEFAULT_SECRET ? `"\${GATEWAY_SECRET:-${DEFAULT_SECRET}}"` : '"$GATEWAY_SECRET"';
}

/**
 * Lets the functions call Kakao where it is played, by the desk or by scripts, beside where they may anyway: to be done
 * before they load.
 * @param origin of the simulator
 */
export function admitSimulator(origin: string): void {
  const callbacks = readOrigins(CALLBACK_ORIGINS, [KAKAO_CALLBACK_ORIGIN]);
  const plugins = readOrigins(PLUGIN_ORIGINS, KAKAO_PLUGIN_ORIGINS);
  const played = [origin, `http://${LOOPBACK}:${CALLBACK_PORT}`];
  process.env[CALLBACK_ORIGINS] = [...callbacks, ...played].join(',');
  process.env[PLUGIN_ORIGINS] = [...plugins, ...played].join(',');
  // A bot that is tried out writes to nobody: its events are played, too.
  process.env[EVENT_ORIGINS] ??= origin;
  // Played plugins ask for a key, and take any.
  process.env[REST_API_KEY] ??= 'desk';
}
