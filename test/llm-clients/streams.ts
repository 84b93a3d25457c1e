import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SourcePart } from '../../lambda/llm/source-part.ts';
import { TOKENS, TOOL } from '../llm/source-clients.ts';
import { NODE_24 } from '../packages/lambda.ts';
import { startService, TALK, TOOL_TALK, WAYS, type Way } from './fake-service.ts';
import { installClients, LLM_CLIENTS } from './install.ts';

/** How asking a client in one way went. */
interface Went {
  readonly client: string;
  readonly way: Way;
  readonly isWhole: boolean;
  readonly parts: readonly SourcePart[];
  readonly error?: { readonly name: string; readonly kind: string; readonly message: string };
  readonly tookMs: number;
  readonly unhandled: number;
}

/** How a conversation with a client's model went. */
interface Talked {
  readonly client: string;
  readonly way: Way;
  readonly isTalk: true;
  readonly isWhole: boolean;
  readonly words?: string;
  readonly second?: string;
  readonly usage: { readonly turns: number; readonly tokens: number; readonly unknownTokens: number };
  readonly unhandled: number;
}

const ABORTED_AFTER_MS = 300;

const ASKED = WAYS.map(name => ({
  name,
  ...(/^(hangs|is-silent)$/.test(name) && { abortAfterMs: ABORTED_AFTER_MS }),
  stopAtFirst: name === 'is-left',
  // The service's failure has come before its words are read.
  ...(name === 'tells-error' && { pauseMs: 20 }),
}));

const MODULES = ['ai', 'ai-before', 'openai', 'anthropic', 'bedrock', 'strands', 'gemini'];

let service: Awaited<ReturnType<typeof startService>>;
const all = new Map<string, readonly (Went | Talked)[]>();

/** How each client of a module went. */
const went = (module: string, way: Way): readonly Went[] =>
  all.get(module)?.filter((each): each is Went => !('isTalk' in each) && each.way === way) ?? [];

/** The answers that were read in a conversation with each client's model. */
const talked = (module: string, way: Way): readonly Talked[] =>
  all.get(module)?.filter((each): each is Talked => 'isTalk' in each && each.way === way) ?? [];

const inTalk = (client: string): string => `${client}, in a conversation`;

const wordsOf = ({ parts }: Went): string =>
  parts.map(part => (part.kind === 'text' ? part.text : '')).join('');
const SAID = TALK.texts.join('');
/** All that is said before an answer breaks off. */
const SAID_BEFORE = TALK.texts.slice(0, 4).join('');

/** Asks the clients of a module in every way, in a process of their own. */
async function ask(module: string): Promise<void> {
  const given = [module, service.url, service.http2Url, JSON.stringify(ASKED)];
  const options = { cwd: LLM_CLIENTS, timeout: 240_000 };
  const { stdout } = await promisify(execFile)(NODE_24, ['run.js', ...given], options);
  const lines = stdout.trim().split('\n');
  all.set(
    module,
    lines.map(line => JSON.parse(line)),
  );
}

beforeAll(async () => {
  installClients();
  service = await startService();
  await Promise.all(MODULES.map(ask));
}, 600_000);

afterAll(() => service.stop());

test('every module that is here is shown here', () => {
  const files = readdirSync(join(import.meta.dirname, 'clients')).filter(file => file !== 'tool.js');
  expect(files.sort()).toEqual(MODULES.map(name => `${name}.js`).sort());
});

test("the clients' own types are a conversation's sources, and take its messages", () => {
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', LLM_CLIENTS], { encoding: 'utf8' });
});

describe.each(MODULES)('with %s', module => {
  test('an answer is whole, once, with its tokens and its end', () => {
    const each = went(module, 'says');
    expect(each.length).toBeGreaterThan(0);
    for (const one of each) {
      expect([one.client, wordsOf(one), one.error]).toEqual([one.client, SAID, undefined]);
      expect(one.parts.filter(({ kind }) => kind === 'usage').at(-1)).toEqual({ kind: 'usage', ...TOKENS });
      expect(one.parts.filter(({ kind }) => kind === 'end')).toEqual([{ kind: 'end', reason: 'stop' }]);
      expect(one.parts.at(-1)?.kind).toBe('end');
    }
  });

  test('a tool that the model asks for waits for us', () => {
    for (const one of went(module, 'asks-for-tool')) {
      expect([one.client, wordsOf(one)]).toEqual([one.client, TOOL_TALK.texts.join('')]);
      expect(one.parts.filter(({ kind }) => kind === 'tool-call')).toEqual([
        { kind: 'tool-call', ...TOOL, input: { menu: '라테', cups: 2 } },
      ]);
      expect(one.parts.at(-1)).toEqual({ kind: 'end', reason: 'tool' });
    }
  });

  test('a tool that its client runs is told with its result, and the words after it are a paragraph of their own', () => {
    for (const one of went(module, 'lets-tool-run')) {
      expect([one.client, wordsOf(one)]).toEqual([one.client, `${TOOL_TALK.texts.join('')}\n\n${SAID}`]);
      expect(one.parts.filter(({ kind }) => kind === 'tool-result')).toMatchObject([{ name: TOOL.name }]);
      expect(JSON.stringify(one.parts)).toMatch(/"number":7/);
      expect(one.parts.filter(({ kind }) => kind === 'tool-call')).toEqual([]);
      expect(one.parts.filter(({ kind }) => kind === 'usage').at(-1)).toEqual({
        kind: 'usage',
        input: 2 * TOKENS.input,
        output: 2 * TOKENS.output,
      });
      expect(one.parts.at(-1)).toEqual({ kind: 'end', reason: 'stop' });
    }
  });

  test.each([
    ['is-cut', 'broken'],
    ['tells-error', 'overloaded'],
    ['hangs', 'timeout'],
  ] as const)('of an answer that %s, all that came is told, and then one error', (way, kind) => {
    for (const one of went(module, way)) {
      expect([one.client, wordsOf(one), one.error?.kind]).toEqual([
        one.client,
        one.isWhole ? '' : SAID_BEFORE,
        kind,
      ]);
      expect(one.parts.map(part => part.kind)).not.toContain('end');
    }
  });

  test.each([
    ['is-busy', 'rate-limited', 429],
    ['fails', 'overloaded', 500],
    ['denies', 'refused', 403],
    ['finds-it-too-long', 'too-long', 400],
  ] as const)('a service that %s is told as what it is, without its words', (way, kind, status) => {
    for (const { client, parts, error } of went(module, way)) {
      expect([client, parts, error?.name, error?.kind]).toEqual([client, [], 'SourceError', kind]);
      expect(error?.message).not.toMatch(/라테|prompt is|limit exceeded/);
      // Strands' own error of it has no status.
      if (!(module === 'strands' && kind === 'too-long')) expect(error?.message).toContain(`HTTP ${status}`);
    }
  });

  test('a service that is busy once is asked again by its client, or told', () => {
    for (const one of went(module, 'is-busy-once')) {
      const { requests } = service.noticed(one.client, 'is-busy-once');
      if (requests === 2)
        expect([one.client, wordsOf(one), one.error]).toEqual([one.client, SAID, undefined]);
      else expect([one.client, one.error?.kind]).toEqual([one.client, 'rate-limited']);
    }
  });

  test.each(['hangs', 'is-silent'] as const)(
    'a service that %s is left when the signal aborts: its connection ends, and with it the costs',
    way => {
      for (const { client, tookMs, error } of went(module, way)) {
        expect([client, error?.kind, service.noticed(client, way).closed]).toEqual([client, 'timeout', 1]);
        expect(tookMs).toBeLessThan(ABORTED_AFTER_MS + 2_000);
      }
    },
  );

  test('a reader that has enough ends the connection', () => {
    for (const { client, isWhole, unhandled, parts } of went(module, 'is-left')) {
      if (isWhole) continue;
      expect([client, parts.length, unhandled, service.noticed(client, 'is-left').closed]).toEqual([
        client,
        1,
        0,
        1,
      ]);
    }
  });

  test('in a conversation, an answer is whole, once, paid as it is told, and known to the next question', () => {
    const each = talked(module, 'says');
    expect(each.length).toBeGreaterThan(0);
    for (const { client, words, second, usage } of each) {
      expect([client, words, second]).toEqual([client, SAID, SAID]);
      expect(usage).toEqual({ turns: 2, tokens: 2 * (TOKENS.input + TOKENS.output), unknownTokens: 0 });
      const { requests, bodies } = service.noticed(inTalk(client), 'says');
      expect(requests).toBe(2);
      // The others are asked by a text alone.
      if (/^ai|^anthropic|chat|^bedrock/.test(client)) expect(JSON.stringify(bodies[1])).toContain(SAID);
    }
  });

  test('in a conversation, all whole sentences that came before an answer broke off are read, and paid', () => {
    for (const { client, isWhole, words, usage } of talked(module, 'is-cut').filter(
      ({ isWhole }) => !isWhole,
    )) {
      expect([client, isWhole, words]).toEqual([
        client,
        false,
        `${SAID_BEFORE.trim()}\n(답이 여기서 끊겼어요.)`,
      ]);
      expect(usage.turns).toBe(1);
    }
  });

  test('in a conversation, a busy service is told kindly, and costs nothing', () => {
    for (const { client, words, usage } of talked(module, 'is-busy')) {
      expect([client, words]).toEqual([client, expect.stringContaining('질문이 몰리고 있어요')]);
      expect(usage).toEqual({ turns: 0, tokens: 0, unknownTokens: 0 });
    }
  });

  test.each(['hangs', 'is-left'] as const)(
    'in a conversation, an answer that %s ends its connection, and with it the costs',
    way => {
      for (const { client, isWhole, words } of talked(module, way)) {
        expect([client, service.noticed(inTalk(client), way).closed]).toEqual([client, 1]);
        if (!isWhole) expect(words).toMatch(/^안녕하세요\./);
      }
    },
  );

  test('nothing is rejected that nobody hears', () => {
    expect(all.get(module)?.filter(({ unhandled }) => unhandled > 0)).toEqual([]);
  });
});
