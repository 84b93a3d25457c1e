import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { actionsOf, listOf, statementsOf } from './policies.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/github-actions');
const WORKFLOWS = join(EXAMPLE, '.github/workflows');
const SECRET = 'the-gateways-own-secret';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (name: string): string => readFileSync(join(WORKFLOWS, name), 'utf8');
const workflow = (name: string): Workflow => parse(read(name));
const deploy = workflow('deploy.yml').jobs;
const stage = workflow('deploy-stage.yml').jobs.deploy;
const steps = stage?.steps ?? [];

/** The commands that this machine has not, or that are not to be run: each tells with what it was called. */
let fakes = '';
beforeAll(() => {
  fakes = mkdtempSync(join(tmpdir(), 'pipeline-'));
  fake(
    'aws',
    `case "$*" in
      *get-caller-identity*) echo 123456789012 ;;
      *SkillUrl*) echo "https://$4.example.com/open-builder/skill" ;;
      *SecretCommand*) echo "aws secretsmanager get-secret-value --secret-id arn:of:$4 --query SecretString" ;;
      *get-secret-value*) echo ${SECRET} ;;
    esac`,
  );
  fake('npm', 'echo "given: $(cat)"');
  fake('npx');
  fake('gh', `case "$*" in *--jq*) echo repo:you@1/bot@2 ;; esac`);
});
afterAll(() => rmSync(fakes, { recursive: true }));

function fake(name: string, says = ''): void {
  const path = join(fakes, name);
  writeFileSync(path, `#!/usr/bin/env bash\nprintf '%s\\0' ${name} "$@" $'\\n' >>"$CALLS"\n${says}\n`);
  chmodSync(path, 0o755);
}

/** Runs a script as GitHub's bash does, and tells what it printed and every command that it called. */
async function run(script: string, environment: Readonly<Record<string, string>> = {}, cwd = EXAMPLE) {
  const calls = join(fakes, 'calls');
  writeFileSync(calls, '');
  const env = { PATH: `${fakes}:${process.env.PATH}`, CALLS: calls, ...environment };
  const options = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  const { stdout } = await promisify(execFile)('bash', options, { cwd, env });
  const called = readFileSync(calls, 'utf8')
    .split('\0\n\0')
    .filter(call => call !== '')
    .map(call => call.split('\0'));
  return { stdout, called };
}

describe('the workflow', () => {
  test.each(readdirSync(WORKFLOWS))(
    '%s takes each action of others by a commit, and says which version that is',
    name => {
      const used = [...read(name).matchAll(/uses: (\S+)(.*)/g)].filter(
        ([, what = '']) => !what.startsWith('./'),
      );
      expect(used.length).toBeGreaterThan(1);
      for (const [, what, version] of used) {
        expect(what).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
        expect(version).toMatch(/^ # v\d+\.\d+\.\d+$/);
      }
    },
  );

  test.each(readdirSync(WORKFLOWS))(
    '%s gives no job a right that it does not name, and knows no secret of GitHub',
    name => {
      expect(workflow(name).permissions).toEqual({});
      expect(read(name)).not.toMatch(/\bsecrets\.|AKIA|pull_request_target/);
    },
  );

  test('a pull request is checked, and gets no token for AWS', () => {
    expect(deploy.check?.permissions).toEqual({ contents: 'read' });
    expect(deploy.dev).toMatchObject({ needs: 'check', if: "github.event_name == 'push'" });
    expect(deploy.prod).toMatchObject({ needs: 'dev' });
  });

  test("a stage's job is of its environment, where its approval and its role are", () => {
    expect(stage).toMatchObject({
      environment: expect.stringMatching(/^\$\{\{ inputs\.stage \}\}$/),
      permissions: { contents: 'read', 'id-token': 'write' },
      concurrency: { 'cancel-in-progress': false },
    });
  });

  test("packages' own scripts run before there are credentials", () => {
    const place = (what: RegExp): number =>
      steps.findIndex(({ uses = '', run: script = '' }) => what.test(uses + script));
    expect(place(/^npm ci$/)).toBeGreaterThan(0);
    expect(place(/configure-aws-credentials/)).toBeGreaterThan(place(/^npm ci$/));
    expect(place(/npm run deploy/)).toBeGreaterThan(place(/configure-aws-credentials/));
  });

  test('runs scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const named = [...(read('deploy.yml') + read('deploy-stage.yml')).matchAll(/npm run (?:-s )?([\w:-]+)/g)];
    expect(named.map(([, script]) => script).sort()).toEqual(['check', 'deploy', 'doctor']);
    for (const [, script = ''] of named) expect(Object.keys(scripts)).toContain(script);
  });

  test("asks the doctor about each stack by its URL, and shows the secret to nobody but it and GitHub's mask", async () => {
    const script = steps.find(({ name }) => name === 'doctor')?.run ?? '';
    const { stdout, called } = await run(script, { STACKS: 'kakao-gateway-dev kakao-gateway-dev--flowers' });
    const doctors = called.filter(([command]) => command === 'npm');
    expect(doctors).toEqual(
      ['kakao-gateway-dev', 'kakao-gateway-dev--flowers'].map(stack => [
        'npm',
        'run',
        '-s',
        'doctor',
        '--',
        '--url',
        `https://${stack}.example.com/open-builder/skill`,
        '--secret-stdin',
      ]),
    );
    const masked = `::add-mask::${SECRET}`;
    expect(stdout.trim().split('\n')).toEqual([masked, `given: ${SECRET}`, masked, `given: ${SECRET}`]);
    expect(JSON.stringify(called)).not.toContain(SECRET);
    expect(JSON.stringify(called)).toContain('arn:of:kakao-gateway-dev--flowers');
  });

  test('fails with the first doctor that finds something', async () => {
    const script = steps.find(({ name }) => name === 'doctor')?.run ?? '';
    const ill = `npm() { return 1; }\n${script}`;
    await expect(run(ill, { STACKS: 'one two' })).rejects.toMatchObject({ code: 1 });
  });
});

/** The actions that know no resource, by the statements that allow them. */
const OF_ANY: Readonly<Record<string, string>> = {
  WhichSecretItIs: 'secretsmanager:ListSecrets',
  TablesOfOtherStacks: 'cloudformation:ListExports',
  BackupsOfDeletedTables: 'dynamodb:ListBackups',
};

describe('the policies', () => {
  test("a stage's role is taken by this repository's jobs of this environment alone", () => {
    const [{ Condition, Action, Principal } = {}, ...others] = statementsOf('trust');
    expect(others).toEqual([]);
    expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(Principal?.Federated).toBe(
      'arn:aws:iam::ACCOUNT_ID:oidc-provider/token.actions.githubusercontent.com',
    );
    expect(Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'SUBJECT:environment:STAGE',
      },
    });
  });

  test.each(['deploy', 'doctor', 'secret', 'trace', 'user', 'restore'])(
    '%s names each action, and each resource as far as AWS knows it',
    name => {
      for (const { Sid, Effect, Action, Resource, Condition } of statementsOf(name)) {
        expect(Effect).toBe('Allow');
        for (const action of listOf(Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
        for (const arn of listOf(Resource)) {
          if (Sid in OF_ANY) expect([Action, arn]).toEqual([OF_ANY[Sid], '*']);
          else
            expect(arn).toMatch(
              /kakao-gateway-|:role\/cdk-hnb659fds-|:::cdk-hnb659fds-assets-|:secret:GatewaySecret\*$|:key\/\*$/,
            );
          if (/:secret:|:key\//.test(arn))
            expect(Condition?.StringEquals).toMatchObject({ 'aws:ResourceTag/stage': 'STAGE' });
        }
      }
    },
  );

  test('npm run secret may do what it does, but for secrets under names of their own', () => {
    const folder = join(ROOT, 'tools/secret');
    const code = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'));
    const calls = [...code.join('').matchAll(/new (\w+)Command\(/g)].map(
      ([, call]) => `secretsmanager:${call}`,
    );
    const allowed = actionsOf(statementsOf('secret')).filter(action => action.startsWith('secretsmanager:'));
    expect([...new Set(calls)].filter(call => call !== 'secretsmanager:CreateSecret').sort()).toEqual(
      allowed.sort(),
    );
  });

  test("CloudFormation can't change the roles that GitHub takes", () => {
    const patterns = statementsOf('cfn-exec-run')
      .filter(({ Action }) => listOf(Action).some(action => action.startsWith('iam:')))
      .flatMap(({ Resource }) => listOf(Resource));
    expect(patterns.length).toBeGreaterThan(2);
    for (const pattern of patterns) expect(pattern).toMatch(/:role\/(kakao-gateway-\*|aws-service-role\/)/);
    expect(readFileSync(join(ROOT, 'docs/pipeline.md'), 'utf8')).toContain(
      'role=github-kakao-gateway-$STAGE',
    );
  });
});

describe.each(['docs/pipeline.md', 'docs/pipeline.ko.md'])('the commands of %s', page => {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
    ([, code = '']) => code,
  );

  test('make policies without a placeholder, two for the CDK and three for the role of each stage', async () => {
    const { called } = await run(blocks.slice(0, 4).join('\n'), {}, ROOT);
    const documents = called.flatMap(call =>
      call.filter((_, n) => /--(assume-role-)?policy-document/.test(call[n - 1] ?? '')),
    );
    expect(documents).toHaveLength(8);
    for (const document of documents) {
      expect(JSON.parse(document).Statement.length).toBeGreaterThan(0);
      expect(document).not.toMatch(/ACCOUNT_ID|REGION|SUBJECT|STAGE/);
    }
    const subjects = documents.flatMap(document => document.match(/repo:[^"]+/g) ?? []);
    expect(subjects).toEqual(['repo:you@1/bot@2:environment:dev', 'repo:you@1/bot@2:environment:prod']);
    const policies = 'arn:aws:iam::123456789012:policy/kakao-gateway-cfn-exec';
    expect(called).toContainEqual([
      ...['npx', 'cdk', 'bootstrap', 'aws://123456789012/ap-northeast-2'],
      ...['--cloudformation-execution-policies', `${policies}-run,${policies}-keep`],
    ]);
    expect(called.filter(([command, what]) => command === 'gh' && what === 'variable')).toHaveLength(4);
  });
});

describe.each(['pipeline.md', 'pipeline.ko.md'])(
  '%s, for a repository that the command new has made',
  name => {
    const page = readFileSync(join(ROOT, 'docs', name), 'utf8');
    const [, was = '', is = ''] = /`s\|([\w-]+)\|([\w-]+)\|g; `/.exec(page) ?? [];
    const app = readFileSync(join(ROOT, 'tools/new/template/app.ts'), 'utf8');

    test('brings the policies to the names that its stacks have', () => {
      const stacks = [...app.matchAll(/Stack\(app, `([^`$]+)\$/g)].map(([, stack]) => stack);
      expect(stacks).toEqual([`${is}sessions-`, is]);
      for (const policy of readdirSync(join(EXAMPLE, 'policies'))) {
        const text = readFileSync(join(EXAMPLE, 'policies', policy), 'utf8').replaceAll(was, is);
        expect(text.match(/[/:]kakao-gateway\S*/g)).toBeNull();
      }
    });

    test('gives it the tags that they ask for', () => {
      const tags = [...page.matchAll(/^Tags\.of\(app\)\.add\('(\w+)', (.+)\);$/gm)].map(([, key]) => key);
      const asked = ['doctor', 'cfn-exec-keep', 'cfn-exec-run'].flatMap(policy =>
        [...JSON.stringify(statementsOf(policy)).matchAll(/aws:(?:Resource|Request)Tag\/(\w+)/g)].map(
          ([, key]) => key,
        ),
      );
      expect([...new Set(asked)].sort()).toEqual(tags);
    });
  },
);
