import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LLM_EXAMPLES, type LlmProject, llmProject } from '../examples/llm-project.ts';
import { installClients, LLM_CLIENTS } from './install.ts';

/** The packages of each example, as they are locked here. */
const PACKAGES = {
  'llm-bedrock': ['@aws-sdk/client-bedrock-runtime'],
  'llm-ai-sdk': ['@ai-sdk/openai', 'ai', 'zod'],
} as const;

/** The tools that a project is checked by: this one's own. */
const TOOLS = ['@swc', 'jest', 'typescript'];

beforeAll(() => installClients());

describe.each(LLM_EXAMPLES)('the example %s, with its real client', name => {
  let project: LlmProject;
  beforeAll(() => {
    project = llmProject(name, {
      packages: PACKAGES[name],
      from: join(LLM_CLIENTS, 'node_modules'),
      tools: TOOLS,
    });
  });
  afterAll(() => project?.remove());

  const run = (script: string, ...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [...args, join(project.folder, 'node_modules', script)], {
      cwd: project.folder,
    }).then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }) => stdout + stderr,
    );

  test('has the versions that it is tested with', () => {
    const { dependencies } = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8'));
    for (const one of PACKAGES[name]) {
      const installed = join(LLM_CLIENTS, 'node_modules', one, 'package.json');
      expect([one, dependencies[one]]).toEqual([one, JSON.parse(readFileSync(installed, 'utf8')).version]);
    }
  });

  test('compiles', async () => {
    expect(await run('typescript/bin/tsc')).toBe('');
  });

  test('passes its own test', async () => {
    expect(await run('jest/bin/jest.js', '--experimental-vm-modules')).toMatch(
      /^Tests: +\d+ passed, \d+ total$/m,
    );
  });
});
