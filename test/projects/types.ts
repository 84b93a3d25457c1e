import type { Ended, Project } from './project.ts';
import { BOT, stack } from './sources.ts';

const NODENEXT = ['--module', 'nodenext'];
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const EXACT = '--exactOptionalPropertyTypes';

/** One way of a compiler to look at the package's types, and at those of the packages behind them. */
export interface Look {
  readonly how: string;
  /** The folder of the compiler. */
  readonly compiler: 'typescript' | 'typescript-7';
  readonly type: 'module' | 'commonjs';
  readonly options: readonly string[];
  /** Whether `exactOptionalPropertyTypes` is on: CDK's own types do not all stand it. */
  readonly isExact?: boolean;
}

/** Every way of both compilers. */
export const LOOKS: readonly Look[] = (
  [
    ['TypeScript 5.9', 'typescript'],
    ['TypeScript 7', 'typescript-7'],
  ] as const
).flatMap(([version, compiler]) => [
  { how: `${version} by nodenext, as ESM`, compiler, type: 'module', options: NODENEXT },
  { how: `${version} by nodenext, as CommonJS`, compiler, type: 'commonjs', options: NODENEXT },
  {
    how: `${version} by nodenext, exact`,
    compiler,
    type: 'module',
    options: [...NODENEXT, EXACT],
    isExact: true,
  },
  { how: `${version} by a bundler`, compiler, type: 'module', options: BUNDLER },
  {
    how: `${version} by a bundler, exact`,
    compiler,
    type: 'module',
    options: [...BUNDLER, EXACT],
    isExact: true,
  },
]);

/** A chat whose every type is written down. */
const CHAT = `import { type Chat, type ChatOptions, MemorySessionStore, openChat, type Seen } from 'kakao-gateway/testing';
import { bot } from './bot.js';

const options: ChatOptions = { store: new MemorySessionStore(), room: 'group' };
const chat: Chat = openChat(bot, 'open-builder', options);
export const seen: Promise<Seen> = chat.says('메뉴');
`;

/** Compiles a bot, its stack and its test; without `skipLibCheck`. */
export async function compile(
  project: Project,
  node: string,
  { how, compiler, type, options }: Look,
  scenario: string,
): Promise<Ended> {
  const place = `${how} ${scenario}`.replace(/\W+/g, '-');
  await project.write({
    [`${place}/package.json`]: JSON.stringify({ type }),
    [`${place}/bot.ts`]: BOT,
    [`${place}/stack.ts`]: stack('Shop', scenario),
    [`${place}/chat.ts`]: CHAT,
  });
  const tsc = `../node_modules/${compiler}/bin/tsc`;
  const files = ['bot.ts', 'stack.ts', 'chat.ts'];
  const own = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', ...options];
  return project.run(node, ['node', tsc, ...own, ...files], place);
}

/** The errors that a compiler found, but for those in CDK's own types. */
export function errorsIn(printed: string): readonly string[] {
  return printed.split('\n').filter(line => / error TS/.test(line) && !line.includes('/aws-cdk-lib/'));
}
