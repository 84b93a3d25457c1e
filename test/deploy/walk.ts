import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { isObject } from '../../lambda/json-reader.ts';
import { QUERIES } from '../../lib/queries.ts';
import { Cloud, deleteEmulatedStack } from './cloud.ts';
import { complaintOf, run } from './command.ts';
import { environmentFor, useEnvironment } from './environment.ts';
import { callSkill, type Gateway, gatewayAt, post, problemOf } from './gateway.ts';
import { Progress, StepFailed } from './progress.ts';
import { type Outputs, ThrowAway } from './throw-away.ts';

/** The way of docs/runbook.md, walked: something is broken, a query of the page shows it, a command of the page mends it. */

const ROOT = join(import.meta.dirname, '..', '..');
const APOLOGY = '지금은 답을 드리지 못했어요';
const LOST = '앞서 부탁하신 답을 드리지 못했어요';
const SHOWN_WITHIN_MS = 20_000;
const LOST_WITHIN_MS = 150_000;

/** Rules that nobody should deploy. */
const BROKEN_RULES = `
bot.hears('터져라', () => (JSON.parse('{}') as { readonly menu: string }).menu.trim());
bot.hears('쓰러져라', () => process.exit(1), { slow: '잠시만요.' });
`;

const { AWS_ENDPOINT_URL: endpoint } = process.env;
if (endpoint === undefined || !/^http:\/\/(127\.0\.0\.1|localhost):/.test(endpoint)) {
  console.error('Set AWS_ENDPOINT_URL to an emulator on this machine: what is broken here is broken.');
  process.exit(2);
}
useEnvironment(environmentFor(endpoint, process.env));
const cloud = new Cloud();
const logs = new CloudWatchLogsClient();
const page = await readFile(join(ROOT, 'docs/runbook.md'), 'utf8');
const throwAway = await ThrowAway.make();
const progress = new Progress(console.log);
const scenario = join(throwAway.copy, 'lambda/scenarios/cafe.ts');

try {
  await walk();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.exitCode = 1;
} finally {
  for (const stack of throwAway.stacks) await deleteEmulatedStack(endpoint, stack).catch(() => {});
  await throwAway.forget();
  console.log(progress.summary());
}

async function walk(): Promise<void> {
  await progress.step('cdk bootstrap', () => throwAway.bootstrap());
  await cloud.makeSecret(throwAway.keys.restApi);
  await cloud.makeSecret(throwAway.keys.admin);
  const outputs = await progress.step('a release does not start', releaseDoesNotStart);
  const gateway = gatewayAt(outputs.skillUrl, await cloud.secret(outputs.secretId), endpoint);
  await progress.step('a turn is answered', () => eventually(() => answers(gateway, 'before', '메뉴')));
  await progress.step('a rule throws', () => ruleThrows(gateway));
  await progress.step('the secret of a call is wrong', () => secretIsWrong(gateway));
  await progress.step('the URL of a call is wrong', () => urlIsWrong(gateway));
  await progress.step('the table is deleted', () => tableIsDeleted(gateway));
  await progress.step('the secret is deleted', () => secretIsDeleted(gateway, outputs));
  await progress.step('a limit is set on a function', () => limitIsSet(gateway));
  await progress.step('a worker dies', () => workerDies(gateway));
}

/** The first of two deployments: of more MiniStack loses the change sets. */
async function releaseDoesNotStart(): Promise<Outputs> {
  const before = `${await readFile(scenario, 'utf8')}${BROKEN_RULES}`;
  await writeFile(scenario, `${before}\nthrow new Error('broken as soon as it is loaded');\n`);
  const { cafe } = await throwAway.deploy();
  await cloud.renewSecret(cafe.secretId);
  const gateway = gatewayAt(cafe.skillUrl, await cloud.secret(cafe.secretId), endpoint);
  const failed = problemOf(await callSkill(gateway, said('메뉴', 'early')), 200);
  if (failed === undefined) throw new Error('it is answered all the same');
  tell(failed);
  await writeFile(scenario, before);
  return (await throwAway.deploy()).cafe;
}

async function ruleThrows(gateway: Gateway): Promise<void> {
  await answers(gateway, 'thrower', '터져라', APOLOGY);
  const line = await shows('turns-failed', { rule: 'hears 터져라', 'error.name': 'TypeError' });
  await shows('first-look', { what: 'turn failed', 'error.name': 'TypeError' });
  const args = ['run', '-s', 'trace', '--', '--assembly', throwAway.assembly, JSON.stringify(line)];
  const { printed } = await run('npm', args, { cwd: throwAway.copy });
  tell(printed);
  if (!printed.includes('lambda/scenarios/cafe.ts')) throw new Error('trace finds no place in the sources');
}

async function secretIsWrong({ visit }: Gateway): Promise<void> {
  const refused = await post(visit, '/open-builder/skill', said('메뉴', 'x'), {
    'x-gateway-secret': 'another',
  });
  demand(problemOf(refused, 401));
  await shows('calls-refused-why', { what: 'secret refused' });
}

async function urlIsWrong({ visit, secret }: Gateway): Promise<void> {
  const header = { 'x-gateway-secret': secret };
  demand(problemOf(await post(visit, '/open-builder/skil', said('메뉴', 'x'), header), 404));
}

async function tableIsDeleted(gateway: Gateway): Promise<void> {
  const table = (await follow('list-stack-resources')).trim();
  await aws(`aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled`);
  await aws(`aws dynamodb delete-table --table-name ${table}`);
  await answers(gateway, 'homeless', '담기 라떼', APOLOGY);
  await shows('first-look', {
    part: 'sessions table',
    'error.name': 'UnavailableError',
    'error.cause.name': 'ResourceNotFoundException',
  });
  const again = `npx cdk deploy --all --app ${throwAway.assembly} --method direct --require-approval never`;
  const printed = await aws(again);
  if (!printed.includes('no changes')) throw new Error(complaintOf(printed));
  await answers(gateway, 'homeless', '담기 라떼', APOLOGY);
  await follow('create-table', { '<table>': table });
  await follow('update-time-to-live', { '<table>': table });
  await answers(gateway, 'homeless', '담기 라떼', '모두 1잔');
}

async function secretIsDeleted(gateway: Gateway, { secretId }: Outputs): Promise<void> {
  await aws(`aws secretsmanager delete-secret --secret-id ${secretId} --recovery-window-in-days 7`);
  await answers(gateway, 'warm', '메뉴', '메뉴');
  await restartAll();
  await answers(gateway, 'cold', '메뉴', APOLOGY);
  await shows('first-look', {
    what: 'request failed',
    part: 'gateway secret',
    'error.name': 'UnavailableError',
  });
  await follow('restore-secret', { '<arn>': secretId });
  await eventually(async () => answers(gateway, 'restored', '메뉴', '메뉴'));
}

async function limitIsSet(gateway: Gateway): Promise<void> {
  const name = await functionNamed('openbuilder');
  // An emulator answers all the same: that the command is one is all that it can show.
  await aws(`aws lambda put-function-concurrency --function-name ${name} --reserved-concurrent-executions 0`);
  await follow('delete-function-concurrency', { '<function>': name });
  const left = await aws(`aws lambda get-function-concurrency --function-name ${name} --output text`);
  if (left.trim() !== '') throw new Error(`its limit is ${left}`);
  await answers(gateway, 'crowd', '메뉴', '메뉴');
}

async function workerDies(gateway: Gateway): Promise<void> {
  await answers(gateway, 'waiter', '쓰러져라', '잠시만요.');
  await eventually(() => answers(gateway, 'waiter', '메뉴', LOST), LOST_WITHIN_MS);
  await shows('late-turns-lost', { what: 'late turn lost' });
}

function said(utterance: string, plusfriendUserKey: string): unknown {
  const user = { id: `bot-${plusfriendUserKey}`, properties: { plusfriendUserKey } };
  return { bot: { id: 'deploy-test' }, userRequest: { utterance, user } };
}

async function answers(gateway: Gateway, user: string, utterance: string, words?: string): Promise<void> {
  demand(
    problemOf(await callSkill(gateway, said(utterance, user)), 200, words === undefined ? {} : { words }),
  );
}

function demand(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(problem);
}

function tell(text: string): void {
  console.log(text.trim().replaceAll(/^/gm, '      '));
}

async function eventually(take: () => Promise<void>, withinMs = SHOWN_WITHIN_MS): Promise<void> {
  for (const startedAt = performance.now(); ; ) {
    try {
      return await take();
    } catch (error) {
      if (performance.now() - startedAt > withinMs) throw error;
      await sleep(1_000);
    }
  }
}

type Row = Readonly<Record<string, unknown>>;

/** The newest line that a query finds whose members are as expected, which the query gives out. @throws where there is none */
async function shows(name: keyof typeof QUERIES, expected: Row): Promise<object> {
  const { query } = QUERIES[name];
  const names = (/(?: by |fields )(.*)/.exec(query)?.[1] ?? '').split(/, */);
  const missing = Object.keys(expected).filter(member => !names.includes(member));
  if (missing.length > 0) throw new Error(`${name} does not give out ${missing.join()}`);
  let found: object | undefined;
  await eventually(async () => {
    const lines = (await allLines()).filter(line => isFoundBy(query, line));
    const rows = lines.map(line => ({
      line,
      row: Object.fromEntries(names.map(one => [one, memberOf(line, one)])),
    }));
    const fits = ({ row }: { readonly row: Row }): boolean =>
      Object.entries(expected).every(([member, value]) => isDeepStrictEqual(row[member], value));
    const fitting = rows.filter(fits).at(-1);
    if (fitting === undefined)
      throw new Error(`${name} shows ${JSON.stringify(rows.map(({ row }) => row).slice(-3))}`);
    found = fitting.line;
    tell(`${name}: ${JSON.stringify(fitting.row)}`);
  });
  if (found === undefined) throw new Error('unreachable');
  return found;
}

/** Whether the first stage of a query takes a line: of what such stages can say, what those say that are asked here. */
function isFoundBy(query: string, line: object): boolean {
  const [stage = ''] = query.split('\n');
  const [, member = '', values = ''] = /^filter ([\w.]+) (?:=|in) (.+)$/.exec(stage) ?? [];
  const texts = [...values.matchAll(/'([^']*)'/g)].map(([, text]) => text);
  if (texts.length === 0) throw new Error(`the walk does not understand: ${stage}`);
  return texts.some(text => text === memberOf(line, member));
}

function memberOf(line: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce(
      (value, name) =>
        isObject(value) ? value[name] : Array.isArray(value) ? value[Number(name)] : undefined,
      line,
    );
}

/** The lines of the gateway's own log, the oldest first. */
async function allLines(): Promise<readonly object[]> {
  const found: { at: number; line: object }[] = [];
  // An emulator's own names have something before the stack's.
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {}))
    for (const { logGroupName = '' } of logGroups.filter(group => isOurs(group.logGroupName)))
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName }))
        for (const { message = '', timestamp = 0 } of events)
          for (const [json] of message.matchAll(/^\{"part".*|^\{"time".*/gm))
            found.push({ at: timestamp, line: JSON.parse(json) });
  return found.sort((one, other) => one.at - other.at).map(({ line }) => line);
}

function isOurs(name = ''): boolean {
  return name.includes(`kakao-gateway-${throwAway.stage}`);
}

async function functionNamed(part: string): Promise<string> {
  const names = await aws('aws lambda list-functions --query "Functions[].FunctionName" --output text');
  const found = names
    .split(/\s+/)
    .find(name => name.startsWith(`kakao-gateway-${throwAway.stage}-`) && name.includes(part));
  if (found === undefined) throw new Error(`no function is named after ${part}`);
  return found;
}

/** Lambda starts functions anew after a change of their settings. */
async function restartAll(): Promise<void> {
  for (const part of ['openbuilder', 'smartchat'])
    await cloud.addEnvironment(await functionNamed(part), { RESTARTED: `${Date.now()}` });
}

/** Runs the commands of the page in which a word stands, with what they name. @throws with their own complaint */
async function follow(word: string, named: Readonly<Record<string, string>> = {}): Promise<string> {
  const blocks = [...page.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, code = '']) => code);
  let commands = blocks.find(code => code.includes(` ${word} `));
  if (commands === undefined) throw new Error(`the runbook has no command ${word}`);
  for (const [name, value] of Object.entries(named)) commands = commands.replaceAll(name, value);
  return aws(commands.replaceAll('kakao-gateway-sessions-prod', `kakao-gateway-sessions-${throwAway.stage}`));
}

async function aws(commands: string): Promise<string> {
  const { code, printed } = await run('bash', ['-euc', commands], { cwd: throwAway.copy });
  if (code !== 0) throw new Error(complaintOf(printed));
  return printed;
}
