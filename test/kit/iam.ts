/** One call of an AWS service, as IAM sees it. */
export interface AwsCall {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** The ARN of what it is done to. */
  readonly resource: string;
}

/** The permissions of one statement: every action to every resource, both perhaps with `*` and `?`. */
export interface Allowed {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** CloudFormation's own functions, worked out for the resources that a test has given names. */
export type Resolve = (value: unknown) => unknown;

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A template as far as it is resolved: CloudFormation's function by name, of whatever it was given. */
export function resolver(functions: Readonly<Record<string, (argument: unknown) => unknown>>): Resolve {
  const resolve: Resolve = value => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isMembers(value)) return value;
    const [[name = '', argument] = [], ...others] = Object.entries(value);
    if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
      const work = functions[name];
      if (work === undefined) throw new Error(`the test does not know ${JSON.stringify(value)}: teach it`);
      return work(name === 'Ref' || name === 'Fn::GetAtt' ? argument : resolve(argument));
    }
    return Object.fromEntries(Object.entries(value).map(([member, own]) => [member, resolve(own)]));
  };
  return resolve;
}

/** `Fn::Join`. */
export function join(argument: unknown): string {
  const [separator, parts] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) throw new Error('Fn::Join of no texts');
  return textsOf(parts, 'Fn::Join').join(separator);
}

/**
 * The permissions of a policy document, once it is resolved.
 * @throws on whatever else a policy may say: nobody may take it for allowed or not without having thought of it
 */
export function allowedBy(document: unknown): readonly Allowed[] {
  const { Version, Statement, ...beside } = isMembers(document) ? document : {};
  requireNothing(beside, 'a policy');
  if (Version !== '2012-10-17') throw new Error(`a policy of the version ${Version}`);
  return [Statement].flat().map(statement => {
    const { Sid: _, Effect, Action, Resource, ...others } = isMembers(statement) ? statement : {};
    requireNothing(others, 'a statement');
    if (Effect !== 'Allow')
      throw new Error(`a statement whose Effect is ${Effect}: the test knows Allow alone`);
    return { actions: textsOf([Action].flat(), 'Action'), resources: textsOf([Resource].flat(), 'Resource') };
  });
}

/**
 * The calls that IAM knows by another's name: who may do a thing may do it in a batch, and a batch has no right of its own.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
const KNOWN_AS: Readonly<Record<string, string>> = { 'sqs:SendMessageBatch': 'sqs:SendMessage' };

/** Whether any of the statements allows a call. */
export function isAllowed(statements: readonly Allowed[], { action: called, resource }: AwsCall): boolean {
  const action = KNOWN_AS[called] ?? called;
  return statements.some(
    ({ actions, resources }) =>
      actions.some(pattern => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      resources.some(pattern => matches(pattern, resource)),
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function requireNothing(members: Members, where: string): void {
  const [name] = Object.keys(members);
  if (name !== undefined) throw new Error(`${where} has ${name}, which the test does not know: teach it`);
}

function textsOf(values: readonly unknown[], where: string): string[] {
  return values.map(value => {
    if (typeof value !== 'string') throw new Error(`${where} has ${JSON.stringify(value)}, which is no text`);
    return value;
  });
}
