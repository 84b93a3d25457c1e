import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ReadStore, secretTexts } from '../../lambda/aws/secret-texts.ts';
import { SECRET_TEXT_WITHIN_MS } from '../../lambda/turn/time-budget.ts';
import { type Held, type SecretStores, startSecretStores } from '../kit/secret-stores.ts';
import { takeStdout } from '../kit/stdout.ts';

type Wired = typeof import('../../lambda/handlers/secret-texts.ts');

const MINUTE_MS = 60_000;

let stores: SecretStores;
let readSecretText: Wired['readSecretText'];
let lines: string[];
const outside = { ...process.env };

beforeAll(async () => {
  stores = await startSecretStores();
  Object.assign(process.env, stores.environment);
  // As it is wired in a deployed bundle.
  ({ readSecretText } = await import('../../lambda/handlers/secret-texts.ts'));
});

afterAll(async () => {
  process.env = outside;
  await stores?.stop();
});

beforeEach(() => {
  stores.reads.length = 0;
  lines = takeStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Lets the clock that is looked at stand where it is, this much later. */
function later(ms: number): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
}

const ASKED = {
  'Secrets Manager': (name: string) => readSecretText(name, 'Secrets Manager'),
  'Parameter Store': (name: string) => readSecretText(`/${name}`, 'Parameter Store'),
} as const;

describe.each(Object.entries(ASKED))('a secret text of the %s', (store, ask) => {
  const nameOf = (name: string) => (store === 'Parameter Store' ? `/${name}` : name);
  const hold = (name: string, held: Held): void => {
    stores.held.set(nameOf(name), held);
  };
  /** The errors that the log tells. */
  const told = () => lines.map(line => JSON.parse(line));

  test('is read when it is first asked for, once for many who ask', async () => {
    hold('first/key', { text: 'sk-열쇠\n' });
    expect(stores.reads).toEqual([]);
    expect(await Promise.all([ask('first/key'), ask('first/key')])).toEqual(['sk-열쇠\n', 'sk-열쇠\n']);
    expect(await ask('first/key')).toBe('sk-열쇠\n');
    expect(stores.reads).toEqual([nameOf('first/key')]);
    expect(lines).toEqual([]);
  });

  test('is read again after five minutes: a rotation counts', async () => {
    hold('rotated', { text: 'old' });
    expect(await ask('rotated')).toBe('old');
    hold('rotated', { text: 'new' });
    later(5 * MINUTE_MS - 1_000);
    expect(await ask('rotated')).toBe('old');
    later(1_000);
    expect(await ask('rotated')).toBe('new');
    expect(stores.reads).toHaveLength(2);
  });

  test('that can not be read anew is used for an hour, and asked for each ten seconds', async () => {
    hold('ill', { text: 'old' });
    await ask('ill');
    hold('ill', { error: 'InvalidRequestException' });
    later(5 * MINUTE_MS);
    expect(await ask('ill')).toBe('old');
    expect(await ask('ill')).toBe('old');
    expect(stores.reads).toHaveLength(2);
    later(10_000);
    expect(await ask('ill')).toBe('old');
    expect(stores.reads).toHaveLength(3);
    later(55 * MINUTE_MS);
    await expect(ask('ill')).rejects.toThrow(
      `"${nameOf('ill')}" could not be read from the ${store}: the next turn tries again`,
    );
    await expect(ask('ill')).rejects.toThrow('could not be read');
    hold('ill', { text: 'well' });
    expect(await ask('ill')).toBe('well');
    expect(told().every(({ what, level }) => what === 'secret text not read' && level === 'error')).toBe(
      true,
    );
  });

  test('that hangs while an older one is known keeps nobody waiting for it', async () => {
    hold('slow', { text: 'old' });
    await ask('slow');
    hold('slow', 'hangs');
    const startedAt = performance.now();
    later(5 * MINUTE_MS);
    expect(await ask('slow')).toBe('old');
    expect(performance.now() - startedAt).toBeLessThan(SECRET_TEXT_WITHIN_MS - 500);
  });

  test('that hangs is given up in its time, and does not hold up who asks later', async () => {
    hold('hangs', 'hangs');
    const startedAt = performance.now();
    const first = ask('hangs');
    await expect(first).rejects.toThrow('could not be read');
    const ms = performance.now() - startedAt;
    expect(ms).toBeGreaterThan(SECRET_TEXT_WITHIN_MS / 2);
    expect(ms).toBeLessThan(SECRET_TEXT_WITHIN_MS + 1_500);
  });

  test('whose read was frozen half way is read anew', async () => {
    hold('frozen', 'hangs');
    const frozen = ask('frozen').catch(() => 'given up');
    while (stores.reads.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    hold('frozen', { text: 'thawed' });
    later(SECRET_TEXT_WITHIN_MS);
    expect(await ask('frozen')).toBe('thawed');
    jest.restoreAllMocks();
    await frozen;
  });

  test.each<[string, Held | undefined, RegExp, string]>([
    [
      'may not be read',
      { error: 'AccessDeniedException' },
      /^the functions may not read "\S+" in the .*: name it in secretTexts, or grant it by secret\.grantRead\(gateway\)/,
      'AccessDeniedException',
    ],
    [
      'is not there',
      undefined,
      /^the .* of this region has no "\S+": make it there, or give secretText the name that it has$/,
      store === 'Parameter Store' ? 'ParameterNotFound' : 'ResourceNotFoundException',
    ],
  ])('that %s is told by its name, with what to do, once a read', async (kind, held, sentence, cause) => {
    const name = `wrong-${cause}`;
    if (held) hold(name, held);
    const asked = Promise.all([ask(name), ask(name)]);
    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(sentence),
      cause: { name: cause },
    });
    await expect(asked).rejects.toThrow(`"${nameOf(name)}"`);
    expect(kind).not.toBe('');
    const [line, ...others] = told();
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      level: 'error',
      what: 'secret text not read',
      error: { name: 'ConfigurationError', message: expect.stringMatching(sentence) },
    });
    hold(name, { text: 'there now' });
    expect(await ask(name)).toBe('there now');
  });

  test('that is bytes is no text, which is said without them', async () => {
    hold('bytes', { bytes: 'c2VjcmV0' });
    await expect(ask('bytes')).rejects.toThrow(
      `the secret text "${nameOf('bytes')}" is no text: store it as one`,
    );
    expect(lines.join('')).not.toMatch(/c2VjcmV0|secret"/);
  });

  test('is read in spite of an error of the server that is over at once', async () => {
    hold('flaky', { once: { status: 503 }, afterwards: { text: 'at last' } });
    expect(await ask('flaky')).toBe('at last');
    expect(stores.reads).toHaveLength(2);
  });
});

test('the log has no value of a secret, whatever goes wrong with it', async () => {
  stores.held.set('told', { text: 'sk-never-told' });
  await readSecretText('told', 'Secrets Manager');
  stores.held.set('told', { error: 'InvalidRequestException' });
  later(5 * MINUTE_MS);
  await readSecretText('told', 'Secrets Manager');
  expect(lines).toHaveLength(1);
  expect(lines.join('')).not.toContain('sk-never-told');
});

test('a bot that asks for very many has the first ones forgotten, and not the last fifty', async () => {
  const names = Array.from({ length: 50 }, (_, at) => `many-${at}`);
  for (const name of [...names, ...names]) {
    stores.held.set(name, { text: name });
    expect(await readSecretText(name, 'Secrets Manager')).toBe(name);
  }
  expect(stores.reads).toEqual(names);
  stores.held.set('one more', { text: 'too many' });
  await readSecretText('one more', 'Secrets Manager');
  stores.reads.length = 0;
  for (const name of ['one more', 'many-49', 'many-1']) await readSecretText(name, 'Secrets Manager');
  expect(stores.reads).toEqual([]);
  await readSecretText('many-0', 'Secrets Manager');
  expect(stores.reads).toEqual(['many-0']);
});

describe('a secret text', () => {
  const readsOf = (readStore: ReadStore) => {
    const read = secretTexts({ 'Secrets Manager': readStore, 'Parameter Store': readStore }, () => {});
    return () => read('key', 'Secrets Manager');
  };

  test('that can not be read anew is used until its hour is over', async () => {
    later(0);
    const cause = new Error('out of order');
    const answers = [async () => 'old'];
    const ask = readsOf(async () => answers.shift()?.() ?? Promise.reject(cause));
    expect(await ask()).toBe('old');
    later(60 * MINUTE_MS - 1);
    expect(await ask()).toBe('old');
    later(1);
    await expect(ask()).rejects.toMatchObject({ name: 'GatewayError', cause });
  });

  test('whose read was frozen half way is read anew, once for all who ask then', async () => {
    later(0);
    const begun: { readonly resolve: (text: string) => void; readonly reject: (error: Error) => void }[] = [];
    const ask = readsOf(() => new Promise((resolve, reject) => begun.push({ resolve, reject })));
    const frozen = Promise.all([ask(), ask()]);
    later(SECRET_TEXT_WITHIN_MS);
    const asked = [ask()];
    begun[0]?.reject(new Error('given up'));
    await expect(frozen).rejects.toThrow('could not be read');
    asked.push(ask());
    begun[1]?.resolve('thawed');
    expect(await Promise.all(asked)).toEqual(['thawed', 'thawed']);
    expect(begun).toHaveLength(2);
  });
});
