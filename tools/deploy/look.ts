import type { Sentence } from '../language.ts';
import { FALLBACK_OF_AWS, HOME_REGION } from '../region.ts';
import { judgeAdopted, keysOfAws } from './adopted.ts';
import type { Planned } from './assembly.ts';
import { Cloud } from './cloud.ts';
import { type Removal, removalsOf, stackLeft } from './removals.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The outcome of a look at what is deployed. */
export interface Look {
  /** Whether nothing of it is there yet: so it is of a stage whose name is misspelt. */
  readonly isFirst: boolean;
  /** Everything that the deployment takes away, a sentence each, with the stack that has it. */
  readonly removals: readonly Sentence[];
  /** Whatever can't work, even if it is meant. */
  readonly wrong: readonly Sentence[];
  /** Stacks that never came to be, and that their protection keeps from being made anew. */
  readonly stuck: readonly Planned[];
}

/**
 * Compares stacks that would be deployed with what is there, each in its own region: by these credentials, or where they
 * may not, by the role that `cdk bootstrap` made to look.
 * @throws the first error where neither may
 */
export async function look(
  planned: readonly Planned[],
  profile: string | undefined,
  environment: Environment,
): Promise<Look> {
  const looks: Look[] = [];
  for (const region of new Set(planned.map(one => one.region)))
    looks.push(
      await lookIn(
        region,
        planned.filter(one => one.region === region),
        profile,
        environment,
      ),
    );
  return {
    isFirst: looks.every(({ isFirst }) => isFirst),
    removals: looks.flatMap(({ removals }) => removals),
    wrong: looks.flatMap(({ wrong }) => wrong),
    stuck: looks.flatMap(({ stuck }) => stuck),
  };
}

async function lookIn(
  region: string,
  planned: readonly Planned[],
  profile: string | undefined,
  environment: Environment,
): Promise<Look> {
  const credentials = profile === undefined ? {} : { profile };
  const own = new Cloud({ region, ...credentials });
  const elsewhere = new Cloud({ region: FALLBACK_OF_AWS, ...credentials });
  try {
    return await lookBy(own, elsewhere, planned, environment);
  } catch (error) {
    const [look] = planned.flatMap(({ roles }) => roles.look ?? []);
    if (!isDenied(error) || look === undefined) throw error;
    const role = await own.as(look, environment).catch(() => undefined);
    if (role === undefined) throw error;
    return lookBy(role, elsewhere, planned, environment);
  }
}

/** Lifts the protection of stacks that never came to be, by these credentials or by the role that deploys. @throws where neither may */
export async function unprotect(
  { name, region, roles }: Planned,
  profile: string | undefined,
  environment: Environment,
): Promise<void> {
  const own = new Cloud({ region, ...(profile !== undefined && { profile }) });
  try {
    await own.unprotect(name);
  } catch (error) {
    if (!isDenied(error) || roles.deploy === undefined) throw error;
    await (await own.as(roles.deploy, environment)).unprotect(name);
  }
}

async function lookBy(
  cloud: Cloud,
  elsewhere: Cloud,
  planned: readonly Planned[],
  environment: Environment,
): Promise<Look> {
  const removals: Sentence[] = [];
  const wrong: Sentence[] = [...(await keysOfAws(planned, cloud, environment))];
  const stuck: Planned[] = [];
  const everything = JSON.stringify(planned.map(({ template }) => template));
  const isTakenUp = async (stack: string, { logicalId }: Removal): Promise<boolean> => {
    const id = logicalId === undefined ? undefined : await cloud.physicalId(stack, logicalId);
    return id !== undefined && everything.includes(id);
  };
  let isFirst = true;
  for (const stack of planned) {
    const { name } = stack;
    const deployed = await cloud.deployed(name);
    isFirst &&= deployed === undefined;
    if (deployed?.hasFailed && deployed.isProtected) stuck.push(stack);
    for (const removal of removalsOf(deployed?.template ?? {}, stack.template))
      if (!(await isTakenUp(name, removal))) removals.push(inStack(name, removal.says));
    const adopted = await judgeAdopted(stack, cloud, environment);
    removals.push(...adopted.doubtful);
    wrong.push(...adopted.wrong);
  }
  if (isFirst) removals.push(...(await leftInVirginia(elsewhere, planned)));
  for (const name of await namesLeft(cloud, planned)) {
    const kept = removalsOf((await cloud.deployed(name))?.template ?? {}, {}).filter(one => one.logicalId);
    const taken = await Promise.all(kept.map(one => isTakenUp(name, one)));
    if (kept.length === 0 || !taken.every(Boolean)) removals.push(stackLeft(name));
  }
  return { isFirst, removals, wrong, stuck };
}

/** The gateway that was deployed before anybody named a region: a first one in Seoul would be a second one. */
async function leftInVirginia(elsewhere: Cloud, planned: readonly Planned[]): Promise<readonly Sentence[]> {
  for (const { name, region } of planned.filter(one => one.region === HOME_REGION)) {
    // Who may not look there deploys nothing there.
    const there = await elsewhere.deployed(name).catch(() => undefined);
    if (there === undefined) continue;
    return [
      {
        en: `${name} is in ${FALLBACK_OF_AWS}, where deployments went that named no region: this one makes a second in ${region}, with another URL, another secret and no sessions; -c region=${FALLBACK_OF_AWS} goes on with the first`,
        ko: `${name}은 ${FALLBACK_OF_AWS}에 있습니다. 리전을 말하지 않은 배포가 가던 곳입니다. 이번 배포는 ${region}에 URL과 시크릿이 다르고 세션이 없는 것을 하나 더 만듭니다. -c region=${FALLBACK_OF_AWS}로 첫 번째를 이어 갑니다`,
      },
    ];
  }
  return [];
}

const inStack = (name: string, { en, ko }: Sentence): Sentence => ({
  en: `${name}: ${en}`,
  ko: `${name}: ${ko}`,
});

/** The deployed stacks of the same app and stage that are planned no more: those of bots, which two hyphens divide from the stage. */
async function namesLeft(cloud: Cloud, planned: readonly Planned[]): Promise<readonly string[]> {
  const names = planned.map(({ name }) => name);
  const ofStage = new Set(names.map(name => name.split('--')[0] ?? name));
  for (const name of ofStage) {
    const [, stage] = /^kakao-gateway-(?:sessions-)?(.+)$/.exec(name) ?? [];
    if (stage === undefined) continue;
    ofStage.add(`kakao-gateway-${stage}`);
    ofStage.add(`kakao-gateway-sessions-${stage}`);
  }
  const there = await cloud.namesBeginning([...ofStage]);
  return there.filter(name => !names.includes(name) && ofStage.has(name.split('--')[0] ?? name));
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error &&
  /AccessDenied|Unauthorized|not authorized/i.test(`${error.name} ${error.message}`);
