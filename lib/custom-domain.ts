import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** A name of your own for the API. */
export interface DomainSettings {
  /** Without `https://`: `bot.example.com`. */
  readonly name: string;
  /** Of a certificate in ACM that is good for the name, in the gateway's own region. */
  readonly certificateArn: string;
  /**
   * The zone in Route 53 that gets the name's record.
   * @default none: the record is made where the name's DNS is kept, as `cname` says
   */
  readonly hostedZone?: IHostedZone | undefined;
  /**
   * Whether the API can be called by API Gateway's own URL, too: while Kakao still does.
   * @default false: by its domain alone
   */
  readonly keepsApiUrl?: boolean | undefined;
}

/** A domain in front of an HTTP API, and its DNS record where its zone is ours. */
export class CustomDomain extends Construct {
  readonly domainName: DomainName;
  /** The record that DNS still needs; undefined where it has it. */
  readonly cname: { readonly name: string; readonly value: string } | undefined;

  constructor(scope: Construct, id: string, { name, certificateArn, hostedZone }: DomainSettings) {
    super(scope, id);
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    this.domainName = new DomainName(this, 'DomainName', { domainName: name, certificate });
    const { regionalDomainName, regionalHostedZoneId } = this.domainName;
    this.cname = hostedZone === undefined ? { name, value: regionalDomainName } : undefined;
    if (hostedZone === undefined) return;
    const target = RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
    );
    // With the dot it is the whole name, not one inside the zone.
    new ARecord(this, 'Record', { zone: hostedZone, recordName: `${name}.`, target });
  }
}
