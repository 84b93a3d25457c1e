import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PATIENCE } from '../aws-patience.ts';

/** The services that tell where a gateway's sessions are, and what is in them. */
export interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly stacks: CloudFormationClient;
  readonly secrets: SecretsManagerClient;
}

/** Clients by the credentials of the AWS CLI. Nobody is asked yet. */
export function clientsIn(region: string, patience = PATIENCE): Clients {
  const where = { region, requestHandler: patience };
  return {
    dynamo: new DynamoDBClient(where),
    stacks: new CloudFormationClient(where),
    secrets: new SecretsManagerClient(where),
  };
}
