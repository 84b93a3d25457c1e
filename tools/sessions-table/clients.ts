import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The services that tell where a gateway's sessions are, and what is in them. */
export interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly stacks: CloudFormationClient;
  readonly secrets: SecretsManagerClient;
}

/**
 * Clients by the credentials of the AWS CLI, and the region of `AWS_REGION` or `AWS_DEFAULT_REGION`, else of the profile.
 * Nobody is asked yet.
 */
export function clientsOf(environment: Readonly<Record<string, string | undefined>>): Clients {
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  const where = region ? { region } : {};
  return {
    dynamo: new DynamoDBClient(where),
    stacks: new CloudFormationClient(where),
    secrets: new SecretsManagerClient(where),
  };
}
