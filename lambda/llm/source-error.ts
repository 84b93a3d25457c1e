import { callRule, ownError } from '../bot/rule-errors.ts';
import { GatewayError } from '../errors.ts';
import { isObject } from '../json-reader.ts';

/** Why a model did not answer in full. */
export type SourceErrorKind = 'rate-limited' | 'overloaded' | 'timeout' | 'refused' | 'too-long' | 'broken';

/** By what a client's error is known, and what an operator reads of it; the first that fits is the kind. */
const KINDS: Readonly<Record<SourceErrorKind, readonly [RegExp, string]>> = {
  'too-long': [/^413$|context.?(length|window)|too.?(long|large)/i, 'give it less'],
  'rate-limited': [/^429$|throttl|rate.?limit|too.?many|quota|exhausted/i, 'its quota is used up'],
  timeout: [/^(408|504)$|timed?.?out|abort/i, 'its time was over'],
  overloaded: [/^5\d\d$|overload|unavailable|internal|server.?error/i, 'its service failed'],
  refused: [
    /^4\d\d$|denied|invalid|validationException|auth|not.?found|filter|credential/i,
    'look at its name and key',
  ],
  broken: [/^/, 'it broke off'],
};

/** A model, or its client, did not answer in full; what was said stands in the cause at most. */
export class SourceError extends GatewayError {
  override readonly name = 'SourceError';
  readonly kind: SourceErrorKind;
  /** Whether the same question may be answered another time. */
  readonly mayRetry: boolean;

  /** @param status of HTTP, where there was one */
  constructor(kind: SourceErrorKind, status?: number, options?: ErrorOptions) {
    super(`the model did not answer in full${status ? `, HTTP ${status}` : ''}: ${KINDS[kind][1]}`, options);
    this.kind = kind;
    this.mayRetry = !/^(refused|too-long)$/.test(kind);
    ownError(this);
  }
}

/** Whatever a client threw, as a {@link SourceError}. */
export function toSourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const names: unknown[] = [];
  try {
    look(error, names, 5);
  } catch {
    // One that throws when it is looked at tells nothing more.
  }
  const kinds = Object.keys(KINDS) as SourceErrorKind[];
  const kind =
    kinds.find(each =>
      names.some(name => /string|number/.test(typeof name) && KINDS[each][0].test(String(name))),
    ) ?? 'broken';
  const status = names.find(name => typeof name === 'number' && name > 399 && name < 600);
  return new SourceError(kind, status as number | undefined, { cause: asRuleError(error) });
}

/** Where clients keep the status and the names of an error, and the errors that it was made of. */
const TELLING = [
  'statusCode',
  'status',
  '$metadata',
  'httpStatusCode',
  'name',
  'code',
  'type',
  'error',
  'lastError',
  'cause',
];

function look(error: unknown, names: unknown[], levels: number): void {
  if (!isObject(error) || !levels) return;
  for (const told of TELLING.map(name => error[name])) {
    if (isObject(told)) look(told, names, levels - 1);
    else names.push(told);
  }
  // Some tell it in words alone.
  names.push(...(/too long|context (length|window)/i.exec(String(error.message).slice(0, 500)) ?? []));
}

/** The error, known as a rule's: its words may be what the user or the model said. */
function asRuleError(error: unknown): unknown {
  try {
    return callRule(() => {
      throw error;
    });
  } catch (known) {
    return known;
  }
}
