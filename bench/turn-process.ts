import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { lambdaContext } from '../dev/lambda-context.ts';
import { type Call, eventOf } from './calls.ts';
import type { Contest, ContestMaker, Share, Spent } from './contest.ts';

/** A contest of ours, by name: a bundle, and a call that it is to answer. */
export interface OwnContest {
  readonly bundle: string;
  readonly call: Call;
  /** Whether it takes a body alone, and no event. */
  readonly isCore?: boolean;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** The turns of one conversation; then somebody else speaks: no one says thousands of things a minute. */
const TURNS = 10;
const BATCH = 25;
const CONTEXT = lambdaContext('bench', 3_600_000);

/** Ours, or a peer's. */
const work: { own: Record<string, OwnContest> } | { peer: string } = JSON.parse(process.argv[2] ?? '');
const contests = new Map<string, Contest>();

async function contestOf(name: string): Promise<Contest> {
  const known = contests.get(name);
  if (known) return known;
  const made = 'peer' in work ? await peerContest(work.peer, name) : await ownContest(work.own[name]);
  contests.set(name, made);
  return made;
}

async function peerContest(file: string, name: string): Promise<Contest> {
  const { contest }: { contest: ContestMaker } = await import(pathToFileURL(file).href);
  return contest(name);
}

async function ownContest(own: OwnContest | undefined): Promise<Contest> {
  if (own === undefined) throw new Error('no such contest');
  const { bundle, call, isCore = false } = own;
  const { handler } = await import(pathToFileURL(bundle).href);
  let turns = 0;
  let user = '';
  const next = (): APIGatewayProxyEventV2 | { body: string; requestId: string } => {
    if (turns++ % TURNS === 0) user = randomUUID().slice(0, 12);
    const event = eventOf(call, user, `${turns}`);
    return isCore ? { body: event.body ?? '', requestId: `${turns}` } : event;
  };
  const first: Answer = await handler(next(), CONTEXT);
  if (first.statusCode !== 200 || !first.body.includes(call.says))
    throw new Error(`${call.utterance} was answered by ${first.statusCode} ${first.body}`);
  const answer: unknown = JSON.parse(first.body);
  return {
    next,
    turn: event => handler(event, CONTEXT),
    raw: async event => {
      JSON.parse((event as { body: string }).body);
      return { statusCode: 200, body: JSON.stringify(answer) };
    },
  };
}

async function spend({ contest, side, cpuMs }: Share): Promise<Spent> {
  const { next, [side]: run } = await contestOf(contest);
  let cpuUs = 0;
  let wallMs = 0;
  let runs = 0;
  while (cpuUs < cpuMs * 1000) {
    const requests = Array.from({ length: BATCH }, next);
    const startedAt = performance.now();
    const before = process.cpuUsage();
    for (const request of requests) await run(request);
    await new Promise(setImmediate);
    const { user, system } = process.cpuUsage(before);
    wallMs += performance.now() - startedAt;
    cpuUs += user + system;
    runs += BATCH;
  }
  return { cpuUs: cpuUs / runs, wallUs: (wallMs * 1000) / runs };
}

process.on('message', async (share: Share) => {
  try {
    process.send?.(await spend(share));
  } catch (error) {
    process.send?.({ error: error instanceof Error ? `${share.contest}: ${error.stack}` : String(error) });
  }
});

// A bench that was broken off leaves no process behind.
process.on('disconnect', () => process.exit());
