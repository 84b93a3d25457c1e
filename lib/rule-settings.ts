import {
  Connections,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  CALLBACK_ORIGINS,
  ENVIRONMENT,
  EVENT_ORIGINS,
  PLUGIN_ORIGINS,
  REST_API_KEY,
} from '../lambda/aws/environment.ts';

/** A VPC, made here or imported; CDK's own class is no `IVpc` where `exactOptionalPropertyTypes` is on. */
export type GatewayVpc = Omit<IVpc, 'vpnGatewayId'> & { readonly vpnGatewayId?: string | undefined };

/** The settings that the bot's own code needs: they are those of all functions that run it, the validations' too. */
export interface RuleSettings {
  /**
   * Environment variables for the bot's own code, readable to whoever sees the function: a secret is read by `secretText`.
   * @default none
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * The VPC that the functions are in: for what can be reached from there alone, as a database. They need a way from it
   * to DynamoDB, SQS, Secrets Manager and Kakao.
   * @default none: the functions reach the internet, and no VPC
   */
  readonly vpc?: GatewayVpc | undefined;
  /**
   * The subnets of the VPC.
   * @default its private ones
   */
  readonly vpcSubnets?: SubnetSelection | undefined;
  /**
   * The security groups of the functions in the VPC.
   * @default one of its own for all, which may call everything and be called by nobody
   */
  readonly securityGroups?: readonly ISecurityGroup[] | undefined;
  /**
   * Layers for the functions, five at most.
   * @default none
   */
  readonly layers?: readonly ILayerVersion[] | undefined;
  /**
   * The rights of the bot's own code; what is made in this app is granted by its own methods: `table.grantReadData(gateway)`.
   * @default nothing
   */
  readonly initialPolicy?: readonly PolicyStatement[] | undefined;
  /**
   * The secret texts that rules read by `secretText`: names of secrets in Secrets Manager, names of parameters of the Parameter Store,
   * which begin with /, or ARNs of both.
   * @default none
   */
  readonly secretTexts?: readonly string[] | undefined;
}

/** The variables that the gateway reads itself. */
const OWN_VARIABLES: readonly string[] = [
  ...Object.values(ENVIRONMENT),
  REST_API_KEY,
  CALLBACK_ORIGINS,
  PLUGIN_ORIGINS,
  EVENT_ORIGINS,
];

/** Why a bot can have no environment variable of this name; undefined where it can. */
export function variableRefusal(name: string): string | undefined {
  if (!/^[A-Za-z]\w{1,254}$/.test(name)) {
    return `"${name}" is none: Lambda wants letters, digits and _, a letter first and two at least`;
  }
  if (OWN_VARIABLES.includes(name)) return `"${name}" is the gateway's own: choose another name`;
  // Others of AWS's would lead the gateway's own clients, too.
  if (/^(AWS|LAMBDA)_/.test(name) && !/^AWS_(LAMBDA_EXEC_WRAPPER$|XRAY_)/.test(name)) {
    return `"${name}" is reserved for Lambda and the SDK: choose another name`;
  }
  return undefined;
}

/** @throws an Error that names the variable which a bot can't have */
export function requireVariables(environment: RuleSettings['environment'] = {}): void {
  for (const name of Object.keys(environment)) {
    const refusal = variableRefusal(name);
    if (refusal !== undefined) throw new Error(`of the environment, ${refusal}`);
  }
}

/** The way of the functions into their VPC, in the words of a function's properties. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
}

/** Makes the way of the functions into their VPC, where they have one. @throws an Error where the rest is given without it */
export function networkOf(
  scope: Construct,
  { vpc, vpcSubnets, securityGroups = [] }: RuleSettings,
): FunctionNetwork | undefined {
  if (!isVpc(vpc)) {
    const [alone] = [vpcSubnets && 'vpcSubnets', securityGroups.length > 0 && 'securityGroups'].filter(
      Boolean,
    );
    if (alone) throw new Error(`${alone} of no VPC mean nothing: give KakaoGateway the vpc, too`);
    return undefined;
  }
  const own = (): ISecurityGroup =>
    new SecurityGroup(scope, 'SecurityGroup', { vpc, description: 'The functions of the Kakao gateway' });
  return {
    vpc,
    ...(vpcSubnets && { vpcSubnets }),
    securityGroups: securityGroups.length > 0 ? [...securityGroups] : [own()],
  };
}

/** The connections of functions in a VPC. @throws an Error where they are in none */
export function connectionsOf(network: FunctionNetwork | undefined): Connections {
  if (network === undefined)
    throw new Error('functions in no VPC have no connections: give KakaoGateway a vpc');
  return new Connections({ securityGroups: network.securityGroups });
}

function isVpc(vpc: GatewayVpc | undefined): vpc is GatewayVpc & IVpc {
  return vpc !== undefined;
}
