import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../tools/usage-error.ts';
import { Cloud, deleteEmulatedStack } from './cloud.ts';
import { complaintOf } from './command.ts';
import { environmentFor, useEnvironment } from './environment.ts';
import { appUrlOf, callSmartChat, type Gateway, gatewayAt, problemOf } from './gateway.ts';
import { leaveCopies, sessionsTableOf } from './left-behind.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { OwnBot, WORDS_IT_READS } from './own-bot.ts';
import { Progress, StepFailed } from './progress.ts';
import {
  answersLate,
  answersSkillSamples,
  answersSmartChatSamples,
  becomesReady,
  forgetsWhoLeft,
  goesOn,
  growsItsAnswer,
  isProbed,
  livesLonger,
  passesTheDoctor,
  readsItsOwn,
  refusesStrangers,
  relays,
  remembers,
  sendsAnEvent,
  survivesItsChange,
  validates,
} from './steps.ts';
import { type Deployed, GROWING_WORDS, type Outputs, type Removable, ThrowAway } from './throw-away.ts';
import { erasesAUser, restoresSessions } from './user-steps.ts';

/** How often a stack is asked to go: one that failed to may go the next time. */
const DESTROY_TRIES = 3;

/** Deleted secrets are listed for a while. */
const GONE_WITHIN_MS = 60_000;

process.exitCode = await main().catch(error => {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  return 2;
});

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  useEnvironment(environmentFor(options.endpoint, process.env));
  // Told by name, it is the CLI's, too: left to themselves the two look in different places.
  process.env.AWS_REGION = await new Cloud().region();
  const throwAway = await ThrowAway.make();
  const progress = new Progress(console.log);
  const where = options.endpoint ? `the emulator at ${options.endpoint}` : 'the account of your credentials';
  console.log(`Deploying the stage ${throwAway.stage} to ${where}`);
  const signal = interruption(throwAway);
  const isWell = await succeeds(() => deployAndTalk(options, throwAway, progress, signal));
  const isGone = await succeeds(() => tearDown(options, throwAway, progress));
  const isOwnWell = await tryOwnBot(options, progress, signal);
  await throwAway.forget();
  console.log(progress.summary());
  if (options.outputFile) await writeFile(options.outputFile, JSON.stringify(progress.counts()));
  return isWell && isGone && isOwnWell ? 0 : 1;
}

/** A bot that the packed package made: deployed, asked, removed. */
async function tryOwnBot(options: Options, progress: Progress, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const own = await OwnBot.make();
  console.log(`Deploying the new bot ${own.name}`);
  const isWell = await succeeds(() => deployOwnBot(options, own, progress, signal));
  const isGone = await succeeds(() => tearDown(options, own, progress));
  await own.forget();
  return isWell && isGone;
}

async function deployOwnBot(
  { endpoint }: Options,
  own: OwnBot,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await progress.step('npx kakao-gateway new', () => own.begin());
  await progress.step('its own checks and tests', () => own.check());
  signal.throwIfAborted();
  const outputs = await progress.step('npm run deploy of it', () => own.deploy());
  const gateway = await progress.step('its secret is read', () => gatewayOf(outputs, endpoint));
  await progress.step('its API answers', () => becomesReady(gateway, signal));
  await progress.step('it reads its bucket, its table and its secret', check =>
    readsItsOwn(gateway, WORDS_IT_READS, check, signal),
  );
}

async function gatewayOf({ skillUrl, secretId }: Outputs, endpoint: string | undefined): Promise<Gateway> {
  const cloud = new Cloud();
  // MiniStack generates what no path can carry.
  if (endpoint !== undefined) await cloud.renewSecret(secretId);
  return gatewayAt(skillUrl, await cloud.secret(secretId), endpoint);
}

async function succeeds(take: () => Promise<void>): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    // A failed step has told its sentence.
    if (!(error instanceof StepFailed)) throw error;
    return false;
  }
}

/** Aborts at the first Ctrl-C, so that what is deployed can be removed; the second gives that up. */
function interruption({ assembly }: ThrowAway): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      console.error(
        `Left as it is: npx cdk destroy --all --app ${assembly}, of this stage alone, removes what keeps nothing.`,
      );
      process.exit(1);
    }
    console.error('Interrupted: this step ends, then everything is removed.');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

async function deployAndTalk(
  { endpoint }: Options,
  throwAway: ThrowAway,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const cloud = new Cloud();
  const step: Progress['step'] = (name, take) =>
    progress.step(name, async check => {
      signal.throwIfAborted();
      return take(check);
    });
  // An account has one for all of its apps, which is not ours to change.
  if (endpoint !== undefined) await step('cdk bootstrap', () => throwAway.bootstrap());
  const adminKey = await step("the app's keys are stored", async () => {
    await cloud.makeSecret(throwAway.keys.restApi);
    return cloud.makeSecret(throwAway.keys.admin);
  });
  const { cafe } = await step('npm run deploy', () => throwAway.deploy());
  const gateway = await step('the secret is read', () => gatewayOf(cafe, endpoint));
  await step('the API answers', () => becomesReady(gateway, signal));
  await step("Kakao's calls of a skill", check => answersSkillSamples(gateway, check));
  await step("Kakao's calls of smart-chat", check => answersSmartChatSamples(gateway, check));
  await step('strangers are refused', check => refusesStrangers(gateway, check));
  await step('a parameter is validated', check => validates(gateway, check));
  await step('npm run doctor', () => passesTheDoctor(gateway));
  await step('the probe asks', async check => {
    const { tables } = await cloud.leftovers(throwAway);
    await isProbed(cloud, cafe, tables, endpoint, check);
  });
  const user = 'regular';
  await step('a session is kept', check => remembers(gateway, user, check));
  await step('a late answer arrives', check => answersLate(gateway, check, signal));
  await step('Kakao Developers tells who left', check => forgetsWhoLeft(gateway, adminKey, check));
  await step('a user is erased', check => erasesAUser(gateway, cafe.stack, check));
  // An account of AWS takes its time for that, and money.
  if (endpoint !== undefined)
    await step('sessions are restored', check =>
      restoresSessions(cloud, cafe.stack, throwAway.sessions, check),
    );
  await step('an event is sent', check => sendsAnEvent(cloud, cafe, throwAway.keys.restApi, endpoint, check));
  let later: Omit<Deployed, 'cafe'> = {};
  await step('new code is deployed in the middle of it all', async check => {
    const [utterance, answer] = ['새로 배웠니', '네, 방금 배포했어요.'];
    await throwAway.learn(utterance, answer);
    const deploy = async () => {
      later = await throwAway.deploy(appUrlOf(cafe, gateway, endpoint));
    };
    const change = { utterance, answer, deploy, mayCutOff: endpoint !== undefined };
    await survivesItsChange(gateway, change, user, check, signal);
  });
  await step('an old smart-chat server is relayed to', async check => {
    const { relay } = later;
    if (relay === undefined) throw new Error('the relay gives out nothing');
    const relaying = await gatewayOf(relay, endpoint);
    await becomesReady(relaying, signal);
    await relays(relaying, check, signal);
  });
  await step('an answer grows', async check => {
    const { growing } = later;
    if (growing === undefined) throw new Error('the bot whose answers grow gives out nothing');
    const counting = await gatewayOf(growing, endpoint);
    await becomesReady(counting, signal);
    await growsItsAnswer(counting, GROWING_WORDS, check, signal);
    await livesLonger(cloud, growing.stack, cafe.stack, check);
  });
  await step('a deployment that takes something away is refused', async check => {
    const printed = await throwAway.refusal();
    for (const lost of ['is in the app no more', 'POST /webhooks/channel is answered no more'])
      check(`it says what: ${lost}`, printed.includes(lost) ? undefined : complaintOf(printed));
  });
  const sessions = await sessionsTableOf(throwAway.sessions);
  const leftBehind =
    endpoint === undefined
      ? { sessionsTableName: sessions, gatewaySecretArn: cafe.secretId }
      : await leaveCopies(
          { table: sessions, secret: gateway.secret },
          { ...cafe, sessions: throwAway.sessions },
        );
  await step('cdk destroy', () => destroy(endpoint, throwAway));
  await step('only what is retained is left', async check => {
    await cloud.deleteSecrets(Object.values(throwAway.keys));
    const { tables, secrets, queues } = await cloud.leftovers(throwAway);
    check('no queue', queues.length === 0 ? undefined : 'the late queue is still there');
    check('no API', await stillAnswers(gateway));
    // MiniStack deletes that, too.
    if (endpoint !== undefined) return;
    check('the sessions', tables.length === 3 ? undefined : 'a table is gone');
    check('the secrets', secrets.length === 3 ? undefined : 'a secret is gone');
  });
  await step('a gateway takes up the table and the secret that are left', async check => {
    const { skillUrl } = await throwAway.adopt(leftBehind);
    const adopting = gatewayAt(skillUrl, gateway.secret, endpoint);
    await becomesReady(adopting, signal);
    await goesOn(adopting, user, check);
  });
}

async function stillAnswers(gateway: Gateway): Promise<string | undefined> {
  const keyboard = await callSmartChat(gateway, 'GET', '/keyboard');
  return problemOf(keyboard, 200) === undefined ? 'the API still answers' : undefined;
}

async function destroy(endpoint: string | undefined, throwAway: Removable): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      for (const stack of endpoint === undefined ? [] : throwAway.stacks)
        await deleteEmulatedStack(endpoint ?? '', stack);
      return await throwAway.destroy();
    } catch (error) {
      if (tries === DESTROY_TRIES) throw error;
    }
  }
}

/** Removes whatever there is, however far the test came. */
async function tearDown({ endpoint }: Options, throwAway: Removable, progress: Progress): Promise<void> {
  const cloud = new Cloud();
  await progress.step('nothing is left', async () => {
    await destroy(endpoint, throwAway);
    await cloud.deleteRetained(await cloud.leftovers(throwAway));
    const startedAt = performance.now();
    for (;;) {
      const left = Object.entries(await cloud.leftovers(throwAway)).filter(([, names]) => names.length > 0);
      if (left.length === 0) return;
      if (performance.now() - startedAt > GONE_WITHIN_MS)
        throw new Error(`${left.map(([kind]) => kind).join(' and ')} of ${throwAway.stage} are still there`);
      await sleep(2_000);
    }
  });
}
