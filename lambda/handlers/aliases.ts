import { DynamoAliases } from '../aws/dynamo-aliases.ts';
import { ENVIRONMENT } from '../aws/environment.ts';
import type { TurnGateway } from '../gateway/deployment.ts';
import { withAlias } from '../turn/aliases.ts';
import { table } from './deployment.ts';

const { [ENVIRONMENT.keepsAliases]: keepsAliases } = process.env;

const aliases = new DynamoAliases(...table);

/** The `#aliases` of a deployment with webhooks, and of this machine: they are kept where the environment says so. */
export const aliased: TurnGateway<unknown>['aliased'] = keepsAliases
  ? (store, turn) => withAlias(store, aliases, turn)
  : undefined;
