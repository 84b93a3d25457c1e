import { join } from 'node:path';
import type { Cloud } from './cloud.ts';
import { complaintOf, run } from './command.ts';
import { callSkill, type Gateway, problemOf } from './gateway.ts';
import type { Check } from './progress.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The user that these steps are about: no other step knows them. */
const ID = 'whoever-asks-to-be-erased';

const cup = (gateway: Gateway) =>
  callSkill(gateway, {
    bot: { id: 'deploy-test' },
    userRequest: {
      utterance: '담기 라떼',
      user: { id: `bot-${ID}`, properties: { plusfriendUserKey: ID } },
    },
  });

/** An operator is shown all that is kept of a user, and erases it: who comes back is new. */
export async function erasesAUser(gateway: Gateway, stack: string, check: Check): Promise<void> {
  check('a cup is in the cart', problemOf(await cup(gateway), 200, { words: '모두 1잔' }));
  const shown = await runCommand('user', ['show', ID, '--stack', stack]);
  check('it is shown', lacks(shown, ['"라떼": 1', '"pseudonyms": [', '"now": "']));
  const erased = await runCommand('user', ['erase', ID, '--stack', stack, '--everywhere', '--yes']);
  check('it is erased', lacks(erased, ["others' items: none names the user", 'can be restored until']));
  const again = await runCommand('user', ['show', ID, '--stack', stack], 1);
  check('nothing is kept', lacks(again, ['nothing is kept of a user with this id']));
  check('who comes back is new', problemOf(await cup(gateway), 200, { words: '모두 1잔' }));
}

/** The sessions of the stack come back in a table of its own, complete, which is deleted then. */
export async function restoresSessions(
  cloud: Cloud,
  stack: string,
  sessions: string,
  check: Check,
): Promise<void> {
  const table = `${sessions}-restored`;
  const tables = async () => (await cloud.leftovers({ stage: '', stacks: [sessions] })).tables;
  for (const name of await tables()) await cloud.keepBackups(name);
  try {
    const args = ['--stack', stack, '--at', 'latest', '--to', table, '--gone', 'keep', '--yes'];
    const restored = await runCommand('restore', args);
    check('a new table is ready', lacks(restored, [`${table} is ready`, `-c sessionsTableName=${table}`]));
    const shown = await runCommand('user', ['show', ID, '--table', table]);
    check('the user is in it', lacks(shown, ['"라떼": 1']));
  } finally {
    const made = (await tables()).filter(name => name === table);
    await cloud.deleteRetained({ tables: made, secrets: [], queues: [] });
  }
}

/** Runs a command as an operator does. @returns what it printed @throws where it ends with another code */
async function runCommand(name: 'user' | 'restore', args: readonly string[], expected = 0): Promise<string> {
  const { code, printed } = await run('npm', ['run', '-s', name, '--', ...args, '--lang', 'en'], {
    cwd: ROOT,
  });
  if (code === expected) return printed;
  throw new Error(`npm run ${name} ends with ${code}: ${complaintOf(printed)}`);
}

function lacks(printed: string, words: readonly string[]): string | undefined {
  const missing = words.find(one => !printed.includes(one));
  return missing && `it does not say ${missing}`;
}
