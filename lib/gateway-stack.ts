import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { DomainSettings } from './custom-domain.ts';
import type { EventBusSettings, GatewayEventBus } from './event-bus.ts';
import { KakaoGateway, type KakaoGatewayProps } from './kakao-gateway.ts';
import type { AppKeySecret, GatewaySecret } from './secrets.ts';
import type { SessionsTable } from './sessions-table.ts';

/** The properties of a {@link GatewayStack}: its gateway's, with names and ids for what others made. */
export interface GatewayStackProps
  extends StackProps,
    Omit<
      KakaoGatewayProps,
      'restApiKeySecret' | 'adminKeySecret' | 'domain' | 'eventBus' | 'secret' | 'sessionsTable'
    > {
  /** Where sessions are kept: a table of this bot alone, unless `sessionsTableName` names it. */
  readonly sessionsTable?: SessionsTable | undefined;
  /**
   * The name of a table that is there already, as a gateway before this one has left it.
   * @default `sessionsTable`
   */
  readonly sessionsTableName?: string | undefined;
  /**
   * The whole ARN of a secret that is there already, and that Kakao's calls carry.
   * @default a new one
   */
  readonly gatewaySecretArn?: string | undefined;
  /**
   * The ARN of a key that is there already, of that table and that secret: the queue, logs and alarms are encrypted with it,
   * too, so its policy must let CloudWatch use it.
   * @default `encryptionKey`
   */
  readonly encryptionKeyArn?: string | undefined;
  /** The name of the secret that is the app's REST API key, in plain text; none for a bot that asks no plugins. */
  readonly restApiKeySecretName?: string | undefined;
  /** The name of the secret that is the app's admin key, in plain text; none for a bot without webhooks. */
  readonly adminKeySecretName?: string | undefined;
  /**
   * The event bus that is told what users do: itself, or its name or ARN.
   * @default none
   */
  readonly eventBus?:
    | (Omit<EventBusSettings, 'bus'> & { readonly bus: GatewayEventBus | string })
    | undefined;
  /**
   * A name of your own for the API.
   * @default API Gateway's
   */
  readonly domain?:
    | (Omit<DomainSettings, 'hostedZone'> & { readonly hostedZoneId?: string | undefined })
    | undefined;
  /**
   * The id of the VPC that the functions are in, instead of a `vpc`.
   * @default none
   */
  readonly vpcId?: string | undefined;
  /** The ids of the private subnets of the VPC with this id, which needs them. */
  readonly subnetIds?: readonly string[] | undefined;
  /**
   * The ids of the functions' security groups in the VPC with this id.
   * @default one of its own for all, which may call everything and be called by nobody
   */
  readonly securityGroupIds?: readonly string[] | undefined;
  /**
   * The ARNs of more layers for the functions, each with its version.
   * @default none
   */
  readonly layerArns?: readonly string[] | undefined;
}

/** Everything that keeps nothing: one {@link KakaoGateway}, and as outputs what its operator registers with Kakao. */
export class GatewayStack extends Stack {
  /** The gateway, to grant it what its rules need: `table.grantReadData(stack.gateway)`. */
  readonly gateway: KakaoGateway;

  constructor(
    scope: Construct,
    id: string,
    { restApiKeySecretName, adminKeySecretName, domain, eventBus, ...props }: GatewayStackProps,
  ) {
    super(scope, id, props);
    const encryptionKey = this.#key(props);
    this.gateway = new KakaoGateway(this, 'Gateway', {
      ...props,
      encryptionKey,
      sessionsTable: this.#table(props),
      secret: this.#gatewaySecret(props, encryptionKey),
      ...this.#network(props),
      layers: this.#layers(props),
      restApiKeySecret: this.#secret('RestApiKey', restApiKeySecretName),
      adminKeySecret: this.#secret('AdminKey', adminKeySecretName),
      domain: domain && this.#withZone(domain),
      eventBus: eventBus && { ...eventBus, bus: this.#busOf(eventBus.bus) },
    });
    const { skillUrl, validationUrl, smartChatAppUrl, secret } = this.gateway;
    this.#addOperatorsOutputs(this.gateway);
    // CloudFormation keeps descriptions in ASCII: Korean would come out as question marks.
    new CfnOutput(this, 'SkillUrl', {
      value: skillUrl,
      description:
        'Register as the URL of a skill in Open Builder, with the secret in the header x-gateway-secret',
    });
    new CfnOutput(this, 'ValidationUrl', {
      value: validationUrl,
      description:
        'Register as the validation API of a parameter in Open Builder, with its name instead of <parameter> and the secret in the header x-gateway-secret, or with the secret before the name in the URL: /validation/<secret>/<parameter>',
    });
    new CfnOutput(this, 'SmartChatAppUrl', {
      value: smartChatAppUrl,
      description: 'Register as the app URL of smart-chat, with the secret instead of <secret>',
    });
    new CfnOutput(this, 'SecretCommand', {
      value: `aws secretsmanager get-secret-value --secret-id ${secret.secretArn} --query SecretString --output text --region ${this.region}`,
      description: 'Prints the secret',
    });
    this.#tellOthers();
  }

  /** The outputs that not every gateway has. */
  #tellOthers(): void {
    const { webhookUrls, cname } = this.gateway;
    if (webhookUrls) {
      new CfnOutput(this, 'ChannelWebhookUrl', {
        value: webhookUrls.channel,
        description: 'Register as the channel webhook of the app in Kakao Developers',
      });
      new CfnOutput(this, 'UnlinkWebhookUrl', {
        value: webhookUrls.unlink,
        description: 'Register as the unlink webhook of the app in Kakao Developers, by POST or GET',
      });
    }
    this.#nameFunctions();
    if (cname) {
      new CfnOutput(this, 'DomainCname', {
        value: `${cname.name} CNAME ${cname.value}`,
        description: 'The DNS record to make where the name is kept; until then the URLs lead nowhere',
      });
    }
  }

  /** Tells the names of the functions that may be invoked by hand. */
  #nameFunctions(): void {
    const { eventFunction, probeFunction } = this.gateway;
    if (eventFunction) {
      new CfnOutput(this, 'EventFunctionName', {
        value: eventFunction.functionName,
        description: 'Invoke to send an event of the Event API: {"name": ..., "users": [...]}',
      });
    }
    if (probeFunction) {
      new CfnOutput(this, 'ProbeFunctionName', {
        value: probeFunction.functionName,
        description: 'Invoke to ask the gateway from outside now: it gives the milliseconds, or fails',
      });
    }
  }

  #addOperatorsOutputs({ version, dashboard }: KakaoGateway): void {
    new CfnOutput(this, 'Version', {
      value: version,
      description:
        'The version of kakao-gateway, and the last commit that changed what the functions are made of; each line of the log has it',
    });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/${dashboard.dashboardName}`,
      description: 'Open to see turns, errors and costs',
    });
  }

  #busOf(bus: GatewayEventBus | string): GatewayEventBus {
    if (typeof bus !== 'string') return bus;
    const named = { service: 'events', resource: 'event-bus', resourceName: bus };
    return { eventBusArn: bus.startsWith('arn:') ? bus : this.formatArn(named) };
  }

  #table({ sessionsTable, sessionsTableName }: GatewayStackProps): SessionsTable {
    if (sessionsTableName !== undefined)
      return TableV2.fromTableName(this, 'SessionsTable', sessionsTableName);
    if (sessionsTable !== undefined) return sessionsTable;
    throw new Error(
      `${this.node.path} needs a table for its sessions: sessionsTable, as SessionStack makes it, or sessionsTableName`,
    );
  }

  #key({ encryptionKey, encryptionKeyArn: arn }: GatewayStackProps): IKey | undefined {
    return arn === undefined ? encryptionKey : Key.fromKeyArn(this, 'EncryptionKey', arn);
  }

  #gatewaySecret(
    { gatewaySecretArn: secretCompleteArn }: GatewayStackProps,
    encryptionKey: IKey | undefined,
  ): GatewaySecret | undefined {
    if (secretCompleteArn === undefined) return undefined;
    return Secret.fromSecretAttributes(this, 'GatewaySecret', {
      secretCompleteArn,
      ...(encryptionKey && { encryptionKey }),
    });
  }

  #secret(id: string, name: string | undefined): AppKeySecret | undefined {
    return name === undefined ? undefined : Secret.fromSecretNameV2(this, id, name);
  }

  #layers({ layers = [], layerArns = [] }: GatewayStackProps): KakaoGatewayProps['layers'] {
    const found = layerArns.map((arn, at) => LayerVersion.fromLayerVersionArn(this, `Layer${at}`, arn));
    return [...layers, ...found];
  }

  #network({
    vpcId,
    subnetIds = [],
    securityGroupIds,
  }: GatewayStackProps): Pick<KakaoGatewayProps, 'vpc' | 'securityGroups'> {
    if (vpcId === undefined) return {};
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      // CDK counts them, one a subnet; nobody asks for their names.
      availabilityZones: subnetIds.map((_, at) => `zone-${at}`),
      privateSubnetIds: [...subnetIds],
    });
    for (const subnet of vpc.privateSubnets) {
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'Nobody here asks for its routes.',
      });
    }
    const securityGroups = securityGroupIds?.map((id, at) =>
      SecurityGroup.fromSecurityGroupId(this, `SecurityGroup${at}`, id),
    );
    return { vpc, securityGroups };
  }

  #withZone({ hostedZoneId, ...domain }: NonNullable<GatewayStackProps['domain']>): DomainSettings {
    if (hostedZoneId === undefined) return domain;
    const zoneName = domain.name;
    return {
      ...domain,
      hostedZone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName }),
    };
  }
}
