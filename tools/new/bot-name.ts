import { UsageError } from '../usage-error.ts';
import { VERSIONS } from './versions.ts';

/** CloudFormation takes 128 characters for a stack's name, which is longer than the bot's. */
const MOST_CHARACTERS = 60;

/** npm would find the bot where it looks for these. */
const TAKEN = ['kakao-gateway', 'kakao-check', 'node-modules', ...Object.keys(VERSIONS)];

/** Refuses a name that npm or CloudFormation would refuse later. @throws UsageError in one sentence */
export function requireBotName(name: string): void {
  if (!/^[a-z](?:[a-z\d]|-(?=[a-z\d]))*$/.test(name)) {
    throw new UsageError(
      "the folder's name becomes that of the npm package and the AWS stacks: begin with a small letter of a to z, and go on with small letters, digits and single hyphens, such as my-bot",
    );
  }
  if (name.length > MOST_CHARACTERS) {
    throw new UsageError(
      `the folder's name becomes that of the AWS stacks: at most ${MOST_CHARACTERS} characters, not ${name.length}`,
    );
  }
  if (TAKEN.includes(name)) {
    throw new UsageError(
      `${name} is the name of a package that the bot needs: give the bot another, such as my-bot`,
    );
  }
}
