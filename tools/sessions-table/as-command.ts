import { type Language, languageOf } from '../language.ts';
import { Questions } from '../questions.ts';
import { complain } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { toldError } from './told-error.ts';

/** Where a command that may ask its operator runs. */
export interface CommandInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
}

/**
 * Runs a command on a gateway's sessions, whose errors are one sentence each; never throws.
 * @param take runs it; what it gives to `speak` is the language of those sentences from then on, else that of the environment
 * @returns the exit code: 2 where it threw
 */
export async function asCommand(
  name: string,
  { environment, stdin }: CommandInput,
  take: (questions: Questions, speak: (language: Language) => void) => Promise<number>,
): Promise<number> {
  let language = languageOf(environment);
  const questions = new Questions(stdin);
  try {
    return await take(questions, chosen => {
      language = chosen;
    });
  } catch (error) {
    const more = error instanceof UsageError ? ' (--help tells more)' : '';
    complain(`${name}: ${toldError(error, language)}${more}`);
    return 2;
  } finally {
    questions.end();
  }
}
