// Slack Bolt's receiver for Lambda, with Slack's signature, on a slash command: its answer needs no call to Slack.
import { createHmac } from 'node:crypto';
import { parse } from 'node:querystring';
import bolt from '@slack/bolt';
import { CONTEXT, contestOf, eventOf, logLine, SECRET, WORDS } from './contest.mjs';

const receiver = new bolt.AwsLambdaReceiver({ signingSecret: SECRET });
const app = new bolt.App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
});
app.command('/echo', async ({ command, ack }) => {
  const startedAt = Date.now();
  await ack({ response_type: 'ephemeral', text: command.text });
  logLine(command.trigger_id, command.user_id, startedAt);
});
const handler = await receiver.start();

let commands = 0;

function bodyOf() {
  commands++;
  return new URLSearchParams({
    token: 'gIkuvaNzQIHg97ATvDxqgjtO',
    team_id: 'T0001',
    team_domain: 'moonlight',
    enterprise_id: 'E0001',
    enterprise_name: '달빛카페',
    channel_id: 'C2147483705',
    channel_name: 'orders',
    user_id: `U${2_147_483_697 + Math.floor(commands / 10)}`,
    user_name: 'jieun',
    command: '/echo',
    text: WORDS,
    response_url: 'https://hooks.slack.com/commands/1234/5678',
    trigger_id: `13345224609.738474920.${commands}`,
    api_app_id: 'A123456',
    is_enterprise_install: 'false',
  }).toString();
}

function next() {
  const body = bodyOf();
  const seconds = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SECRET).update(`v0:${seconds}:${body}`).digest('hex');
  return eventOf(
    '/slack',
    {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  );
}

export const contest = () => contestOf({ next, parse, turn: event => handler(event, CONTEXT) });
