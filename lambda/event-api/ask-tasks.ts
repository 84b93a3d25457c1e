import { isObject, type JsonObject } from '../json-reader.ts';
import { callKakao, type Line } from './call-kakao.ts';
import { kakaosWords } from './kakaos-words.ts';
import { type End, pause, pauseMs } from './pace.ts';
import type { WireRecipient } from './wire.ts';

/** One that Kakao names as not delivered to. */
export interface NamedFailure {
  readonly id: string;
  /** Kakao's word for the kind of the id, as it was in the request; undefined where it says none. */
  readonly type: string | undefined;
  /** Kakao's number: 201 is a skill that answered with an HTTP error. No list of them is public. */
  readonly errorType: number | undefined;
  readonly reason: string | undefined;
}

/** A task as Kakao tells it. */
export interface TaskTold {
  /** Whether Kakao has done with it. */
  readonly isDone: boolean;
  readonly allRequestCount: number;
  readonly successCount: number;
  readonly failCount: number;
  /** Those of the failed that are nobody's ids; Kakao does not say whose. */
  readonly userKeyResolvingFailCount: number;
  readonly failures: readonly NamedFailure[];
}

/** A task that Kakao took. */
export interface OpenTask {
  readonly taskId: string;
  readonly recipients: readonly WireRecipient[];
}

/** How many tasks are asked for at a time. */
const AT_A_TIME = 4;

/**
 * Asks for tasks until Kakao has done with each, or the end has come: what is not told by then is as it was told last,
 * or absent.
 */
export async function askTasks(
  line: Line,
  tasks: readonly OpenTask[],
  end: End,
): Promise<ReadonlyMap<string, TaskTold>> {
  const told = new Map<string, TaskTold>();
  const untold = new Set<string>();
  for (let tried = 1, open = tasks; open.length > 0; tried++) {
    if (!(await pause(pauseMs(line.pace, tried), end))) break;
    for (let at = 0; at < open.length; at += AT_A_TIME) {
      const some = open.slice(at, at + AT_A_TIME);
      const answers = await Promise.all(some.map(task => askTask(line, task, told.get(task.taskId), end)));
      for (const [of, answer] of answers.entries()) {
        const task = some[of];
        if (task === undefined || answer === undefined) continue;
        if (answer === 'never') untold.add(task.taskId);
        else told.set(task.taskId, answer);
      }
    }
    open = open.filter(({ taskId }) => !told.get(taskId)?.isDone && !untold.has(taskId));
  }
  return told;
}

async function askTask(
  line: Line,
  { taskId, recipients }: OpenTask,
  before: TaskTold | undefined,
  end: End,
): Promise<TaskTold | 'never' | undefined> {
  const result = await callKakao(line, { method: 'GET', path: `/v1/tasks/${taskId}` }, end);
  if (result.kind === 'answered' && (result.status === 401 || result.status === 403)) return 'never';
  // A task that was just taken may be known a little later, and a question costs nothing.
  if (result.kind !== 'answered' || result.status >= 300 || !isObject(result.body)) return undefined;
  const [, key = ''] = line.authorization.split(' ');
  return readTask(result.body, recipients.length, before, key);
}

/**
 * Reads a task. It is done when as many are counted as were sent to; where Kakao counts fewer, when it says the same twice.
 * @param secret taken out of Kakao's words
 */
export function readTask(
  body: JsonObject,
  size: number,
  before: TaskTold | undefined,
  secret: string,
): TaskTold {
  const { fail } = body;
  const { count, list } = isObject(fail) ? fail : ({} as JsonObject);
  const successCount = countOf(body.successCount);
  const userKeyResolvingFailCount = countOf(body.userKeyResolvingFailCount);
  const failures = (Array.isArray(list) ? list : []).flatMap(one => readFailure(one, secret));
  // An id that is nobody's is in the count, and not in the list.
  const failCount = Math.max(countOf(count), failures.length + userKeyResolvingFailCount);
  const allRequestCount = countOf(body.allRequestCount);
  const counted = successCount + failCount;
  const isSame =
    before?.successCount === successCount &&
    before.failCount === failCount &&
    before.allRequestCount === allRequestCount;
  const isDone = counted >= size || (isSame && counted > 0 && counted >= allRequestCount);
  return { isDone, allRequestCount, successCount, failCount, userKeyResolvingFailCount, failures };
}

function readFailure(value: unknown, secret: string): NamedFailure[] {
  if (!isObject(value) || typeof value.userId !== 'string') return [];
  const { userId, reqUserType, errorMsg } = value;
  const errorType =
    isObject(errorMsg) && Number.isInteger(errorMsg.errorType) ? errorMsg.errorType : undefined;
  return [
    {
      id: userId,
      type: typeof reqUserType === 'string' ? reqUserType : undefined,
      errorType: typeof errorType === 'number' ? errorType : undefined,
      reason: kakaosWords(errorMsg, secret),
    },
  ];
}

const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
