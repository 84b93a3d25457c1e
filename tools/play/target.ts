import { secretHider } from '../doctor/hide-secret.ts';
import { targetOf } from '../doctor/target.ts';
import { headerOf } from '../header-option.ts';
import type { Target } from '../kakao-simulator/simulator.ts';
import { UsageError } from '../usage-error.ts';
import { CALLBACK_PORT } from './callback-port.ts';

/** The bot that is played with, and what must not be shown of it. */
export interface PlayedBot {
  readonly target: Target;
  /** Whether it runs on this machine: only then its callbacks reach the simulator. */
  readonly isLoopback: boolean;
  /** Where such a bot allows callbacks to be, if it is known. */
  readonly callbackPort?: number;
  /** Takes everything secret out of a text. */
  readonly hide: (text: string) => string;
}

/** The addresses of a bot as the command line has them. */
export interface Addresses {
  readonly url?: string | undefined;
  readonly skill?: string | undefined;
  readonly 'smart-chat'?: string | undefined;
  readonly validation?: string | undefined;
  readonly header?: readonly string[] | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** npm start's own. */
const LOCAL_SECRET = 'local-secret';

/** The bot of a command line. No message names a value: one may be a secret. @throws UsageError when it can't be called */
export function botOf(
  { url, skill, 'smart-chat': appUrl, validation, header = [] }: Addresses,
  environment: Environment,
): PlayedBot {
  const headers = Object.fromEntries(header.map(line => headerOf(line, environment)));
  if (url !== undefined) {
    if (skill !== undefined || appUrl !== undefined || validation !== undefined)
      throw new UsageError(
        'give --url for a gateway of this project, or --skill and --smart-chat for any bot, not both',
      );
    return gatewayAt(url, headers, environment);
  }
  if (skill === undefined && appUrl === undefined)
    throw new UsageError(
      'say which bot: --url for a gateway of this project, --skill or --smart-chat for any other',
    );
  if (skill === undefined && header.length > 0)
    throw new UsageError(
      '--header belongs to a skill, and smart-chat sends none: give --skill, or leave it out',
    );
  const urls = [
    ...(skill === undefined ? [] : [webUrl(skill, '--skill')]),
    ...(appUrl === undefined ? [] : [webUrl(appUrl, '--smart-chat')]),
    ...(validation === undefined ? [] : [webUrl(validation, '--validation')]),
  ];
  return {
    target: {
      ...(skill !== undefined && { skill: { url: skill, headers } }),
      ...(appUrl !== undefined && { appUrl }),
      ...(validation !== undefined && { validationUrl: validation }),
    },
    isLoopback: urls.every(isLoopback),
    hide: hiderOf(Object.values(headers)),
  };
}

function gatewayAt(
  url: string,
  headers: Readonly<Record<string, string>>,
  environment: Environment,
): PlayedBot {
  const { target, secretInUrl } = targetOf(url);
  const secret =
    secretInUrl ?? (environment.GATEWAY_SECRET || (target.isLoopback ? LOCAL_SECRET : undefined));
  if (secret === undefined)
    throw new UsageError('the secret is missing: set GATEWAY_SECRET to the one of the gateway at --url');
  if (!/^[\x21-\x7e]+$/.test(secret))
    throw new UsageError('GATEWAY_SECRET must be letters, digits and signs of ASCII alone, without spaces');
  const inPath = encodeURIComponent(secret);
  return {
    target: {
      skill: {
        url: `${target.base}/open-builder/skill`,
        headers: { 'x-gateway-secret': secret, ...headers },
      },
      appUrl: `${target.base}/smart-chat/${inPath}`,
      secret: inPath,
      validationUrl: `${target.base}/open-builder/validation/${inPath}/<parameter>`,
    },
    isLoopback: target.isLoopback,
    callbackPort: CALLBACK_PORT,
    hide: hiderOf([secret, ...Object.values(headers)]),
  };
}

function webUrl(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${option} must be a whole URL that begins with https:// or http://`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${option} must have no user name and password in it: give them as a --header`);
  return url;
}

const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** Shorter ones stand in any text. */
const SHORTEST_HIDDEN = 4;

function hiderOf(secrets: readonly string[]): (text: string) => string {
  const hiders = secrets.filter(secret => secret.length >= SHORTEST_HIDDEN).map(secretHider);
  return text => hiders.reduce((shown, hide) => hide(shown), text);
}
