import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES } from '../../lib/gateway-function.ts';
import { GatewayStack } from '../../lib/index.ts';
import { manifestOf } from '../../tools/new/manifest.ts';
import { propertiesOf } from '../lib/synth.ts';
import { LLM_EXAMPLES, type LlmProject, llmProject } from './llm-project.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

describe.each(LLM_EXAMPLES)('the example %s', name => {
  let project: LlmProject;
  let template: Template;
  const read = (file: string): string => readFileSync(join(project.folder, file), 'utf8');

  beforeAll(async () => {
    project = llmProject(name);
    jest.spyOn(console, 'error').mockImplementation(() => {});
    template = await synthesised(project.folder);
  });
  afterAll(() => {
    jest.restoreAllMocks();
    project?.remove();
  });

  const rights = (): readonly Statement[] =>
    propertiesOf(template, 'AWS::IAM::Policy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const variables = () =>
    propertiesOf(template, 'AWS::Lambda::Function').map(({ Environment }) => Environment.Variables);

  test('is a repository as a new bot has it, and the clients of its model beside', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const made = manifestOf(name, version) as { dependencies: object };
    const { dependencies, ...others } = JSON.parse(read('package.json'));
    const { dependencies: own, ...expected } = made;
    expect(others).toEqual(expected);
    expect(dependencies).toMatchObject(own);
    for (const [one, exact] of Object.entries(dependencies))
      expect([one, exact]).toEqual([one, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    const template = join(ROOT, 'tools/new/template');
    expect(JSON.parse(read('cdk.json'))).toEqual(
      JSON.parse(readFileSync(join(template, 'cdk.json'), 'utf8')),
    );
    expect(read('app.ts')).toContain(
      readFileSync(join(template, 'app.ts'), 'utf8')
        .replaceAll('my-bot', name)
        .split('const stack = new GatewayStack')[0]
        ?.split("'aws-cdk-lib/core';")[1] ?? 'a template',
    );
  });

  test('grants what its rules call, and nothing else of models', () => {
    const ofModels = rights().filter(({ Action }) => JSON.stringify(Action).includes('bedrock'));
    if (name !== 'llm-bedrock') return expect(ofModels).toEqual([]);
    const profile = {
      'Fn::Join': [
        '',
        expect.arrayContaining([expect.stringMatching(/:inference-profile\/apac\.amazon\.nova-lite-v1:0$/)]),
      ],
    };
    expect(ofModels).toHaveLength(2 * FUNCTION_NAMES.length);
    for (const { Action } of ofModels) expect(Action).toBe('bedrock:InvokeModelWithResponseStream');
    const byProfile = ofModels.filter(({ Condition }) => Condition === undefined);
    for (const { Resource } of byProfile) expect(Resource).toEqual(profile);
    for (const { Resource, Condition } of ofModels.filter(one => !byProfile.includes(one))) {
      expect(Resource).toBe('arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0');
      expect(Condition).toEqual({ StringEquals: { 'bedrock:InferenceProfileArn': profile } });
    }
    expect(read('scenario.ts')).toContain("modelId: 'apac.amazon.nova-lite-v1:0'");
  });

  test('has no key of a model in its template', () => {
    const secrets = JSON.stringify(rights()).includes(':secret:openai/api-key-');
    expect(secrets).toBe(name === 'llm-ai-sdk');
    for (const one of variables()) expect(Object.keys(one).filter(key => /API_KEY/.test(key))).toEqual([]);
  });
});

/** The stack of an example. */
async function synthesised(folder: string): Promise<Template> {
  const before = process.env;
  process.env = {
    ...before,
    CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
    CDK_VALIDATION: 'false',
    CDK_DEFAULT_ACCOUNT: '123456789012',
    CDK_DEFAULT_REGION: 'ap-northeast-2',
  };
  const home = process.cwd();
  process.chdir(folder);
  try {
    const file = join(folder, 'app.ts');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nexport { app };\n`);
    const { app } = await import(pathToFileURL(file).href);
    const stack = app.node.children.find((child: unknown) => child instanceof GatewayStack);
    if (!(stack instanceof GatewayStack)) throw new Error(`no gateway in ${folder}`);
    return Template.fromStack(stack);
  } finally {
    process.chdir(home);
    process.env = before;
  }
}
