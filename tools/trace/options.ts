import { parseArgs } from 'node:util';
import type { WhereAsked } from '../asked-region.ts';
import type { Language } from '../language.ts';
import { visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The command line, read. */
export interface Options {
  readonly language: Language;
  readonly isHelp: boolean;
  readonly isJson: boolean;
  /** Lines of the log; none where they stand on the standard input. */
  readonly lines: readonly string[];
  /** The folder of the cloud assembly, which `cdk synth` writes. */
  readonly assembly: string;
  /** The bucket of the functions' code, unless it is the one of `cdk bootstrap`. */
  readonly bucket: string | undefined;
  /** Where the stack is, its log groups and the bucket. */
  readonly where: WhereAsked;
  /** Present where turns are looked for. */
  readonly search: SearchOptions | undefined;
}

/** Which turns are looked for, and where; each member as its option says. */
export interface SearchOptions {
  readonly language: Language;
  readonly stack: string | undefined;
  readonly logGroups: readonly string[];
  readonly secretId: string | undefined;
  readonly footprint: string | undefined;
  readonly request: string | undefined;
  /** `-` where it stands on the standard input. */
  readonly user: string | undefined;
  readonly botId: string | undefined;
  readonly said: string | undefined;
  readonly at: string | undefined;
  readonly within: string | undefined;
}

/**
 * Reads the command line.
 * @param fallback the language unless `--lang` names one
 * @throws UsageError when an option is wrong; parseArgs' own error when one is unknown
 */
export function readOptions(args: readonly string[], fallback: Language): Options {
  const { values, positionals: lines } = parsed(args, fallback);
  const { lang: language, bucket, assembly, help: isHelp, json: isJson } = values;
  if (language !== 'en' && language !== 'ko')
    throw new UsageError(`--lang is en or ko, not ${visible(language)}`);
  if (bucket !== undefined && !/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket))
    throw new UsageError('--bucket must be the name of a bucket, without s3:// or a path');
  const search = isHelp ? undefined : searchOptions(values, language);
  if (search && lines.length > 0)
    throw new UsageError('a line of the log goes without the options that look for turns');
  if (isJson && !search && !isHelp) throw new UsageError('--json is for turns that are looked for');
  const where = { region: values.region, stack: values.stack };
  return { language, isHelp, isJson, lines, assembly, bucket, where, search };
}

function parsed(args: readonly string[], fallback: Language) {
  const text = { type: 'string' } as const;
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      assembly: { type: 'string', default: 'cdk.out' },
      bucket: text,
      stack: text,
      region: text,
      'log-group': { type: 'string', multiple: true },
      'secret-id': text,
      footprint: text,
      request: text,
      user: text,
      'bot-id': text,
      said: text,
      at: text,
      within: text,
      json: { type: 'boolean', default: false },
      lang: { type: 'string', default: fallback },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

type Values = ReturnType<typeof parsed>['values'];

/** The options that say which turns, and those that say more of it. */
const WHICH = ['footprint', 'request', 'user', 'said', 'at'] as const;
const BESIDE = ['stack', 'log-group', 'secret-id', 'bot-id', 'within'] as const;

/** The ids of API Gateway and Kakao as the log has them. */
const ID = /^[\w=+/-]{1,128}$/;

function searchOptions(values: Values, language: Language): SearchOptions | undefined {
  if ([...WHICH, ...BESIDE].every(name => values[name] === undefined)) return undefined;
  const { stack, 'log-group': logGroups = [], 'secret-id': secretId, 'bot-id': botId } = values;
  const { footprint, request, user, said, at, within } = values;
  if (WHICH.every(name => values[name] === undefined))
    throw new UsageError('tell which turn: --at, --said, --user, --footprint or --request');
  if (stack === undefined && logGroups.length === 0)
    throw new UsageError('tell where to look: --stack kakao-gateway-prod, or --log-group');
  if (stack !== undefined && !/^[a-zA-Z][\w-]{0,127}$/.test(stack))
    throw new UsageError(`--stack is the name of a stack, not ${visible(stack)}`);
  for (const group of logGroups)
    if (!/^[\w./#-]{1,512}$/.test(group))
      throw new UsageError(`--log-group is the name of a log group, not ${visible(group)}`);
  for (const [name, id] of Object.entries({ footprint, request }))
    if (id !== undefined && !ID.test(id)) throw new UsageError(`--${name} is an id, not ${visible(id)}`);
  if (user === '') throw new UsageError('--user is empty');
  if (botId !== undefined && user === undefined) throw new UsageError('--bot-id goes with --user');
  return {
    ...{ language, stack, logGroups, secretId, footprint, request, user, botId, said, at, within },
  };
}
