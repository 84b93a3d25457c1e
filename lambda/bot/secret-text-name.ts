/** The service of AWS that keeps a secret text. */
export type SecretTextStore = 'Secrets Manager' | 'Parameter Store';

const NAMES: readonly (readonly [shape: RegExp, store: SecretTextStore])[] = [
  [/^\/[\w./-]{1,1010}$/, 'Parameter Store'],
  [/^[\w+=.@-][\w/+=.@-]{0,511}$/, 'Secrets Manager'],
  [/^arn:aws[a-z-]{0,20}:ssm:[a-z0-9-]{1,30}:\d{12}:parameter\/[\w./-]{1,1010}$/, 'Parameter Store'],
  [/^arn:aws[a-z-]{0,20}:secretsmanager:[a-z0-9-]{1,30}:\d{12}:secret:[\w/+=.@-]{1,519}$/, 'Secrets Manager'],
];

/** The service that a secret text of this name is kept by; undefined where it is the name of none. */
export function storeOf(name: string): SecretTextStore | undefined {
  return NAMES.find(([shape]) => shape.test(name))?.[1];
}

/** The end of the sentence "the name of a secret text must be". */
export const SECRET_TEXT_NAME_MUST_BE =
  'the name of a secret in Secrets Manager, the name of a parameter of the Parameter Store, which begins with /, or an ARN of one';

/** Reads the secret text of a name that is known to be of this store; what it throws names it. */
export type ReadSecretText = (name: string, store: SecretTextStore) => Promise<string>;
