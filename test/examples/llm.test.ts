import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { skillProblems } from '../kit/kakao-accepts.ts';
import { type LateGateway, startLateGateway, until } from '../kit/late-gateway.ts';
import { type LlmProject, llmProject } from './llm-project.ts';

// Its real client streams to it in test/llm-clients: here one of the same shape stands in its place.

/** Bedrock's client, which asks the test. */
const CLIENT = `
export class ConverseStreamCommand { constructor(input) { this.input = input; } }
export class BedrockRuntimeClient { async send({ input }, options) { return globalThis.bedrock(input, options); } }
`;

interface Asked {
  readonly modelId: string;
  readonly messages: readonly unknown[];
}

describe('the example llm-bedrock, behind the handlers', () => {
  let project: LlmProject;
  let gateway: LateGateway;
  let asked: { readonly input: Asked; readonly signal: AbortSignal }[];

  beforeAll(async () => {
    project = llmProject('llm-bedrock');
    const client = join(project.folder, 'node_modules/@aws-sdk/client-bedrock-runtime');
    mkdirSync(client, { recursive: true });
    writeFileSync(join(client, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
    writeFileSync(join(client, 'index.js'), CLIENT);
    Object.assign(globalThis, {
      bedrock: (input: Asked, options: { abortSignal: AbortSignal }) => {
        asked.push({ input, signal: options.abortSignal });
        return { stream: spoken(['달빛카페예요. ', '무엇을 ', '도와드릴까요?']) };
      },
    });
    const { bot } = await import(pathToFileURL(join(project.folder, 'scenario.ts')).href);
    gateway = await startLateGateway(bot);
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    await gateway?.stop();
    project?.remove();
    Reflect.deleteProperty(globalThis, 'bedrock');
  });

  test('answers by the callback what its model streams, and asks it once', async () => {
    const callbackUrl = gateway.sink.newUrl();
    const { json } = await gateway.skill('one', '안녕', { callbackUrl });
    expect(json).toMatchObject({ useCallback: true, data: { text: '찾아보고 있어요.' } });
    await until(() => gateway.sink.postsTo(callbackUrl).length > 0);
    const [{ json: posted } = { json: undefined }] = gateway.sink.postsTo(callbackUrl);
    expect(skillProblems(posted)).toEqual([]);
    expect(JSON.stringify(posted)).toContain('달빛카페예요. 무엇을 도와드릴까요?');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.signal).toBeInstanceOf(AbortSignal);
    expect(asked[0]?.input).toMatchObject({
      modelId: 'apac.amazon.nova-lite-v1:0',
      messages: [{ role: 'user', content: [{ text: '안녕' }] }],
      inferenceConfig: { maxTokens: 1_000 },
    });
  });

  test('tells its model what was said before, in turns', async () => {
    for (const words of ['안녕', '메뉴는?']) {
      await gateway.smartChat('another', words);
      await gateway.idle();
      await until(async () =>
        JSON.stringify((await gateway.smartChat('another', '결과 확인')).json).includes('도와드릴까요?'),
      );
    }
    expect(asked[1]?.input.messages).toEqual([
      { role: 'user', content: [{ text: '안녕' }] },
      { role: 'assistant', content: [{ text: '달빛카페예요. 무엇을 도와드릴까요?' }] },
      { role: 'user', content: [{ text: '메뉴는?' }] },
    ]);
  });
});

async function* spoken(words: readonly string[]) {
  for (const text of words) yield { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
  yield { messageStop: { stopReason: 'end_turn' } };
  yield { metadata: { usage: { inputTokens: 40, outputTokens: 12, totalTokens: 52 } } };
}
