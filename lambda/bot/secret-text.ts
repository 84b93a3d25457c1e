import { readSecretText } from '#secrets';
import { ConfigurationError } from '../errors.ts';
import { secretTexts } from './rule-errors.ts';
import { SECRET_TEXT_NAME_MUST_BE, storeOf } from './secret-text-name.ts';

/**
 * The text of a secret, by its name: of Secrets Manager, or, where the name begins with /, of the Parameter Store. Read
 * when it is first asked for, and good for five minutes; takes 2 s at most. On your own machine it is a line of `.env.local`.
 * @throws an error whose sentence names the secret, and what is missing
 */
export async function secretText(name: string): Promise<string> {
  const store = storeOf(name);
  // It is not repeated: it may be a secret in the wrong place.
  if (store === undefined)
    throw new ConfigurationError(`secretText must be given ${SECRET_TEXT_NAME_MUST_BE}`);
  const text = await readSecretText(name, store);
  secretTexts.add(text);
  return text;
}
