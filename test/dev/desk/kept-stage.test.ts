import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepStage, stageOf } from '../../../dev/desk/kept-stage.ts';
import { patched } from '../../../dev/desk/stage.ts';

const PROTOCOLS = ['open-builder', 'smart-chat'] as const;
const FIRST = stageOf(PROTOCOLS);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stage-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a stage is the same when it is opened again', () => {
  const file = join(folder, 'desk.json');
  const patches = [
    { user: '친구', isFriend: false },
    { user: '가족', isLinked: true },
    { room: '모임', caller: 'dev' as const },
    { user: '나', faults: { networkMs: 900, isSentTwice: true, callback: 'late' as const } },
  ];
  const stage = patches.reduce(patched, FIRST);
  keepStage(stage, file);
  expect(stageOf(PROTOCOLS, file)).toEqual(stage);
});

test('nobody but its owner can read it', async () => {
  const file = join(folder, 'own.json');
  keepStage(FIRST, file);
  const { stat } = await import('node:fs/promises');
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(await readFile(file, 'utf8')).not.toContain(FIRST.scene.user.botUserKey);
});

test.each(['', '{', 'null', '{"user":1}', '[{"user":""}]', '[1]'])(
  'one that can not be read is the first: %s',
  async text => {
    const file = join(folder, 'broken.json');
    await writeFile(file, text);
    expect(stageOf(PROTOCOLS, file)).toEqual(FIRST);
  },
);

test('one that can not be kept costs nothing', () => {
  expect(() => keepStage(FIRST, join(folder, 'nowhere', 'desk.json'))).not.toThrow();
  expect(stageOf(PROTOCOLS, join(folder, 'nowhere', 'desk.json'))).toEqual(FIRST);
});
