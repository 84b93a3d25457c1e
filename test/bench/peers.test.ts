import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const lock = read('bench/peers/package-lock.json');
const { dependencies } = read('bench/peers/package.json');

test('the peers have exact versions, which their lock file names, from wherever the registry is', () => {
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(['@slack/bolt', 'chat', 'grammy', 'hono']),
  );
  for (const [name, version] of Object.entries(dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect([name, lock.packages[`node_modules/${name}`].version]).toEqual([name, version]);
  }
  expect(lock.packages[''].dependencies).toEqual(dependencies);
  const hosts = JSON.stringify(lock).match(/"resolved":"[^"]*/g) ?? [];
  expect(hosts.filter(host => !host.startsWith('"resolved":"https://registry.npmjs.org/'))).toEqual([]);
});

test('nobody who installs the project installs them', () => {
  const root = read('package-lock.json');
  for (const name of Object.keys(dependencies))
    expect(root.packages).not.toHaveProperty([`node_modules/${name}`]);
});
