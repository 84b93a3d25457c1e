import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import type { Sentence } from '../language.ts';
import type { Template } from './assembly.ts';

/** One action on one resource that a statement of a policy allows. */
interface Right {
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/**
 * Tells which rights on what is outside of a stack another template of it gives nobody, a sentence for each resource: those
 * on its own resources are the stack's own matter.
 */
export function rightsGone(before: Template, after: Template): readonly Sentence[] {
  const left = rightsIn(after);
  const gone = new Map<string, Set<string>>();
  for (const right of rightsIn(before)) {
    if (left.some(one => covers(one, right)) || isOfNetwork(right)) continue;
    const actions = gone.get(right.resource) ?? new Set();
    gone.set(right.resource, actions.add(right.action));
  }
  return [...gone].map(([resource, actions]) => noMore([...actions].join(', '), resource));
}

const noMore = (actions: string, resource: string): Sentence => ({
  en: `no function may ${actions} on ${resource} any more`,
  ko: `함수가 ${resource}에 ${actions} 권한을 더는 갖지 않습니다`,
});

function rightsIn({ Resources = {} }: Template): readonly Right[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => listOf(objectOrEmpty(objectOrEmpty(Properties).PolicyDocument).Statement))
    .map(objectOrEmpty)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition = {} }) =>
      listOf(Resource).flatMap(one => {
        const resource = outside(one);
        const condition = JSON.stringify(Condition);
        return resource === undefined
          ? []
          : listOf(Action).map(action => ({ action: String(action), resource, condition }));
      }),
    );
}

/** The name of what is outside of a stack; undefined where it is the stack's own, or another stack's. */
function outside(resource: unknown): string | undefined {
  if (typeof resource === 'string') return resource;
  const [, parts] = listOf(objectOrEmpty(resource)['Fn::Join']);
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.map(part => {
    const { Ref } = objectOrEmpty(part);
    return isObject(part) && /^AWS::\w+$/.test(String(Ref)) ? `$\{${Ref}}` : part;
  });
  return texts.every(one => typeof one === 'string') ? texts.join('') : undefined;
}

/** Lambda's own, which come and go with the VPC. */
const isOfNetwork = ({ action, resource }: Right): boolean =>
  resource === '*' && /^ec2:(?:\w+NetworkInterfaces?|\w+PrivateIpAddresses|DescribeSubnets)$/.test(action);

function covers(right: Right, other: Right): boolean {
  return (
    right.condition === other.condition &&
    matches(right.action.toLowerCase(), other.action.toLowerCase()) &&
    matches(anyAccount(right.resource), anyAccount(other.resource))
  );
}

/** A template that is made without credentials does not know its account. */
const anyAccount = (arn: string): string =>
  arn.replace(/:(?:\d{12}|\$\{AWS::AccountId\}):/, '::').replace(/^arn:\$\{AWS::Partition\}:/, 'arn:aws:');

/** Whether a text is what a pattern with `*` means. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
