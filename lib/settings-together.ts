import { ContextError } from './context-key.ts';
import { inBots, OF_A_BOT, onCommandLine, type Settings } from './settings.ts';

type Setting = keyof typeof OF_A_BOT;
type BotSettings = Settings<typeof OF_A_BOT>;

/**
 * Refuses settings of a bot that are wrong together, and gives them back where none is.
 * @param region where the bot is deployed to, where it is known
 * @param place of the settings in the context: '' or 'bots[0].'
 * @throws ContextError
 */
export function requireTogether<B extends BotSettings>(bot: B, region: string | undefined, place: string): B {
  const { provisionedConcurrency, reservedConcurrency } = bot;
  const example = (key: Setting): string => {
    const { [key]: of } = OF_A_BOT;
    return place === '' ? `-c ${onCommandLine(key, of.example)}` : inBots(key, of.example);
  };
  for (const [key, why] of missingIn(bot))
    throw new ContextError(`the context "${place}${key}" is missing: ${why}: ${example(key)}`);
  for (const [key, wrong] of region === undefined ? [] : foreignTo(region, bot))
    throw new ContextError(`the context "${place}${key}" must be ${wrong}`);
  if ((provisionedConcurrency ?? 0) > (reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    throw new ContextError(
      `the context "${place}provisionedConcurrency" must be no more than "reservedConcurrency", of which it is a part: ${example('provisionedConcurrency')}`,
    );
  }
  const adopted = bot.encryptionKeyArn ? 'encryptionKeyArn' : bot.sessionsTableName && 'sessionsTableName';
  if (bot.customerManagedKey && adopted) {
    throw new ContextError(
      `the context "${place}customerManagedKey" makes a new key with a new table, and "${adopted}" names what is there: leave customerManagedKey out, and give a key that is there already as encryptionKeyArn`,
    );
  }
  return bot;
}

/** The settings that others need and that are missing, each with why it is missed. */
function missingIn(bot: BotSettings): (readonly [Setting, string])[] {
  const { domainName, certificateArn, hostedZoneId, vpcId, subnetIds, securityGroupIds } = bot;
  const { adminKeySecretName, appId, channelPublicId, eventBusName, eventBotId, restApiKeySecretName } = bot;
  const needs = (key: Setting, isMissing: boolean, why: string) => (isMissing ? [[key, why] as const] : []);
  const isThere = (value: unknown): boolean => value !== undefined;
  return [
    ...needs(
      'certificateArn',
      isThere(domainName) && !isThere(certificateArn),
      'a domainName needs a certificate',
    ),
    ...needs(
      'domainName',
      isThere(certificateArn) && !isThere(domainName),
      'a certificateArn is for a domain',
    ),
    ...needs(
      'domainName',
      isThere(hostedZoneId) && !isThere(domainName),
      'a hostedZoneId is for the record of a domain',
    ),
    ...needs('subnetIds', isThere(vpcId) && !isThere(subnetIds), 'the functions are in subnets of a vpcId'),
    ...needs(
      'vpcId',
      !isThere(vpcId) && isThere(subnetIds ?? securityGroupIds),
      `${subnetIds ? 'subnetIds' : 'securityGroupIds'} are of a VPC`,
    ),
    ...needs(
      'adminKeySecretName',
      !isThere(adminKeySecretName) && isThere(appId ?? channelPublicId),
      `${appId ? 'an appId' : 'a channelPublicId'} is for webhooks`,
    ),
    ...needs(
      'eventBusName',
      !isThere(eventBusName) && isThere(bot.eventBusIds ?? bot.eventBusUtterances),
      'eventBusIds and eventBusUtterances say how an event bus is told',
    ),
    ...needs(
      'restApiKeySecretName',
      isThere(eventBotId) && !isThere(restApiKeySecretName),
      'an eventBotId needs the key by which its events are sent',
    ),
  ];
}

/** The ARNs of another region than the gateway's, and what each must be. */
function foreignTo(region: string, bot: BotSettings): (readonly [Setting, string])[] {
  const { eventBusName, certificateArn, gatewaySecretArn, encryptionKeyArn } = bot;
  const isForeign = (arn: string | undefined): boolean => {
    const [, , , ofArn] = arn?.split(':') ?? [];
    return ofArn !== undefined && ofArn !== region;
  };
  const must = (key: Setting, arn: string | undefined, is: string) =>
    isForeign(arn) ? [[key, is] as const] : [];
  return [
    ...must(
      'eventBusName',
      eventBusName,
      `of an event bus in ${region}, where the functions are: a rule there may hand its events on to another region`,
    ),
    ...must(
      'certificateArn',
      certificateArn,
      `of a certificate in ${region}, where the API is: arn:aws:acm:${region}:123456789012:certificate/…`,
    ),
    ...must('gatewaySecretArn', gatewaySecretArn, `of a secret in ${region}, where the functions read it`),
    ...must('encryptionKeyArn', encryptionKeyArn, `of a key in ${region}, where the functions use it`),
  ];
}
