import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../lambda/routes.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * Who may import whom, by folder or file: the house's arrows. A folder may import itself; Node's own modules
 * are free where packages are not forbidden. `types` may be imported as types alone.
 */
const ARROWS: Readonly<
  Record<string, { may: readonly string[]; packages?: readonly RegExp[]; types?: readonly string[] }>
> = {
  'lambda/bot': { may: [] },
  'lambda/smart-chat': { may: ['lambda/bot'] },
  'lambda/open-builder': { may: ['lambda/bot'] },
  'lambda/aws': {
    may: ['lambda/bot'],
    packages: [/^@aws-sdk\//, /^@middy\//, /^node:/],
    types: ['aws-lambda'],
  },
  'lambda/scenario.ts': { may: ['lambda/bot'] },
  // The further bots of an app that has several.
  'lambda/scenarios': { may: ['lambda/bot'] },
  'lambda/routes.ts': { may: [], types: ['lambda/aws'] },
  'lambda/handlers': { may: ['lambda'], packages: [/^@aws-sdk\//, /^#scenario$/], types: ['aws-lambda'] },
  lib: {
    may: [
      'lambda/routes.ts',
      'lambda/aws/environment.ts',
      'lambda/aws/session-table.ts',
      'lambda/aws/late-queue-settings.ts',
      'lambda/aws/metric-names.ts',
    ],
    packages: [/^aws-cdk-lib(\/|$)/, /^constructs$/, /^esbuild$/, /^node:/],
  },
  'bin/gateway.ts': { may: ['lib', 'dev/terminal.ts'], packages: [/^aws-cdk-lib(\/|$)/] },
  'bin/secret.ts': {
    may: ['bin/secret-command.ts', 'dev/read-at-most.ts', 'dev/terminal.ts'],
    packages: [/^@aws-sdk\/client-secrets-manager$/, /^node:/],
  },
  'bin/secret-command.ts': {
    may: ['dev/terminal.ts'],
    packages: [/^@aws-sdk\/client-secrets-manager$/, /^node:/],
  },
  // They are bundled for whoever checks a bot, whatever that bot runs on: nothing of AWS or of our bot comes along.
  'bin/json-error.ts': { may: [], types: ['lambda/bot/explain.ts'] },
  'bin/read-json.ts': { may: ['bin/json-error.ts', 'dev/has-too-much.ts'], types: ['lambda/bot/explain.ts'] },
  'bin/judge.ts': {
    may: [
      'lambda/bot/json-reader.ts',
      'lambda/bot/violation.ts',
      'lambda/open-builder/check.ts',
      'lambda/open-builder/exchange.ts',
      'lambda/smart-chat/check.ts',
      'lambda/smart-chat/exchange.ts',
    ],
    types: ['lambda/bot/explain.ts'],
  },
  'bin/kakao-report.ts': { may: [], types: ['lambda/bot/explain.ts', 'lambda/bot/violation.ts'] },
  'bin/kakao-check.ts': { may: ['bin/kakao-check-command.ts'] },
  'bin/kakao-check-command.ts': {
    may: [
      'bin/judge.ts',
      'bin/kakao-report.ts',
      'bin/read-json.ts',
      'dev/read-at-most.ts',
      'dev/terminal.ts',
      'lambda/open-builder/exchange.ts',
      'lambda/open-builder/explain.ts',
      'lambda/smart-chat/exchange.ts',
      'lambda/smart-chat/explain.ts',
    ],
    packages: [/^node:/, /^package\.json$/],
    types: ['lambda/bot/explain.ts', 'lambda/bot/violation.ts'],
  },
  'bin/doctor.ts': { may: ['bin/doctor-command.ts'] },
  'bin/doctor-command.ts': {
    may: ['dev/doctor', 'dev/read-at-most.ts', 'dev/terminal.ts'],
    packages: [/^node:/],
  },
  // It looks at a gateway from outside, as Kakao does.
  'dev/doctor': {
    may: [
      'dev/has-too-much.ts',
      'dev/terminal.ts',
      'lambda/open-builder/check.ts',
      'lambda/open-builder/explain.ts',
      'lambda/smart-chat/check.ts',
      'lambda/smart-chat/explain.ts',
    ],
    packages: [/^node:/],
    types: ['lambda/bot/explain.ts', 'lambda/bot/violation.ts'],
  },
  dev: {
    may: [
      'lambda/handlers',
      'lambda/routes.ts',
      'lambda/aws/environment.ts',
      'lambda/aws/session-table.ts',
      'lambda/aws/late-queue-settings.ts',
      'lambda/bot/errors.ts',
      'lambda/bot/json-reader.ts',
      'lambda/smart-chat/wire.ts',
      'lambda/open-builder/wire.ts',
      'lambda/open-builder/check.ts',
      'lambda/open-builder/explain.ts',
      'lambda/smart-chat/check.ts',
      'lambda/smart-chat/explain.ts',
    ],
    packages: [/^@aws-sdk\//, /^dynalite$/, /^node:/],
    types: ['aws-lambda', 'lambda/aws', 'lambda/bot/explain.ts', 'lambda/bot/violation.ts'],
  },
};

interface Import {
  readonly from: string;
  /** A path from the root for our own files, else the package as written. */
  readonly to: string;
  readonly isType: boolean;
}

const files = Object.keys(ARROWS).flatMap(place => filesOf(place));
const imports = files.flatMap(importsOf);

function filesOf(place: string): string[] {
  if (place.endsWith('.ts')) return [place];
  if (!existsSync(join(ROOT, place))) return [];
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
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

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

describe('the arrows', () => {
  test('are looked at', () => {
    expect(filesOf('bin').filter(file => !files.includes(file))).toEqual([]);
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(100);
  });

  test.each(Object.entries(ARROWS))(
    '%s imports only what it may',
    (place, { may, packages = [], types = [] }) => {
      const forbidden = imports
        .filter(({ from }) => isIn(from, place))
        .filter(({ to, isType }) => {
          const isOurs = /^(lambda|lib|bin|dev|test|bench)\//.test(to);
          if (isType && types.some(type => isIn(to, type))) return false;
          return isOurs
            ? ![place, ...may].some(allowed => isIn(to, allowed))
            : !packages.some(allowed => allowed.test(to));
        });
      expect(forbidden).toEqual([]);
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
    for (const place of ['bin', 'dev', 'lambda', 'lib'])
      expect(filesOf(place).filter(file => !files.includes(file))).toEqual([]);
  });

  test('the sentences of the check stay out of what is deployed', () => {
    const explains = /\/(?:explain|exchange)\.ts$/;
    const explaining = imports.filter(
      ({ from, to, isType }) => explains.test(to) && !explains.test(from) && !isType,
    );
    expect(explaining.every(({ from }) => /^(bin|dev\/doctor)\//.test(from))).toBe(true);
  });

  test("Kakao's spelling stays at the border", () => {
    const spelling = /user_key|message_button|lifeSpan|plusfriend_user_key/;
    const inside = filesOf('lambda/bot').filter(file => {
      const code = readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return spelling.test(code);
    });
    expect(inside).toEqual([]);
  });

  test('the two protocols have the same files where they do the same', () => {
    for (const file of ['wire', 'parse', 'render', 'limits', 'check', 'sendable', 'explain']) {
      expect(filesOf('lambda/smart-chat')).toContain(`lambda/smart-chat/${file}.ts`);
      expect(filesOf('lambda/open-builder')).toContain(`lambda/open-builder/${file}.ts`);
    }
  });
});
