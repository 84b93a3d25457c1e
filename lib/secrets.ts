import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArnFormat, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib/core';
import type { Construct, IConstruct } from 'constructs';
import { ENVIRONMENT } from '../lambda/aws/environment.ts';
import { SECRET_TEXT_NAME_MUST_BE, storeOf } from '../lambda/bot/secret-text-name.ts';
import { grantKeyVia } from './encryption.ts';
import type { GatewayFunction } from './gateway-function.ts';

/** An `ISecret` that holds a key of the Kakao Developers app, made here or imported, as far as it is needed. */
export interface AppKeySecret extends Pick<ISecret, 'secretArn'> {
  readonly secretFullArn?: string | undefined;
  readonly encryptionKey?: Pick<IKey, 'keyArn'> | undefined;
}

/** An `ISecret` that Kakao's calls must carry, made here or imported, as far as it is needed; its value is letters and digits. */
export type GatewaySecret = AppKeySecret;

/** The secret of the app's REST API key. */
export type RestApiKeySecret = AppKeySecret;

/** Makes the secret that Kakao's calls must carry. */
export function makeGatewaySecret(scope: Construct, encryptionKey: IKey | undefined): Secret {
  const secret = new Secret(scope, 'Secret', {
    description: "What Kakao's calls to the gateway must carry",
    // Letters and digits only: it is a segment of the app URL.
    generateSecretString: { passwordLength: 40, excludePunctuation: true },
    // A new secret would have to be registered with Kakao again, by hand; that of a first deployment that fails nobody knows.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(encryptionKey && { encryptionKey }),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'A new value must be registered with Kakao by hand, so no timer may make one.',
  });
  return secret;
}

/** Tells a function which secret Kakao's calls must carry, and lets it read that. */
export function grantGatewaySecret(reader: GatewayFunction, secret: GatewaySecret): void {
  reader.addEnvironment(ENVIRONMENT.gatewaySecretId, secret.secretArn);
  grantReadValue(reader, wholeArnOf(secret), secret.encryptionKey);
}

/** The ARN that a secret is granted by. */
function wholeArnOf(secret: GatewaySecret): string {
  // Of one that is imported by its name nobody knows the end of its ARN.
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}

/** Tells a function which secret is the app's REST API key, and lets it read that: Kakao wants it from who asks plugins. */
export function grantRestApiKey(reader: GatewayFunction, secret: AppKeySecret): void {
  grantAppKey(reader, ENVIRONMENT.restApiKeySecretId, secret);
}

/** Tells a function which secret is the app's admin key, and lets it read that: Kakao shows it with each webhook. */
export function grantAdminKey(reader: GatewayFunction, secret: AppKeySecret): void {
  grantAppKey(reader, ENVIRONMENT.adminKeySecretId, secret);
}

function grantAppKey(
  reader: GatewayFunction,
  name: Parameters<GatewayFunction['addEnvironment']>[0],
  secret: AppKeySecret,
): void {
  reader.addEnvironment(name, secret.secretArn);
  grantReadValue(reader, wholeArnOf(secret), secret.encryptionKey);
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

/**
 * Lets the bot's rules read these by `secretText`, and no others.
 * @throws an Error where one is no name
 */
export function grantSecretTexts(grantee: IGrantable & IConstruct, names: readonly string[]): void {
  for (const name of names) {
    const { action, arn } = readingOf(Stack.of(grantee), name);
    Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [arn] });
  }
}

/** The one action by which a rule reads a secret text, and on what. */
function readingOf(stack: Stack, name: string): { readonly action: string; readonly arn: string } {
  const store = Token.isUnresolved(name) ? undefined : storeOf(name);
  if (store === undefined) {
    // An ARN of this app's own, of which nobody knows yet whose it is, has a method for this.
    throw new Error(
      Token.isUnresolved(name)
        ? 'secretTexts takes names that are known: grant what this app makes by secret.grantRead(gateway)'
        : `of the secretTexts, "${name}" must be ${SECRET_TEXT_NAME_MUST_BE}`,
    );
  }
  const action = store === 'Secrets Manager' ? 'secretsmanager:GetSecretValue' : 'ssm:GetParameter';
  if (name.startsWith('arn:')) return { action, arn: name };
  const arn =
    store === 'Secrets Manager'
      ? stack.formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          // Of a secret's name nobody knows the end of its ARN.
          resourceName: `${name}-??????`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        })
      : stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
  return { action, arn };
}
