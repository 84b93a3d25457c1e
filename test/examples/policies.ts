import { readFileSync } from 'node:fs';

/** A statement of a policy in `examples/github-actions/policies`. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const FOLDER = new URL('../../examples/github-actions/policies/', import.meta.url);

/** The text of a policy, with its placeholders. */
export const policyText = (name: string): string => readFileSync(new URL(`${name}.json`, FOLDER), 'utf8');

/** The statements of a policy. @throws where it is no JSON */
export const statementsOf = (name: string): readonly Statement[] => JSON.parse(policyText(name)).Statement;

/** A member of a statement as a list. */
export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** The actions of these statements. */
export const actionsOf = (statements: readonly Statement[]): readonly string[] =>
  statements.flatMap(({ Action }) => listOf(Action));
