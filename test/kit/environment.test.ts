import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const { run } = AsyncLocalStorage.prototype;
let Environment: typeof import('jest-environment-node').default;

beforeAll(() => {
  Environment = createRequire(import.meta.url)('./environment.cjs');
});

afterAll(() => {
  AsyncLocalStorage.prototype.run = run;
});

test('a storage that a file ran something in is carried no further, once its tests have ended', async () => {
  const config = { testEnvironmentOptions: {} };
  const environment = new Environment(
    { globalConfig: config, projectConfig: config } as never,
    { docblockPragmas: {}, testPath: 'a.test.ts' } as never,
  );
  await environment.setup();
  const storage = new AsyncLocalStorage<string>();
  await storage.run('kept', async () => {
    await Promise.resolve();
    expect(storage.getStore()).toBe('kept');
    await environment.teardown();
    expect(storage.getStore()).toBeUndefined();
  });
});
