import { readFileSync } from 'node:fs';
import { isObject } from '../../lambda/json-reader.ts';

/** The context of a cdk.json without the settings of somebody's deployment: the CDK's own flags. */
export const flagsIn = (context: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(isObject(context) ? context : {}).filter(([key]) => key.includes('aws-cdk')),
  );

/** The flags of this project's cdk.json. */
export const cdkFlags = (): Readonly<Record<string, unknown>> =>
  flagsIn(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context);
