import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type BuildOptions, buildSync } from 'esbuild';
import { BUNDLING, bundleHandler } from '../../lib/bundling.ts';
import { ROOT } from '../../lib/own-module.ts';

const CAFE = 'lambda/scenarios/cafe.ts';
const HANDLERS = join(ROOT, 'lambda/handlers');

/** The functions that run none of the bot's code. */
const EVENT = 'event';
const PROBE = 'probe';

/** Every function that runs it: a file of lambda/handlers that exports a `handler`. */
const FUNCTIONS = readdirSync(HANDLERS)
  .filter(file => /^export const handler\b/m.test(readFileSync(join(HANDLERS, file), 'utf8')))
  .map(file => file.replace(/\.ts$/, ''))
  .filter(name => name !== EVENT && name !== PROBE);

/** The project's own files in a bundle, from the root, and how many bytes each makes of it: more than none. */
type Bundle = ReadonlyMap<string, number>;

/** Each entry as esbuild bundles it: of several at once it reads what they share once. */
function bundlesOf(entries: BuildOptions) {
  const { metafile, outputFiles } = buildSync({
    ...BUNDLING,
    outdir: '.',
    ...entries,
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
  });
  return Object.entries(metafile.outputs).map(([path, { inputs }]) => ({
    name: basename(path, '.js'),
    inputs: Object.keys(inputs),
    own: new Map(
      Object.entries(inputs)
        .map(([file, { bytesInOutput }]): [string, number] => [file, bytesInOutput])
        .filter(([file, bytes]) => bytes > 0 && !file.includes('node_modules/')),
    ),
    code: outputFiles.find(file => file.path === join(ROOT, path))?.text,
  }));
}

/** All functions as they are deployed with a bot. */
const functionsWith = (alias: Readonly<Record<string, string>>) =>
  bundlesOf({
    entryPoints: [...FUNCTIONS, EVENT, PROBE].map(name => join(HANDLERS, `${name}.ts`)),
    alias: { ...BUNDLING.alias, ...alias },
  });

const bundled = new Map<string, ReturnType<typeof functionsWith>>();

function deployed(name: string, scenario: string) {
  const functions = bundled.get(scenario) ?? functionsWith({ '#scenario': join(ROOT, scenario) });
  bundled.set(scenario, functions);
  const found = functions.find(one => one.name === name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
}

/** A function as it is deployed with a bot. */
const functionOf = (name: string, scenario: string): Bundle => deployed(name, scenario).own;

/** A program; its names stay as written, since short ones would differ in length by how often others are used. */
function programOf(...lines: readonly string[]): Bundle {
  const stdin = { contents: lines.join('\n'), resolveDir: ROOT, loader: 'ts' } as const;
  return bundlesOf({ stdin, minify: false })[0]?.own ?? new Map();
}

const filesOf = (files: Bundle, place = /^/): string[] => [...files.keys()].filter(file => place.test(file));

describe('the bundles', () => {
  const bundles = new Map(FUNCTIONS.map(name => [name, functionOf(name, CAFE)]));
  const of = (name: string, place?: RegExp): string[] => filesOf(bundles.get(name) ?? new Map(), place);

  test('are those of all five functions', () => {
    expect(FUNCTIONS).toEqual(['late-turn', 'open-builder', 'smart-chat', 'validation', 'webhooks']);
  });

  test('of the function that sends events has nothing of bots, turns and protocols, and nothing that keeps sessions', () => {
    const event = functionOf(EVENT, CAFE);
    expect(filesOf(event)).toContain('lambda/event-api/event-api.ts');
    const others = filesOf(event).filter(file => !/^lambda\/(?:aws|event-api)\//.test(file));
    expect(others.sort()).toEqual([
      // The log tells errors of rules otherwise.
      'lambda/bot/rule-errors.ts',
      ...['lambda/errors.ts', 'lambda/gateway/send-event.ts', 'lambda/handlers/event.ts'],
      ...['lambda/handlers/rest-api-key.ts', 'lambda/handlers/secrets-manager.ts', 'lambda/json-reader.ts'],
    ]);
    expect(filesOf(event, /dynamo|session/)).toEqual([]);
  });

  test('of the probe has nothing of bots and turns but the user that it is, and nothing that keeps sessions', () => {
    const probe = functionOf(PROBE, CAFE);
    expect(filesOf(probe)).toContain('lambda/gateway/probe.ts');
    const others = filesOf(probe).filter(file => !/^lambda\/aws\//.test(file));
    expect(others.sort()).toEqual([
      // The log tells errors of rules otherwise.
      'lambda/bot/rule-errors.ts',
      ...['lambda/errors.ts', 'lambda/gateway/probe.ts', 'lambda/handlers/probe.ts'],
      ...['lambda/handlers/secrets-manager.ts', 'lambda/json-reader.ts', 'lambda/open-builder/probe-call.ts'],
      'lambda/turn/synthetic.ts',
    ]);
    expect(filesOf(probe, /dynamo|session/)).toEqual([]);
    expect(
      deployed(PROBE, CAFE).inputs.filter(file => /middy|client-dynamodb|client-sqs/.test(file)),
    ).toEqual([]);
  });

  test.each(FUNCTIONS)('%s has nothing that sends events, for a bot that sends none', name => {
    expect(of(name, /^lambda\/event-api\//)).toEqual([]);
    const writesFirst = filesOf(
      functionOf(name, 'test/types/event-api.ts'),
      /^lambda\/(?:event-api\/|errors)/,
    );
    expect(writesFirst).toContain('lambda/event-api/send-batches.ts');
    // By the door's own name the modules are the handlers' own.
    expect(writesFirst).toContain('lambda/errors.ts');
  });

  test.each(FUNCTIONS)('%s has nothing of the project but lambda/', name => {
    expect(of(name)).toContain(CAFE);
    expect(of(name).filter(file => !file.startsWith('lambda/'))).toEqual([]);
  });

  const functionsOfNoBot = functionsWith({});

  test.each(FUNCTIONS)('%s has the bot of lambda/scenario.ts where no other is named', name => {
    const found = functionsOfNoBot.find(one => one.name === name);
    expect(found?.inputs).toContain('lambda/scenario.ts');
  });

  test("Open Builder's function has nothing of smart-chat", () => {
    expect(of('open-builder')).toContain('lambda/open-builder/render.ts');
    expect(of('open-builder', /^lambda\/smart-chat\//)).toEqual([]);
  });

  test("smart-chat's function has nothing of Open Builder but where callbacks may lead, which every deployment has", () => {
    expect(of('smart-chat')).toContain('lambda/smart-chat/render.ts');
    const others = of('smart-chat', /^lambda\/open-builder\//);
    expect(others.filter(file => file !== 'lambda/open-builder/callback-url.ts')).toEqual([]);
    expect(bundles.get('smart-chat')?.get('lambda/open-builder/callback-url.ts') ?? 0).toBeLessThan(50);
  });

  test.each(FUNCTIONS)('%s has nothing of the event bus, which is for deployments that have one', name => {
    expect(of(name, /^lambda\/(?:aws|gateway|handlers)\/(?:(?:no-|tell-|event-)*bus|signed-call)/)).toEqual(
      [],
    );
  });

  test('validation has no renderer, and nothing that checks answers', () => {
    expect(of('validation')).toContain('lambda/open-builder/parse.ts');
    expect(of('validation', /^lambda\/(?:[\w-]+\/(?:render|limits|check)\.ts|check\/)/)).toEqual([]);
  });
});

describe('a function whose bot needs nothing of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(FUNCTIONS)(
    '%s pays for nothing that others need: it is, to the byte, all that is built first',
    name => {
      bundleHandler(name, join(ROOT, CAFE), join(folder, name));
      expect(readdirSync(join(folder, name))).toEqual(['index.mjs']);
      const code = readFileSync(join(folder, name, 'index.mjs'), 'utf8');
      // By the same way to the bot: by another, minified names may be others.
      expect(code === deployed(name, CAFE).code).toBe(true);
      expect(code).toContain('the bundle has no event streams');
      expect(code).not.toContain('createRequire(import.meta.url)');
      // To import one of these, Node loads all that hangs on it: terminals and streams, differences, fetch.
      expect(code).not.toMatch(/\bfrom ?"(?:node:)?(?:process|util|http)"/);
    },
  );
});

describe('the one door', () => {
  const MARKDOWN = /^lambda\/bot\/markdown/;
  const BOT = "export const bot = new Bot({ session: () => ({}) }).fallback(() => text('안녕하세요'));";

  test.each(FUNCTIONS)('lets nothing into %s that its bot does not use: Markdown', name => {
    // A bot that imports `Bot` alone.
    const shop = functionOf(name, 'test/lib/flower-shop.ts');
    expect(filesOf(shop)).toContain('test/lib/flower-shop.ts');
    expect(filesOf(shop, MARKDOWN)).toEqual([]);
  });

  test.each(FUNCTIONS)('lets what reads secrets into %s for a bot that asks for one alone', name => {
    const SECRETS =
      /^lambda\/(?:bot\/(?:secret-text|local-secret)|aws\/(?:secret-texts|parameter-store)|handlers\/secret-texts)/;
    expect(filesOf(functionOf(name, CAFE), SECRETS)).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    bundleHandler(name, join(ROOT, 'test/lib/grants-bot.ts'), folder);
    const code = readFileSync(join(folder, 'index.mjs'), 'utf8');
    rmSync(folder, { recursive: true });
    expect(code).toContain('AmazonSSM.GetParameter');
    // The words of what stands in for it where nothing is deployed.
    expect(code).not.toContain('.env.local');
  });

  test.each(FUNCTIONS)('lets what keeps rooms into %s for a bot that has room sessions alone', name => {
    const ROOMS = /^lambda\/(?:bot\/room-session|turn\/rooms|aws\/dynamo-room-store|handlers\/rooms)/;
    expect(filesOf(functionOf(name, CAFE), ROOMS)).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    const scenario = join(folder, 'scenario.ts');
    writeFileSync(
      scenario,
      [
        "import { Bot, roomSession } from 'kakao-gateway/bot';",
        "const vote = roomSession({ name: 'vote', initial: () => 0 });",
        'export const bot = new Bot().fallback(async turn => String(await vote.read(turn)));',
      ].join('\n'),
    );
    bundleHandler(name, scenario, folder);
    const code = readFileSync(join(folder, 'index.mjs'), 'utf8');
    rmSync(folder, { recursive: true });
    // The words of what does not read a room that a later release stored.
    expect(code.includes('"room session"')).toBe(name !== 'validation');
  });

  /** A function with a bot of these lines, as it is deployed. */
  const bundledWith = (name: string, ...lines: readonly string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    const scenario = join(folder, 'scenario.ts');
    writeFileSync(scenario, lines.join('\n'));
    const bundled = bundleHandler(name, scenario, folder);
    const code = readFileSync(join(folder, 'index.mjs'), 'utf8');
    rmSync(folder, { recursive: true });
    return { ...bundled, code };
  };

  const GROWING = [
    "import { Bot, growing } from 'kakao-gateway/bot';",
    'export const bot = new Bot().fallback(',
    "  growing({ slow: '잠시만요', grow: async function* () { yield '조각'; }, then: () => undefined }),",
    ');',
  ];

  test.each(FUNCTIONS)(
    'lets what grows answers, and keeps their drafts, into %s for a bot whose answers grow alone',
    name => {
      const DRAFTS =
        /^lambda\/(?:bot\/(?:growing|pieces)|aws\/dynamo-draft-store|handlers\/drafts|turn\/(?:grow|draft-keeper|late-growth|late-part|show-growing|with-draft))/;
      expect(filesOf(functionOf(name, CAFE), DRAFTS)).toEqual([]);
      const { code, grows, counts } = bundledWith(name, ...GROWING);
      expect({ grows, counts }).toEqual({ grows: true, counts: false });
      // The attribute that only a draft's item has.
      expect(code.includes('pieces:{S:')).toBe(name !== 'validation');
      // The name of what a worker tells of a draft.
      expect(code.includes('draft of a growing answer not saved')).toBe(name === 'late-turn');
    },
  );

  test.each(FUNCTIONS)('lets what counts for all users into %s for a bot with a conversation alone', name => {
    const COUNTERS = /^lambda\/(?:turn\/counters|aws\/dynamo-counter-store|handlers\/counters)/;
    expect(filesOf(functionOf(name, CAFE), COUNTERS)).toEqual([]);
    const { code, grows, counts, converses } = bundledWith(
      name,
      "import { Bot } from 'kakao-gateway/bot';",
      "import { conversation, type Talk } from 'kakao-gateway/llm';",
      'const chat = conversation<{ talk?: Talk }>();',
      "export const bot = new Bot<{ talk?: Talk }>({ session: () => ({}) }).fallback(chat.answers(() => '답'));",
    );
    expect({ grows, counts, converses }).toEqual({ grows: true, counts: true, converses: true });
    expect(code.includes('/count/')).toBe(name !== 'validation');
  });

  test.each(['open-builder', 'late-turn'])(
    'lets a relay into %s for a bot that is that very one alone',
    name => {
      const RELAYS = /^lambda\/bot\/relay\//;
      expect(filesOf(functionOf(name, CAFE), RELAYS)).toEqual([]);
      const relays = filesOf(functionOf(name, 'test/types/remote-bot.ts'), RELAYS);
      expect(relays).toContain('lambda/bot/relay/remote-bot.ts');
      expect(relays.filter(file => /smart-chat/.test(file))).toEqual([]);
    },
  );

  test('costs a bot nothing: not a byte more than the files behind it', () => {
    const byDoor = programOf("import { Bot, text } from './lambda/bot/index.ts';", BOT);
    const directly = programOf(
      "import { Bot } from './lambda/bot/bot.ts';",
      "import { text } from './lambda/bot/reply.ts';",
      BOT,
    );
    expect(filesOf(byDoor)).toContain('lambda/bot/bot.ts');
    expect(filesOf(byDoor, /^lambda\/bot\/(?:markdown|split-text|params|won|validation)/)).toEqual([]);
    expect(byDoor).toEqual(directly);
  });

  test('lets in what a program does use, and that alone', () => {
    const files = programOf("export { plain } from './lambda/bot/index.ts';");
    expect(filesOf(files, MARKDOWN).sort()).toEqual(
      readdirSync(join(ROOT, 'lambda/bot'))
        .filter(file => file.startsWith('markdown'))
        .map(file => `lambda/bot/${file}`)
        .sort(),
    );
    expect(filesOf(files, /^lambda\/bot\/(?!markdown)/)).toEqual([]);
  });
});
