import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';

/** A template of CloudFormation's, as far as it is looked at. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

/** A resource of a template. */
export interface Resource {
  readonly Type?: unknown;
  readonly Properties?: unknown;
  readonly Metadata?: unknown;
}

/** A stack as it would be deployed. */
export interface Planned {
  readonly name: string;
  readonly region: string;
  readonly template: Template;
  /** The ARNs of the roles that `cdk bootstrap` made to look and to deploy, where the stack names them; the account stands for `${AWS::AccountId}`. */
  readonly roles: { readonly look: string | undefined; readonly deploy: string | undefined };
}

/** How an assembly writes that a stack goes wherever it is deployed from. */
const ANYWHERE = 'unknown-region';

/**
 * Reads the stacks of a cloud assembly, in the order that it has them.
 * @param here the region of those that name none
 * @throws where it is none
 */
export function readAssembly(folder: string, here: string): readonly Planned[] {
  const { artifacts } = read(join(folder, 'manifest.json'));
  return Object.entries(objectOrEmpty(artifacts)).flatMap(([id, artifact]) => {
    const { type, environment, properties } = objectOrEmpty(artifact);
    if (type !== 'aws:cloudformation:stack') return [];
    const { templateFile, stackName = id, lookupRole, assumeRoleArn } = objectOrEmpty(properties);
    const { arn: look } = objectOrEmpty(lookupRole);
    // aws://<account>/<region>
    const region = String(environment).split('/').at(-1) ?? ANYWHERE;
    return [
      {
        name: String(stackName),
        region: region === ANYWHERE ? here : region,
        template: read(join(folder, String(templateFile))),
        roles: { look: textOf(look), deploy: textOf(assumeRoleArn) },
      },
    ];
  });
}

function read(file: string): Readonly<Record<string, unknown>> {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isObject(json) ? json : {};
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
