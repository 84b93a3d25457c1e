// Hono's adapter for Lambda, with the secret and the log line that it leaves to its user, on Open Builder's bodies.
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { CONTEXT, contestOf, eventOf, logLine, SECRET, WORDS } from './contest.mjs';

const digestOf = text => createHash('sha256').update(text).digest();
const valid = digestOf(SECRET);

const app = new Hono();
app.post('/open-builder/skill', async c => {
  const startedAt = Date.now();
  if (!timingSafeEqual(digestOf(c.req.header('x-gateway-secret') ?? ''), valid)) return c.text('', 401);
  const { userRequest } = await c.req.json();
  const { id } = userRequest.user;
  logLine(c.env.requestContext.requestId, id.slice(0, 16), startedAt);
  return c.json({ version: '2.0', template: { outputs: [{ simpleText: { text: userRequest.utterance } }] } });
});
const handler = handle(app);

const sample = '14-live-flow-quickreply-message-2025.json';
const skill = JSON.parse(
  readFileSync(join(process.env.BENCH_ROOT, 'test/samples/open-builder/requests', sample), 'utf8'),
);
const body = JSON.stringify({ ...skill, userRequest: { ...skill.userRequest, utterance: WORDS } });

export const contest = () =>
  contestOf({
    next: () => eventOf('/open-builder/skill', { 'x-gateway-secret': SECRET }, body),
    turn: event => handler(event, CONTEXT),
  });
