import { ConfigurationError } from '../lambda/errors.ts';
import { headerOf } from '../tools/header-option.ts';
import type { Target } from '../tools/kakao-simulator/simulator.ts';
import { readEnvFile } from './env-file.ts';
import { commandLine } from './settings.ts';

const OPTIONS = ['--skill', '--header', '--validation', '--smart-chat'] as const;

type Option = (typeof OPTIONS)[number];

/** The variables by which npm tells that it took one of them for its own. */
const NPMS = ['npm_config_skill', 'npm_config_header', 'npm_config_validation', 'npm_config_smart_chat'];

/**
 * The bot server of somebody's that a command line names; undefined where it names none.
 * @param environment goes before `.env.local`, for what a header takes of it
 * @param command the words by which it was called, for what is told
 * @throws ConfigurationError or UsageError that says which option or file is wrong, and repeats no value: each may be a secret
 */
export function readOtherBot(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  command: string,
): Target | undefined {
  if (NPMS.some(name => environment[name] !== undefined)) {
    throw new ConfigurationError(
      `npm takes an option for its own without a -- before it: ${commandLine(command, '--skill', 'https://…')}`,
    );
  }
  if (!args.some(arg => optionOf(arg) !== undefined)) return undefined;
  const values = valuesOf(args);
  const known = { ...readEnvFile(), ...environment };
  const [skill, validation, appUrl] = (['--skill', '--validation', '--smart-chat'] as const).map(option =>
    urlOf(option, values[option]),
  );
  const headers = Object.fromEntries(values['--header'].map(header => headerOf(header, known)));
  if (skill === undefined && (validation !== undefined || values['--header'].length > 0)) {
    throw new ConfigurationError('--header and --validation belong to a skill: name its URL with --skill');
  }
  return {
    ...(skill !== undefined && { skill: { url: skill, headers } }),
    ...(validation !== undefined && { validationUrl: validation }),
    ...(appUrl !== undefined && { appUrl }),
  };
}

const optionOf = (arg: string): Option | undefined =>
  OPTIONS.find(option => arg === option || arg.startsWith(`${option}=`));

function valuesOf(args: readonly string[]): Readonly<Record<Option, readonly string[]>> {
  const values: Record<Option, string[]> = {
    '--skill': [],
    '--header': [],
    '--validation': [],
    '--smart-chat': [],
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const option = optionOf(arg);
    if (option === undefined) {
      throw new ConfigurationError(
        `for another bot's server the options are --skill <url>, --header '<name>: <value>', --validation <url> and --smart-chat <url>, and nothing beside them`,
      );
    }
    const value = arg === option ? args[++at] : arg.slice(option.length + 1);
    if (value === undefined || value === '') throw new ConfigurationError(`${option} needs a value after it`);
    values[option].push(value);
  }
  return values;
}

function urlOf(option: Option, [value, ...others]: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  if (others.length > 0) throw new ConfigurationError(`${option} is given twice: once is enough`);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hash !== '') {
    throw new ConfigurationError(`${option} must be a URL like https://bot.example.com/skill`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigurationError(
      `${option} must be a URL without a user and a password: a skill takes them by --header 'authorization: Basic …'`,
    );
  }
  return value;
}
