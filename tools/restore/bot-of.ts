import { resolve } from 'node:path';
import { isObject, objectOrEmpty } from '../../lambda/json-reader.ts';
import { contextHere, fromJson, stagesIn } from '../cdk-context.ts';

/**
 * The bot whose sessions are restored, by the name that its entry in the setting `bots` has: `?` where there are several and
 * nothing tells which, undefined where there is one without an entry.
 * @param stack its own or that of its sessions: two hyphens stand before the name of each bot but the main one
 */
export function botOf(stack: string | undefined, stage: string | undefined): string | undefined {
  const [, named] = stack?.split('--') ?? [];
  if (named !== undefined) return named;
  const bots = botsOf(stage);
  if (bots === undefined) return undefined;
  const [main] = stack === undefined && bots.length > 1 ? [] : bots.filter(isMain);
  return typeof main?.name === 'string' ? main.name : '?';
}

type Entry = Readonly<Record<string, unknown>>;

function botsOf(stage: string | undefined): readonly Entry[] | undefined {
  try {
    const context = contextHere();
    const stages = stagesIn(context);
    const own = stage !== undefined && Object.hasOwn(stages, stage) ? objectOrEmpty(stages[stage]) : {};
    const bots = fromJson(own.bots ?? context.bots);
    return Array.isArray(bots) ? bots.filter(isObject) : undefined;
  } catch {
    // The table is restored, and that must be told, whatever became of the file meanwhile.
    return undefined;
  }
}

const isMain = ({ scenario }: Entry): boolean =>
  scenario === undefined ||
  (typeof scenario === 'string' && resolve(scenario) === resolve('lambda/scenario.ts'));
