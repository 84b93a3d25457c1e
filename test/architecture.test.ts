import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../lambda/routes.ts';
import { isHousesOwn } from './kit/houses-own.ts';
import { functionsOf, linesOf } from './kit/long-functions.ts';

const ROOT = join(import.meta.dirname, '..');

/** A protocol's imports: the bot's words, Kakao's limits, and what the turn asks of it. */
const PROTOCOL = [
  'lambda/bot',
  'lambda/check',
  'lambda/turn/protocol.ts',
  'lambda/turn/time-budget.ts',
  'lambda/json-reader.ts',
  'lambda/errors.ts',
  'lambda/blank.ts',
  'lambda/web-url.ts',
];

/** Both protocols' rules and what looks by them. */
const CHECK = [
  'lambda/check',
  'lambda/json-reader.ts',
  'lambda/open-builder/check.ts',
  'lambda/open-builder/limits.ts',
  'lambda/smart-chat/check.ts',
  'lambda/smart-chat/limits.ts',
];

/**
 * Who may import whom, by folder or file: the house's arrows. A folder may import itself; Node's own modules
 * are free where packages are not forbidden. `types` may be imported as types alone.
 */
const ARROWS: Readonly<Record<string, Arrows>> = {
  'lambda/errors.ts': { may: [] },
  'lambda/json-reader.ts': { may: ['lambda/errors.ts'] },
  'lambda/blank.ts': { may: [] },
  'lambda/web-url.ts': { may: [] },
  'lambda/bot': {
    may: ['lambda/json-reader.ts', 'lambda/errors.ts', 'lambda/blank.ts', 'lambda/web-url.ts'],
    packages: [/^#secrets$/],
  },
  'lambda/check': {
    may: ['lambda/json-reader.ts', 'lambda/errors.ts', 'lambda/blank.ts', 'lambda/web-url.ts'],
    types: ['lambda/bot'],
  },
  'lambda/turn': {
    may: ['lambda/bot', 'lambda/check', 'lambda/json-reader.ts', 'lambda/errors.ts', 'lambda/blank.ts'],
    packages: [/^#growing$/],
  },
  'lambda/smart-chat': { may: PROTOCOL },
  'lambda/open-builder': { may: PROTOCOL },
  'lambda/kakao-developers': { may: ['lambda/json-reader.ts', 'lambda/errors.ts'] },
  'lambda/aws': {
    may: [
      'lambda/turn',
      'lambda/errors.ts',
      'lambda/json-reader.ts',
      // What a rule threw is told otherwise.
      'lambda/bot/rule-errors.ts',
    ],
    packages: [/^@aws-sdk\//, /^@middy\//, /^node:/],
    types: ['aws-lambda', 'lambda/bot'],
  },
  // It is for bots as well as for other code, and drags in nothing of AWS.
  'lambda/event-api': {
    may: ['lambda/errors.ts', 'lambda/json-reader.ts', 'lambda/aws/environment.ts'],
    types: ['lambda/bot/user.ts', 'node:http'],
  },
  // Every model's client fits in by its shape: none is imported.
  'lambda/llm': {
    may: ['lambda/bot', 'lambda/errors.ts', 'lambda/json-reader.ts', 'lambda/blank.ts', 'lambda/web-url.ts'],
  },
  // Bots may import any package, but of ours the doors alone.
  'lambda/scenarios': {
    may: ['lambda/bot/index.ts', 'lambda/event-api/index.ts', 'lambda/llm/index.ts'],
    packages: [/^[^.#]/],
  },
  // The bot that is deployed: one of them by name, or itself one.
  'lambda/scenario.ts': {
    may: ['lambda/bot/index.ts', 'lambda/event-api/index.ts', 'lambda/llm/index.ts', 'lambda/scenarios'],
    packages: [/^[^.#]/],
  },
  'lambda/routes.ts': { may: [] },
  'lambda/gateway': {
    may: [
      'lambda/aws',
      'lambda/bot',
      'lambda/check',
      'lambda/event-api',
      'lambda/kakao-developers',
      'lambda/open-builder',
      'lambda/smart-chat',
      'lambda/turn',
      'lambda/routes.ts',
      'lambda/errors.ts',
      'lambda/json-reader.ts',
    ],
    types: ['aws-lambda', 'node:http'],
  },
  'lambda/handlers': {
    may: ['lambda'],
    packages: [/^@aws-sdk\//, /^#(scenario|aliases|counters|drafts|event-bus|rooms)$/],
    types: ['aws-lambda'],
  },
  lib: {
    may: [
      'lambda/routes.ts',
      'lambda/aws/environment.ts',
      'lambda/aws/session-table.ts',
      'lambda/aws/late-queue-settings.ts',
      'lambda/aws/metric-names.ts',
      'lambda/turn/time-budget.ts',
      'lambda/bot/secret-text-name.ts',
      // Whoever deploys and whoever asks what is deployed look in the same place.
      'tools/region.ts',
    ],
    packages: [/^aws-cdk-lib(\/|$)/, /^constructs$/, /^esbuild$/, /^node:/],
  },
  'bin/gateway.ts': {
    may: ['lib', 'tools/region.ts', 'tools/terminal.ts'],
    packages: [/^aws-cdk-lib(\/|$)/, /^node:/],
  },
  'bin/kakao-gateway.ts': { may: ['tools', 'dev'] },
  'bin/secret.ts': { may: ['tools/secret'] },
  'bin/kakao-check.ts': { may: ['tools/kakao-check'] },
  'bin/build-package.ts': { may: ['tools/package'], packages: [/^node:/] },
  'bin/doctor.ts': { may: ['tools/doctor'] },
  'bin/trace.ts': { may: ['tools/trace'] },
  'bin/event.ts': { may: ['tools/event'] },
  tools: { may: [], packages: [/^node:/] },
  'tools/region.ts': { may: [], packages: [/^node:/] },
  'tools/asked-region.ts': { may: ['tools', 'lambda/json-reader.ts'] },
  'tools/cdk-context.ts': { may: ['tools', 'lambda/json-reader.ts'], packages: [/^node:/] },
  'tools/kakao-gateway': { may: ['tools', 'lib/edit-distance.ts'], packages: [/^node:/] },
  'tools/new': { may: ['tools'], packages: [/^node:/] },
  // A project of its own, to be copied.
  'tools/new/template': { may: [], packages: [/^kakao-gateway(\/|$)/, /^aws-cdk-lib\//, /^@jest\/globals$/] },
  'lib/edit-distance.ts': { may: [] },
  'lib/setting-names.ts': { may: [] },
  'tools/deploy': {
    may: [
      'tools',
      'lib/setting-names.ts',
      'lambda/aws/environment.ts',
      'lambda/aws/session-table.ts',
      'lambda/json-reader.ts',
    ],
    packages: [/^@aws-sdk\/client-(cloudformation|dynamodb|secrets-manager)$/, /^node:/, /^yaml$/],
  },
  'tools/secret': { may: ['tools'], packages: [/^@aws-sdk\/client-secrets-manager$/, /^node:/] },
  // What is signed for the secret's client, S3 takes, too.
  'tools/trace': {
    // The hashes that the log has, and the gateway's own words.
    may: [
      'tools',
      'lambda/aws/gateway-secret.ts',
      'lambda/aws/word-hash.ts',
      'lambda/bot/texts.ts',
      'lambda/bot/user.ts',
    ],
    packages: [/^@aws-sdk\/client-(secrets-manager|cloudformation|cloudwatch-logs)$/, /^node:/],
  },
  'tools/event': {
    may: ['tools', 'lambda/errors.ts', 'lambda/event-api/index.ts', 'lambda/json-reader.ts'],
    packages: [/^@aws-sdk\/client-secrets-manager$/, /^node:/],
  },
  'tools/sessions-table': {
    may: [
      'tools',
      'lambda/aws/environment.ts',
      'lambda/aws/session-table.ts',
      'lambda/errors.ts',
      'lambda/json-reader.ts',
    ],
    packages: [/^@aws-sdk\/client-(cloudformation|dynamodb|secrets-manager)$/],
  },
  // It reads and erases what the functions keep, by their own code.
  'tools/user': {
    may: ['tools', 'lambda/aws', 'lambda/bot', 'lambda/turn', 'lambda/errors.ts', 'lambda/json-reader.ts'],
    packages: [/^@aws-sdk\/client-(dynamodb|secrets-manager)$/],
  },
  'tools/restore': {
    may: ['tools', 'lambda/aws', 'lambda/bot', 'lambda/json-reader.ts'],
    packages: [/^@aws-sdk\/client-dynamodb$/, /^node:/],
  },
  'tools/explain': { may: [...CHECK, 'lib/edit-distance.ts'], types: [...CHECK, 'tools/language.ts'] },
  // It is bundled for whoever checks a bot, whatever that bot runs on: nothing of AWS or of our bot comes along.
  'tools/kakao-check': { may: ['tools', ...CHECK], packages: [/^node:/, /^package\.json$/] },
  // It looks at a gateway from outside, as Kakao does.
  'tools/doctor': { may: ['tools', 'lambda/turn/time-budget.ts', ...CHECK], packages: [/^node:/] },
  // Kakao, played through HTTP: it knows of bots what Kakao knows.
  'tools/kakao-simulator': {
    may: [
      'tools/local-server.ts',
      'tools/read-at-most.ts',
      'tools/has-too-many-values.ts',
      'tools/usage-error.ts',
      'tools/language.ts',
      'tools/explain',
      'lambda/turn/time-budget.ts',
      ...CHECK,
    ],
    packages: [/^node:/],
  },
  // Scripted conversations with any bot.
  'tools/play': { may: ['tools', 'lib/edit-distance.ts'], packages: [/^node:/, /^yaml$/] },
  // It makes the package, and is no part of it.
  'tools/package': {
    may: ['dev/desk/page-build.ts'],
    packages: [/^node:/, /^esbuild$/],
    types: ['lambda/bot/index.ts'],
  },
  dev: {
    may: [
      'tools/language.ts',
      'tools/terminal.ts',
      'tools/read-at-most.ts',
      'tools/code-frame.ts',
      'tools/local-server.ts',
      'tools/header-option.ts',
      'tools/kakao-simulator',
      'tools/play/callback-port.ts',
      'lib/own-module.ts',
      'lambda/bot/index.ts',
      'lambda/bot/state-json.ts',
      'lambda/handlers',
      'lambda/routes.ts',
      'lambda/aws/environment.ts',
      // The desk looks into sessions, and has Kakao played beside Kakao.
      'lambda/aws/clients.ts',
      'lambda/aws/dynamo-session-store.ts',
      'lambda/bot/user.ts',
      'lambda/open-builder/callback-url.ts',
      'lambda/open-builder/plugins.ts',
      'lambda/aws/log.ts',
      'lambda/aws/error-facts.ts',
      'lambda/aws/session-table.ts',
      'lambda/aws/late-queue-settings.ts',
      'lambda/turn/time-budget.ts',
      'lambda/errors.ts',
      'lambda/json-reader.ts',
    ],
    packages: [/^@aws-sdk\//, /^dynalite$/, /^esbuild$/, /^#scenario$/, /^node:/],
    types: ['aws-lambda', 'lambda/aws', 'lambda/gateway'],
  },
  // The room on the developer's desk: its server.
  'dev/desk': {
    may: [
      'tools/kakao-simulator',
      'tools/play',
      'tools/local-server.ts',
      'tools/language.ts',
      'tools/read-at-most.ts',
      'tools/usage-error.ts',
      'tools/terminal.ts',
      'lib/own-module.ts',
      'lambda/errors.ts',
      'lambda/json-reader.ts',
    ],
    packages: [/^node:/, /^esbuild$/],
  },
  // And its page: what a browser runs.
  'dev/desk/page': {
    may: ['tools/language.ts'],
    packages: [/^preact(\/|$)/],
    types: ['tools/kakao-simulator', 'tools/language.ts', 'dev/desk/desk-api.ts'],
  },
};

interface Arrows {
  readonly may: readonly string[];
  readonly packages?: readonly RegExp[];
  readonly types?: readonly string[];
}

interface Import {
  readonly from: string;
  /** A path from the root for our own files, else the package as written. */
  readonly to: string;
  readonly isType: boolean;
}

const files = ['bin', 'dev', 'lambda', 'lib', 'tools'].flatMap(filesOf);
const imports = files.flatMap(importsOf);

function filesOf(place: string): string[] {
  if (/\.tsx?$/.test(place)) return [place];
  if (!existsSync(join(ROOT, place))) return [];
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file))
    .map(file => join(place, file));
}

function importsOf(from: string): Import[] {
  const source = readFileSync(join(ROOT, from), 'utf8');
  const statements = source.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^\s*import\s+'([^']+)'/gm,
  );
  return [...statements].map(([, type, fromStatic, fromDynamic, bare]) => {
    const to = fromStatic ?? fromDynamic ?? bare ?? '';
    const isOurs = to.startsWith('.');
    return {
      from,
      to: isOurs ? relative(ROOT, join(ROOT, dirname(from), to)) : to,
      isType: type !== undefined,
    };
  });
}

/** The entry that a file goes by: the one that names it most closely. */
const placeOf = (file: string): string | undefined =>
  Object.keys(ARROWS)
    .filter(place => isIn(file, place))
    .sort((one, other) => other.length - one.length)[0];

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** Those of the imports that their file may not have. */
const forbiddenOf = (those: readonly Import[]): readonly Import[] =>
  those.filter(({ from, to, isType }) => {
    const place = placeOf(from);
    if (place === undefined) return true;
    const { may, packages = [], types = [] } = ARROWS[place] ?? { may: [] };
    const isOurs = /^(lambda|lib|bin|tools|dev|test|bench)\//.test(to);
    if (isType && types.some(type => isIn(to, type))) return false;
    return isOurs
      ? ![place, ...may].some(allowed => isIn(to, allowed))
      : !packages.some(allowed => allowed.test(to));
  });

/** Every file from which imports lead back to itself, with the way. */
function circles(): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (done.has(file) || way.includes(file)) return;
    for (const { from, to } of imports) if (from === file) visit(to, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}

/** The files that these import, and those import in turn, where the import is no type. */
function reachedFrom(entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to, isType } of imports) if (from === file && !isType && files.includes(to)) visit(to);
  };
  entries.forEach(visit);
  return reached;
}

describe('the arrows', () => {
  test('are looked at', () => {
    expect(files.length).toBeGreaterThan(120);
    expect(imports.length).toBeGreaterThan(400);
  });

  test.each(Object.keys(ARROWS))('%s imports only what it may', place => {
    expect(forbiddenOf(imports.filter(({ from }) => placeOf(from) === place))).toEqual([]);
  });

  test.each(['lambda/scenario.ts', 'lambda/scenarios/clinic.ts', 'lambda/scenarios/clinic/beds.ts'])(
    'let %s import any package, and of ours the door and other bots alone',
    from => {
      const importing = (to: string): Import => ({ from, to, isType: false });
      const packages = [
        'dayjs',
        '@aws-sdk/client-s3',
        'drizzle-orm/pg-core',
        'node:crypto',
        'kakao-gateway/bot',
      ];
      const own = ['lambda/bot/index.ts', 'lambda/event-api/index.ts', 'lambda/scenarios/cafe.ts'];
      const forbidden = [
        ...['lambda/bot/bot.ts', 'lambda/turn/session.ts', 'lambda/aws/clients.ts', 'lambda/errors.ts'],
        ...[
          'lambda/smart-chat/render.ts',
          'lib/settings.ts',
          'tools/terminal.ts',
          'dev/start.ts',
          '#scenario',
        ],
      ].map(importing);
      expect(forbiddenOf([...packages, ...own].map(importing))).toEqual([]);
      expect(forbiddenOf(forbidden)).toEqual(forbidden);
    },
  );

  test('no entry point imports another', () => {
    const entries = [...new Set(Object.values(routes))].map(name => `lambda/handlers/${name}.ts`);
    expect(imports.filter(({ from, to }) => entries.includes(to) && from.startsWith('lambda/'))).toEqual([]);
  });

  test('the deployed code never asks where it runs', () => {
    const asking = files.filter(file =>
      /isLocal|NODE_ENV|IS_OFFLINE/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(asking).toEqual([]);
  });

  test('every file stands in the table', () => {
    expect(files.filter(file => placeOf(file) === undefined)).toEqual([]);
  });

  test('lead round in no circle, be it of types alone', () => {
    expect(circles()).toEqual([]);
  });

  test('nothing of the commands and of this machine reaches what is deployed', () => {
    const deployed = reachedFrom(['lambda/scenario.ts', ...filesOf('lambda/handlers')]);
    expect([...deployed].filter(file => !file.startsWith('lambda/'))).toEqual([]);
  });

  test("Kakao's spelling stays at the border", () => {
    const spelling = /user_key|message_button|lifeSpan|plusfriend_user_key/;
    // A server that speaks Kakao's protocol stands behind a bot.
    const border = 'lambda/bot/relay/smart-chat-wire.ts';
    const inside = ['lambda/bot', 'lambda/turn', 'lambda/check'].flatMap(filesOf).filter(file => {
      if (file === border) return false;
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return spelling.test(code);
    });
    expect(inside).toEqual([]);
  });

  test('the turn engine, the worker and the cloud know no protocol by name', () => {
    const worker = ['late-turn', 'deliver-late', 'turn-service', 'turn-log', 'deployment'].map(
      name => `lambda/gateway/${name}.ts`,
    );
    const naming = [...worker, ...['lambda/turn', 'lambda/aws'].flatMap(filesOf)].filter(file => {
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return /open-?builder|smart-?chat/i.test(code);
    });
    expect(naming).toEqual([]);
  });

  test('the two protocols have the same files where they do the same', () => {
    for (const file of ['protocol', 'wire', 'parse', 'render', 'limits', 'check']) {
      expect(filesOf('lambda/smart-chat')).toContain(`lambda/smart-chat/${file}.ts`);
      expect(filesOf('lambda/open-builder')).toContain(`lambda/open-builder/${file}.ts`);
    }
  });
});

describe('what is read in one sitting', () => {
  const MAX_FILE_LINES = 300;
  const MAX_FUNCTION_LINES = 60;

  test('is every file, which has no more than 300 lines, and every function, which has no more than 60', () => {
    const tooLong = files.filter(isHousesOwn).flatMap(file => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      const long = functionsOf(source, file.endsWith('x')).filter(({ lines }) => lines > MAX_FUNCTION_LINES);
      const lines = linesOf(source);
      return [
        ...(lines > MAX_FILE_LINES ? [`${file} has ${lines} lines`] : []),
        ...long.map(one => `${file}: ${one.name} has ${one.lines} lines`),
      ];
    });
    expect(tooLong).toEqual([]);
  });
});
