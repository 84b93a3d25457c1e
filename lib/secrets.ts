import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { grantKeyVia } from './encryption.ts';
import type { GatewayFunction } from './gateway-function.ts';

/** An `ISecret`, made here or imported, as far as it is needed. */
export interface RestApiKeySecret extends Pick<ISecret, 'secretArn'> {
  readonly secretFullArn?: string | undefined;
  readonly encryptionKey?: Pick<IKey, 'keyArn'> | undefined;
}

/** Makes the secret that Kakao's calls must carry. */
export function makeGatewaySecret(scope: Construct, encryptionKey: IKey | undefined): Secret {
  const secret = new Secret(scope, 'Secret', {
    description: "What Kakao's calls to the gateway must carry",
    // Letters and digits only: it is a segment of the app URL.
    generateSecretString: { passwordLength: 40, excludePunctuation: true },
    // A new secret would have to be registered with Kakao again, by hand.
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'A new value must be registered with Kakao by hand, so no timer may make one.',
  });
  return secret;
}

/** Tells a function which secret Kakao's calls must carry, and lets it read that. */
export function grantGatewaySecret(reader: GatewayFunction, secret: Secret): void {
  reader.addEnvironment(ENVIRONMENT.gatewaySecretId, secret.secretArn);
  grantReadValue(reader, secret.secretArn, secret.encryptionKey);
}

/** Tells a function which secret is the app's REST API key, and lets it read that: Kakao wants it from who asks plugins. */
export function grantRestApiKey(reader: GatewayFunction, secret: RestApiKeySecret): void {
  reader.addEnvironment(ENVIRONMENT.restApiKeySecretId, secret.secretArn);
  // Of a secret imported by its name nobody knows the end of its ARN.
  grantReadValue(reader, secret.secretFullArn ?? `${secret.secretArn}-??????`, secret.encryptionKey);
}

function grantReadValue(
  { lambda }: GatewayFunction,
  secretArn: string,
  encryptionKey: Pick<IKey, 'keyArn'> | undefined,
): void {
  // `secret.grantRead` would allow to describe it, too.
  Grant.addToPrincipal({
    grantee: lambda,
    actions: ['secretsmanager:GetSecretValue'],
    resourceArns: [secretArn],
  });
  grantKeyVia('secretsmanager', lambda, encryptionKey);
}
