import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { HttpEvent, HttpHandler, HttpResult } from '../lambda/aws/http.ts';
import type { QueueHandler } from '../lambda/gateway/late-turn.ts';
import type { HandlerName } from '../lambda/routes.ts';
import { localConcurrency } from './concurrency.ts';
import { lambdaContext } from './lambda-context.ts';
import type { Handlers } from './local-gateway.ts';
import type { WorkerBot } from './local-queue.ts';
import { type RoleProcess, type Starter, starterOf, startRole } from './role-process.ts';

/** Functions in a process of their own: what they are at keeps neither the server nor the database waiting. */
export interface FunctionProcess {
  /** Resolves with their bot when the functions are loaded. @throws StartError when they can't be */
  readonly loaded: Promise<WorkerBot>;
  invoke(name: keyof Handlers, event: HttpEvent | SQSEvent, context: Context): Promise<unknown>;
  lagMs(): number;
}

/** Says why the bot can't be run: all that is to be told. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

type Sent =
  | { readonly kind: 'load'; readonly environment: NodeJS.ProcessEnv }
  | {
      readonly kind: 'invoke';
      readonly id: number;
      readonly name: keyof Handlers;
      readonly event: HttpEvent | SQSEvent;
      readonly leftMs: number;
    };

type Told =
  | { readonly kind: 'loaded'; readonly bot: WorkerBot }
  | { readonly kind: 'not loaded'; readonly why: string }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly stack: string }
  | { readonly kind: 'logged'; readonly line: string };

/** Takes a line of the functions' log. */
export type LogListener = (line: string) => void;

interface Invocation {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Starts the process of some functions, which load when they are told the environment.
 * @param self the file that runs the gateway, as a URL
 * @param onLogged told of each line of their log, which they print themselves
 */
export function startFunctions(
  role: 'answer' | 'late-turn',
  self: string,
  onLogged: LogListener,
): FunctionProcess & { load(environment: NodeJS.ProcessEnv): Promise<WorkerBot> } {
  const functions: RoleProcess<Sent, Told> = startRole(role, self);
  const underWay = new Map<number, Invocation>();
  let invocations = 0;
  const loaded = new Promise<WorkerBot>((resolve, reject) => {
    functions.onTold(told => {
      if (told.kind === 'loaded') return resolve(told.bot);
      if (told.kind === 'logged') return onLogged(told.line);
      if (told.kind === 'not loaded') return reject(new StartError(told.why));
      const invocation = underWay.get(told.id);
      underWay.delete(told.id);
      if (told.kind === 'done') invocation?.resolve(told.result);
      else invocation?.reject(Object.assign(new Error('the function failed'), { stack: told.stack }));
    });
  });
  return {
    loaded,
    load: environment => {
      functions.send({ kind: 'load', environment });
      return loaded;
    },
    invoke: (name, event, context) => {
      const id = ++invocations;
      functions.send({ kind: 'invoke', id, name, event, leftMs: context.getRemainingTimeInMillis() });
      return new Promise((resolve, reject) => underWay.set(id, { resolve, reject }));
    },
    lagMs: functions.lagMs,
  };
}

/** The functions that Kakao calls, in that process. */
export function handlersIn({ invoke }: FunctionProcess): Readonly<Record<HandlerName, HttpHandler>> {
  const handlerOf =
    (name: HandlerName): HttpHandler =>
    (event, context) =>
      invoke(name, event, context) as Promise<HttpResult>;
  return {
    'open-builder': handlerOf('open-builder'),
    'smart-chat': handlerOf('smart-chat'),
    validation: handlerOf('validation'),
    webhooks: handlerOf('webhooks'),
  };
}

/**
 * The function that takes late turns, in a process that begins with the first of them: as on AWS it shares no variables
 * with those that Kakao calls. Turns that come together begin one after the other, so that none of their own calls to
 * AWS waits for a processor until it is given up; each has Kakao's minute.
 * @param othersLagMs how long the other processes take to answer anything
 * @param onFailed called with what it can't be loaded for
 */
export function lateFunction(
  self: string,
  othersLagMs: () => number,
  onFailed: (error: unknown) => void,
  onLogged: LogListener,
): QueueHandler {
  let late: FunctionProcess | undefined;
  const lagMs = (): number => Math.max(late?.lagMs() ?? 0, othersLagMs());
  const concurrency = localConcurrency({ lagMs, waitMs: Number.POSITIVE_INFINITY });
  return async (event, context) => {
    if (late === undefined) {
      const started = startFunctions('late-turn', self, onLogged);
      started.load(process.env).catch(onFailed);
      late = started;
    }
    await concurrency.enter(Date.now());
    return late.invoke('late-turn', event, context).finally(concurrency.leave) as Promise<SQSBatchResponse>;
  };
}

/** Functions that are loaded, with their bot. */
interface Loaded {
  readonly handlers: Partial<Handlers>;
  readonly bot: WorkerBot;
}

/**
 * Is the process of these functions.
 * @param load imports them, when the environment that they read is set
 * @param explain says why they can't be
 * @returns takes each line that they log
 */
export function playFunctions(load: () => Promise<Loaded>, explain: (error: unknown) => string): LogListener {
  const starter: Starter<Sent, Told> = starterOf();
  let loaded: Promise<Loaded> = new Promise(() => {});
  const begin = async (environment: NodeJS.ProcessEnv): Promise<void> => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    try {
      loaded = load();
      const { hasGrowingRules } = (await loaded).bot;
      starter.tell({ kind: 'loaded', bot: { hasGrowingRules } });
    } catch (error) {
      starter.tell({ kind: 'not loaded', why: explain(error) });
    }
  };
  const invoke = async ({ id, name, event, leftMs }: Sent & { kind: 'invoke' }): Promise<void> => {
    try {
      const handler = (await loaded).handlers[name] as (event: unknown, context: Context) => Promise<unknown>;
      const result = await handler(event, lambdaContext(name, leftMs));
      starter.tell({ kind: 'done', id, result });
    } catch (error) {
      const stack = error instanceof Error ? `${error.stack}` : String(error);
      starter.tell({ kind: 'failed', id, stack });
    }
  };
  starter.onSent(sent => void (sent.kind === 'load' ? begin(sent.environment) : invoke(sent)));
  return line => starter.tell({ kind: 'logged', line });
}
