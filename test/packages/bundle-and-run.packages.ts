import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { bundleHandler } from '../../lib/bundling.ts';
import type { BundlingSettings } from '../../lib/bundling-settings.ts';
import { FUNCTION_NAMES } from '../../lib/gateway-function.ts';
import { KakaoGateway, SessionStack } from '../../lib/index.ts';
import { type Cpu, installModules } from '../../lib/install-modules.ts';
import { httpEvent, skillCall } from '../kit/http.ts';
import { skillBodies } from '../kit/samples.ts';
import { installPackages, PACKAGES } from './install.ts';
import { invokeOnLambda } from './lambda.ts';

// Far from every node_modules: what is not in the bundle is not found.
const folder = mkdtempSync(join(tmpdir(), 'bundle-and-run-'));

beforeAll(installPackages, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

const SAMPLE = skillBodies().find(({ name }) => name === '11-live-prod-fallback-user-a-2024')?.json;

const scenarioOf = (name: string): string => join(PACKAGES, 'scenarios', `${name}.js`);

/** Bundles Open Builder's function with a scenario, as it is deployed. */
function deploy(name: string, bundling: BundlingSettings = {}): string {
  const deployed = join(folder, name);
  bundleHandler('open-builder', scenarioOf(name), deployed, bundling);
  return deployed;
}

/** The words that the function of a folder answers a user with. */
async function answerOf(deployed: string): Promise<string> {
  const answer = await invokeOnLambda(deployed, () => httpEvent(skillCall(SAMPLE)));
  const { statusCode, body } = answer as { readonly statusCode: number; readonly body: string };
  expect(statusCode).toBe(200);
  return JSON.parse(body).template.outputs[0].simpleText.text;
}

/** The answer of each bot, which its package made. */
const ANSWERS: Readonly<Record<string, string>> = {
  'client-s3': '메뉴판 ZIlCjw== 두 잔',
  'client-bedrock-runtime': '어서 오세요',
  'client-lambda': '조각 object',
  'client-kinesis': '주문',
  'client-polly': 'audio/mpeg 소리: 안녕하세요',
  'client-transcribe-streaming': '아메리카노 주세요',
  pg: '"메뉴 ""판""" ECONNREFUSED',
  ioredis: 'end ECONNREFUSED',
  axios: 'http://127.0.0.1:1/menu?q=%EB%9D%BC%ED%85%8C ECONNREFUSED',
  mysql2: "select * from menu where name = '\\'라테\\'' ECONNREFUSED",
  mongodb: '0123456789abcdef01234567 connect ECONNREFUSED 127.0.0.1:1',
  jsonwebtoken: '달빛',
  'aws-xray-sdk-core': '주문 결제 1-',
  openai: '/v1/chat/completions 메아리',
  'anthropic-ai': '/v1/messages 메아리',
  ai: '메아리!',
  zod: '라테 3 cups',
  dayjs: '11월 22일 일요일 09시',
  'drizzle-orm': 'select "name" from "menu" where "menu"."name" = $1 라테',
  cheerio: '라테',
  lodash: '2',
  pino: '{"level":30,"msg":"주문"}',
  uuid: 'true',
  winston: '{"level":"info","message":"주문"}',
  xml2js: '라테',
  // WebAssembly that is imported, and that the package reads by its own place.
  tiktoken: '15339 1917',
  'tiktoken-main': '15339 1917',
  texts: 'select name from menu; / 어서 오세요 / # 공지 / <p>메뉴</p> / type Menu { name: String }',
};

/** Packages that no bundle can hold: the sentence at synth, and the answer of those that are installed beside it. */
const REFUSED: Readonly<Record<string, { says: string; answer?: string; addon?: string }>> = {
  sharp: {
    says: `sharp has native code, which can't be bundled: name it in "bundling.nodeModules", to have it installed for Lambda, or in "bundling.externalModules" where the bot does without it`,
    answer: 'png 2x1',
    addon: 'node_modules/@img/sharp-linux-arm64/lib/sharp-linux-arm64-0.35.5.node',
  },
  bcrypt: {
    says: `bcrypt has native code, which can't be bundled: name it in "bundling.nodeModules", to have it installed for Lambda, or in "bundling.externalModules" where the bot does without it`,
    answer: 'true',
    addon: 'node_modules/bcrypt/prebuilds/linux-arm64/bcrypt.glibc.node',
  },
  pdfkit: {
    says: 'pdfkit loads "#standard-fonts/Courier" of its own by createRequire, which can\'t be bundled: name it in "bundling.nodeModules", to have it installed beside the code',
    answer: '%PDF-',
  },
  'prisma-client': {
    says: '@prisma/client imports ".prisma/client/default", which is not there: install or generate it, name @prisma/client in "bundling.nodeModules", or name ".prisma/client/default" in "bundling.externalModules" where the bot does without it',
  },
};

test('every scenario that is here is shown here', () => {
  const files = readdirSync(join(import.meta.dirname, 'scenarios')).filter(file => file.endsWith('.js'));
  const helpers = ['aws.js', 'saying.js'];
  expect([...Object.keys(ANSWERS), ...Object.keys(REFUSED)].sort()).toEqual(
    files
      .filter(file => !helpers.includes(file))
      .map(file => file.replace(/\.js$/, ''))
      .sort(),
  );
});

describe('a bot that imports it answers by it on Lambda, bundled as deployed:', () => {
  test.each(Object.entries(ANSWERS))('%s', async (name, answer) => {
    expect((await answerOf(deploy(name))).trim()).toBe(answer);
  });
});

describe('a package that no bundle holds is refused at synth, in one sentence:', () => {
  test.each(Object.entries(REFUSED))('%s', (name, { says }) => {
    expect(() => deploy(name)).toThrow(says);
    expect(existsSync(join(folder, name))).toBe(false);
  });
});

describe('a bot answers by it on Lambda, installed beside the code:', () => {
  test.each(Object.entries(REFUSED).filter(([, { answer }]) => answer))(
    '%s',
    async (name, { answer, addon }) => {
      const deployed = deploy(name, { nodeModules: [name] });
      if (addon) {
        expect(existsSync(join(deployed, addon))).toBe(true);
        // Native code is invoked on this machine's processor: by the same way, for another.
        installModules([name], PACKAGES, deployed, process.arch as Cpu);
      }
      expect(await answerOf(deployed)).toBe(answer);
    },
  );
});

test('a whole gateway is synthesised with the S3 client in its scenario: every function has what it streams by', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  const { table } = new SessionStack(app, 'Sessions');
  new KakaoGateway(new Stack(app, 'Bot'), 'Gateway', {
    sessionsTable: table,
    scenario: scenarioOf('client-s3'),
    // It runs no bot.
    probe: false,
  });
  const { directory } = app.synth();
  const codes = readdirSync(directory)
    .filter(name => name.startsWith('asset.'))
    .map(name => readFileSync(join(directory, name, 'index.mjs'), 'utf8'));
  expect(codes).toHaveLength(FUNCTION_NAMES.length);
  expect(codes.filter(code => code.includes('SelectObjectContent'))).toHaveLength(FUNCTION_NAMES.length);
  expect(codes.filter(code => code.includes('the bundle has no event streams'))).toEqual([]);
});
