import { ConfigurationError } from '../errors.ts';
import type { ReadSecretText } from './secret-text-name.ts';

/** The `#secrets` of whatever is not deployed: a secret text is an environment variable there, as `.env.local` sets it. */
export const readSecretText: ReadSecretText = async name => {
  const variable = localVariableOf(name);
  const text = process.env[variable];
  if (text) return text;
  throw new ConfigurationError(
    `secretText was asked for "${name}", which this machine does not have: write ${variable}=… into .env.local`,
  );
};

/** The variable that a secret text is on this machine: `SECRET_TEXT_OPENAI_API_KEY` for `openai/api-key`. */
function localVariableOf(name: string): string {
  const own = name
    .replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:([^:]*?)(?:-[A-Za-z\d]{6})?$/, '$1')
    .replace(/^arn:[^:]*:ssm:[^:]*:[^:]*:parameter\//, '');
  return `SECRET_TEXT_${own.replace(/^\//, '').replace(/\W/g, '_').toUpperCase()}`;
}
