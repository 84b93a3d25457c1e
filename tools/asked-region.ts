import { objectOrEmpty } from '../lambda/json-reader.ts';
import { contextHere, stagesIn } from './cdk-context.ts';
import { regionOf } from './region.ts';
import { visible } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The options of a command that tell where AWS is to be asked. */
export interface WhereAsked {
  /** Of `--region`, which goes before all else. */
  readonly region?: string | undefined;
  /** The stack that is asked about; its name ends with its stage, and two hyphens before the name of one bot of several. */
  readonly stack?: string | undefined;
  /** A name, or an ARN, which tells its region itself. */
  readonly id?: string | undefined;
}

/**
 * The region that a command asks, which is the one that `deploy` goes to: the setting `region` in the cdk.json of this
 * folder, of its stage where that has its own, else that of {@link regionOf}. Without a stack the stage is deploy's own.
 * @throws UsageError with one sentence where the option or the file can't be read
 */
export function askedRegion(
  environment: Readonly<Record<string, string | undefined>>,
  { region, stack, id }: WhereAsked,
): string {
  if (region === undefined) return regionInArn(id) ?? settingFor(stack) ?? regionOf(environment);
  if (isRegion(region)) return region;
  throw new UsageError(`--region is the name of a region, such as ap-northeast-2, not ${visible(region)}`);
}

/** As deploy takes it; an app of somebody's own may mean another thing by the same word. */
const isRegion = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/.test(value);

function regionInArn(id: string | undefined): string | undefined {
  const [arn, , , region] = id?.split(':') ?? [];
  return arn === 'arn' && isRegion(region) ? region : undefined;
}

function settingFor(stack: string | undefined): string | undefined {
  const context = contextHere();
  const stages = stagesIn(context);
  const { stage: shared = 'prod' } = context;
  const stage = stack === undefined ? String(shared) : stageIn(stack, Object.keys(stages));
  const own = stage !== undefined && Object.hasOwn(stages, stage) ? objectOrEmpty(stages[stage]) : {};
  return [own.region, context.region].find(isRegion);
}

/** The stage in the name of a stack: of an app with names of its own the longest that the name ends with. */
function stageIn(stack: string, stages: readonly string[]): string | undefined {
  const name = stack.split('--')[0] ?? stack;
  const [, own] = /^kakao-gateway-(?:sessions-)?(.+)$/.exec(name) ?? [];
  if (own !== undefined) return own;
  const [longest] = stages
    .filter(stage => name.endsWith(`-${stage}`))
    .sort((one, other) => other.length - one.length);
  return longest;
}
