import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, runInThisContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildOfCode, framesOf } from '../../lambda/aws/frames.ts';

const { stackTraceLimit } = Error;

afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
  delete process.env.LAMBDA_TASK_ROOT;
});

/** Where code is that has this file name: in its first line, behind the gateway's function that calls it. */
function framesIn(filename: string): readonly string[] {
  const make = compileFunction('return fail()', ['fail'], { filename });
  return framesOf(make(() => new Error('no')));
}

const OWN = /^at test\/aws\/frames\.test\.ts:\d+:\d+$/;

describe('the frames of an error', () => {
  test('are places in files that are there, innermost first, and none in the platform', () => {
    const [error] = [1].map(() => new Error('no'));
    const frames = framesOf(error as Error);
    expect(frames.slice(0, 2)).toEqual([expect.stringMatching(OWN), expect.stringMatching(OWN)]);
    for (const frame of frames) {
      const [, file = ''] = /^at ([^:]+):[1-9]\d*:[1-9]\d*$/.exec(frame) ?? [];
      expect([frame, existsSync(file)]).toEqual([frame, true]);
    }
  });

  test('are the same each time, although V8 tells them once, and leave the stack as a text', () => {
    const error = new Error('no');
    const frames = framesOf(error);
    expect(frames[0]).toMatch(OWN);
    expect(framesOf(error)).toEqual(frames);
    expect(error.stack).toMatch(/^Error: no\n {4}at \S.*\n {4}at \S/);
  });

  test('are ten at most', () => {
    Error.stackTraceLimit = 50;
    const deep = (calls: number): Error => (calls === 0 ? new Error('no') : deep(calls - 1));
    expect(framesOf(deep(30))).toHaveLength(10);
    expect(framesOf(deep(30))).toEqual(Array(10).fill(expect.stringMatching(OWN)));
  });

  test('are none where another error was made when the stack was read', () => {
    const get = () => new Error('another').stack;
    expect(framesOf(Object.defineProperty(new Error('no'), 'stack', { get }))).toEqual([]);
  });

  test("leave the program's own way of writing stacks as it was", () => {
    const before = Error.prepareStackTrace;
    const own = () => 'own';
    try {
      Error.prepareStackTrace = own;
      expect(framesOf(new Error('no'))[0]).toMatch(OWN);
      expect(Error.prepareStackTrace).toBe(own);
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  test.each([
    ['a file of the code', join(process.cwd(), 'package.json'), true],
    ['its URL', `${pathToFileURL('package.json')}?x`, true],
    ['a file that is not there', join(process.cwd(), '홍길동.js'), false],
    ['a URL that is none of a file', 'file://홍길동/package.json', false],
    ['a file outside', process.execPath, false],
    ['a file beside the code', `${process.cwd()}${sep}..${sep}`, false],
    ['the folder of the code', process.cwd(), false],
    ['that folder', `${process.cwd()}${sep}`, false],
    ['a detour', [process.cwd(), 'test', '..', 'package.json'].join(sep), true],
  ])('name %s from the root, if it is one of the code', (_, filename, isNamed) => {
    const [inside, called] = framesIn(filename);
    expect(inside).toMatch(OWN);
    if (isNamed) expect(called).toMatch(/^at package\.json:1:\d+$/);
    else expect(called).toMatch(OWN);
  });
});

describe('the frames of code that was made of other code', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'frames-')));
    writeFileSync(join(root, 'written.ts'), '');
    process.env.LAMBDA_TASK_ROOT = root;
    process.setSourceMapsEnabled(true);
  });

  afterEach(() => {
    process.setSourceMapsEnabled(false);
    rmSync(root, { recursive: true });
  });

  /** Where a file calls back that Node itself loads, since jest has no source maps: in its first line at column 20. */
  function framesBehind(mappings: unknown): readonly string[] {
    const map = { version: 3, sources: ['written.ts'], mappings };
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    writeFileSync(join(root, 'made.cjs'), `module.exports=it=>it()\n\n//# sourceMappingURL=${url}\n`);
    const load = runInThisContext("process.getBuiltinModule('node:module')").createRequire(root);
    return framesOf(load(join(root, 'made.cjs'))(() => new Error('no')));
  }

  test('are where it was written', () => {
    // The first line's column 1 is 3:5 of what was written, 16 is 4:5, 20 is 5:5, 21 is 6:5; other lines follow.
    expect(framesBehind('AAEI,eACA,IACA,CACA;AACA;AACA')).toEqual(['at written.ts:5:5']);
  });

  test('are where it runs, where nothing tells of what that was made', () => {
    expect(framesBehind(';;AAAA')).toEqual(['at made.cjs:1:20']);
  });

  test('are where it runs, where what tells of it is broken', () => {
    expect(framesBehind({ no: 'text' })).toEqual(['at made.cjs:1:20']);
  });

  test('are none where what was written is not there', () => {
    rmSync(join(root, 'written.ts'));
    expect(framesBehind('AAEI')).toEqual([]);
  });
});

describe('the build of the code', () => {
  test('is the SHA-256 of the bundle, read once, and none where no bundle is deployed', () => {
    const root = mkdtempSync(join(tmpdir(), 'build-'));
    try {
      process.env.LAMBDA_TASK_ROOT = root;
      expect(buildOfCode()).toBeUndefined();
      writeFileSync(join(root, 'index.mjs'), 'export {};');
      expect(buildOfCode()).toBe(hash('sha256', 'export {};'));
      writeFileSync(join(root, 'index.mjs'), 'export default 1;');
      expect(buildOfCode()).toBe(hash('sha256', 'export {};'));
      delete process.env.LAMBDA_TASK_ROOT;
      expect(buildOfCode()).toBeUndefined();
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
