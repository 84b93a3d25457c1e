import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueueHandler } from '../lambda/gateway/late-turn.ts';
import { lambdaContext } from './lambda-context.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';
import type { DatabaseState } from './local-dynamo.ts';
import type { WorkerBot } from './local-queue.ts';
import { type RoleProcess, type Starter, starterOf, startRole } from './role-process.ts';
import { sessionsFileIn } from './sessions-file.ts';

/** The AWS services of this machine in a process of their own. */
export interface AwsProcess extends Pick<LocalAws, 'environment'> {
  /** Has the queue's messages delivered to this function. */
  deliverTo(worker: QueueHandler, of: WorkerBot): void;
  /** Resolves when the database answers from now on, or does not. */
  setDatabase(state: DatabaseState): Promise<void>;
  lagMs(): number;
}

/** The secret that the services know, and what they keep. */
interface Start {
  readonly secret: string;
  /** The folder that holds the sessions; absent where they are in memory alone. */
  readonly folder?: string;
  /** How many late turns the queue has worked on at once. Default: as many as are deployed. */
  readonly lateTurnsAtOnce?: number;
}

type Sent =
  | { readonly kind: 'start'; readonly start: Start }
  | { readonly kind: 'deliver'; readonly bot: WorkerBot }
  | { readonly kind: 'database'; readonly state: DatabaseState }
  /** Without a result it has failed. */
  | { readonly kind: 'done'; readonly id: number; readonly result?: SQSBatchResponse };

type Told =
  | { readonly kind: 'started'; readonly environment: LocalAws['environment'] }
  | { readonly kind: 'database'; readonly state: DatabaseState }
  | { readonly kind: 'deliver'; readonly id: number; readonly event: SQSEvent; readonly leftMs: number };

/** Starts it. @param self the file that runs the gateway, as a URL */
export async function startAwsProcess(self: string, start: Start): Promise<AwsProcess> {
  const aws: RoleProcess<Sent, Told> = startRole('aws', self);
  aws.send({ kind: 'start', start });
  let worker: QueueHandler | undefined;
  const deliver = async ({ id, event, leftMs }: Told & { kind: 'deliver' }): Promise<void> => {
    try {
      const result = await worker?.(event, lambdaContext('late-turn', leftMs));
      aws.send({ kind: 'done', id, ...(result && { result }) });
    } catch (error) {
      console.error(error);
      aws.send({ kind: 'done', id });
    }
  };
  let databaseIs: (() => void)[] = [];
  const environment = await new Promise<LocalAws['environment']>(resolve => {
    aws.onTold(told => {
      if (told.kind === 'started') return resolve(told.environment);
      if (told.kind === 'deliver') return void deliver(told);
      for (const done of databaseIs) done();
      databaseIs = [];
    });
  });
  return {
    environment,
    lagMs: aws.lagMs,
    deliverTo: (handler, bot) => {
      worker = handler;
      aws.send({ kind: 'deliver', bot });
    },
    setDatabase: state => {
      aws.send({ kind: 'database', state });
      return new Promise(resolve => databaseIs.push(resolve));
    },
  };
}

/** Is that process. */
export function playAws(): void {
  const starter: Starter<Sent, Told> = starterOf();
  const { ppid } = process;
  const underWay = new Map<number, (result: SQSBatchResponse) => void>();
  let aws: LocalAws | undefined;
  let deliveries = 0;
  const begin = async ({ secret, folder, lateTurnsAtOnce: atOnce }: Start): Promise<void> => {
    // Whoever was killed may have a successor, which reads the file.
    const file = folder === undefined ? undefined : sessionsFileIn(folder, () => process.ppid === ppid);
    aws = await startLocalAws({
      secret,
      ...(file && { file }),
      ...(atOnce !== undefined && { queueTimes: { atOnce } }),
    });
    starter.tell({ kind: 'started', environment: aws.environment });
  };
  const deliver: QueueHandler = async (event, context) => {
    const id = ++deliveries;
    const done = new Promise<SQSBatchResponse>(resolve => underWay.set(id, resolve));
    starter.tell({ kind: 'deliver', id, event, leftMs: context.getRemainingTimeInMillis() });
    return done;
  };
  const failed: SQSBatchResponse = { batchItemFailures: [{ itemIdentifier: 'every' }] };
  starter.onSent(sent => {
    if (sent.kind === 'start') void begin(sent.start);
    else if (sent.kind === 'deliver') aws?.queue.deliverTo(deliver, sent.bot);
    else if (sent.kind === 'database') {
      aws?.setDatabase(sent.state);
      starter.tell(sent);
    } else {
      underWay.get(sent.id)?.(sent.result ?? failed);
      underWay.delete(sent.id);
    }
  });
}
