import { isDeepStrictEqual } from 'node:util';
import { ContextError, inJson } from './context-key.ts';
import { meantBy } from './misspelt.ts';
import { BOT_NAME, inBots, OF_A_BOT, OF_THE_APP, settingsOf, type Values } from './settings.ts';

const { stage: STAGE, ...OTHERS } = OF_THE_APP;

/** The settings of which a stage may have its own. */
const OF_A_STAGE = { ...OTHERS, botName: BOT_NAME, ...OF_A_BOT };

/**
 * The context of its own stage: what `stages` has for that goes before what all stages share, and what stands in no
 * file, as `-c key=value` does, goes before both.
 * @param inFile the context of cdk.json, by which it is told from the command line; without it nothing is
 * @throws ContextError where `stages` is wrong, whichever stage is meant
 */
export function ofItsStage(context: Values, inFile: Values = context): Values {
  const { stages, ...shared } = context;
  if (stages === undefined) return shared;
  const all = stagesIn(stages);
  const { stage = 'prod' } = shared;
  const own = (typeof stage === 'string' && Object.hasOwn(all, stage) && all[stage]) || {};
  const said = Object.entries(shared).filter(([key, value]) => !isDeepStrictEqual(value, inFile[key]));
  return { ...shared, ...own, ...Object.fromEntries(said) };
}

function stagesIn(value: unknown): Readonly<Record<string, Values>> {
  const stages = inJson(value);
  if (!isValues(stages)) throw mustBe('stages');
  for (const [stage, own] of Object.entries(stages)) {
    if (STAGE.read(stage) === undefined)
      throw new ContextError(
        `in the context "stages", "${stage}" is no stage: its name must be ${STAGE.must}`,
      );
    if (!isValues(own)) throw mustBe(`stages.${stage}`);
    const known = [...Object.keys(OF_A_STAGE), 'bots'];
    for (const key of Object.keys(own)) {
      if (known.includes(key)) continue;
      const meant = meantBy(key, known);
      throw new ContextError(
        `the context "stages.${stage}.${key}" is unknown: ${meant ? `did you mean "${meant}"?` : `a stage has the settings of docs/deploy.md, but for stage itself`}`,
      );
    }
    settingsOf(OF_A_STAGE, own, `stages.${stage}.`, inBots);
  }
  return stages as Readonly<Record<string, Values>>;
}

const mustBe = (place: string): ContextError =>
  new ContextError(
    `the context "${place}" must be an object of ${place === 'stages' ? "one for each stage's settings" : "that stage's settings"}: {"stages": {"dev": {"memoryMb": 256}}}`,
  );

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
